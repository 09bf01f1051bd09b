"""Owns what families are told after they signed up, what they answer to a change, and whom the store has to call."""
