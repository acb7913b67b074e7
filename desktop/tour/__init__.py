"""`knit tour`: the real desk driven by keys and mouse through the main job."""
