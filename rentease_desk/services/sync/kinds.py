"""The kinds of object that are listed, by name."""

from __future__ import annotations

PAID = ("payments", "charges", "refunds")
"""Without these, nothing is complete."""
BESIDE = ("balance", "disputes", "subscriptions", "invoices", "checkout", "payouts")
"""What stands beside payments."""
LOOK_AGAIN = "look_again"
"""Not a list: what no list of a range shows is still to be fetched."""
KINDS = (*BESIDE, *PAID, LOOK_AGAIN)
"""What is read of a span by the timer."""
EVERYTHING = (*KINDS, "customers")
"""What is read of a span that a person asks for."""
LISTED = (*PAID, *BESIDE, "customers")
"""The lists that a person may ask for by name."""
