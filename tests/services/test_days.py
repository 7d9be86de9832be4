"""Business days that are closed, on both engines: nothing of them changes, and what comes later counts on the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking, ChargeKind
from rentease_desk.domain.charges import ChargeDraft
from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.day_close import DayDraft, OpenKind, SomethingOpenError
from rentease_desk.domain.drawers import OpenDraft
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.open_days import Counted, OpenDays
from rentease_desk.domain.parts import MoveDraft
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.storage.stripe_refunds import store_refunds
from tests.services.conftest import journal_entries, journal_is_whole
from tests.services.test_folio_races import at_once
from tests.tools.clocks import SetClock
from tests.tools.databases import as_admin
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay

THURSDAY, FRIDAY = date(2026, 11, 5), date(2026, 11, 6)
"""The day of the tests' clock, and the next."""


@pytest.fixture
def days(desk: Desk) -> DayService:
    return DayService(desk)


def shut(days: DayService, day: date = THURSDAY, uid: str = "close") -> None:
    """Close it, whatever is open."""
    days.close(DayDraft(uid, day, days.state(day).open_things))


def cash(booking: Booking, uid: str, minor: int = 500, occurred_at: int | None = None) -> PaymentDraft:
    return PaymentDraft(uid, booking.pk, "cash", Money(minor, "eur"), occurred_at=occurred_at)


def taken(payments: PaymentService, day: date) -> int:
    """What was received less what was given back on a day, minor units."""
    totals = payments.totals(PaymentQuery(days=DateRange(day, day))).counted
    return sum(one.received + one.returned for one in totals)


def test_money_that_comes_after_the_close_counts_on_the_next_open_day(
    desk: Desk, days: DayService, payments: PaymentService, clock: SetClock, soren: Booking
) -> None:
    before, untouched = (payments.take(cash(soren, uid)).value for uid in ("before", "untouched"))
    shut(days)
    shut_twice = days.close(DayDraft("close", THURSDAY, ()))
    assert not shut_twice.changes, "sent twice, closed once"
    after = payments.take(cash(soren, "after")).value
    assert (after.business_date, after.late_of) == (FRIDAY, THURSDAY)
    assert (days.now().today, days.now().counts_on) == (THURSDAY, FRIDAY)
    charge = ChargeService(desk).add(ChargeDraft("bar", soren.pk, ChargeKind.EXTRA, Money(700, "eur"), 1, "Bar")).value
    assert charge.business_date == FRIDAY
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    refunds.plan(RefundDraft("r", before.pk, Money(100, "eur"), "too warm"))
    assert (taken(payments, THURSDAY), taken(payments, FRIDAY)) == (1_000, 400)
    with pytest.raises(KnownError) as caught:
        payments.void(untouched.pk, "typed twice")
    assert caught.value.code == "void.day_closed"
    payments.void(after.pk, "typed twice")
    clock.advance(24 * 3600)
    assert payments.take(cash(soren, "friday")).value.late_of is None
    assert [one for one in journal_entries(desk) if one[0] == "day"] == [("day", "close")]
    assert journal_is_whole(desk)


def test_a_day_is_reopened_for_a_reason_and_what_moved_on_stays_there(
    desk: Desk, days: DayService, payments: PaymentService, soren: Booking
) -> None:
    shut(days)
    payments.take(cash(soren, "after"))
    with pytest.raises(InputError) as caught:
        days.reopen(DayDraft("open", THURSDAY))
    assert caught.value.code == "day.reason_missing"
    days.reopen(DayDraft("open", THURSDAY, reason="the bar's slip was found"))
    assert payments.take(cash(soren, "again")).value.business_date == THURSDAY
    shut(days, uid="close again")
    state = days.state(THURSDAY)
    assert state.closed
    assert [(one.closed, one.reason) for one in state.deeds] == [
        (True, ""),
        (False, "the bar's slip was found"),
        (True, ""),
    ]
    assert (taken(payments, THURSDAY), taken(payments, FRIDAY)) == (500, 500)
    assert [one[1] for one in journal_entries(desk) if one[0] == "day"] == ["close", "reopen", "close"]


