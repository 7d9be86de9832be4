"""One file that ties payments to bookings and payouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import zip_longest

from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.domain.stretches import DAY_SECONDS
from rentease_desk.domain.takings import MoveKind
from rentease_desk.domain.trail import Behind, Settled, Stay, Trail
from rentease_desk.services.reporting.context import Context, Found, PutAccount, beside_ids, moments
from rentease_desk.services.reporting.takings import as_totals, method_title, moved_totals
from rentease_desk.storage.report_days import day_of
from rentease_desk.storage.report_trail import payout_states, trails

_DAY, _MONEY, _MOMENT, _CODE = ColumnKind.DAY, ColumnKind.MONEY, ColumnKind.MOMENT, ColumnKind.CODE
_WHAT = (
    Column("occurred_at", "Time", _MOMENT),
    Column("kind", "What", _CODE),
    Column("id", "Id", _CODE),
    Column("payment_id", "Payment", _CODE),
    Column("payment_date", "Payment's day", _DAY),
    Column("method", "Method"),
    Column("brand", "Card"),
    Column("last4", "Last four"),
    Column("reference", "Reference"),
    Column("description", "Description"),
    Column("person", "Person"),
    Column("stripe_payment_id", "Stripe payment"),
    Column("stripe_charge_id", "Stripe charge"),
    Column("stripe_refund_id", "Stripe refund"),
    Column("dispute_id", "Dispute"),
)
_STAY = (
    Column("booking_reference", "Booking"),
    Column("booking_id", "Booking's id", _CODE),
    Column("guest", "Guest"),
    Column("arrival", "Arrival", _DAY),
    Column("departure", "Departure", _DAY),
    Column("channel", "Channel"),
    Column("part", "Part", _CODE),
)
_SETTLED = (
    Column("transaction", "Transaction", _CODE),
    Column("transaction_type", "Type", _CODE),
    Column("payout_id", "Payout", _CODE),
    Column("payout_day", "Arrives", _DAY),
    Column("payout_status", "Payout is", _CODE),
    Column("available_on", "Available", _DAY),
    Column("settlement_currency", "Settled in", _CODE),
    Column("gross", "Gross", _MONEY, True),
    Column("fee", "Fee", _MONEY, True),
    Column("net", "Net", _MONEY, True),
    Column("currency", "Currency", _CODE),
    Column("cash_rounding", "Cash rounding", _MONEY, True),
    Column("amount", "Amount", _MONEY, True),
)
_NOTES = (
    "A row for each payment, refund and dispute, for each further booking that has a part of it, and for each fee of "
    "the account. Amount sums to the takings; net of all rows of a payout sums to the payout.",
)
_Cells = tuple[Cell, ...]


def trail(context: Context) -> Found:
    """A row for each part of what moved, and for each movement of Stripe's balance."""
    totals = as_totals("amount", moved_totals(context, context.basis))
    day = Column(context.basis.value.replace("-", "_"), "Day", _DAY)
    what, put = beside_ids(context, _WHAT)
    return Found((day, *what, *_STAY, *_SETTLED), _rows(context, put), totals, notes=_NOTES)


def _rows(context: Context, put: PutAccount | None) -> Iterator[_Cells]:
    if context.days is None:
        return
    tell, settle = _teller(context), _settler(context)
    for one in trails(context.book, context.days, context.basis, context.ask.currency):
        told = tell(one)
        head = (one.day, *(told if put is None else put(told, one.stripe_account)))
        for at, (part, settled) in enumerate(zip_longest(one.parts, one.settled)):
            stay, minor = part or (one.parts[0][0], None)
            yield (*head, *_stay(one, stay, at), *settle(one, settled), *_money(one, minor, at))


def _teller(context: Context) -> Callable[[Trail], _Cells]:
    at = moments(context)

    def tell(one: Trail) -> _Cells:
        when = at(one.at) if one.at else None
        move, behind = one.move, one.behind
        if move is None:
            return (when, "stripe", *(None,) * (len(_WHAT) - 2))
        kind = move.kind
        return (
            when,
            kind.value,
            move.uid,
            behind.uid if behind else None,
            move.original_date or (behind.business_date if behind else None),
            method_title(context.settings, move.source, move.method),
            *_card(behind),
            move.actor,
            behind.stripe_payment_id if behind else None,
            behind.charge_id if behind else None,
            move.stripe_id if kind in {MoveKind.REFUND, MoveKind.RETURN} else None,
            move.stripe_id if kind is MoveKind.DISPUTE else None,
        )

    return tell


def _card(behind: Behind | None) -> _Cells:
    return (None,) * 4 if behind is None else (behind.brand, behind.last4, behind.reference, behind.description)


def _stay(one: Trail, stay: Stay | None, at: int) -> _Cells:
    part = f"{at + 1}/{len(one.parts)}" if 1 < len(one.parts) > at else None
    if stay is None:
        return (None, None, one.move.guest if one.move else None, None, None, None, part)
    return stay.reference, stay.uid, stay.guest, stay.arrival, stay.departure, stay.channel, part


def _settler(context: Context) -> Callable[[Trail, Settled | None], _Cells]:
    """A part for which no movement is left belongs to the first one, whose figures stand there."""
    arrivals, states = context.book.arrivals, payout_states(context.book)

    def settle(whole: Trail, own: Settled | None) -> _Cells:
        if not whole.settled:
            return (None,) * 10
        one = own or whole.settled[0]
        payout = one.payout_id or ""
        arrives: date | None = arrivals.get(payout)
        available = day_of(one.available_on // DAY_SECONDS) if one.available_on else None
        money = [Money(minor, one.currency) if own else None for minor in (one.amount, -one.fee, one.net)]
        return (one.id, one.type, payout, arrives, states.get(payout), available, one.currency.upper(), *money)

    return settle


def _money(one: Trail, minor: int | None, at: int) -> _Cells:
    """What cash was rounded by stands with the first part."""
    move = one.move
    if move is None:
        return one.settled[0].currency.upper(), None, None
    amount = None if minor is None else Money(minor, move.currency)
    rounding = Money(move.rounding, move.currency) if at == 0 else None
    return move.currency.upper(), rounding, amount
