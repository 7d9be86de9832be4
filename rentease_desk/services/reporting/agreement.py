"""What the last comparison with Stripe's balance found: sums by kind, and the objects in which the sides differ.

Reports never ask Stripe: what they show was written down by ``SyncService.compare_balance``.
"""

from __future__ import annotations

from collections.abc import Iterator

from rentease_desk.domain.balance_check import MOVEMENT_NAMES, Apart, BalanceCheck, Compared, Why
from rentease_desk.domain.balance_words import told_of, verdict_of
from rentease_desk.domain.dates import Days
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.reporting.context import Context, Found, accounts_of, moment
from rentease_desk.storage.balance_checks import latest_balance_check

_NOT_COMPARED = "These days were not compared with Stripe's balance yet."
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
    column, told = accounts_of(context)
    rows = [(*told(of), *_sums(one)) for of, found in _latest(context) if found for one in found.lines]
    return Found((*column, *_SUMS), rows, notes=_notes(context))


def differing(context: Context) -> Found:
    """A row each object; without a difference of money where Stripe's balance does not have it yet."""
    column, told = accounts_of(context)
    rows = [(*told(of), *_object(context, one)) for of, found in _latest(context) if found for one in found.apart]
    return Found((*column, *_OBJECTS), rows, notes=_notes(context))


def _latest(context: Context) -> list[tuple[Identity, BalanceCheck | None]]:
    """By account what these days were last compared to."""
    book = context.book
    span = book.days.calendar_span(context.ask.days)
    return [(one, latest_balance_check(book.connection, one, span)) for one in book.identities]


def _notes(context: Context) -> tuple[str, ...]:
    """Of each account; where there are several, each sentence says of which."""
    found = _latest(context)
    if not found:
        return (_NOT_COMPARED,)
    return tuple(note for identity, check in found for note in _notes_of(context, identity, check))


def _notes_of(context: Context, identity: Identity, found: BalanceCheck | None) -> Iterator[str]:
    name = context.settings.badge(identity.account) if context.book.others else ""
    told = told_of(found, lambda at: moment(context, at)) if found else (_NOT_COMPARED, *_last_told(context, identity))
    return (f"{name}: {one}" if name else one for one in told)


def _last_told(context: Context, identity: Identity) -> tuple[str, ...]:
    """What is known of other days."""
    book = context.book
    last = latest_balance_check(book.connection, identity)
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
