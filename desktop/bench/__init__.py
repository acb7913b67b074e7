"""Measures the store and the start, each beside the least that could do the same work, in one run."""
