"""Refunds, folios, nights, failed payments and occupancy, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.charges import ChargeDraft
from rentease_desk.domain.folio_standing import FolioKind, FolioStanding
from rentease_desk.domain.money import Money
from rentease_desk.domain.nights import part
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.reporting import Ask, Basis, ReportName
from rentease_desk.domain.stays import Deed
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.stays import StayService
from tests.reports.conftest import Take, column, days, table, utc
from tests.services.conftest import draft
from tests.tools.clocks import SetClock
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk

NOVEMBER = days("2026-11-01", "2026-11-30")
DAY = 86_400


def test_refunds_beside_their_payments(
    at: SyncDesk, reports: ReportService, take: Take, give_back: Callable[[Payment, int], None], clock: SetClock
) -> None:
    october = take(10_000, "2026-10-30T12:00", "card")
    clock.at = utc("2026-11-06T02:30")  # 03:30: still the 5th
    give_back(october, 4_000)
    Happening(at.account, amount=2_000, currency="eur").all(
        "pay refund:pending update-refund:failed wait:60 refund:300"
    )
    at.run()
    found = reports.preview(Ask(ReportName.REFUNDS, NOVEMBER))
    assert table(found, "day", "method", "status", "payment_date", "payment_amount", "asked_for", "returned") == [
        ("2026-11-05", "Card · Stripe", "failed", "2026-11-05", 2_000, 2_000, 0),
        ("2026-11-05", "Card · Stripe", "succeeded", "2026-11-05", 2_000, 300, -300),
        ("2026-11-05", "Card terminal", "succeeded", "2026-10-30", 10_000, 4_000, -4_000),
    ]
    assert found.totals["eur"]["returned"] == -4_300
    late = reports.preview(Ask(ReportName.REFUNDS, days("2026-11-06", "2026-11-06"), Basis.OCCURRED))
    assert column(late, "returned") == [-4_000]


def test_failed_payments_with_whom_to_ask(at: SyncDesk, reports: ReportService, bookings: BookingService) -> None:
    named = {"booking_reference": "LN-2017"}
    bookings.add(draft())
    Happening(at.account, amount=2_000, currency="eur", metadata=named).all("create fail")
    Happening(at.account, amount=3_000, currency="eur").all("create fail succeed")
    at.run()
    found = reports.preview(Ask(ReportName.FAILED, NOVEMBER))
    assert table(found, "day", "booking_reference", "guest", "email", "phone", "asked_for") == [
        ("2026-11-05", "LN-2017", "Søren Lindqvist", "soren@lindqvist.example", "+46 70 123", 2_000)
    ]
    assert reports.preview(Ask(ReportName.FAILED, days("2026-11-06", "2026-11-06"))).rows == ()


def test_folios_by_hand(
    reports: ReportService, bookings: BookingService, take: Take, desk: Desk, give_back: Callable[[Payment, int], None]
) -> None:
    """On the evening of the 5th: nights and money before it count, what comes after does not."""

    def stay(reference: str, first: str, last: str, total: int) -> Booking:
        nights = {"arrival": date.fromisoformat(first), "departure": date.fromisoformat(last)}
        told = {"guest": Guest(reference), "reference": reference, "room": reference, "total": Money(total, "eur")}
        return bookings.add(draft(**nights, **told)).value

    coming, owing = stay("coming", "2026-11-20", "2026-11-22", 20_000), stay("owing", "2026-09-01", "2026-09-30", 9_000)
    over, even = stay("over", "2026-11-03", "2026-11-06", 5_000), stay("even", "2026-11-01", "2026-11-04", 700)
    take(6_000, "2026-11-04T10:00", booking=coming)
    back = take(1_000, "2026-11-04T10:00", booking=coming)
    take(100, "2026-11-06T10:00", booking=coming)
    give_back(back, 400)
    take(2_500, "2026-09-30T10:00", booking=owing)
    take(5_600, "2026-11-04T10:00", booking=over)
    take(700, "2026-11-04T10:00", booking=even)
    found = reports.preview(Ask(ReportName.BALANCES, days("2026-11-01", "2026-11-05")))
    assert table(found, "kind", "age", "guest", "charged", "paid", "deposit", "overpaid", "owed") == [
        ("owed by the guest", "31 to 60 days", "owing", 9_000, 2_500, 0, 0, 6_500),
        ("owed to the guest", "stay not over", "over", 5_000, 5_600, 0, 600, 0),
        ("deposit held", "", "coming", 20_000, 6_600, 6_600, 0, 0),
    ]
    assert found.totals["eur"] == {"charged": 34_000, "paid": 14_700, "deposit": 6_600, "overpaid": 600, "owed": 6_500}
    later = reports.preview(Ask(ReportName.BALANCES, days("2026-11-20", "2026-11-20")))
    assert table(later, "kind", "guest", "deposit", "owed")[-1] == ("owed by the guest", "coming", 0, 13_300)


def test_a_cancelled_stay_holds_no_deposit() -> None:
    stay, day = (date(2026, 12, 1), date(2026, 12, 3)), date(2026, 11, 5)
    told = FolioStanding("R", "Ada", *stay, "", BookingStatus.CANCELLED, "eur", charged=500, paid=2_000)
    assert (told.kind(day), told.amount(day)) == (FolioKind.OVERPAID, 1_500)


def test_money_without_a_booking_is_told(at: SyncDesk, reports: ReportService) -> None:
    Happening(at.account, amount=2_000, currency="eur").all("pay refund:300")
    at.run()
    found = reports.preview(Ask(ReportName.BALANCES, NOVEMBER))
    assert found.rows == ()
    assert found.notes[-1] == "Not on any folio, as no booking is known: 17.00 EUR."


@given(minor=st.integers(-(10**9), 10**9), count=st.integers(1, 400))
def test_parts_of_nights_sum_to_the_whole(minor: int, count: int) -> None:
    parts = [part(minor, at, count) for at in range(count)]
    assert sum(parts) == minor
    assert max(parts) - min(parts) <= 1
    assert [part(-minor, at, count) for at in range(count)] == [-one for one in parts]


def test_nights_that_were_stayed_are_earned(
    reports: ReportService, bookings: BookingService, desk: Desk, settings: SettingsService, clock: SetClock
) -> None:
    """EUR 100.00 for three nights, 10 % contained, city tax 6.00; the guest leaves after two."""
    settings.set({"room_tax": "10"})
    clock.at = utc("2026-11-01T13:00")
    first = date(2026, 11, 1)
    stayed = bookings.add(draft(arrival=first, departure=first + timedelta(days=3), total=Money(10_000, "eur"))).value
    bookings.add(draft(reference="never came", room="7", arrival=first, departure=first + timedelta(days=3)))
    tax = ChargeDraft("t", stayed.pk, ChargeKind.CITY_TAX, Money(200, "eur"), quantity=3)
    ChargeService(desk).add(tax)
    stays = StayService(desk)
    stays.do(Deed.CHECK_IN, stayed.pk)
    clock.at = utc("2026-11-03T09:00")
    found = reports.preview(Ask(ReportName.NIGHTS, NOVEMBER))
    names = ("night", "accommodation", "tax", "city_tax", "not_stayed", "earned")
    # 100.00 contains 9.09 of tax; a third each, and the cent that is over on the last night.
    assert table(found, *names) == [
        ("2026-11-01", 3_333, 303, 200, 0, 3_333),
        ("2026-11-02", 3_333, 303, 200, 0, 3_333),
    ]
    stays.do(Deed.CHECK_OUT, stayed.pk, open_balance=10_600)
    clock.at += 3 * DAY
    assert table(reports.preview(Ask(ReportName.NIGHTS, NOVEMBER)), *names)[2:] == [
        ("2026-11-03", 0, 0, 0, 3_534, 0),
    ]
    full = reports.preview(Ask(ReportName.OCCUPANCY, days("2026-11-01", "2026-11-03")))
    assert table(full, "night", "rooms", "taken", "free", "arrivals", "occupancy") == [
        ("2026-11-01", 2, 2, 0, 2, 1_000),
        ("2026-11-02", 2, 2, 0, 0, 1_000),
        ("2026-11-03", 2, 1, 1, 0, 500),
    ]
    assert full.totals == {"": {"rooms": 6, "taken": 5, "blocked": 0, "free": 1, "arrivals": 2}}
