"""Takings, by hand: days of 23 and 25 hours, the far ends of the world, currencies, refunds, voids, cash rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.reporting import Ask, Basis, Grouping, ReportName
from rentease_desk.services.desk import Desk
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from tests.reports.conftest import Take, column, days, table
from tests.tools.clocks import SetClock

GiveBack = Callable[[Payment, int], None]
SUMS = ("received", "returned", "cash_rounding", "takings")
AUTUMN = (  # Trieste, Sun 25 Oct 2026: 02:00 to 03:00 comes twice
    (100, "2026-10-24T21:59:59"),  # 23:59:59 on the 24th
    (200, "2026-10-24T22:00:00"),  # midnight
    (400, "2026-10-25T00:30:00"),  # 02:30
    (800, "2026-10-25T01:30:00"),  # 02:30 again
    (1600, "2026-10-25T02:59:59"),  # 03:59:59
    (3200, "2026-10-25T03:00:00"),  # 04:00, the day rolls
    (6400, "2026-10-25T22:59:59"),  # 23:59:59
    (12800, "2026-10-25T23:00:00"),  # midnight
    (25600, "2026-10-26T02:59:59"),  # 03:59:59 on the 26th
)
SPRING = (  # Trieste, Sun 29 Mar 2026: 02:00 to 03:00 does not come
    (100, "2026-03-28T22:59:59"),  # 23:59:59 on the 28th
    (200, "2026-03-28T23:00:00"),  # midnight
    (400, "2026-03-29T00:59:59"),  # 01:59:59
    (800, "2026-03-29T01:00:00"),  # 03:00
    (1600, "2026-03-29T01:59:59"),  # 03:59:59
    (3200, "2026-03-29T02:00:00"),  # 04:00, the day rolls
    (6400, "2026-03-29T21:59:59"),  # 23:59:59
    (12800, "2026-03-29T22:00:00"),  # midnight
)
AUTUMN_FAR = (  # Auckland, Sun 5 Apr 2026: 02:00 comes twice
    (100, "2026-04-04T10:59:59"),  # 23:59:59 on the 4th
    (200, "2026-04-04T11:00:00"),  # midnight
    (400, "2026-04-04T13:30:00"),  # 02:30
    (800, "2026-04-04T14:30:00"),  # 02:30 again
    (1600, "2026-04-04T15:59:59"),  # 03:59:59
    (3200, "2026-04-04T16:00:00"),  # 04:00, the day rolls
    (6400, "2026-04-05T11:59:59"),  # 23:59:59
    (12800, "2026-04-05T12:00:00"),  # midnight
)
SPRING_FAR = (  # Auckland, Sun 27 Sep 2026: 02:00 to 03:00 does not come
    (100, "2026-09-26T11:59:59"),  # 23:59:59 on the 26th
    (200, "2026-09-26T12:00:00"),  # midnight
    (400, "2026-09-26T13:59:59"),  # 01:59:59
    (800, "2026-09-26T14:00:00"),  # 03:00
    (1600, "2026-09-26T14:59:59"),  # 03:59:59
    (3200, "2026-09-26T15:00:00"),  # 04:00, the day rolls
    (6400, "2026-09-27T10:59:59"),  # 23:59:59
    (12800, "2026-09-27T11:00:00"),  # midnight
)
FAR = {
    "Pacific/Auckland": (  # UTC+13
        (100, "2026-11-05T10:59:59"),  # 23:59:59 on the 5th
        (200, "2026-11-05T11:00:00"),  # midnight
        (400, "2026-11-05T14:59:59"),  # 03:59:59
        (800, "2026-11-05T15:00:00"),  # 04:00 on the 6th
    ),
    "Pacific/Honolulu": (  # UTC-10
        (100, "2026-11-06T09:59:59"),
        (200, "2026-11-06T10:00:00"),
        (400, "2026-11-06T13:59:59"),
        (800, "2026-11-06T14:00:00"),
    ),
}


def _by_day(reports: ReportService, first: str, last: str, basis: Basis) -> list[tuple[object, ...]]:
    found = reports.preview(Ask(ReportName.TAKINGS, days(first, last), basis, currency="eur"))
    return table(found, basis.value.replace("-", "_"), "takings")


def test_a_day_of_25_hours(reports: ReportService, take: Take) -> None:
    for minor, at in AUTUMN:
        take(minor, at)
    range_ = ("2026-10-24", "2026-10-26")
    assert _by_day(reports, *range_, Basis.BUSINESS) == [("2026-10-24", 3_100), ("2026-10-25", 48_000)]
    assert _by_day(reports, *range_, Basis.OCCURRED) == [
        ("2026-10-24", 100),
        ("2026-10-25", 12_600),
        ("2026-10-26", 38_400),
    ]


def test_a_day_of_23_hours(reports: ReportService, take: Take) -> None:
    for minor, at in SPRING:
        take(minor, at)
    range_ = ("2026-03-28", "2026-03-30")
    assert _by_day(reports, *range_, Basis.BUSINESS) == [("2026-03-28", 3_100), ("2026-03-29", 22_400)]
    assert _by_day(reports, *range_, Basis.OCCURRED) == [
        ("2026-03-28", 100),
        ("2026-03-29", 12_600),
        ("2026-03-30", 12_800),
    ]


@pytest.mark.parametrize("zone", FAR)
def test_the_far_ends_of_the_world(reports: ReportService, take: Take, settings: SettingsService, zone: str) -> None:
    settings.set({"zone": zone})
    for minor, at in FAR[zone]:
        take(minor, at)
    assert _by_day(reports, "2026-11-01", "2026-11-30", Basis.BUSINESS) == [("2026-11-05", 700), ("2026-11-06", 800)]
    assert _by_day(reports, "2026-11-01", "2026-11-30", Basis.OCCURRED) == [("2026-11-05", 100), ("2026-11-06", 1_400)]
    assert reports.preview(Ask(ReportName.TAKINGS, days("2026-11-05", "2026-11-05"))).zone == zone


@pytest.mark.parametrize(("told", "month", "day"), [(AUTUMN_FAR, "04", 4), (SPRING_FAR, "09", 26)])
def test_days_of_23_and_25_hours_at_the_end_of_the_world(
    reports: ReportService, take: Take, settings: SettingsService, told: Sequence[tuple[int, str]], month: str, day: int
) -> None:
    settings.set({"zone": "Pacific/Auckland"})
    for minor, at in told:
        take(minor, at)
    before, clocks, after = (f"2026-{month}-{one:02}" for one in (day, day + 1, day + 2))
    assert _by_day(reports, before, after, Basis.BUSINESS) == [(before, 3_100), (clocks, 22_400)]
    assert _by_day(reports, before, after, Basis.OCCURRED) == [(before, 100), (clocks, 12_600), (after, 12_800)]


def test_why_two_takings_differ(reports: ReportService, take: Take) -> None:
    for minor, at in AUTUMN:
        take(minor, at)
    sunday = days("2026-10-25", "2026-10-25")
    found = reports.preview(Ask(ReportName.DIFFERENCES, sunday, Basis.BUSINESS, against=Basis.OCCURRED))
    assert table(found, "business_day", "occurred", "difference") == [
        ("2026-10-25", "2026-10-26", -12_800),
        ("2026-10-25", "2026-10-26", -25_600),
        ("2026-10-24", "2026-10-25", 200),
        ("2026-10-24", "2026-10-25", 400),
        ("2026-10-24", "2026-10-25", 800),
        ("2026-10-24", "2026-10-25", 1_600),
    ]
    # 126.00 by the calendar less 480.00 by the business day.
    assert found.totals == {"eur": {"difference": 12_600 - 48_000}}
    both = reports.preview(Ask(ReportName.DIFFERENCES, days("2026-10-24", "2026-10-26"), Basis.BUSINESS))
    assert column(both, "difference") == [0, 0, 0, 0, 0, 0]
    assert both.totals == {"eur": {"difference": 0}}
    with pytest.raises(InputError, match="nothing to compare"):
        reports.preview(Ask(ReportName.DIFFERENCES, sunday, Basis.OCCURRED, against=Basis.OCCURRED))


def test_money_returned_counts_on_its_own_day(
    reports: ReportService, take: Take, give_back: GiveBack, payments: PaymentService, clock: SetClock
) -> None:
    october = take(10_000, "2026-10-30T12:00", "card")
    take(2_500, "2026-11-05T09:00", "transfer")
    void = take(777, "2026-11-05T10:00")
    payments.void(void.pk, "typed twice")
    give_back(october, 4_000)
    november = days("2026-11-01", "2026-11-30")
    found = reports.preview(Ask(ReportName.TAKINGS, november, currency="eur"))
    assert table(found, "business_day", "received_transfer", *SUMS) == [("2026-11-05", 2_500, 2_500, -4_000, 0, -1_500)]
    assert "received_cash" not in {one.name for one in found.columns}
    assert [(str(one.day), one.received, one.returned, one.is_open) for one in found.bars][4:6] == [
        ("2026-11-05", 2_500, -4_000, True),
        ("2026-11-06", 0, 0, True),
    ]
    rows = reports.preview(Ask(ReportName.MOVEMENTS, november))
    assert table(rows, "kind", "method", "payment_date", "amount") == [
        ("payment", "Bank transfer", None, 2_500),
        ("refund", "Card terminal", "2026-10-30", -4_000),
    ]
    assert rows.totals == {"eur": {"amount": -1_500, "cash_rounding": 0}}
    assert rows.count == 2


def test_currencies_are_never_added(
    reports: ReportService, take: Take, give_back: GiveBack, settings: SettingsService
) -> None:
    settings.set({"cash_rounding": "CHF 0.05"})
    november = days("2026-11-01", "2026-11-30")
    for currency, minor in (("jpy", 24_800), ("kwd", 12_345), ("eur", 100)):
        take(minor, "2026-11-05T09:00", currency=currency)
    francs = take(47_202, "2026-11-05T09:00", currency="chf")  # 472.00 is taken
    give_back(francs, 103)  # 1.05 is handed out
    found = reports.preview(Ask(ReportName.TAKINGS, november))
    assert table(found, "currency", *SUMS) == [
        ("CHF", 47_202, -103, -4, 47_099),
        ("EUR", 100, 0, 0, 100),
        ("JPY", 24_800, 0, 0, 24_800),
        ("KWD", 12_345, 0, 0, 12_345),
    ]
    one = reports.preview(Ask(ReportName.TAKINGS, november, currency="chf"))
    assert one.others == (Money(100, "eur"), Money(24_800, "jpy"), Money(12_345, "kwd"))
    assert list(one.totals) == ["chf"]
    assert len(one.rows) == one.count == 1


def test_by_person_and_channel(
    reports: ReportService, take: Take, give_back: GiveBack, booked: Callable[..., Booking], desk: Desk
) -> None:
    direct, agency = booked(channel="Direct"), booked(channel="Booking.com")
    first = take(9_000, "2026-11-05T09:00", booking=direct)
    take(5_000, "2026-11-05T09:10", "card", booking=agency)
    take(70, "2026-11-05T09:20", booking=booked())
    give_back(first, 1_000)
    november = days("2026-11-01", "2026-11-30")

    def by(grouping: Grouping) -> list[tuple[object, ...]]:
        found = reports.preview(Ask(ReportName.TAKINGS_BY, november, by=grouping))
        assert found.totals["eur"]["takings"] == 13_070
        return table(found, grouping.value, "rows", "received", "returned", "takings")

    assert by(Grouping.CHANNEL) == [
        ("Direct", 2, 9_000, -1_000, 8_000),
        ("Booking.com", 1, 5_000, 0, 5_000),
        ("No channel", 1, 70, 0, 70),
    ]
    assert by(Grouping.METHOD) == [("Cash", 3, 9_070, -1_000, 8_070), ("Card terminal", 1, 5_000, 0, 5_000)]
    assert by(Grouping.PERSON) == [("Elena", 4, 14_070, -1_000, 13_070)]
    PartService(desk).split(SplitDraft("s", first.pk, ((direct.pk, 2_000), (agency.pk, 6_000))))
    assert by(Grouping.CHANNEL) == [
        ("Booking.com", 1, 11_000, 0, 11_000),
        ("Direct", 2, 3_000, -1_000, 2_000),
        ("No channel", 1, 70, 0, 70),
    ]
