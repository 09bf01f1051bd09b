"""Owns who is who: staff and families, their devices, and the log of what staff did."""
