"""A case system in memory that changes all the time and answers at once."""
