"""What comes in as text or as a file: chat relays and spreadsheets, read line by line, reviewed by a host, then signed up."""
