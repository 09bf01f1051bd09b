"""Children left with us: the codes by which they are handed back, to whom they went, and who may not have them."""
