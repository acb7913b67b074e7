"""One resident over all components."""
