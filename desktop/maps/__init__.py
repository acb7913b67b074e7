"""Map documents and layers as data; no Qt."""
