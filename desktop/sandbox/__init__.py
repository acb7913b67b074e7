"""Citytown, the training town: components that answer over real HTTP."""