def test_a_day_that_is_not_there_yet_or_closed_already_is_not_closed(days: DayService) -> None:
    with pytest.raises(KnownError) as caught:
        shut(days, FRIDAY)
    assert caught.value.code == "day.to_come"
    shut(days)
    for code, act in (
        ("day.closed_already", lambda: shut(days, uid="other")),
        ("day.not_closed", lambda: days.reopen(DayDraft("x", FRIDAY, reason="why not"))),
        ("day.uid_reused", lambda: days.close(DayDraft("close", FRIDAY, ()))),
    ):
        with pytest.raises(KnownError) as refused:
            act()
        assert refused.value.code == code


def test_what_is_open_is_told_before(
    desk: Desk, days: DayService, payments: PaymentService, clock: SetClock, soren: Booking
) -> None:
    """An open drawer, cash that nobody counts, a card payment without a booking, a pending refund, an earlier day."""
    shut(days)
    clock.advance(48 * 3600)
    payments.take(cash(soren, "p", 700))
    DrawerService(desk).open(OpenDraft("open", ()))
    card = late(desk, "card", days_ago=-2)
    RefundService(desk, desk, lambda _: pytest.fail("not asked")).plan(
        RefundDraft("r", card.pk, Money(300, "eur"), "noise")
    )
    saturday = date(2026, 11, 7)
    with pytest.raises(SomethingOpenError) as caught:
        days.close(DayDraft("c", saturday))
    found = {one.kind: one for one in caught.value.things}
    assert set(found) == set(OpenKind) - {OpenKind.SYNC}, "there is no account yet"
    assert found[OpenKind.DRAWER].names == ("Desk 1",)
    assert found[OpenKind.NOT_COUNTED].money == (Money(700, "eur"),)
    assert (found[OpenKind.UNMATCHED].count, found[OpenKind.REFUND].money) == (1, (Money(300, "eur"),))
    assert found[OpenKind.EARLIER].names == ("2026-11-06",)
    assert "The drawer is open at Desk 1." in str(caught.value)
    days.close(DayDraft("c", saturday, caught.value.things))
    assert days.state(saturday).closed


def late(desk: Desk, name: str, minor: int = 1_000, days_ago: int = 0, reference: str = "") -> Payment:
    """Stripe shows a card payment."""
    pay(desk, Homeless(Card(name, minor, reference, days_ago=days_ago)))
    return MatchingService(desk).find(f"pi_{name}")


def test_a_card_payment_of_a_closed_day_comes_late_and_keeps_its_time(
    desk: Desk, days: DayService, payments: PaymentService
) -> None:
    """Days before the first close are never closed by it; a picture that comes again changes no date."""
    shut(days)
    today, old = late(desk, "today"), late(desk, "old", days_ago=9)
    assert (today.business_date, today.late_of) == (FRIDAY, THURSDAY)
    assert desk.property().days.business_date(today.occurred_at) == THURSDAY
    assert (old.business_date, old.late_of) == (desk.property().days.business_date(old.occurred_at), None)
    shut(days, date(2026, 11, 4), "before the first")
    days.reopen(DayDraft("open", THURSDAY, reason="a slip"))
    again = late(desk, "today")
    assert (again.business_date, again.late_of) == (FRIDAY, THURSDAY), "written once"
    assert late(desk, "other").business_date == THURSDAY
    assert taken(payments, FRIDAY) == 1_000


def test_a_refund_of_a_closed_day_comes_late(desk: Desk, days: DayService, payments: PaymentService) -> None:
    card = late(desk, "card")
    shut(days)
    shown = StripeRefund(id="re_1", charge_id="ch_card", payment_intent_id="pi_card", created=card.occurred_at + 60,
                         amount=400, currency="eur", status="succeeded", reason=None, failure_reason=None)  # fmt: skip
    with desk.writing() as unit:
        store_refunds(unit, ACCOUNT, desk.property().days, (card.occurred_at + 90) * 1_000_000, [shown])
    assert (taken(payments, THURSDAY), taken(payments, FRIDAY)) == (1_000, -400)
    (key,) = payments.keys(PaymentQuery(days=DateRange(FRIDAY, FRIDAY)))
    (refund,) = payments.refunds_by_keys([key])
    assert (refund.late_of, refund.occurred_at) == (THURSDAY, card.occurred_at + 60)


