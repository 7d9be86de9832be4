"""What is answered at the first run: kept until all of it is done, without any secret."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.payment import DEFAULT_METHODS, Method
from rentease_desk.domain.staff import StaffDraft

RANGES = (7, 30, 90, 365)
"""Days of the first import to choose from; 90 are read where nobody chooses."""
FIELDS = ("name", "zone", "currency", "language", "day_roll", "cash_rounding")
"""The settings that are asked for; the others have defaults, and are found under Settings."""
_A_PAGE = 100
_READS_OF_A_PAGE = 3
_READS_AROUND = 12
_READS_A_MINUTE = 240
"""A page of payments needs its balance transactions and charges too; a slow line gives four of them a second."""


class DatabaseState(StrEnum):
    """What stands in a database before the first run."""

    NEW = "new"
    OURS = "ours"


class FoundDatabase(Struct, frozen=True):
    """A database that can be opened. ``place``: where it is, as people say it; ``identity``: what tells it from others,
    neither with a secret. ``name``: of its property, or "".
    """

    state: DatabaseState
    place: str
    identity: str
    name: str = ""


class FirstRunDraft(Struct, frozen=True):
    """The answers so far. ``step`` is the one to go on with; ``address`` "" is a file on this computer.

    ``connected``: the connected account (``acct_…``) that the key of its platform reaches; "" for the key's own.
    ``settings``: texts by the names of ``FIELDS``. ``days`` 0: nothing is imported now. ``began``: the database that
    this first run has begun to fill.
    """

    step: int = 0
    settings: dict[str, str] = {}
    address: str = ""
    methods: tuple[Method, ...] = DEFAULT_METHODS
    days: int = 90
    began: str = ""
    connected: str = ""


class Secrets(Struct, frozen=True):
    """What was typed at the first run and is in no draft: held in memory until it is where it belongs.

    ``meant``: the key is a live secret key, and was warned of. ``session``: nothing goes into the keyring.
    """

    password: str | None = None
    key: str | None = None
    meant: bool = False
    session: bool = False
    staff: tuple[StaffDraft, ...] = ()

    def __repr__(self) -> str:
        return f"Secrets({len(self.staff)} people)"


class Estimate(Struct, frozen=True):
    """What a first import will bring: payments, ``exact`` or about; requests to Stripe; and minutes, rounded up."""

    payments: int
    exact: bool

    @property
    def requests(self) -> int:
        """How often Stripe is asked."""
        return _READS_AROUND + _READS_OF_A_PAGE * -(-self.payments // _A_PAGE)

    @property
    def minutes(self) -> int:
        """Rounded up."""
        return -(-self.requests // _READS_A_MINUTE)


def estimated(count: int, oldest: int | None, start: int, end: int) -> Estimate:
    """From the newest page: ``count`` payments, the ``oldest`` at an instant (UTC seconds), of a stretch of time.

    ``oldest`` None: the page holds all of them. Else the rest is taken to be as dense as the page.
    """
    if oldest is None:
        return Estimate(count, exact=True)
    seen = max(1, end - oldest)
    return Estimate(count * max(seen, end - start) // seen, exact=False)


def first_range(today: date, days: int) -> DateRange:
    """So many days up to today."""
    return DateRange(today - timedelta(days=days - 1), today)
