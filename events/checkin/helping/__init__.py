"""Borrowed hands: links with a PIN for one door or one day, what their devices may know and did."""
