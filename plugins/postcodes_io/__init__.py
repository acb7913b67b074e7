"""postcodes.io: postcodes of the UK with their point and the areas that they lie in."""
