"""Profile paths, settings and policy."""
