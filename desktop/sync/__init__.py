"""Pull, push and merge. Planning is pure; reading and writing stand apart."""
