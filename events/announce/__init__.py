"""Owns what groups are told: the groups, announcements and their deliveries."""
