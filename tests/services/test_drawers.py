"""A desk's drawer, on both engines: opened, moved, counted blind, closed, and handed over."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.denominations import DENOMINATIONS
from rentease_desk.domain.drawers import (
    CASH,
    Agreement,
    CloseDraft,
    CountDraft,
    DrawerSession,
    MovementDraft,
    MovementKind,
    OpenDraft,
)
from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.money import Money, digits
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.drawers import DrawerService, Revealed
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.services.test_folio_races import at_once
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import as_admin

EUR = "eur"
FLOAT = ((EUR, 5_000, 2), (EUR, 2_000, 5))
"""200.00: two of 50, five of 20."""


@pytest.fixture
def drawers(desk: Desk) -> DrawerService:
    return DrawerService(desk)


@pytest.fixture
def refunds(desk: Desk) -> RefundService:
    return RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))


@pytest.fixture
def session(drawers: DrawerService) -> DrawerSession:
    return drawers.open(OpenDraft("open", (Money(20_000, EUR),))).value


def cash(booking: Booking, uid: str, minor: int, tendered: int | None = None, method: str = "cash") -> PaymentDraft:
    return PaymentDraft(uid, booking.pk, method, Money(minor, booking.currency), tendered=tendered)


def moved(uid: str, kind: MovementKind, minor: int, reason: str = "for a reason") -> MovementDraft:
    return MovementDraft(uid, kind, Money(minor, EUR), reason)


def counted(session: DrawerSession, *pieces: tuple[str, int, int], uid: str = "count", **more: int) -> CountDraft:
    sums = tuple((method, Money(minor, EUR)) for method, minor in more.items())
    return CountDraft(uid, session.pk, pieces, sums)


def closing(found: Revealed, uid: str = "close", **more: object) -> CloseDraft:
    draft = {"uid": uid, "session_pk": found.figures.session.pk, "count_uid": found.count.uid, "seen": found.variances}
    return CloseDraft(**{**draft, **more})  # type: ignore[arg-type]


def test_what_should_be_in_it_is_the_rule_and_the_close_tells_the_variance(
    drawers: DrawerService, payments: PaymentService, refunds: RefundService, session: DrawerSession, soren: Booking
) -> None:
    """Float, cash received, change, refunds, paid in, paid out, drops: the figures of the mock-up."""
    taken = [payments.take(cash(soren, f"p{at}", minor, 30_000)).value for at, minor in enumerate((25_000, 28_700))]
    payments.take(cash(soren, "exact", 4_000))
    payments.take(cash(soren, "slip", 8_650, method="card"))
    refunds.plan(RefundDraft("r", taken[0].pk, Money(3_500, EUR), "too warm"))
    drawers.move(moved("in", MovementKind.PAID_IN, 2_000, "coins from the safe"))
    drawers.move(moved("out", MovementKind.PAID_OUT, 1_840, "flowers for the lobby"))
    drawers.move(moved("drop", MovementKind.DROP, 30_000, "to the safe"))
    (sums,) = drawers.figures(session.pk).cash
    assert (sums.opening, sums.received, sums.change, sums.refunds) == (20_000, 64_000, 6_300, 3_500)
    assert (sums.paid_in, sums.paid_out, sums.drops, sums.expected) == (2_000, 1_840, 30_000, 44_360)
    assert (sums.payments, sums.changes, sums.given_back) == (3, 2, 1)
    values = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
    counts = (2, 2, 4, 3, 3, 5, 3, 5, 4, 2, 1, 2, 1)
    pieces = [(EUR, value, count) for value, count in zip(values, counts, strict=True)]
    found = drawers.count(counted(session, *pieces, card=8_650)).value
    assert [(one.method, one.expected, one.counted, one.variance) for one in found.variances] == [
        (CASH, 44_360, 44_160, -200),
        ("card", 8_650, 8_650, 0),
    ]
    closed = drawers.close(closing(found, drops=(Money(24_160, EUR),), note="a coin is missing", accepted=True)).value
    assert closed.closing is not None
    assert [(one.variance, one.dropped, one.left.minor) for one in closed.closing.variances] == [
        (-200, 24_160, 20_000),
        (0, 0, 8_650),
    ]
    assert drawers.current().handed_over == (Money(20_000, EUR),)


def test_the_next_float_is_what_was_left_and_another_one_needs_a_reason(
    drawers: DrawerService, session: DrawerSession
) -> None:
    found = drawers.count(counted(session, *FLOAT)).value
    drawers.close(closing(found, drops=(Money(5_000, EUR),)))
    with pytest.raises(InputError) as caught:
        drawers.open(OpenDraft("again", (Money(20_000, EUR),)))
    assert (caught.value.code, caught.value.field) == ("drawer.float_differs", "reason")
    assert drawers.open(OpenDraft("again", (Money(15_000, EUR),))).value.number == 2
    same = drawers.open(OpenDraft("again", (Money(15_000, EUR),)))
    assert same.value.number == 2
    assert not same.changes


def test_a_second_desk_of_the_same_name_is_told_who_was_first(desk: Desk, drawers: DrawerService) -> None:
    outcomes = at_once(*(partial(drawers.open, OpenDraft(uid, ())) for uid in ("a", "b")))
    assert outcomes == ["done", "drawer.open_already"]
    with pytest.raises(ConflictError) as caught:
        drawers.open(OpenDraft("c", ()))
    assert "Elena has opened the drawer of Desk 1" in str(caught.value)


def test_what_is_inside_the_tolerance_needs_a_note_and_more_needs_to_be_accepted(
    drawers: DrawerService, settings: SettingsService, session: DrawerSession
) -> None:
    settings.set({"drawer_tolerance": "EUR 5"})
    less = drawers.count(counted(session, (EUR, 5_000, 2), (EUR, 2_000, 4), (EUR, 500, 3))).value
    assert (less.variances[0].variance, less.agreement) == (-500, Agreement.INSIDE)
    with pytest.raises(InputError) as caught:
        drawers.close(closing(less))
    assert caught.value.code == "drawer.note_missing"
    far = drawers.count(counted(session, (EUR, 5_000, 2), (EUR, 2_000, 4), (EUR, 200, 7), uid="more")).value
    assert far.agreement is Agreement.OUTSIDE
    with pytest.raises(KnownError) as refused:
        drawers.close(closing(far, note="no idea"))
    assert refused.value.code == "drawer.outside_tolerance"
    with pytest.raises(ConflictError) as again:
        drawers.close(closing(less, note="no idea"))
    assert again.value.code == "drawer.counted_again"
    assert drawers.close(closing(far, note="no idea", accepted=True)).value.closing is not None


def test_a_count_names_everything_and_nothing_moves_unseen(
    drawers: DrawerService, payments: PaymentService, session: DrawerSession, soren: Booking
) -> None:
    payments.take(cash(soren, "slip", 8_650, method="card"))
    assert drawers.to_count(session.pk).methods == (("card", "Card terminal", EUR),)
    with pytest.raises(InputError) as caught:
        drawers.count(counted(session, *FLOAT))
    assert "Card terminal in EUR" in str(caught.value)
    with pytest.raises(InputError) as unknown:
        drawers.count(counted(session, (EUR, 300, 1), card=0))
    assert unknown.value.code == "drawer.piece_unknown"
    with pytest.raises(InputError) as lump:
        drawers.count(counted(session, cash=20_000, card=0))
    assert lump.value.code == "drawer.by_pieces"
    found = drawers.count(counted(session, *FLOAT, card=8_650)).value
    payments.take(cash(soren, "late", 100))
    with pytest.raises(ConflictError) as moved_on:
        drawers.close(closing(found))
    assert moved_on.value.code == "drawer.moved"
    found = drawers.count(counted(session, *FLOAT, (EUR, 100, 1), card=8_650, uid="two")).value
    with pytest.raises(InputError) as much:
        drawers.close(closing(found, drops=(Money(20_101, EUR),)))
    assert much.value.code == "drawer.drop_too_much"


def test_cash_without_an_open_drawer_is_shown_as_not_counted(
    drawers: DrawerService, payments: PaymentService, refunds: RefundService, soren: Booking
) -> None:
    taken = payments.take(cash(soren, "p", 5_000)).value
    payments.void(payments.take(cash(soren, "wrong", 900)).value.pk, "typed twice")
    refunds.plan(RefundDraft("r", taken.pk, Money(1_000, EUR), "too warm"))
    day = date(2026, 11, 5)
    (found,) = drawers.uncounted(DateRange(day, day))
    assert (found.desk, found.business_date, found.cash[0].expected) == ("Desk 1", day, 4_000)
    drawers.open(OpenDraft("open", ()))
    payments.take(cash(soren, "in", 700))
    assert drawers.uncounted(DateRange(day, day)) == [found]


def test_cash_that_moved_before_the_drawer_was_opened_is_not_in_it(
    drawers: DrawerService, payments: PaymentService, clock: SetClock, soren: Booking
) -> None:
    clock.advance(3600)
    session = drawers.open(OpenDraft("open", ())).value
    before = PaymentDraft("old", soren.pk, "cash", Money(500, EUR), occurred_at=clock.now() - 60)
    assert payments.take(before).value.session_pk is None
    assert payments.take(cash(soren, "new", 500)).value.session_pk == session.pk


def close_empty(drawers: DrawerService, session: DrawerSession) -> DrawerSession:
    wanted = drawers.figures(session.pk).cash[0].expected
    found = drawers.count(counted(session, (EUR, 1, wanted), uid=f"count-{session.pk}")).value
    return drawers.close(closing(found, uid=f"close-{session.pk}")).value


def test_a_payment_is_voided_while_its_drawer_is_open_and_refunded_after(
    drawers: DrawerService,
    payments: PaymentService,
    refunds: RefundService,
    clock: SetClock,
    session: DrawerSession,
    soren: Booking,
) -> None:
    first, second = (payments.take(cash(soren, uid, 500)).value for uid in ("one", "two"))
    clock.advance(24 * 3600)
    payments.void(first.pk, "typed twice")  # the drawer has been open since yesterday
    assert drawers.figures(session.pk).cash[0].expected == 20_500
    close_empty(drawers, session)
    with pytest.raises(KnownError) as caught:
        payments.void(second.pk, "typed twice")
    assert caught.value.code == "void.drawer_closed"
    drawers.open(OpenDraft("next", (Money(20_500, EUR),)))
    refunds.plan(RefundDraft("r", second.pk, Money(500, EUR), "typed twice"))
    assert drawers.figures(drawers.find(2).pk).cash[0].expected == 20_000


def test_cash_is_in_the_drawer_that_closes_or_in_none(
    drawers: DrawerService, payments: PaymentService, session: DrawerSession, soren: Booking
) -> None:
    found = drawers.count(counted(session, *FLOAT)).value
    works = [partial(payments.take, cash(soren, uid, 100)) for uid in ("a", "b", "c")]
    outcomes = at_once(lambda: drawers.close(closing(found)), *works)
    assert outcomes in (["done"] * 4, ["done", "done", "done", "drawer.moved"])
    inside = [payments.find(uid) for uid in ("a", "b", "c") if payments.find(uid).session_pk == session.pk]
    assert drawers.figures(session.pk).cash[0].expected == 20_000 + 100 * len(inside)
    assert bool(inside) == (outcomes[-1] == "drawer.moved")


def test_every_write_stands_in_the_journal_and_no_row_is_changed(
    desk: Desk, address: str, drawers: DrawerService, payments: PaymentService, session: DrawerSession, soren: Booking
) -> None:
    taken: Payment = payments.take(cash(soren, "p", 500)).value
    drawers.move(moved("in", MovementKind.PAID_IN, 100))
    close_empty(drawers, session)
    assert [one for one in journal_entries(desk) if one[0].startswith("drawer")] == [
        ("drawer", "open"),
        ("drawer_movement", "float"),
        ("drawer_movement", "paid_in"),
        ("drawer_count", "count"),
        ("drawer_pieces", "count"),
        ("drawer_sums", "count"),
        ("drawer", "close"),
        ("drawer_close", "close"),
        ("drawer_variances", "close"),
    ]
    assert journal_is_whole(desk)
    engine = create_engine(as_admin(address))
    for statement in (
        "UPDATE drawer_movements SET amount = 1",
        "DELETE FROM drawer_counts",
        "UPDATE drawer_variances SET counted = 0, variance = -expected",
        f"UPDATE payments SET session_pk = NULL WHERE pk = {taken.pk}",
        "INSERT INTO drawer_movements SELECT pk + 9, 'late', session_pk, 'drop', 5, 'eur', 'x', business_date, actor,"
        " desk, created_at FROM drawer_movements WHERE kind = 'paid_in'",
        f"INSERT INTO payment_voids (uid, payment_pk, reason, occurred_at, business_date, actor, desk, created_at)"
        f" VALUES ('v', {taken.pk}, 'x', 1, '2026-11-05', 'a', 'd', 1)",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_a_second_open_session_is_refused_by_the_database_itself(address: str, session: DrawerSession) -> None:
    engine = create_engine(as_admin(address))
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO drawer_sessions (uid, number, business_date, actor, desk, created_at)"
                " VALUES ('x', 2, '2026-11-05', 'a', 'Desk 1', 1)"
            )
        )
    engine.dispose()


@pytest.mark.parametrize(
    ("currency", "settings_", "paid", "expected"),
    [
        ("jpy", {}, 1_234, 1_234),
        ("kwd", {}, 12_345, 12_345),
        ("chf", {"cash_rounding": "CHF 0.05"}, 1_233, 1_235),
    ],
)
def test_currencies_are_counted_in_their_own_pieces(
    drawers: DrawerService,
    payments: PaymentService,
    bookings: BookingService,
    settings: SettingsService,
    currency: str,
    settings_: dict[str, str],
    paid: int,
    expected: int,
) -> None:
    """Several in one drawer; what cash is rounded by is in it, and has a total of its own."""
    settings.set(settings_)
    booking = bookings.add(draft(reference="X-1", room="", currency=currency, total=Money(50_000, currency))).value
    session = drawers.open(OpenDraft("open", (Money(20_000, EUR), Money(0, currency)))).value
    payments.take(cash(booking, "p", paid))
    euro, other = drawers.figures(session.pk).cash
    assert (euro.currency, euro.expected) == (EUR, 20_000)
    assert (other.currency, other.expected, other.rounding) == (currency, expected, expected - paid)
    left, pieces = expected, []
    for value in DENOMINATIONS[currency].values:
        count, left = divmod(left, value)
        pieces.append((currency, value, count))
    assert left == 0
    found = drawers.count(counted(session, *FLOAT, *pieces)).value
    assert [one.variance for one in found.variances] == [0, 0]
    assert drawers.close(closing(found)).value.closing is not None


def test_denominations_are_whole_minor_units_of_known_currencies() -> None:
    for code, listed in DENOMINATIONS.items():
        digits(code)
        assert list(listed.notes) == sorted(set(listed.notes), reverse=True)
        assert list(listed.coins) == sorted(set(listed.coins), reverse=True)
        assert len(set(listed.values)) == len(listed.values)
        assert min(listed.values) > 0
        assert listed.rare <= set(listed.values)
        assert listed.source


def test_another_desk_has_a_drawer_of_its_own(
    desk: Desk, clock: SetClock, ids: CountedIds, drawers: DrawerService, session: DrawerSession, soren: Booking
) -> None:
    bar = Desk(desk.db, clock, ids, Operator("Ugo", "Bar"), ChangeFeed())
    other = DrawerService(bar).open(OpenDraft("bar", ())).value
    taken = PaymentService(bar).take(cash(soren, "p", 500)).value
    assert (other.number, taken.session_pk) == (1, other.pk)
    assert drawers.figures(session.pk).cash[0].expected == 20_000
    PaymentService(desk).void(taken.pk, "typed twice")  # at another desk: it counts in the drawer of the payment
    assert drawers.figures(session.pk).cash[0].voided == 0
    assert drawers.figures(other.pk).cash[0].expected == 0
