"""Owns what is offered: stores, their places, events and the sessions at which they happen."""
