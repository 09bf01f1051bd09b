"""Owns the door: tickets, their codes, arrivals."""
