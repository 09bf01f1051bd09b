"""One set of migrations for both engines; each is safe to run twice."""
