"""The desk: what staff see and do, behind a sign-in."""
