"""OS Places: addresses of Great Britain by text, postcode, UPRN or point, from Ordnance Survey."""
