"""Use cases, free of Qt: one module for each area of work."""
