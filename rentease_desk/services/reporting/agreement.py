"""What the last comparison with Stripe's balance found: sums by kind, and the objects in which the sides differ.

Reports never ask Stripe: what they show was written down by ``SyncService.compare_balance``.
"""

from __future__ import annotations

from rentease_desk.domain.balance_check import MOVEMENT_NAMES, Apart, BalanceCheck, Compared, Why
from rentease_desk.domain.balance_words import told_of, verdict_of
from rentease_desk.domain.dates import Days
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.services.reporting.context import Context, Found, moment
from rentease_desk.storage.balance_checks import latest_balance_check

_COUNT, _MONEY = ColumnKind.COUNT, ColumnKind.MONEY
_SUMS = (
    Column("movement", "What was compared", ColumnKind.CODE),
    Column("currency", "Currency"),
    Column("count_here", "Here", _COUNT),
    Column("here", "Sum here", _MONEY, True),
    Column("count_stripe", "Stripe", _COUNT),
    Column("stripe", "Sum at Stripe", _MONEY, True),
    Column("difference", "Difference", _MONEY, True),
)
_OBJECTS = (
    Column("why", "How it differs", ColumnKind.CODE),
    Column("movement", "What", ColumnKind.CODE),
    Column("stripe_id", "Stripe id"),
    Column("transaction", "Transaction"),
    Column("made_at", "Made", ColumnKind.MOMENT),
    Column("booking_reference", "Booking"),
    Column("currency", "Currency"),
    Column("here", "Here", _MONEY),
    Column("stripe", "Stripe", _MONEY),
    Column("difference", "Difference", _MONEY, True),
)


def agreement(context: Context) -> Found:
    """A row each kind and currency of the settlement; no rows where these days were never compared."""
    found = _latest(context)
    rows = [] if found is None else [_sums(one) for one in found.lines]
    return Found(_SUMS, rows, notes=_notes(context, found))


def differing(context: Context) -> Found:
    """A row each object; without a difference of money where Stripe's balance does not have it yet."""
    found = _latest(context)
    rows = [] if found is None else [_object(context, one) for one in found.apart]
    return Found(_OBJECTS, rows, notes=_notes(context, found))


def _latest(context: Context) -> BalanceCheck | None:
    book = context.book
    if book.identity is None:
        return None
    return latest_balance_check(book.connection, book.identity, book.days.calendar_span(context.ask.days))


def _notes(context: Context, found: BalanceCheck | None) -> tuple[str, ...]:
    if found is not None:
        return tuple(told_of(found, lambda at: moment(context, at)))
    return ("These days were not compared with Stripe's balance yet.", *_last_told(context))


def _last_told(context: Context) -> tuple[str, ...]:
    """What is known of other days."""
    book = context.book
    last = None if book.identity is None else latest_balance_check(book.connection, book.identity)
    if last is None:
        return ()
    days = days_told(last, book.days)
    return (f"The last comparison, at {moment(context, last.at)}, was of {days}. {verdict_of(last)}",)


def days_told(found: BalanceCheck, days: Days) -> str:
    """The calendar days that were compared, as ``2026-11-01 – 2026-11-30``."""
    first, last = days.calendar_date(found.start), days.calendar_date(found.end - 1)
    return f"{first.isoformat()} – {last.isoformat()}"


def _sums(one: Compared) -> tuple[Cell, ...]:
    def money(minor: int) -> Money:
        return Money(minor, one.currency)

    here, stripe = one.here, one.stripe
    name = MOVEMENT_NAMES[one.movement]
    sides = (here.count, money(here.amount), stripe.count, money(stripe.amount))
    return (name, one.currency.upper(), *sides, money(one.difference))


def _object(context: Context, one: Apart) -> tuple[Cell, ...]:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, one.currency)

    difference = None if one.why is Why.NOT_YET else money(one.difference)
    return (
        one.why.value,
        MOVEMENT_NAMES[one.movement],
        one.id,
        one.transaction or "",
        moment(context, one.at),
        one.booking,
        one.currency.upper(),
        money(one.here),
        money(one.stripe),
        difference,
    )
