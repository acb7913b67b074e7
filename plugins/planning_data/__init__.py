"""planning.data.gov.uk: planning constraints at a place in England, and their areas as map layers."""
