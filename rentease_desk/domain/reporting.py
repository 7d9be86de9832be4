"""What reports are: which there are, what one is asked for, and the table that comes back, on screen and in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money


class ReportName(StrEnum):
    """The reports."""

    TAKINGS = "takings"
    TAKINGS_BY = "takings-by"
    MOVEMENTS = "movements"
    DIFFERENCES = "differences"
    PAYOUTS = "payouts"
    PAYOUT_LINES = "payout-lines"
    REFUNDS = "refunds"
    BALANCES = "balances"
    NIGHTS = "nights"
    FAILED = "failed"
    OCCUPANCY = "occupancy"
    CHARGES = "charges"
    TRAIL = "trail"
    PAYMENTS = "payments"
    CHARGE_LINES = "charge-lines"
    BOOKINGS = "bookings"
    JOURNAL = "journal"
    AGREEMENT = "agreement"
    AGREEMENT_LINES = "agreement-lines"


class Basis(StrEnum):
    """Which of its dates a row counts on (money rule 6)."""

    BUSINESS = "business-day"
    OCCURRED = "occurred"
    PAYOUT = "payout"
    NIGHT = "night"
    AS_OF = "as-of"
    MADE = "made"


class Grouping(StrEnum):
    """What takings are told apart by."""

    METHOD = "method"
    PERSON = "person"
    CHANNEL = "channel"


class ColumnKind(StrEnum):
    """What stands in a column. A moment is ISO text on the property's clock, a share is per mille.

    A code is text that this program makes itself; any other may have been typed by anybody.
    """

    TEXT = "text"
    CODE = "code"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    COUNT = "count"
    SHARE = "share"


Cell = str | int | Money | date | None


class Column(Struct, frozen=True):
    """``name`` heads the column in files, ``title`` on screen. Of a ``summed`` one the totals are told."""

    name: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    summed: bool = False


class Ask(Struct, frozen=True):
    """What a report is asked for. ``basis`` None: the report's first. ``currency`` None: every one, a row of its own.

    ``against``: the other basis, of the rows that make two reports differ. ``preset``: how its file is written, as some
    programs want columns of their own.
    """

    name: ReportName
    days: DateRange
    basis: Basis | None = None
    by: Grouping = Grouping.METHOD
    currency: str | None = None
    against: Basis | None = None
    preset: Preset = Preset.ISO


class Bar(Struct, frozen=True):
    """What a chart shows of a day: minor units received, and returned as a negative number; ``is_open``: not over."""

    day: date
    received: int
    returned: int
    is_open: bool = False


class Preview(Struct, frozen=True):
    """A report to be looked at: the rows are the file's, the first of ``count`` rows; None: nobody has counted them.

    ``totals``: by currency the sums of the summed columns, in minor units, by the column's name, of all rows.
    ``others``: what the last summed column comes to in the currencies that were not asked for.
    """

    ask: Ask
    basis: Basis
    zone: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: Mapping[str, Mapping[str, int]]
    count: int | None
    notes: tuple[str, ...] = ()
    others: tuple[Money, ...] = ()
    bars: tuple[Bar, ...] = ()


class Naming(Struct, frozen=True):
    """A report for people: its title, what it counts, and by which dates it can be asked for, the usual one first."""

    title: str
    about: str
    bases: tuple[Basis, ...]


_MOVED = (Basis.BUSINESS, Basis.OCCURRED, Basis.PAYOUT)
NAMES: Mapping[ReportName, Naming] = {
    ReportName.TAKINGS: Naming("Takings by day", "money received − money returned, on the day it moved", _MOVED),
    ReportName.TAKINGS_BY: Naming(
        "Takings by method, person or channel", "money received − money returned, over all the days", _MOVED
    ),
    ReportName.MOVEMENTS: Naming("Takings, row by row", "each payment, refund and dispute that moved money", _MOVED),
    ReportName.DIFFERENCES: Naming("Why two takings differ", "the rows that count on another day", _MOVED),
    ReportName.PAYOUTS: Naming("Payouts", "what Stripe sent to the bank, and what it was made of", (Basis.PAYOUT,)),
    ReportName.PAYOUT_LINES: Naming(
        "Payouts, line by line", "gross, fee and net of each movement in a payout", (Basis.PAYOUT,)
    ),
    ReportName.REFUNDS: Naming(
        "Refunds", "on the day they were made, beside the payment's", (Basis.BUSINESS, Basis.OCCURRED)
    ),
    ReportName.BALANCES: Naming("Deposits held and money owed", "how each folio stood on the last day", (Basis.AS_OF,)),
    ReportName.NIGHTS: Naming("Accommodation earned and city tax", "nights that were stayed", (Basis.NIGHT,)),
    ReportName.FAILED: Naming("Failed payments to follow up", "with whom to ask", (Basis.OCCURRED,)),
    ReportName.CHARGES: Naming(
        "Charges by tax rate", "what was put on folios, less what was taken back", (Basis.BUSINESS,)
    ),
    ReportName.AGREEMENT: Naming(
        "Agreement with Stripe", "counts and sums of Stripe's balance beside what counts here", (Basis.OCCURRED,)
    ),
    ReportName.AGREEMENT_LINES: Naming(
        "Agreement with Stripe, what differs", "objects in which Stripe's balance differs", (Basis.OCCURRED,)
    ),
    ReportName.OCCUPANCY: Naming("Occupancy", "rooms that were taken, of all rooms in use", (Basis.NIGHT,)),
    ReportName.TRAIL: Naming("Payments to payouts", "each with its booking and its payout, in one file", _MOVED),
    ReportName.PAYMENTS: Naming(
        "All payments", "each one once, as it stood on the last day", (Basis.BUSINESS, Basis.OCCURRED)
    ),
    ReportName.CHARGE_LINES: Naming("All charges", "each line of every folio", (Basis.BUSINESS, Basis.OCCURRED)),
    ReportName.BOOKINGS: Naming("All bookings", "each stay, with its folio on the last day", (Basis.NIGHT, Basis.MADE)),
    ReportName.JOURNAL: Naming("Journal", "who changed what, entry by entry", (Basis.MADE,)),
}
