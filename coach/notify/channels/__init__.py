"""Ways to a carer."""
