"""Lists of a stretch of days, row by row: payments, charge lines, bookings, the journal.

What is told of a payment's refunds and of a booking's folio is how they stood on the evening of the last day, so that
the file of closed days stays as it was when money moves later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentState, derive_status
from rentease_desk.domain.reporting import Basis, Cell, Column, ColumnKind
from rentease_desk.domain.tax import contained_tax, rate_text
from rentease_desk.services.reporting.context import Context, Found, PutAccount, beside_ids, moments
from rentease_desk.services.reporting.takings import moved_totals, titles
from rentease_desk.storage.report_charges import charge_rows
from rentease_desk.storage.report_lists import booking_rows, booking_sums, journal_rows, line_rows
from rentease_desk.storage.report_payments import PaymentLine, payment_rows

_DAY, _MONEY, _MOMENT, _CODE = ColumnKind.DAY, ColumnKind.MONEY, ColumnKind.MOMENT, ColumnKind.CODE
_COUNT = ColumnKind.COUNT
_SUCCEEDED = PaymentState.SUCCEEDED.value
_PAYMENTS = (
    Column("day", "Day", _DAY),
    Column("occurred_at", "Time", _MOMENT),
    Column("id", "Id", _CODE),
    Column("status", "Status", _CODE),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("channel", "Channel"),
    Column("method", "Method"),
    Column("brand", "Card"),
    Column("last4", "Last four"),
    Column("reference", "Reference"),
    Column("note", "Note"),
    Column("description", "Description"),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("late_of", "Late, of", _DAY),
    Column("stripe_payment_id", "Stripe payment"),
    Column("stripe_charge_id", "Stripe charge"),
    Column("settlement_currency", "Settled in", _CODE),
    Column("fee", "Fee", _MONEY),
    Column("net", "Net", _MONEY),
    Column("currency", "Currency", _CODE),
    Column("asked_for", "Asked for", _MONEY),
    Column("returned_by_then", "Returned by then", _MONEY),
    Column("cash_rounding", "Cash rounding", _MONEY, True),
    Column("amount", "Amount", _MONEY, True),
)
_PAYMENT_NOTES = (
    "Each payment once, on its own day; refunds have a list of their own. Amount is what counted: nothing of what is "
    "void, failed or was never taken. Status, and what was returned, are those of the evening of the last day.",
)
_LINES = (
    Column("business_day", "Business day", _DAY),
    Column("occurred_at", "Time", _MOMENT),
    Column("id", "Id", _CODE),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("channel", "Channel"),
    Column("kind", "Kind", _CODE),
    Column("text", "Text"),
    Column("quantity", "Quantity", _COUNT),
    Column("each", "Each", _MONEY),
    Column("service_from", "From", _DAY),
    Column("service_to", "To", _DAY),
    Column("corrects", "Takes back", _CODE),
    Column("reason", "Reason"),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("tax_rate", "Tax, %", _CODE),
    Column("currency", "Currency", _CODE),
    Column("net", "Net", _MONEY),
    Column("tax", "Tax contained", _MONEY),
    Column("gross", "Charged", _MONEY, True),
)
_LINE_NOTES = (
    "A line that was wrong is taken back by a line of its own. Tax is told of each line; the sum of a rate is in the "
    "report of charges by tax rate.",
)
_BOOKINGS = (
    Column("arrival", "Arrival", _DAY),
    Column("departure", "Departure", _DAY),
    Column("nights", "Nights", _COUNT),
    Column("booking_reference", "Booking"),
    Column("id", "Id", _CODE),
    Column("guest", "Guest"),
    Column("rooms", "Rooms"),
    Column("adults", "Adults", _COUNT),
    Column("children", "Children", _COUNT),
    Column("channel", "Channel"),
    Column("status", "Status", _CODE),
    Column("note", "Note"),
    Column("made_at", "Made", _MOMENT),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("currency", "Currency", _CODE),
    Column("charged", "Charged", _MONEY, True),
    Column("paid", "Paid", _MONEY, True),
    Column("balance", "Balance", _MONEY, True),
)
_BOOKING_NOTES = ("What was charged and paid, and status, by the evening of the last day. Guest and stay are today's.",)
_JOURNAL = (
    Column("seq", "No.", _COUNT),
    Column("at", "Time", _MOMENT),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("action", "Action", _CODE),
    Column("entity", "What", _CODE),
    Column("id", "Id"),
    Column("before", "Before"),
    Column("after", "After"),
    Column("proof", "Proof", _CODE),
    Column("previous_hash", "Hash before", _CODE),
    Column("hash", "Hash", _CODE),
)
_JOURNAL_NOTES = (
    "Entries that were written on these calendar days. Personal texts stand in it as digests. The whole journal, to be "
    "verified without the desk, is written by the window of the journal.",
)


def payment_list(context: Context) -> Found:
    """A row a payment, whatever became of it."""
    received = {one: {"amount": sums.received} for one, sums in moved_totals(context, context.basis).items()}
    columns, put = beside_ids(context, _PAYMENTS)
    return Found(columns, _payments(context, put), received, notes=_PAYMENT_NOTES)


def charge_lines(context: Context) -> Found:
    """A row a charge line; those that take others back are negative."""
    totals: dict[str, dict[str, int]] | None = None
    if context.basis is Basis.BUSINESS:
        totals = {}
        for _, currency, *_, minor in charge_rows(context.book, context.ask.days):
            sums = totals.setdefault(currency, {"gross": 0})
            sums["gross"] += minor
    return Found(_LINES, _lines(context), totals, notes=_LINE_NOTES)


def booking_list(context: Context) -> Found:
    """A row a booking with nights in the range, or that was made in it."""
    sums = booking_sums(context.book, context.ask.days, context.basis)
    totals = {
        one: {"charged": charged, "paid": paid, "balance": charged - paid} for one, (_, charged, paid) in sums.items()
    }
    count = sum(count for one, (count, *_) in sums.items() if context.ask.currency in {None, one})
    return Found(_BOOKINGS, _bookings(context), totals, count, _BOOKING_NOTES)


def journal_entries(context: Context) -> Found:
    """A row an entry, as it stands in the chain."""
    return Found(_JOURNAL, _journal(context), {}, notes=_JOURNAL_NOTES)


def _payments(context: Context, put: PutAccount | None) -> Iterator[tuple[Cell, ...]]:
    """There may be a million of them: what is the same for many is made once."""
    at, day, title, upper = moments(context), _days_of(context), titles(context.settings), cache(str.upper)
    for one in payment_rows(context.book, context.ask.days, context.basis):
        settled, currency = one.settlement_currency, one.currency
        counts = one.state == _SUCCEEDED and not one.void
        row = (
            day(one),
            at(one.occurred_at),
            one.uid,
            _status(one),
            " + ".join((one.reference or "", *one.others)) if one.others else one.reference or "",
            one.guest,
            one.channel,
            title(one.source, one.method),
            one.brand,
            one.last4,
            one.told,
            one.note,
            one.description,
            one.actor,
            one.desk,
            one.late_of,
            one.stripe_payment_id,
            one.stripe_charge_id,
            upper(settled or ""),
            None if settled is None or one.fee is None else Money(-one.fee, settled),
            None if settled is None or one.net is None else Money(one.net, settled),
            upper(currency),
            Money(one.amount, currency),
            Money(-one.returned, currency),
            Money(one.rounding if counts else 0, currency),
            Money(one.amount if counts else 0, currency),
        )
        yield row if put is None else put(row, one.stripe_account)


def _days_of(context: Context) -> Callable[[PaymentLine], date]:
    """On which day a payment stands."""
    days = context.book.days
    if context.basis is not Basis.BUSINESS:
        return lambda one: days.calendar_date(one.occurred_at)
    return lambda one: one.business_date or days.business_date(one.occurred_at)


def _status(one: PaymentLine) -> str:
    """Most succeeded, and nothing was given back."""
    if one.state == _SUCCEEDED and not one.void and not one.returned:
        return _SUCCEEDED
    return derive_status(PaymentState(one.state), one.amount, one.returned, bool(one.void)).value


def _lines(context: Context) -> Iterator[tuple[Cell, ...]]:
    at = moments(context)
    for row in line_rows(context.book, context.ask.days, context.basis):
        tax = contained_tax(row.amount, row.tax_rate_ppm)
        yield (
            row.business_date,
            at(row.occurred_at),
            row.uid,
            row.reference,
            row.guest,
            row.channel,
            row.kind,
            row.text,
            row.quantity,
            None if row.unit_amount is None else Money(row.unit_amount, row.currency),
            row.service_from,
            row.service_to,
            row.corrects,
            row.reason,
            row.actor,
            row.desk,
            rate_text(row.tax_rate_ppm),
            row.currency.upper(),
            *(Money(minor, row.currency) for minor in (row.amount - tax, tax, row.amount)),
        )


def _bookings(context: Context) -> Iterator[tuple[Cell, ...]]:
    at = moments(context)
    for row, rooms, status in booking_rows(context.book, context.ask.days, context.basis):
        charged, paid = row.charged or 0, row.paid or 0
        yield (
            row.arrival,
            row.departure,
            (row.departure - row.arrival).days,
            row.reference,
            row.uid,
            row.guest,
            ", ".join(rooms),
            row.adults,
            row.children,
            row.channel,
            status,
            row.note,
            at(row.created_at),
            row.actor,
            row.desk,
            row.currency.upper(),
            *(Money(minor, row.currency) for minor in (charged, paid, charged - paid)),
        )


def _journal(context: Context) -> Iterator[tuple[Cell, ...]]:
    at = moments(context)
    for row in journal_rows(context.book, context.ask.days):
        yield (
            row.seq, at(row.at), row.actor, row.desk, row.action, row.entity, row.entity_uid, row.before, row.after,
            row.proof, row.previous_hash, row.hash,
        )  # fmt: skip
