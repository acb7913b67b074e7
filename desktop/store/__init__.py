"""Two encrypted files: base.db (what components said) and desk.db (what the officer did)."""
