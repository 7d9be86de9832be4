"""Deposits held, money owed by age, and what is owed to guests, on the evening of a day."""

from __future__ import annotations

from collections.abc import Iterator

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.folio_standing import FolioKind
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.services.reporting.context import Context, Found
from rentease_desk.storage.report_folios import folios_on, without_booking

_DAY, _MONEY = ColumnKind.DAY, ColumnKind.MONEY
_COLUMNS = (
    Column("kind", "What"),
    Column("age", "Owed for"),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("arrival", "Arrival", _DAY),
    Column("departure", "Departure", _DAY),
    Column("status", "Status"),
    Column("channel", "Channel"),
    Column("currency", "Currency"),
    Column("charged", "Charged", _MONEY, True),
    Column("paid", "Paid", _MONEY, True),
    Column("deposit", "Deposit held", _MONEY, True),
    Column("overpaid", "Owed to the guest", _MONEY, True),
    Column("owed", "Owed by the guest", _MONEY, True),
)
_NOTES = (
    "As of the evening of the last day: what was charged, paid and given back on business days up to it, and stay and "
    "status as they were then. A payment that was put on its booking later counts there; names are today's.",
    "What was paid before a stay begins is a deposit, all of it. Later more is owed, or too much was paid.",
)


def balances(context: Context) -> Found:
    """A row a folio on which money is held or owed."""
    day = context.ask.days.last
    free = without_booking(context.book, day)
    told = ", ".join(str(Money(minor, currency)) for currency, minor in free.items())
    notes = (*_NOTES, f"Not on any folio, as no booking is known: {told}.") if free else _NOTES
    return Found(_COLUMNS, _rows(context), notes=notes)


def _rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    """All are gone through for their sums: what is the same for many is made once."""
    day = context.ask.days.last
    nothing: dict[str, Money] = {}
    told = {one: one.value for one in BookingStatus}
    for folio in folios_on(context.book, day):
        kind = folio.kind(day)
        if kind is None:
            continue
        currency = folio.currency
        amount = Money(folio.amount(day, kind), currency)
        none = nothing.get(currency) or nothing.setdefault(currency, Money(0, currency))
        yield (
            kind.value,
            folio.age(day) if kind is not FolioKind.DEPOSIT else "",
            folio.booking_reference,
            folio.guest,
            folio.arrival,
            folio.departure,
            told[folio.status],
            folio.channel,
            currency.upper(),
            Money(folio.charged, currency),
            Money(folio.paid, currency),
            amount if kind is FolioKind.DEPOSIT else none,
            amount if kind is FolioKind.OVERPAID else none,
            amount if kind is FolioKind.OWED else none,
        )
