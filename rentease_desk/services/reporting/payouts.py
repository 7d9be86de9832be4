"""Payouts tied out: what Stripe sent to the bank, what each was made of, and the lines themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rentease_desk.domain.money import Money
from rentease_desk.domain.payout_sums import Bucket, PaidLine, PayoutSums, Standing
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.domain.stretches import DAY_SECONDS
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.reporting.context import Context, Found, accounts_of, moment
from rentease_desk.storage.report_days import day_of
from rentease_desk.storage.report_payouts import paid_lines, payout_sums

_DAY, _MONEY = ColumnKind.DAY, ColumnKind.MONEY
_TITLES = {
    Bucket.CHARGES: "Charges",
    Bucket.REFUNDS: "Refunds",
    Bucket.DISPUTES: "Disputes",
    Bucket.ACCOUNT_FEES: "Account fees",
    Bucket.OTHER: "Other",
}
_TOLD = {
    Standing.WHOLE: "ties out",
    Standing.NOT_TOLD: "Stripe has not told its lines yet",
    Standing.MANUAL: "manual: Stripe does not say which payments",
}
_PAYOUTS = (
    Column("payout_day", "Arrives", _DAY),
    Column("payout", "Payout"),
    Column("status", "Status"),
    Column("told", "What it is made of"),
    Column("lines", "Lines", ColumnKind.COUNT),
    Column("currency", "Currency"),
    *(Column(bucket.value, title, _MONEY, True) for bucket, title in _TITLES.items()),
    Column("fees", "Fees", _MONEY, True),
    Column("lines_net", "Sum of lines", _MONEY, True),
    Column("not_explained", "Not explained", _MONEY, True),
    Column("amount", "Payout", _MONEY, True),
)
_LINES = (
    Column("payout_day", "Arrives", _DAY),
    Column("payout", "Payout"),
    Column("created_at", "Time", ColumnKind.MOMENT),
    Column("available_on", "Available", _DAY),
    Column("type", "Type"),
    Column("counts_as", "Counts as"),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("paid_currency", "Paid in"),
    Column("paid", "Paid", _MONEY),
    Column("transaction", "Transaction"),
    Column("source", "Stripe id"),
    Column("currency", "Currency"),
    Column("gross", "Gross", _MONEY, True),
    Column("fee", "Fee", _MONEY, True),
    Column("net", "Net", _MONEY, True),
)
_NOTES = (
    "Days of payouts are Stripe's, counted from midnight UTC: when the bank should have the money.",
    "Account fees belong to no charge. Fees are what Stripe kept of charges and disputes.",
)


_Of = tuple[Identity, PayoutSums]
"""A payout, and in which account it was made."""


def payouts(context: Context) -> Found:
    """A row a payout. What the bank sent back counts nothing: its money is in a later payout again."""
    column, told = accounts_of(context)
    rows = [(*told(identity), *_row(one)) for identity, one in _sums(context)]
    return Found((*column, *_PAYOUTS), rows, notes=_NOTES)


def payout_lines(context: Context) -> Found:
    """A row a movement; their net sums to the payouts. A manual payout stands as one row."""
    found = _sums(context)
    totals: dict[str, dict[str, int]] = {}
    for _, one in found:
        sums = totals.setdefault(one.currency, {"gross": 0, "fee": 0, "net": 0})
        sums["gross"] += sum(one.gross.values()) if one.lines else one.amount
        sums["fee"] -= one.fees
        sums["net"] += one.net if one.lines else one.amount
    wanted = [of for of in found if context.ask.currency in {None, of[1].currency}]
    count = sum(max(1, one.lines) for _, one in wanted)
    column, _ = accounts_of(context)
    return Found((*column, *_LINES), _all_lines(context, wanted), totals, count, _NOTES)


def _sums(context: Context) -> Sequence[_Of]:
    """Those of all accounts, oldest first."""
    book, days = context.book, context.ask.days
    found = [(identity, one) for identity in book.identities for one in payout_sums(book, identity, days)]
    return sorted(found, key=lambda of: of[1].day) if book.others else found


def _row(one: PayoutSums) -> tuple[Cell, ...]:
    told = f"partial: {one.missing} of its payments are not here" if one.missing else _TOLD[one.standing]
    known = bool(one.lines)

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, one.currency)

    gross = (money(one.gross.get(bucket, 0) if known else None) for bucket in _TITLES)
    return (
        one.day,
        one.id,
        f"{one.status}: sent back by the bank" if one.returned else one.status,
        told,
        one.lines,
        one.currency.upper(),
        *gross,
        money(-one.fees if known else None),
        money(one.net if known else None),
        money(one.apart),
        Money(one.amount, one.currency),
    )


def _all_lines(context: Context, found: Sequence[_Of]) -> Iterator[tuple[Cell, ...]]:
    _, told = accounts_of(context)
    for identity, one in found:
        if not one.lines:
            yield (*told(identity), *_whole(one))
        for line in paid_lines(context.book.connection, identity, [one]):
            yield (*told(identity), *_line(context, line))


def _whole(one: PayoutSums) -> tuple[Cell, ...]:
    """A payout of which Stripe tells no lines."""
    amount, told = Money(one.amount, one.currency), _TOLD[one.standing]
    empty = (None,) * 3
    return (
        one.day, one.id, None, None, "payout", told, *empty, None, None, None, one.currency.upper(),
        amount, Money(0, one.currency), amount,
    )  # fmt: skip


def _line(context: Context, line: PaidLine) -> tuple[Cell, ...]:
    paid = None if line.paid is None or line.paid_currency is None else Money(line.paid, line.paid_currency)
    return (
        line.day,
        line.payout_id,
        moment(context, line.created),
        day_of(line.available_on // DAY_SECONDS),
        line.type,
        line.bucket.value,
        line.booking_reference,
        line.guest,
        (line.paid_currency or "").upper(),
        paid,
        line.id,
        line.source_id,
        line.currency.upper(),
        *(Money(minor, line.currency) for minor in (line.amount, -line.fee, line.net)),
    )
