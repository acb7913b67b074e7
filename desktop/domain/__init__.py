"""What the words mean: records, ids, errors and clocks. Imports the standard library only."""
