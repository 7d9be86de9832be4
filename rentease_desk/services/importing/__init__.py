"""Bookings from files, blocks from calendars: looked through, tried, and taken in."""
