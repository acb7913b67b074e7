"""Open311 GeoReport v2, with the updates of the FixMyStreet dialect: case management."""
