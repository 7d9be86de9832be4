"""Rentease Desk: the payments desk of small hotels, hostels and holiday rentals."""

__version__ = "0.1.0"
