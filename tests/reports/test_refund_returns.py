"""A refund that counted and fails later: its day does not change, and the money is back on a day of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.lists import MoneyKind, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Grouping, ReportName
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import ExportService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.storage import stripe_refunds
from rentease_desk.storage.day_list import read_day
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.storage.stripe_tables import stripe_transactions
from rentease_desk.storage.verifying import first_misfit
from tests.reports.conftest import days, table, utc
from tests.tools.accounts import DAY
from tests.tools.clocks import SetClock
from tests.tools.databases import SQLITE_FIRST, behind
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, settle

pytestmark = pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
"""On PostgreSQL in the long run, as the sync."""

THURSDAY, FRIDAY, SATURDAY = (days(f"2026-11-0{day}", f"2026-11-0{day}") for day in (5, 6, 7))
NOVEMBER = days("2026-11-01", "2026-11-30")
CARD = Card("card", 10_000, days_ago=0)


def close(desk: Desk, day: DateRange) -> None:
    service = DayService(desk)
    service.close(DayDraft(f"close {day.first}", day.first, service.state(day.first).open_things))


def on(desk: Desk, day: DateRange | None) -> tuple[int, int]:
    """What the list of payments comes to: received and returned. Its rows come to the same."""
    service = PaymentService(desk)
    query = PaymentQuery(days=day)
    totals = service.totals(query).counted
    sums = sum(one.received for one in totals), sum(one.returned for one in totals)
    assert sum(row.counted for row in service.page(service.keys(query))) == sum(sums)
    return sums


def files_of(reports: ReportService, day: DateRange, folder: Path) -> dict[str, bytes]:
    """Every report of a day by every basis that a close is to keep, as it is written."""
    found = {}
    kept = (ReportName.TAKINGS, ReportName.TAKINGS_BY, ReportName.MOVEMENTS, ReportName.REFUNDS, ReportName.BALANCES)
    for name in kept:
        for basis in set(NAMES[name].bases) - {Basis.PAYOUT}:
            for grouping in Grouping if name is ReportName.TAKINGS_BY else (Grouping.METHOD,):
                for file in reports.export(Ask(name, day, basis, by=grouping), folder / "report.csv"):
                    found[f"{name} {basis} {grouping}"] = file.path.read_bytes()
    return found


@pytest.fixture
def spread(bookings: BookingService, booked: Callable[..., Booking]) -> list[Booking]:
    """Two folios of different channels."""
    return [booked(reference=f"LN-{channel}", channel=channel) for channel in ("direct", "agency")]


def test_a_closed_day_keeps_a_refund_that_fails_later(
    at: SyncDesk,
    reports: ReportService,
    spread: list[Booking],
    bookings: BookingService,
    clock: SetClock,
    tmp_path: Path,
) -> None:
    desk, account = at.desk, at.account
    told = Happening(account, amount=10_000, currency="eur", metadata={"booking_reference": "LN-direct"}).all("pay")
    at.run()
    payment = MatchingService(desk).find(told.intent)
    parts = ((spread[0].pk, 3_000), (spread[1].pk, 7_000))
    PartService(desk).split(SplitDraft("s", payment.pk, parts, left=10_000, reason="two rooms"))
    told.all("wait:60 refund:4000 wait:60")
    at.run()
    assert on(desk, THURSDAY) == (10_000, -4_000)
    close(desk, THURSDAY)
    before = files_of(reports, THURSDAY, tmp_path)
    account.advance(DAY)
    clock.advance(2 * DAY)
    told.all("update-refund:failed wait:60")
    settle(at, {"LN-direct": "LN-direct"})

    assert files_of(reports, THURSDAY, tmp_path) == before
    assert [on(desk, day) for day in (THURSDAY, FRIDAY, None)] == [(10_000, -4_000), (0, 4_000), (10_000, 0)]
    found = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER))
    assert table(found, "business_day", "received", "returned", "takings") == [
        ("2026-11-05", 10_000, -4_000, 6_000),
        ("2026-11-06", 0, 4_000, 4_000),
    ]
    rows = reports.preview(Ask(ReportName.MOVEMENTS, FRIDAY))
    assert table(rows, "business_day", "kind", "payment_date", "amount") == [
        ("2026-11-06", "refund returned", "2026-11-05", 4_000)
    ]
    rows = reports.preview(Ask(ReportName.REFUNDS, NOVEMBER))
    assert table(rows, "day", "status", "failure", "asked_for", "returned") == [
        ("2026-11-05", "succeeded", None, 4_000, -4_000),
        ("2026-11-06", "refund returned", "unknown", 0, 4_000),
    ]
    channels = [reports.preview(Ask(ReportName.TAKINGS_BY, day, by=Grouping.CHANNEL)) for day in (THURSDAY, FRIDAY)]
    assert [sorted(table(one, "channel", "returned")) for one in channels] == [
        [("agency", -1_000), ("direct", -3_000)],
        [("agency", 1_000), ("direct", 3_000)],
    ]
    held = [reports.preview(Ask(ReportName.BALANCES, day)) for day in (THURSDAY, FRIDAY)]
    assert [sorted(table(one, "booking_reference", "paid")) for one in held] == [
        [("LN-agency", 6_000)],
        [("LN-agency", 7_000), ("LN-direct", 3_000)],
    ]
    with desk.db.reading() as connection:
        returned = [read_day(connection, day.first).returned for day in (THURSDAY, FRIDAY)]
        assert first_misfit(connection) is None
    assert [one.count for one in returned] == [1, 0]
    assert [one.amounts for one in returned] == [(Money(-4_000, "eur"),), (Money(4_000, "eur"),)]
    assert [bookings.get(one.pk).totals.balance for one in spread] == [-3_000, -7_000]
    exported = ExportService(desk).payments(PaymentQuery(), tmp_path / "payments.csv")
    assert exported.written.totals == {"eur": 10_000}
    assert b",refund_returned," in exported.path.read_bytes()


class Shown:
    """A card payment of 100.00, and pictures of its refund that Stripe shows, taken so many hours after it was made."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        pay(desk, Homeless(CARD))
        self.paid_at = MatchingService(desk).find(CARD.intent.id).occurred_at

    def at(self, hour: int, status: str, made: int | None = None) -> None:
        """A picture of that hour; ``made``: the refund, if it is another one than the first."""
        shown = StripeRefund(id=f"re_{made or 0}", charge_id=CARD.charge.id, payment_intent_id=CARD.intent.id,
                             created=self.paid_at + 60, amount=400, currency="eur", status=status, reason=None,
                             failure_reason=None)  # fmt: skip
        with self.desk.writing() as unit:
            moment = (self.paid_at + hour * 3_600) * 1_000_000
            store_refunds(unit, ACCOUNT, self.desk.property().days, moment, [shown])

    def moved(self, kind: str, at: int) -> None:
        """Stripe's balance tells of the first refund."""
        row = {"account": ACCOUNT.account, "livemode": False, "observed_at": 1, "id": f"txn_{kind}_{at}", "created": at,
               "available_on": at, "type": kind, "amount": 400, "fee": 0, "net": 400, "currency": "eur",
               "source_id": "re_0"}  # fmt: skip
        with self.desk.writing() as unit:
            unit.connection.execute(insert(stripe_transactions).values(row))

    def returns(self) -> list[tuple[int, str, str | None]]:
        """Number, business date, and the closed day of each row."""
        table = refund_returns.c
        with self.desk.db.reading() as connection:
            assert first_misfit(connection) is None
            rows = connection.execute(select(table.ordinal, table.business_date, table.late_of).order_by(table.pk))
            return [(row[0], str(row[1]), row[2] and str(row[2])) for row in rows]


