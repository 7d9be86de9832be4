"""Refunds beside their payments, and failed payments with whom to ask."""

from __future__ import annotations

from collections.abc import Iterator

from rentease_desk.domain.method_names import stripe_method_name
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Basis, Cell, Column, ColumnKind
from rentease_desk.services.reporting.context import Context, Found, PutAccount, beside_ids, moment, moments
from rentease_desk.services.reporting.takings import titles
from rentease_desk.storage.report_refunds import failed_rows, refund_rows

_DAY, _MONEY, _MOMENT = ColumnKind.DAY, ColumnKind.MONEY, ColumnKind.MOMENT
_REFUNDS = (
    Column("day", "Day", _DAY),
    Column("occurred_at", "Time", _MOMENT),
    Column("id", "Id"),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("method", "Method"),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("status", "Status"),
    Column("reason", "Reason"),
    Column("failure", "Why it failed"),
    Column("stripe_id", "Stripe id"),
    Column("payment_date", "Payment's day", _DAY),
    Column("payment_amount", "Payment", _MONEY),
    Column("currency", "Currency"),
    Column("asked_for", "Asked for", _MONEY, True),
    Column("cash_rounding", "Cash rounding", _MONEY, True),
    Column("returned", "Returned", _MONEY, True),
)
_FAILED = (
    Column("day", "Day", _DAY),
    Column("failed_at", "Time", _MOMENT),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("email", "E-mail"),
    Column("phone", "Phone"),
    Column("card", "Method"),
    Column("last4", "Last four"),
    Column("reason", "Reason"),
    Column("code", "Code"),
    Column("note", "Note"),
    Column("done_by", "Done by"),
    Column("stripe_id", "Stripe id"),
    Column("currency", "Currency"),
    Column("asked_for", "Asked for", _MONEY, True),
)


def refunds(context: Context) -> Found:
    """A row a refund, on the day it was made, and one on the day on which its money came back, if it failed later.

    ``returned`` is what counts: nothing of one that never succeeded, more than zero where money came back.
    """
    columns, put = beside_ids(context, _REFUNDS)
    return Found(columns, _refund_rows(context, put))


def failed_payments(context: Context) -> Found:
    """A row a payment that has failed and not succeeded since; none of it is money."""
    notes = ("None of this money moved. What was paid after all is not listed.",)
    columns, put = beside_ids(context, _FAILED)
    return Found(columns, _failed_rows(context, put), notes=notes)


def _refund_rows(context: Context, put: PutAccount | None) -> Iterator[tuple[Cell, ...]]:
    if context.days is None:
        return
    days = context.book.days
    told = days.business_date if context.basis is Basis.BUSINESS else days.calendar_date
    at, title = moments(context), titles(context.settings)
    for row in refund_rows(context.book, context.days, context.basis):
        stored = row.business_date if context.basis is Basis.BUSINESS else None
        cells = (
            stored or told(row.occurred_at),
            at(row.occurred_at),
            row.uid,
            row.reference,
            row.guest,
            title(row.source, row.method),
            row.actor,
            row.desk,
            row.status,
            row.reason,
            row.failure_reason,
            row.stripe_refund_id,
            row.payment_date,
            Money(row.payment_amount, row.currency),
            row.currency.upper(),
            *(Money(minor, row.currency) for minor in (row.amount, row.rounding, row.counted)),
        )
        yield cells if put is None else put(cells, row.stripe_account)


def _failed_rows(context: Context, put: PutAccount | None) -> Iterator[tuple[Cell, ...]]:
    if context.book.identity is None:
        return
    for row in failed_rows(context.book, context.ask.days):
        cells = (
            context.book.days.calendar_date(row.at),
            moment(context, row.at),
            row.reference,
            row.name or row.payer_name,
            row.email or row.payer_email,
            row.phone,
            stripe_method_name(row.method, row.brand),
            row.last4,
            row.failure_message,
            row.failure_code,
            row.note,
            row.done_by,
            row.stripe_payment_id,
            row.currency.upper(),
            Money(row.amount, row.currency),
        )
        yield cells if put is None else put(cells, row.stripe_account)
