"""desk.db: written by the desk alone."""