@pytest.fixture
def shown(desk: Desk) -> Shown:
    return Shown(desk)


def test_each_change_counts_once_in_any_order_of_pictures(desk: Desk, shown: Shown, clock: SetClock) -> None:
    """What is not known of the balance counts when the desk learns of it."""
    shown.at(1, "succeeded")
    clock.advance(DAY)
    for hour in (30, 30, 20, 31):
        shown.at(hour, "failed" if hour >= 30 else "succeeded")
    assert shown.returns() == [(1, "2026-11-06", None)]
    clock.advance(DAY)
    for hour in (50, 40, 51):
        shown.at(hour, "failed" if hour == 40 else "succeeded")
    assert shown.returns()[1:] == [(2, "2026-11-07", None)]
    assert [on(desk, day)[1] for day in (THURSDAY, FRIDAY, SATURDAY, None)] == [-400, 400, -400, -400]
    shown.at(60, "canceled")
    assert [on(desk, day)[1] for day in (THURSDAY, FRIDAY, SATURDAY, None)] == [-400, 400, 0, 0]
    rows = PaymentService(desk).page(PaymentService(desk).keys(PaymentQuery(days=SATURDAY)))
    assert {(row.kind, row.counted) for row in rows} == {(MoneyKind.RETURN, 400), (MoneyKind.RETURN, -400)}


