"""The door's pages: the scanner, what keeps it alive without a connection, and what hangs beside it on paper and on screens."""
