"""base.db: written by the component host alone."""
