"""The payments file: one line a payment, a refund, or a refund that came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rentease_desk.domain.dates import Days
from rentease_desk.domain.lists import MoneyRow
from rentease_desk.domain.money import Money
from rentease_desk.reports.csv_files import Cell

HEADER = (
    "business_date",
    "occurred_at",
    "kind",
    "id",
    "booking_reference",
    "guest",
    "source",
    "method",
    "status",
    "currency",
    "amount",
    "gross",
    "fee",
    "net",
    "settlement_currency",
    "brand",
    "last4",
    "reference",
    "note",
    "payment_date",
    "stripe_payment_id",
    "stripe_charge_id",
    "stripe_refund_id",
    "actor",
    "desk",
    "rounding",
    "ignored",
)
SUMMED = HEADER.index("amount")
"""``amount`` is what counts: 0 for void, failed or pending rows, negative for refunds. ``gross`` was asked for.
A refund that fails after it had counted goes on counting; it comes back in a row of its own kind and day.

``rounding`` is what more, or negative, less was taken because cash is rounded; it is not in ``amount``.
``ignored`` is why somebody said that a payment belongs to no booking; it counts all the same.
"""
_IDS = HEADER.index("stripe_payment_id")


def header(accounts: Mapping[str, str]) -> tuple[str, ...]:
    """With a column for the account of each payment, where the property has several."""
    return (*HEADER[:_IDS], "account", *HEADER[_IDS:]) if accounts else HEADER


def cells(row: MoneyRow, days: Days, accounts: Mapping[str, str]) -> tuple[Cell, ...]:
    """The line of a row; times on the property's clock, with their offset. ``accounts``: what they are called, by
    Stripe's id of each; {} where there is but one.
    """
    told = _cells(row, days)
    return (*told[:_IDS], accounts.get(row.stripe_account or "", ""), *told[_IDS:]) if accounts else told


def _cells(row: MoneyRow, days: Days) -> tuple[Cell, ...]:
    return (
        _day(row.business_date),
        days.local(row.occurred_at).isoformat(),
        row.kind.value,
        row.uid,
        " + ".join((row.booking_reference or "", *row.others)),
        row.guest or row.payer_name or "",
        row.source.value,
        row.method,
        row.status.value,
        row.currency.upper(),
        Money(row.counted, row.currency),
        Money(row.gross, row.currency),
        _settled(row, row.fee),
        _settled(row, row.net),
        (row.settlement_currency or "").upper(),
        row.brand or "",
        row.last4 or "",
        row.reference,
        row.note,
        _day(row.original_date),
        row.stripe_payment_id or "",
        row.stripe_charge_id or "",
        row.stripe_refund_id or "",
        row.actor,
        row.desk,
        Money(row.rounding, row.currency),
        row.ignored.reason if row.ignored else "",
    )


def _settled(row: MoneyRow, minor: int | None) -> Money | None:
    return None if minor is None or row.settlement_currency is None else Money(minor, row.settlement_currency)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
