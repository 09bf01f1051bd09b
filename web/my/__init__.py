"""What a family does with its own sign-ups."""
