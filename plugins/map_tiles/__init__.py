"""Map tiles: pictures for the map from servers of XYZ tiles, WMTS and WMS."""
