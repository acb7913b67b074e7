"""Keys and component secrets: the OS keyring, else an encrypted vault."""
