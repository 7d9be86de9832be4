"""A payment moved and split over bookings, on both engines: its sum stays, whatever is moved, given back or undone."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import ConflictError, DatabaseError, InputError, KnownError
from rentease_desk.domain.lists import BookingQuery, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import Payment, PaymentDraft, TwinError
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.stripe_refunds import store_refunds
from tests.services.conftest import draft, journal_is_whole, paid
from tests.tools.gui import NOON
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay

CARD = Homeless(Card("card", 10_000, "LN-2017"))


@pytest.fixture
def parts(desk: Desk) -> PartService:
    return PartService(desk)


@pytest.fixture
def cash(payments: PaymentService, soren: Booking) -> Payment:
    return payments.take(PaymentDraft("cash", soren.pk, "cash", Money(10_000, "eur"))).value


@pytest.fixture
def card(desk: Desk, soren: Booking) -> Payment:
    pay(desk, CARD)
    return MatchingService(desk).find("pi_card")


def refund(desk: Desk, *minor: int, status: str = "succeeded") -> None:
    """Stripe shows on one page that so much of the card payment goes back."""
    shown = [
        StripeRefund(
            id=f"re_{one}",
            charge_id="ch_card",
            payment_intent_id="pi_card",
            created=NOON,
            amount=one,
            currency="eur",
            status=status,
            reason=None,
            failure_reason=None,
        )
        for one in minor
    ]
    with desk.writing() as unit:
        store_refunds(unit, ACCOUNT, desk.property().days, (NOON + 1 + (status == "failed")) * 1_000_000, shown)


def test_the_whole_payment_goes_to_another_booking_and_comes_back(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], cash: Payment
) -> None:
    saved = parts.move(MoveDraft("m", cash.pk, others[0].pk, left=10_000, reason="wrong guest"))
    assert saved.changes.bookings == {soren.pk, others[0].pk}
    assert (saved.value.payment.booking_pk, saved.value.payment.amount) == (others[0].pk, 10_000)
    assert paid(bookings, soren, *others) == [0, 10_000, 0]
    gone = bookings.folio(soren.pk).lines[-1]
    assert (gone.struck, gone.paid, gone.balance, gone.actor) == (True, 10_000, None, "Elena")
    assert not parts.move(MoveDraft("m", cash.pk, others[0].pk, left=10_000)).changes, "sent twice, done once"
    parts.undo(cash.pk, "m", "u")
    assert paid(bookings, soren, *others) == [10_000, 0, 0]
    with pytest.raises(ConflictError, match="undone it"):
        parts.undo(cash.pk, "m", "v")
    with pytest.raises(KnownError, match="nothing to take back"):
        parts.undo(cash.pk, None, "w")
    assert journal_is_whole(desk)


def test_a_split_is_one_payment_in_every_list(
    desk: Desk, parts: PartService, bookings: BookingService, payments: PaymentService,
    soren: Booking, others: list[Booking], card: Payment,
) -> None:  # fmt: skip
    before = payments.page(payments.keys(PaymentQuery()))
    parts.split(SplitDraft("s", card.pk, ((soren.pk, 2_000), (others[0].pk, 3_000), (others[1].pk, 5_000))))
    assert paid(bookings, soren, *others) == [2_000, 3_000, 5_000]
    after = payments.page(payments.keys(PaymentQuery()))
    assert [(one.uid, one.gross, one.counted) for one in after] == [(one.uid, one.gross, one.counted) for one in before]
    assert after[0].others == ("LN-2018", "LN-2019")
    (total,) = payments.totals(PaymentQuery()).counted
    assert (total.rows, total.received, total.returned) == (1, 10_000, 0)
    text_lines = [(line.item.uid, line.paid) for line in bookings.folio(others[1].pk).lines if line.paid is not None]
    assert text_lines == [("s", 5_000)]
    parts.undo(card.pk, None, "u")
    assert paid(bookings, soren, *others) == [10_000, 0, 0]
    assert journal_is_whole(desk)


def test_what_was_given_back_stays_where_it_was(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], card: Payment
) -> None:
    refund(desk, 3_000)
    with pytest.raises(InputError, match="is left"):
        parts.split(SplitDraft("s", card.pk, ((others[0].pk, 10_000),)))
    parts.move(MoveDraft("m", card.pk, others[0].pk, left=7_000))
    assert paid(bookings, soren, *others) == [0, 7_000, 0]
    assert [(one.gross, one.back) for one in parts.parts(card.pk).parts] == [(3_000, 3_000), (7_000, 0)]
    with pytest.raises(InputError, match="Nothing is left"):
        parts.move(MoveDraft("n", card.pk, others[1].pk))


def test_every_booking_that_has_a_part_is_found_by_it(
    desk: Desk, parts: PartService, bookings: BookingService, payments: PaymentService,
    soren: Booking, others: list[Booking], card: Payment,
) -> None:  # fmt: skip
    def found(text: str) -> set[int]:
        return set(bookings.keys(BookingQuery(today=date(2026, 11, 5), text=text)))

    def listed(text: str) -> list[str]:
        return [one.uid for one in payments.page(payments.keys(PaymentQuery(text=text)))]

    last4 = card.last4 or ""
    assert (found(last4), listed("LN-2018")) == ({soren.pk}, [])
    parts.split(SplitDraft("s", card.pk, ((soren.pk, 3_300), (others[0].pk, 6_700))))
    assert found(last4) == found("100.00") == {soren.pk, others[0].pk}
    assert (found("67.00"), found("33.00")) == ({others[0].pk}, {soren.pk})
    assert listed("LN-2018") == listed(f"guest {last4}") == [card.uid]
    parts.move(MoveDraft("m", card.pk, others[1].pk, others[0].pk))
    assert found(last4) == {soren.pk, others[1].pk}, "where nothing of it is any more it is not found"
    assert (found("67.00"), listed("LN-2018")) == ({others[1].pk}, [])


def test_a_like_payment_is_told_on_every_booking_that_has_a_part(
    parts: PartService, payments: PaymentService, soren: Booking, others: list[Booking], cash: Payment
) -> None:
    def like(booking: Booking, minor: int) -> list[str]:
        wanted = PaymentDraft("n", booking.pk, "cash", Money(minor, "eur"))
        return [one.uid for one in payments.similar(wanted)]

    parts.split(SplitDraft("s", cash.pk, ((soren.pk, 4_000), (others[0].pk, 6_000))))
    for booking, minor in ((soren, 10_000), (soren, 4_000), (others[0], 10_000), (others[0], 6_000)):
        assert like(booking, minor) == ["cash"]
    assert like(others[0], 4_000) == like(others[1], 10_000) == like(others[1], 6_000) == []
    with pytest.raises(TwinError):
        payments.take(PaymentDraft("n", others[0].pk, "cash", Money(6_000, "eur")), told=set())
    payments.void(cash.pk, "typed twice")
    assert like(others[0], 6_000) == []


def test_a_refund_lowers_the_own_booking_first_and_comes_back_where_it_went(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], card: Payment
) -> None:
    parts.split(SplitDraft("s", card.pk, ((soren.pk, 2_000), (others[0].pk, 3_000), (others[1].pk, 5_000))))
    refund(desk, 4_000, status="pending")
    assert paid(bookings, soren, *others) == [2_000, 3_000, 5_000], "nothing has gone yet"
    assert [one.left for one in parts.parts(card.pk).parts] == [0, 1_000, 5_000], "but it cannot be moved"
    refund(desk, 4_000)
    assert paid(bookings, soren, *others) == [0, 1_000, 5_000]
    with pytest.raises(ConflictError, match="given back"):
        parts.undo(card.pk, "s", "u")
    refund(desk, 4_000, status="failed")
    assert paid(bookings, soren, *others) == [2_000, 3_000, 5_000]


def test_refunds_that_come_together_take_no_more_than_a_part_has(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], card: Payment
) -> None:
    parts.split(SplitDraft("s", card.pk, ((soren.pk, 2_000), (others[0].pk, 3_000), (others[1].pk, 5_000))))
    refund(desk, 500, 2_500, 3_500)
    assert paid(bookings, soren, *others) == [0, 0, 3_500]
    refund(desk, 2_500, status="failed")
    assert sum(paid(bookings, soren, *others)) == 6_000
    assert [one.left >= 0 for one in parts.parts(card.pk).parts] == [True] * 3


def test_a_refund_from_a_folio_lowers_the_part_that_is_shown(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], cash: Payment
) -> None:
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))

    def give_back(uid: str, minor: int, booking: Booking | None) -> None:
        refunds.plan(RefundDraft(uid, cash.pk, Money(minor, "eur"), "noise", None if booking is None else booking.pk))

    def refused(uid: str, minor: int, booking: Booking | None) -> str:
        with pytest.raises(InputError) as caught:
            give_back(uid, minor, booking)
        return caught.value.code

    parts.split(SplitDraft("s", cash.pk, ((soren.pk, 2_000), (others[0].pk, 8_000))))
    assert refused("a", 1_000, None) == "refund.which", "nobody guesses whose money it is"
    assert refused("a", 8_001, others[0]) == "refund.too_much"
    assert refused("a", 1_000, others[1]) == "refund.nothing_left"
    give_back("a", 5_000, others[0])
    give_back("a", 5_000, others[0])
    assert paid(bookings, soren, *others) == [2_000, 3_000, 0], "sent twice, done once"
    assert refused("a", 5_000, soren) == "refund.uid_reused", "and not for another booking than was said"
    assert refused("b", 3_001, others[0]) == "refund.too_much", "of the payment 50.00 are left, of this part 30.00"
    give_back("b", 2_000, soren)
    assert refused("c", 1, soren) == "refund.nothing_left"
    give_back("c", 1_000, None)
    assert paid(bookings, soren, *others) == [0, 2_000, 0], "only one booking has a part: nothing to ask"
    assert journal_is_whole(desk)


def test_rounding_stays_whole_with_the_own_booking(
    desk: Desk, parts: PartService, bookings: BookingService, payments: PaymentService,
    soren: Booking, others: list[Booking],
) -> None:  # fmt: skip
    SettingsService(desk).set({"cash_rounding": "EUR 0.05"})
    given = payments.take(PaymentDraft("r", soren.pk, "cash", Money(9_998, "eur"), cash_due=10_000)).value

    def shown() -> list[tuple[int | None, int, int]]:
        return [(one.booking_pk, one.gross, one.rounding) for one in parts.parts(given.pk).parts]

    parts.split(SplitDraft("s", given.pk, ((soren.pk, 5_000), (others[0].pk, 4_998))))
    assert shown() == [(soren.pk, 5_000, 2), (others[0].pk, 4_998, 0)]
    parts.move(MoveDraft("m", given.pk, others[0].pk))
    assert shown() == [(soren.pk, 0, 2), (others[0].pk, 9_998, 0)]
    assert paid(bookings, soren, *others) == [0, 9_998, 0], "it is in no balance"
    assert payments.totals(PaymentQuery()).counted[0].rounding == 2
    parts.undo(given.pk, None, "u")
    parts.undo(given.pk, None, "v")
    parts.move(MoveDraft("w", given.pk, others[1].pk))
    assert shown() == [(others[1].pk, 9_998, 2)], "the whole payment takes it along"
    assert payments.totals(PaymentQuery()).counted[0].rounding == 2


def test_what_the_metadata_says_later_does_not_move_a_split_payment(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking], card: Payment
) -> None:
    parts.split(SplitDraft("s", card.pk, ((soren.pk, 4_000), (others[0].pk, 6_000))))
    pay(desk, Homeless(changed_card("LN-2019")))
    assert paid(bookings, soren, *others) == [4_000, 6_000, 0]
    with pytest.raises(KnownError, match="spread over several"):
        MatchingService(desk).undo(card.pk)
    pay(desk, Homeless(changed_card("LN-2017", status="requires_payment_method")))
    assert paid(bookings, soren, *others) == [0, 0, 0], "a failure takes every part with it"


def changed_card(reference: str, status: str = "succeeded") -> Card:
    return Card("card", 10_000, reference, status=status)


def test_a_payment_without_a_booking_is_spread_and_gathered_again(
    desk: Desk, parts: PartService, bookings: BookingService, soren: Booking, others: list[Booking]
) -> None:
    pay(desk, Homeless(Card("lost", 9_000)))
    lost = MatchingService(desk).find("pi_lost")
    parts.split(SplitDraft("s", lost.pk, ((others[0].pk, 4_000), (others[1].pk, 5_000)), left=9_000))
    assert paid(bookings, soren, *others) == [0, 4_000, 5_000]
    assert MatchingService(desk).waiting() == []
    parts.undo(lost.pk, "s", "u")
    assert paid(bookings, soren, *others) == [0, 0, 0]
    assert [one.pk for one in MatchingService(desk).waiting()] == [lost.pk]


def test_what_cannot_be_moved(
    desk: Desk, parts: PartService, bookings: BookingService, payments: PaymentService,
    soren: Booking, others: list[Booking], cash: Payment,
) -> None:  # fmt: skip
    yen = bookings.add(draft(reference="LN-Y", room="9", currency="jpy", total=Money(100, "jpy"))).value
    for target, code in ((soren, "parts.same"), (yen, "match.other_currency")):
        with pytest.raises(InputError) as caught:
            parts.move(MoveDraft("x", cash.pk, target.pk))
        assert caught.value.code == code
    for shares, code in (
        (((others[0].pk, 9_999),), "parts.sum"),
        (((others[0].pk, 10_001), (others[1].pk, -1)), "parts.amount"),
        (((others[0].pk, 5_000), (others[0].pk, 5_000)), "parts.twice"),
    ):
        with pytest.raises(InputError) as caught:
            parts.split(SplitDraft("x", cash.pk, shares))
        assert caught.value.code == code
    with pytest.raises(ConflictError):
        parts.move(MoveDraft("x", cash.pk, others[0].pk, left=9_000))
    parts.split(SplitDraft("s", cash.pk, ((soren.pk, 5_000), (others[0].pk, 5_000))))
    payments.void(cash.pk, "typed twice")
    assert paid(bookings, soren, *others) == [0, 0, 0]
    with pytest.raises(KnownError, match="void payment"):
        parts.move(MoveDraft("x", cash.pk, others[1].pk))
    with pytest.raises(ConflictError):
        parts.undo(cash.pk, "s", "u")


def test_rows_are_never_changed_and_another_desk_hears_of_both_bookings(
    desk: Desk, parts: PartService, soren: Booking, others: list[Booking], cash: Payment
) -> None:
    paolo = OtherDesks(changed(desk, operator=Operator("Paolo", "Desk 2"), feed=type(desk.feed)()))
    heard: list[object] = []
    paolo._desk.feed.subscribe(heard.append)
    paolo.look()
    parts.split(SplitDraft("s", cash.pk, ((soren.pk, 5_000), (others[0].pk, 5_000))))
    paolo.look()
    assert {soren.pk, others[0].pk} <= heard[-1].bookings  # type: ignore[attr-defined]
    for statement in ("UPDATE payment_transfers SET amount = 1", "DELETE FROM payment_transfers"):
        with pytest.raises((DBAPIError, DatabaseError)), desk.writing() as unit:
            unit.connection.execute(text(statement))
