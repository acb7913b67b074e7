"""My work: the list of cases."""
