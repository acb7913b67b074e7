"""The component host process and the client that supervises it."""
