"""What is hung beside the bed: a leaflet of a program and a card of what to say, as pages to print."""
