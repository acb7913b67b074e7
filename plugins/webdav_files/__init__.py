"""Documents on any WebDAV server: file stores, network drives with a web door, document systems."""
