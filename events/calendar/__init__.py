"""Owns what other calendars are told: single entries and feeds."""
