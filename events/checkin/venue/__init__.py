"""The screen at a venue, by whose changing code families check themselves in."""
