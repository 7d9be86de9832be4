"""Reports of past days say what they said then: what is done to a stay, or written of it, later is told later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.charges import ChargeDraft
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.reporting import Ask, Basis, Preview, ReportName
from rentease_desk.domain.stays import Deed
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import ExportService
from rentease_desk.services.parts import PartService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.stays import StayService
from tests.reports.conftest import Take, column, days, table, utc
from tests.services.conftest import draft
from tests.tools.clocks import SetClock

DAY = 86_400
FIRST = date(2026, 11, 1)
DAYS = ("2026-11-01", "2026-11-02")
NIGHTS = ("night", "accommodation", "city_tax", "not_stayed", "earned")
FULL = ("night", "taken", "free", "arrivals")

Asking = Callable[[str, str, ReportName], Preview]


@pytest.fixture
def stay(bookings: BookingService) -> Callable[..., Booking]:
    """A booking of three nights from the first of November on, of 30.00 in a room of its own."""

    def make(name: str, **more: object) -> Booking:
        wanted = {"guest": Guest(name), "reference": name, "room": name, "total": Money(3_000, "eur"),
                  "arrival": FIRST, "departure": FIRST + timedelta(days=3)} | more  # fmt: skip
        return bookings.add(draft(**wanted)).value

    return make


@pytest.fixture
def ask(reports: ReportService) -> Asking:
    return lambda first, last, name: reports.preview(Ask(name, days(first, last)))


def close(desk: Desk, day: date) -> None:
    days = DayService(desk)
    days.close(DayDraft(desk.ids.uid(), day, days.state(day).open_things))


def test_a_deposit_is_one_on_its_evening_whatever_becomes_of_the_stay(
    reports: ReportService,
    ask: Asking,
    stay: Callable[..., Booking],
    bookings: BookingService,
    take: Take,
    desk: Desk,
    clock: SetClock,
) -> None:
    """Cancelled, moved and made certain the day after: the evening before stays as it was, in its order too."""
    clock.at = utc("2026-11-01T13:00")
    later = {"arrival": date(2026, 12, 1), "departure": date(2026, 12, 3)}
    gone, moved = stay("gone", **later), stay("moved", **later | {"arrival": date(2026, 12, 2)})
    unsure = stay("unsure", **later, status=BookingStatus.TENTATIVE)
    for one in (gone, moved, unsure):
        take(1_000, "2026-11-01T12:00", booking=one)
    before = ask("2026-11-01", "2026-11-01", ReportName.BALANCES)
    assert [one[:2] for one in table(before, "kind", "guest", "status")] == [
        ("deposit held", "gone"), ("deposit held", "unsure"), ("deposit held", "moved"),
    ]  # fmt: skip
    clock.at += DAY
    StayService(desk).do(Deed.CANCEL, gone.pk)
    early = draft(guest=Guest("moved"), reference="moved", room="moved", total=None, arrival=date(2026, 11, 1),
                  departure=date(2026, 12, 3))  # fmt: skip
    bookings.edit(moved.pk, moved.version, early)
    sure = draft(guest=Guest("unsure"), reference="unsure", room="unsure", total=None, **later)
    bookings.edit(unsure.pk, unsure.version, sure)
    assert ask("2026-11-01", "2026-11-01", ReportName.BALANCES).rows == before.rows
    now = ask("2026-11-02", "2026-11-02", ReportName.BALANCES)
    assert table(now, "kind", "guest", "status", "arrival") == [
        ("owed by the guest", "moved", "confirmed", "2026-11-01"),
        ("owed to the guest", "gone", "cancelled", "2026-12-01"),
        ("deposit held", "unsure", "confirmed", "2026-12-01"),
    ]
    made = [reports.preview(Ask(ReportName.BOOKINGS, days("2026-11-01", last), Basis.MADE))
            for last in ("2026-11-01", "2026-11-02")]  # fmt: skip
    assert [column(one, "status") for one in made] == [
        ["confirmed", "confirmed", "tentative"], ["confirmed", "cancelled", "confirmed"],
    ]  # fmt: skip


def test_money_that_is_moved_later_was_where_it_was(
    ask: Asking, stay: Callable[..., Booking], take: Take, desk: Desk, clock: SetClock
) -> None:
    clock.at = utc("2026-11-01T13:00")
    one, other = stay("one"), stay("other")
    paid = take(3_000, "2026-11-01T12:00", booking=one)
    before = ask("2026-11-01", "2026-11-01", ReportName.BALANCES)
    assert table(before, "guest", "owed") == [("other", 3_000)]
    clock.at += DAY
    PartService(desk).move(MoveDraft("move", paid.pk, other.pk))
    assert ask("2026-11-01", "2026-11-01", ReportName.BALANCES).rows == before.rows
    assert table(ask("2026-11-02", "2026-11-02", ReportName.BALANCES), "guest", "owed") == [("one", 3_000)]
    clock.at += DAY
    PartService(desk).move(MoveDraft("back", paid.pk, one.pk))
    assert ask("2026-11-01", "2026-11-01", ReportName.BALANCES).rows == before.rows
    assert ask("2026-11-03", "2026-11-03", ReportName.BALANCES).rows == before.rows


def test_what_is_done_on_a_closed_day_is_not_of_that_day(
    ask: Asking, stay: Callable[..., Booking], take: Take, desk: Desk, clock: SetClock
) -> None:
    """The day is closed at noon; a stay is cancelled in the same second, on the same business day."""
    clock.at = utc("2026-11-01T12:00")
    coming = stay("coming", arrival=date(2026, 12, 1), departure=date(2026, 12, 3))
    take(1_000, "2026-11-01T12:00", booking=coming)
    close(desk, FIRST)
    before = ask("2026-11-01", "2026-11-01", ReportName.BALANCES)
    StayService(desk).do(Deed.CANCEL, coming.pk)
    assert ask("2026-11-01", "2026-11-01", ReportName.BALANCES).rows == before.rows
    assert column(before, "status") == ["confirmed"]
    assert column(ask("2026-11-02", "2026-11-02", ReportName.BALANCES), "overpaid") == [1_000]


def test_nights_of_a_closed_day_stay_and_what_is_known_later_is_told_later(
    ask: Asking, stay: Callable[..., Booking], desk: Desk, clock: SetClock
) -> None:
    """Who had come late in the evening is checked in when the day is closed; another pays city tax after it."""
    stays = StayService(desk)
    clock.at = utc("2026-11-01T13:00")
    here, late, never = stay("here"), stay("late"), stay("never")
    stays.do(Deed.CHECK_IN, here.pk)
    for _ in range(2):
        clock.at += DAY
        close(desk, FIRST if clock.at < utc("2026-11-03T00:00") else FIRST + timedelta(days=1))
    nights = [ask(one, one, ReportName.NIGHTS) for one in DAYS]
    full = [ask(one, one, ReportName.OCCUPANCY) for one in DAYS]
    assert [table(one, *NIGHTS) for one in nights] == [
        [("2026-11-01", 1_000, 0, 0, 1_000)], [("2026-11-02", 1_000, 0, 0, 1_000)],
    ]  # fmt: skip
    assert [table(one, *FULL) for one in full] == [[("2026-11-01", 3, 0, 3)], [("2026-11-02", 3, 0, 0)]]
    stays.do(Deed.CHECK_IN, late.pk)
    stays.do(Deed.NO_SHOW, never.pk)
    tax = ChargeDraft("tax", here.pk, ChargeKind.CITY_TAX, Money(200, "eur"), quantity=3)
    ChargeService(desk).add(tax)
    stays.do(Deed.CHECK_OUT, here.pk, open_balance=3_600)
    stay("made later", room="never")
    clock.at += DAY
    assert [ask(one, one, ReportName.NIGHTS).rows for one in DAYS] == [one.rows for one in nights]
    assert [ask(one, one, ReportName.OCCUPANCY).rows for one in DAYS] == [one.rows for one in full]
    third = table(ask("2026-11-03", "2026-11-03", ReportName.NIGHTS), *NIGHTS)
    assert third == [
        ("2026-11-01", 1_000, 200, 0, 1_000),
        ("2026-11-02", 1_000, 200, 0, 1_000),
        ("2026-11-03", 1_000, 0, 1_200, 1_000),
    ]
    whole = ask("2026-10-01", "2026-11-30", ReportName.NIGHTS).totals["eur"]
    assert whole["earned"] == 5_000, "all three days, each once"
    assert whole["city_tax"] == 400


def test_who_leaves_after_the_close_slept_there(
    ask: Asking, stay: Callable[..., Booking], desk: Desk, clock: SetClock
) -> None:
    """Checked out and back, on a day that was closed in between: of each close what stood then."""
    stays = StayService(desk)
    clock.at = utc("2026-11-01T13:00")
    here = stay("here")
    stays.do(Deed.CHECK_IN, here.pk)
    clock.at = utc("2026-11-02T13:00")
    out = stays.do(Deed.CHECK_OUT, here.pk, open_balance=3_000).value
    close(desk, FIRST)
    close(desk, FIRST + timedelta(days=1))
    clock.at += 2 * DAY
    told = [table(ask("2026-11-01", "2026-11-02", name), *names)
            for name, names in ((ReportName.NIGHTS, NIGHTS), (ReportName.OCCUPANCY, FULL))]  # fmt: skip
    assert told == [
        [("2026-11-01", 1_000, 0, 0, 1_000), ("2026-11-02", 0, 0, 1_000, 0)],
        [("2026-11-01", 1, 0, 1), ("2026-11-02", 0, 1, 0)],
    ]
    stays.undo(here.pk, out.uid)
    assert [table(ask("2026-11-01", "2026-11-02", name), *names)
            for name, names in ((ReportName.NIGHTS, NIGHTS), (ReportName.OCCUPANCY, FULL))] == told  # fmt: skip
    later = table(ask("2026-11-03", "2026-11-03", ReportName.NIGHTS), *NIGHTS)
    assert later == [("2026-11-02", 1_000, 0, -1_000, 1_000), ("2026-11-03", 1_000, 0, 0, 1_000)]


def test_another_day_that_is_reopened_changes_nothing_of_a_closed_one(
    ask: Asking, stay: Callable[..., Booking], desk: Desk, clock: SetClock
) -> None:
    """The second was closed before the first; who came is written between the two."""
    stays = StayService(desk)
    clock.at = utc("2026-11-02T13:00")
    late, later = stay("late"), stay("later")
    close(desk, FIRST + timedelta(days=1))
    stays.do(Deed.CHECK_IN, late.pk)
    close(desk, FIRST)
    clock.at += DAY
    told = [table(ask(one, one, ReportName.NIGHTS), *NIGHTS) for one in (*DAYS, "2026-11-03")]
    DayService(desk).reopen(DayDraft("again", FIRST + timedelta(days=1), reason="a slip was found"))
    stays.do(Deed.CHECK_IN, later.pk)
    assert table(ask(DAYS[0], DAYS[0], ReportName.NIGHTS), *NIGHTS) == told[0] == []
    assert [len(one) for one in told] == [0, 0, 0], "the third night is not over"
    open_now = table(ask(DAYS[1], DAYS[1], ReportName.NIGHTS), *NIGHTS)
    assert open_now == [("2026-11-01", 2_000, 0, 0, 2_000), ("2026-11-02", 2_000, 0, 0, 2_000)]


def test_a_day_that_is_reopened_is_told_as_it_is(
    ask: Asking, stay: Callable[..., Booking], desk: Desk, clock: SetClock
) -> None:
    clock.at = utc("2026-11-01T13:00")
    late = stay("late")
    close(desk, FIRST)
    StayService(desk).do(Deed.CHECK_IN, late.pk)
    clock.at += DAY
    assert ask("2026-11-01", "2026-11-01", ReportName.NIGHTS).rows == ()
    DayService(desk).reopen(DayDraft("again", FIRST, reason="a guest was forgotten"))
    assert column(ask("2026-11-01", "2026-11-01", ReportName.NIGHTS), "earned") == [1_000]


def test_the_file_of_payments_keeps_the_status_of_its_evening(
    take: Take, give_back: Callable[[Payment, int], None], desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    exports, first = ExportService(desk), days("2026-11-01", "2026-11-01")
    clock.at = utc("2026-11-01T13:00")
    paid = take(1_000, "2026-11-01T12:00")
    query = PaymentQuery(days=first, descending=False)
    before = exports.payments(query, tmp_path / "one.csv")
    assert b'"status": "evening of 2026-11-01"' in before.sidecar.read_bytes()
    clock.at += DAY
    give_back(paid, 400)
    again = exports.payments(query, tmp_path / "two.csv")
    assert again.path.read_bytes() == before.path.read_bytes()
    now = exports.payments(replace(query, days=days("2026-11-01", "2026-11-02")), tmp_path / "three.csv")
    assert b"partially_refunded" in now.path.read_bytes()
    everything = exports.payments(PaymentQuery(), tmp_path / "four.csv")
    assert b'"status": "now"' in everything.sidecar.read_bytes()