def test_two_payments_are_not_made_one_on_a_closed_day(
    desk: Desk, days: DayService, payments: PaymentService, clock: SetClock, soren: Booking
) -> None:
    """It would lower a closed day: it waits until a manager reopens it. What was said before stays, too."""
    duplicates = DuplicateService(desk)
    typed = payments.take(PaymentDraft("typed", soren.pk, "card", Money(1_000, "eur"), "slip 1")).value
    other = payments.take(PaymentDraft("other", soren.pk, "card", Money(900, "eur"), "slip 2")).value
    first, second = late(desk, "card"), late(desk, "second", 900)
    duplicates.merge(PairDraft("m", typed.pk, first.pk))
    shut(days)
    for act in (
        lambda: duplicates.undo(PairDraft("u", typed.pk, first.pk)),
        lambda: duplicates.merge(PairDraft("n", other.pk, second.pk)),
    ):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "duplicates.day_closed"
    assert duplicates.keep_both(PairDraft("two", other.pk, second.pk)).value.said is not None
    days.reopen(DayDraft("open", THURSDAY, reason="a double entry"))
    duplicates.undo(PairDraft("u", typed.pk, first.pk))


def test_cash_is_on_the_day_that_closes_or_on_the_next(
    days: DayService, payments: PaymentService, soren: Booking
) -> None:
    """Three desks take cash while a fourth closes the day: each is counted once, and none is in a closed day."""
    told = days.state(THURSDAY).open_things
    works: list[Callable[[], object]] = [partial(payments.take, cash(soren, uid, 100)) for uid in ("a", "b", "c")]
    outcomes = at_once(lambda: days.close(DayDraft("close", THURSDAY, told)), *works)
    assert outcomes in (["day.something_open", "done", "done", "done"], ["done"] * 4)
    if outcomes[0] == "done":
        assert (taken(payments, THURSDAY), taken(payments, FRIDAY)) == (0, 300)
    else:
        assert (taken(payments, THURSDAY), taken(payments, FRIDAY)) == (300, 0)


def test_two_desks_close_a_day_once(days: DayService) -> None:
    works: list[Callable[[], object]] = [partial(days.close, DayDraft(uid, THURSDAY, ())) for uid in "ab"]
    assert at_once(*works) == ["day.closed_already", "done"]


