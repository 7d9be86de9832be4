"""What the database adds up, by short ways and with two threads, is what going through all rows one by one gives."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Table, select, update

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.payout_sums import bucket_of
from rentease_desk.domain.reporting import Basis, Grouping
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED, Identity
from rentease_desk.domain.takings import MoveKind, Sums
from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.payout_payments import link_all
from rentease_desk.storage.report_moves import Book, day_by, moves
from rentease_desk.storage.report_payouts import arrivals, payout_sums
from rentease_desk.storage.report_takings import takings_by_day, takings_by_group
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, payment_transfers, payment_voids, payments, refunds
from tests.tools.databases import SQLITE_FIRST
from tests.tools.ledger_mix import FIRST, LAST, LedgerMix

BASES = (Basis.BUSINESS, Basis.OCCURRED, Basis.PAYOUT)
RANGES = (
    DateRange(FIRST - timedelta(days=5), LAST + timedelta(days=40)),
    DateRange(date(2026, 2, 15), date(2026, 3, 31)),
    DateRange(date(2026, 3, 29), date(2026, 3, 29)),
)
MINE = Identity("acct_1", False)
DAYS = Days(ZoneInfo("Europe/Rome"))
Key = tuple[Any, ...]


class Plain:
    """All rows of the tables, gone through one by one."""

    def __init__(self, connection: Connection, days: Days, arrived: Mapping[str, date]) -> None:
        def rows(table: Table) -> list[Any]:
            return list(connection.execute(select(table)).all())

        self.days, self.arrived = days, arrived
        self.payments = {one.pk: one for one in rows(payments)}
        self.by_id = {one.stripe_payment_id: one for one in self.payments.values() if one.stripe_payment_id}
        undone = {one.undoes_pk for one in rows(payment_pairs)}
        self.void = {one.payment_pk for one in rows(payment_voids)}
        self.void |= {one.manual_pk for one in rows(payment_pairs) if one.verdict == "same" and one.pk not in undone}
        self.refunds = {one.pk: one for one in rows(refunds)}
        self.returns = rows(refund_returns)
        self.channels = {one.pk: one.channel for one in rows(bookings)}
        self.charges = {one.id: one for one in rows(stripe_charges)}
        self.disputes = {one.id: one for one in rows(stripe_disputes)}
        self.moved = {one.id: one for one in rows(stripe_transactions)}
        self.lines = rows(stripe_payout_lines)
        self.parts: defaultdict[tuple[int, int | None], list[Any]] = defaultdict(list)
        for one in rows(payment_transfers):
            if not one.whole:
                self.parts[one.payment_pk, one.refund_pk].append(one)

    def counted(self, basis: Basis) -> Iterator[tuple[date | None, MoveKind, Any, Any]]:
        """Day, kind, the payment and the row itself, of whatever counts on some day."""
        if basis is Basis.PAYOUT:
            yield from self._paid_out()
            return
        for kind, row, refund in self._given():
            paid = self.payments[refund.payment_pk]
            if refund.business_date is not None and paid.state == "succeeded":
                yield self._day(basis, row), kind, paid, row
        for paid in self.payments.values():
            if paid.state == "succeeded" and paid.pk not in self.void:
                yield self._day(basis, paid), MoveKind.PAYMENT, paid, paid
        told = self.days.business_date if basis is Basis.BUSINESS else self.days.calendar_date
        for moved in self.moved.values():
            yield from ((told(moved.created), *one) for one in self._disputed(moved))

    def _paid_out(self) -> Iterator[tuple[date, MoveKind, Any, Any]]:
        for line in self.lines:
            if line.payout_id in self.arrived and line.id in self.moved:
                yield from ((self.arrived[line.payout_id], *one) for one in self._of(self.moved[line.id]))

    def takings(self, basis: Basis, days: DateRange) -> Iterator[tuple[date, MoveKind, Any, Any]]:
        for day, kind, paid, row in self.counted(basis):
            if day is not None and days.first <= day <= days.last:
                yield day, kind, paid, row

    def sums(self, kind: MoveKind, row: Any) -> tuple[str, Sums]:
        """The currency and what it adds."""
        if kind is MoveKind.PAYMENT:
            return row.currency, Sums(row.amount, 0, 0, row.rounding, 1)
        if kind is MoveKind.DISPUTE:
            dispute, moved = row
            amount = moved.amount if moved.currency == dispute.currency else dispute.amount
            return dispute.currency, Sums(0, 0, abs(amount) * (-1 if moved.amount < 0 else 1), 0, 1)
        refund, sign = (row, -1) if kind is MoveKind.REFUND else (self.refunds[row.refund_pk], self._sign(row))
        return refund.currency, Sums(0, refund.amount * sign, 0, refund.rounding * sign, 1)

    def homes(self, kind: MoveKind, paid: Any, row: Any) -> Iterator[tuple[str | None, str, Sums]]:
        """What each channel has of it."""
        currency, sums = self.sums(kind, row)
        yield self.channels.get(paid.booking_pk) if paid else None, currency, sums
        if kind is MoveKind.DISPUTE:
            return
        refund_pk = {MoveKind.PAYMENT: None, MoveKind.REFUND: row.pk}.get(kind, getattr(row, "refund_pk", None))
        for one in self.parts[paid.pk, refund_pk]:
            for home, sign in ((one.to_booking_pk, 1), (one.from_booking_pk, -1)):
                if kind is MoveKind.PAYMENT:
                    yield self.channels[home], one.currency, Sums(one.amount * sign)
                else:
                    back = -1 if kind is MoveKind.REFUND else self._sign(row)
                    yield self.channels[home], one.currency, Sums(0, one.amount * sign * back)

    def _day(self, basis: Basis, row: Any) -> date:
        found: date = row.business_date if basis is Basis.BUSINESS else self.days.calendar_date(row.occurred_at)
        return found

    def _sign(self, row: Any) -> int:
        return 1 if row.ordinal % 2 else -1

    def _given(self) -> Iterator[tuple[MoveKind, Any, Any]]:
        yield from ((MoveKind.REFUND, one, one) for one in self.refunds.values())
        yield from ((MoveKind.RETURN, one, self.refunds[one.refund_pk]) for one in self.returns)

    def _of(self, moved: Any) -> Iterator[tuple[MoveKind, Any, Any]]:
        """What a movement of the balance was for."""
        charge = self.charges.get(moved.source_id) if moved.type in CHARGED else None
        paid = self.by_id.get(charge.payment_intent_id or charge.id) if charge else None
        if paid is not None and paid.state == "succeeded":
            yield MoveKind.PAYMENT, paid, paid
        for kind, row, refund in self._given():
            types = RETURNED if kind is MoveKind.REFUND else REFUND_FAILED
            if refund.stripe_refund_id == moved.source_id is not None and moved.type in types:
                its = self.payments[refund.payment_pk]
                first = kind is MoveKind.REFUND or row.ordinal == 1
                if first and refund.business_date is not None and its.state == "succeeded":
                    yield kind, its, row
        yield from self._disputed(moved)

    def _disputed(self, moved: Any) -> Iterator[tuple[MoveKind, Any, Any]]:
        dispute = self.disputes.get(moved.source_id)
        if dispute is not None and moved.type == "adjustment":
            charge = self.charges.get(dispute.charge_id)
            intent = charge.payment_intent_id if charge else None
            paid = self.by_id.get(dispute.payment_intent_id or intent or dispute.charge_id)
            yield MoveKind.DISPUTE, paid, (dispute, moved)


def by_group(plain: Plain, basis: Basis, days: DateRange, by: Grouping | None) -> dict[Key, Sums]:
    found: dict[Key, Sums] = {}
    for day, kind, paid, row in plain.takings(basis, days):
        method = (paid.source, paid.method) if paid else ("stripe", "card")
        person = "Stripe" if kind is MoveKind.DISPUTE else row.actor
        own = {None: (day, *method), Grouping.METHOD: method, Grouping.PERSON: (person,)}
        if by is Grouping.CHANNEL:
            shares = [((channel,), currency, sums) for channel, currency, sums in plain.homes(kind, paid, row)]
        else:
            shares = [(own[by], *plain.sums(kind, row))]
        for key, currency, sums in shares:
            found.setdefault((*key, currency), Sums()).add(sums)
    return {key: sums for key, sums in found.items() if sums != Sums()}


def check(plain: Plain, book: Book) -> None:
    """Every sum of every range is the plain one."""
    for days in RANGES:
        for basis in BASES:
            by_day = {key: one for key, one in takings_by_day(book, days, basis).items() if one != Sums()}
            assert by_day == by_group(plain, basis, days, None)
            for by in Grouping:
                assert takings_by_group(book, days, basis, by) == by_group(plain, basis, days, by)
        check_payouts(plain, book, days)


def check_rows(plain: Plain, book: Book, days: DateRange) -> None:
    """The rows one by one come to the same."""
    for basis in BASES:
        found = list(moves(book, days, basis))
        rows = Counter((one.day, one.kind, one.currency, one.amount) for one in found)
        whole = ((day, kind, *plain.sums(kind, row)) for day, kind, _, row in plain.takings(basis, days))
        assert rows == Counter((day, kind, currency, one.takings) for day, kind, currency, one in whole)
        assert all(day_by(one, book.days, basis) == one.day for one in found)


def check_payouts(plain: Plain, book: Book, days: DateRange) -> None:
    for payout in payout_sums(book, MINE, days):
        told = [plain.moved[one.id] for one in plain.lines if one.payout_id == payout.id and one.id in plain.moved]
        told = [one for one in told if one.source_id != payout.id]
        gross: Counter[str] = Counter()
        for one in told:
            disputed = one.type == "adjustment" and one.source_id in plain.disputes
            gross[bucket_of(one.type, disputed=disputed)] += one.amount
        assert payout.gross == dict(gross)
        assert (payout.net, payout.fees, payout.lines) == (
            sum(one.net for one in told), sum(one.fee for one in told), len(told))  # fmt: skip
        missing = [one for one in told if one.type in CHARGED and one.source_id not in plain.charges]
        assert payout.missing == len(missing)


@pytest.fixture
def mix(desk: Desk, booked: Callable[..., Booking]) -> LedgerMix:
    homes = [booked(channel=channel).pk for channel in ("Direct", "Booking.com", "Direct", "")]
    return LedgerMix(desk, homes, DAYS)


@pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
def test_sums_are_those_of_all_rows(desk: Desk, mix: LedgerMix) -> None:
    for _ in range(2):
        mix.add(90)
        compare(desk)
        with desk.writing() as unit:
            link_all(unit.connection, MINE)
        compare(desk)


def compare(desk: Desk) -> None:
    with desk.db.reading_twice() as (connection, beside), ThreadPoolExecutor(1) as reader:
        arrived = arrivals(connection, MINE)
        plain = Plain(connection, DAYS, arrived)
        book = Book(connection, DAYS, MINE, arrived, reader, beside)
        check(plain, book)
        check_rows(plain, book, RANGES[1])
        assert (beside is None) == (connection.dialect.name != "sqlite")


def test_a_line_forgets_a_payment_that_is_not_its_own_any_more(desk: Desk, mix: LedgerMix) -> None:
    mix.add(40)
    with desk.writing() as unit:
        link_all(unit.connection, MINE)
        known = unit.connection.scalars(select(stripe_payout_lines.c.id).where(_KNOWN).order_by("id")).all()
        first, second, third, *rest = known
        change = update(stripe_transactions)
        sources = dict(unit.connection.execute(select(stripe_transactions.c.id, stripe_transactions.c.source_id)).all())
        unit.connection.execute(change.where(stripe_transactions.c.id == first).values(type="refund"))
        unit.connection.execute(change.where(stripe_transactions.c.id == second).values(source_id=sources[rest[0]]))
        its_charge = stripe_charges.c.id == sources[third]
        unit.connection.execute(update(stripe_charges).where(its_charge).values(payment_intent_id="pi_else"))
        unit.connection.execute(update(stripe_charges).values(disputed=True))
        still = unit.connection.scalars(select(stripe_payout_lines.c.id).where(_KNOWN).order_by("id")).all()
        assert still == rest
    compare(desk)


_KNOWN = stripe_payout_lines.c.payment_pk.is_not(None)
