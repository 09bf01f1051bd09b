"""Linju over HTTP: finds rows, calls one service, draws a page."""
