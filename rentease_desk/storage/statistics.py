"""What PostgreSQL knows of its tables. While a first listing fills them it knows nothing: it takes a desk's only
account for a rare one, and reads every row of it for each page. Its own worker would look a minute later."""

from __future__ import annotations

from rentease_desk.storage.database import Database
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_payment_intents, stripe_transactions
from rentease_desk.storage.tables import payments, refunds

_GROWING = (payments, refunds, stripe_charges, stripe_payment_intents, stripe_transactions)
_FIRST = 8
"""Pages after which it looks for the first time; then each time that there are four times as many: what it has to
learn is that there is one account, not how many rows it has."""


class Statistics:
    """Counts the pages that are written, and lets PostgreSQL look at its tables when there is more to know.

    SQLite needs no such help. Not for several threads.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pages = 0
        self._next = _FIRST if db.url.get_backend_name() == "postgresql" else None

    def note(self, pages: int) -> None:
        """So many pages were written. Raises DatabaseError."""
        self._pages += pages
        if self._next is not None and self._pages >= self._next:
            self._next *= 4
            self._db.analyze([table.name for table in _GROWING])
