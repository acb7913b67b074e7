"""The map tab."""
