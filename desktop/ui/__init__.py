"""The desk: every Qt widget."""
