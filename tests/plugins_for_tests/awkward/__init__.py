"""Addresses from a component that behaves badly when asked to."""
