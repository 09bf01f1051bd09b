"""The chef's day and what the chef's sheet said when it was printed."""