def test_what_never_counted_does_not_come_back(desk: Desk, shown: Shown) -> None:
    shown.at(1, "pending")
    shown.at(2, "failed")
    shown.at(3, "canceled", made=1)
    assert (shown.returns(), on(desk, None)[1]) == ([], 0)


def test_the_day_is_the_balances_and_the_next_open_one(desk: Desk, shown: Shown, clock: SetClock) -> None:
    shown.at(1, "succeeded")
    shown.moved("refund_failure", utc("2026-11-06T11:00"))
    clock.at = utc("2026-11-09T11:00")
    close(desk, FRIDAY)
    shown.at(90, "failed")
    assert shown.returns() == [(1, "2026-11-07", "2026-11-06")]
    assert [on(desk, day)[1] for day in (THURSDAY, FRIDAY, SATURDAY)] == [-400, 0, 400]
    (row,) = PaymentService(desk).page(PaymentService(desk).keys(PaymentQuery(days=SATURDAY)))
    assert (row.occurred_at, str(row.late_of)) == (utc("2026-11-06T11:00"), "2026-11-06")
    shown.moved("refund", utc("2026-11-08T11:00"))
    shown.at(91, "succeeded")
    assert shown.returns()[1:] == [(2, "2026-11-08", None)]


def test_the_database_itself_keeps_returns_as_they_are(desk: Desk, shown: Shown) -> None:
    shown.at(1, "succeeded")
    shown.at(2, "failed")
    close(desk, THURSDAY)
    names = "refund_pk, occurred_at, business_date, actor, desk, created_at"
    for statement in (
        "UPDATE refund_returns SET occurred_at = 1",
        "DELETE FROM refund_returns",
        f"INSERT INTO refund_returns (uid, ordinal, {names}) SELECT 'other', 2, {names} FROM refund_returns",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|closed"), behind(desk.db) as connection:
            connection.execute(text(statement))
    assert len(shown.returns()) == 1


def test_by_payout_it_comes_back_with_the_payout_that_has_it(at: SyncDesk, reports: ReportService) -> None:
    """Refunded in the payout of the 11th; it fails on the 9th, and is in the next one, of the 16th."""
    account = at.account
    told = Happening(account, amount=10_000, currency="eur").all("pay refund:1000")
    account.advance(4 * DAY)
    account.do("payout")
    account.advance(3_660)
    at.run()
    told.all("update-refund:failed wait:60")
    account.advance(5 * DAY)
    account.do("payout")
    account.advance(3_660)
    at.run()
    found = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER, Basis.PAYOUT))
    assert table(found, "payout", "received", "returned") == [("2026-11-11", 10_000, -1_000), ("2026-11-16", 0, 1_000)]
    first = DateRange(THURSDAY.first, days("2026-11-12", "2026-11-12").last)
    told_apart = reports.preview(Ask(ReportName.DIFFERENCES, first, Basis.BUSINESS, against=Basis.PAYOUT))
    assert table(told_apart, "business_day", "payout", "kind", "difference") == [
        ("2026-11-05", "2026-11-11", "payment", 0),
        ("2026-11-05", "2026-11-11", "refund", 0),
        ("2026-11-09", "2026-11-16", "refund returned", -1_000),
    ]
    assert told_apart.totals["eur"]["difference"] == -1_000


def test_what_failed_before_this_was_kept_is_written_by_the_next_sync(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where its payment lies before the days that are read."""
    told = Happening(at.account, amount=10_000, currency="eur").all("pay refund:4000 wait:60")
    at.run()
    told.all("wait:90000 update-refund:failed wait:60")
    with monkeypatch.context() as before:
        before.setattr(stripe_refunds, "add_return", lambda *_: False)
        at.run()
    at.account.advance(3 * DAY)
    at.run(days("2026-11-08", "2026-11-09"))
    assert [on(at.desk, day)[1] for day in (THURSDAY, FRIDAY, None)] == [-4_000, 4_000, 0]
