"""Owns who takes part: registrations, the counting of places, the waiting list."""
