"""The plugin layer: what a plugin sees, and what loads, checks and serves it."""
