"""The window: rail, search box, tabs, status bar."""
