"""Colours, type, marks and icons, in three themes."""
