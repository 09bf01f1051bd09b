"""What goes out as files: registrations, rosters, answers and arrivals, for a spreadsheet."""
