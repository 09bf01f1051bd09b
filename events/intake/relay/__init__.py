"""Chat relays (接龙): read into lines with their doubts, and written out again."""
