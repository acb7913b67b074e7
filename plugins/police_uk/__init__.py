"""data.police.uk: the neighbourhood team of a place, and street-level crimes near it."""