def test_the_database_itself_keeps_money_out_of_a_closed_day(
    engine_name: str, address: str, days: DayService, payments: PaymentService, soren: Booking
) -> None:
    """On SQLite new payments are looked at by the program only: a trigger for them would cost a sync too much."""
    payments.take(cash(soren, "p"))
    shut(days)
    columns = (
        "uid, salt, booking_pk, assigned_by, source, method, amount, currency, state, occurred_at, business_date,"
        " reference, note, disputed, search_text, version, actor, desk, created_at"
    )
    copied = columns.replace("uid,", "'again',", 1)
    engine = create_engine(as_admin(address))
    again = f"INSERT INTO payments ({columns}) SELECT {copied} FROM payments"
    for statement in (
        *([again] if engine_name == "postgresql" else []),
        "INSERT INTO payment_voids (uid, payment_pk, reason, occurred_at, business_date, actor, desk, created_at)"
        " SELECT 'v', pk, 'x', 1, '2026-11-06', actor, desk, 1 FROM payments",
        "INSERT INTO charge_lines (uid, booking_pk, kind, text, amount, currency, tax_rate_ppm, occurred_at,"
        " business_date, reason, actor, desk, created_at) SELECT 'c', booking_pk, kind, text, amount, currency,"
        " tax_rate_ppm, 1, '2026-11-05', '', actor, desk, 1 FROM charge_lines",
        "INSERT INTO day_closes (uid, business_date, ordinal, reason, actor, desk, created_at)"
        " VALUES ('d', '2026-11-05', 3, '', 'a', 'd', 1)",
        "UPDATE day_closes SET business_date = '2026-11-06'",
        "UPDATE day_lock SET version = 0",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_an_import_of_stays_charges_on_an_open_day(days: DayService, payments: PaymentService, soren: Booking) -> None:
    """A payment of an old day that is typed today counts on that day, as long as nobody has closed it."""
    old = payments.take(cash(soren, "old", occurred_at=1_793_880_000 - 9 * 86_400)).value
    shut(days)
    assert (old.business_date, old.late_of) == (date(2026, 10, 27), None)
    shut(days, date(2026, 10, 27), "old")
    older = payments.take(cash(soren, "older", occurred_at=1_793_880_000 - 9 * 86_400 + 60)).value
    assert (older.business_date, older.late_of) == (date(2026, 10, 28), date(2026, 10, 27))


@pytest.mark.parametrize(
    ("zone", "at", "own", "next_"),
    [
        ("Europe/Rome", datetime(2026, 3, 29, 2, 30, tzinfo=UTC), date(2026, 3, 29), date(2026, 3, 30)),  # 23 hours
        ("Europe/Rome", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 24), date(2026, 10, 25)),  # 25 hours
        ("Pacific/Auckland", datetime(2026, 9, 26, 14, 30, tzinfo=UTC), date(2026, 9, 26), date(2026, 9, 27)),
        ("Pacific/Honolulu", datetime(2026, 11, 6, 13, 59, tzinfo=UTC), date(2026, 11, 5), date(2026, 11, 6)),
    ],
)
def test_days_of_23_and_25_hours_and_far_zones(zone: str, at: datetime, own: date, next_: date) -> None:
    days, moment = Days(ZoneInfo(zone)), int(at.timestamp())
    assert OpenDays(days).counted(moment) == Counted(own)
    assert OpenDays(days, frozenset({own})).counted(moment) == Counted(next_, own)
    beyond = OpenDays(days, frozenset({own, next_})).counted(moment)
    assert (beyond.late_of, (beyond.day - next_).days) == (own, 1)


def test_desks_that_do_everything_at_once_never_wait_for_each_other_in_a_ring(
    desk: Desk, days: DayService, payments: PaymentService, soren: Booking, others: list[Booking]
) -> None:
    """Cash, refunds, voids, moves and pages of a sync, while drawers and days are closed: all of it is done or refused
    with a sentence, and no lock is waited for until it is given up.
    """
    drawers, parts = DrawerService(desk), PartService(desk)
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    first, second, third = (payments.take(cash(soren, uid, 5_000)).value for uid in ("1", "2", "3"))
    late(desk, "card")
    for at in range(3):
        outcomes = at_once(
            partial(payments.take, cash(soren, f"new{at}")),
            partial(refunds.plan, RefundDraft(f"r{at}", first.pk, Money(100, "eur"), "noise")),
            partial(parts.move, MoveDraft(f"m{at}", second.pk, others[at % 2].pk)),
            partial(payments.void, third.pk, "typed twice"),
            partial(late, desk, "card", 1_000 + at),
            partial(drawers.open, OpenDraft(f"o{at}", (), "counted again")),
            partial(days.close, DayDraft(f"c{at}", THURSDAY, days.state(THURSDAY).open_things)),
        )
        assert not [one for one in outcomes if one.startswith("database")], outcomes
        if days.state(THURSDAY).closed:
            days.reopen(DayDraft(f"re{at}", THURSDAY, reason="again"))
    assert journal_is_whole(desk)


def test_a_page_of_a_sync_reads_the_days_once_and_no_row_does(desk: Desk, days: DayService) -> None:
    """The row that holds them; what is closed only when that has changed. A page that comes again asks no more."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "day_lock" in statement or "day_closes" in statement:
            asked.append("lock" if "day_lock" in statement else "closes")

    shut(days)
    cards = [Homeless(Card(f"card{number}", 1_000 + number, days_ago=number % 3)) for number in range(50)]
    event.listen(Engine, "before_cursor_execute", note)
    try:
        pay(desk, *cards[:25])
        assert sorted(asked) == ["closes", "lock"]
        asked.clear()
        pay(desk, *cards[25:])
        assert asked == ["lock"]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
