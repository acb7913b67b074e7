"""Food hygiene ratings: food businesses near a place, from the Food Standards Agency."""
