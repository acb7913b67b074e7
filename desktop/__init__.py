"""Knit: one desk for council casework."""

__version__ = "0.1.0"
