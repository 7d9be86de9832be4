"""A card payment entered by hand that is Stripe's as well, on both engines: found, merged, told apart, taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.duplicates import Pair, PairDraft, Sign, Verdict
from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import Payment, PaymentDraft, PaymentStatus
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.stays import StayService
from rentease_desk.storage import opening
from rentease_desk.storage.stripe_refunds import store_refunds
from tests.services.conftest import draft, journal_is_whole, paid
from tests.services.test_folio_races import at_once
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import as_admin
from tests.tools.gui import DAY, NOON
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay


@pytest.fixture
def duplicates(desk: Desk) -> DuplicateService:
    return DuplicateService(desk)


@pytest.fixture
def typed(payments: PaymentService, soren: Booking) -> Payment:
    return by_hand(payments, soren)


def by_hand(payments: PaymentService, booking: Booking, uid: str = "typed", minor: int = 10_000) -> Payment:
    """A card taken while the internet was away, an hour before Stripe's."""
    draft = PaymentDraft(uid, booking.pk, "card", Money(minor, "eur"), "slip 0815", "sent a card by post",
                         occurred_at=NOON - DAY - 3600)  # fmt: skip
    return payments.take(draft).value


def charged(
    desk: Desk, name: str = "card", reference: str = "", payer: str = "S. Lindqvist", minor: int = 10_000
) -> Payment:
    """Stripe shows a card payment."""
    pay(desk, Homeless(Card(name, minor, reference, payer=payer)))
    return MatchingService(desk).find(f"pi_{name}")


def pair_draft(pair: Pair, uid: str) -> PairDraft:
    return PairDraft(uid, pair.manual.pk, pair.stripe.pk, (pair.manual.version, pair.stripe.version))


def refund(desk: Desk, minor: int) -> None:
    """Stripe shows that so much of the card payment goes back."""
    shown = StripeRefund(id="re_1", charge_id="ch_card", payment_intent_id="pi_card", created=NOON, amount=minor,
                         currency="eur", status="succeeded", reason=None, failure_reason=None)  # fmt: skip
    with desk.writing() as unit:
        store_refunds(unit, ACCOUNT, desk.property().days, (NOON + 1) * 1_000_000, [shown])


def test_merging_leaves_one_payment_that_says_what_both_said(
    desk: Desk, duplicates: DuplicateService, bookings: BookingService, payments: PaymentService, soren: Booking,
    typed: Payment,
) -> None:  # fmt: skip
    card = charged(desk)
    (pair,) = duplicates.waiting()
    assert (pair.manual.pk, pair.stripe.pk, pair.said) == (typed.pk, card.pk, None)
    assert {one.sign for one in pair.reasons} == {Sign.AMOUNT, Sign.NO_BOOKING, Sign.HOURS, Sign.NAME_ALIKE}
    saved = duplicates.merge(pair_draft(pair, "m"))
    assert saved.changes.payments == {typed.pk, card.pk}
    assert saved.changes.bookings == {soren.pk}
    manual, stripe = saved.value.manual, saved.value.stripe
    assert (manual.status, manual.void_reason) == (PaymentStatus.VOIDED, "The same as Stripe payment pi_card")
    assert (manual.note, manual.amount) == ("sent a card by post", 10_000), "its row says what it said"
    assert (stripe.booking_pk, stripe.note, stripe.reference) == (soren.pk, "sent a card by post", "slip 0815")
    assert paid(bookings, soren) == [10_000]
    assert payments.totals(PaymentQuery()).counted[0].received == 10_000
    assert duplicates.waiting() == []
    (said,) = duplicates.said()
    assert said.said is not None
    assert (said.said.verdict, said.said.actor, said.said.took_booking) == (Verdict.SAME, "Elena", True)
    assert not duplicates.merge(pair_draft(pair, "m")).changes, "sent twice, done once"
    assert journal_is_whole(desk)


def test_what_was_carried_outlives_a_sync_and_is_found(
    desk: Desk, duplicates: DuplicateService, payments: PaymentService, typed: Payment
) -> None:
    charged(desk)
    duplicates.merge(pair_draft(duplicates.waiting()[0], "m"))
    charged(desk, payer="Søren Lindqvist")
    found = payments.find(duplicates.said()[0].stripe.uid)
    assert (found.payer_name, found.note) == ("Søren Lindqvist", "sent a card by post")
    assert found.pk * 2 in payments.keys(PaymentQuery("0815 lindqvist"))


@pytest.mark.parametrize("reference", ["", "LN-2017"])
def test_a_merge_is_taken_back_and_the_two_merged_again(
    desk: Desk, duplicates: DuplicateService, bookings: BookingService, soren: Booking, typed: Payment, reference: str
) -> None:
    card = charged(desk, reference=reference)
    duplicates.merge(PairDraft("m", typed.pk, card.pk))
    with pytest.raises(ConflictError, match="has merged"):
        duplicates.merge(PairDraft("again", typed.pk, card.pk))
    undone = duplicates.undo(PairDraft("u", typed.pk, card.pk)).value
    assert (undone.manual.status, undone.said) == (PaymentStatus.SUCCEEDED, None)
    assert (undone.stripe.note, undone.stripe.reference) == ("", "")
    assert undone.stripe.booking_pk == (soren.pk if reference else None)
    assert paid(bookings, soren) == [20_000 if reference else 10_000]
    assert not duplicates.undo(PairDraft("u", typed.pk, card.pk)).changes
    with pytest.raises(KnownError, match="nothing to take back"):
        duplicates.undo(PairDraft("v", typed.pk, card.pk))
    duplicates.merge(pair_draft(duplicates.waiting()[0], "m2"))
    assert paid(bookings, soren) == [10_000]
    assert journal_is_whole(desk)


def test_two_payments_stay_two_and_are_not_told_again_until_that_is_taken_back(
    desk: Desk, duplicates: DuplicateService, bookings: BookingService, soren: Booking, typed: Payment
) -> None:
    card = charged(desk, reference="LN-2017")
    duplicates.keep_both(pair_draft(duplicates.waiting()[0], "k"))
    assert duplicates.waiting() == []
    (pair,) = duplicates.of_payment(card.pk)
    assert pair.said is not None
    assert (pair.said.verdict, pair.said.at) == (Verdict.TWO, desk.clock.now())
    with pytest.raises(ConflictError, match="these are two payments"):
        duplicates.merge(PairDraft("m", typed.pk, card.pk))
    assert paid(bookings, soren) == [20_000]
    duplicates.undo(PairDraft("u", typed.pk, card.pk))
    assert len(duplicates.waiting()) == 1


def test_what_does_not_look_alike_is_not_told(
    desk: Desk, duplicates: DuplicateService, payments: PaymentService, soren: Booking, others: list[Booking],
    typed: Payment,
) -> None:  # fmt: skip
    charged(desk, "other_amount", minor=10_001)
    charged(desk, "other_home", "LN-2018")
    charged(desk, "other_guest", payer="Haruto Nakamura")
    pay(desk, Homeless(Card("long_ago", 10_000, days_ago=4, payer="Søren Lindqvist")))
    payments.take(PaymentDraft("cash", soren.pk, "cash", Money(10_001, "eur"), occurred_at=NOON - DAY))
    assert duplicates.waiting() == []
    card = charged(desk, "alike")
    assert [one.stripe.pk for one in duplicates.waiting()] == [card.pk]


def test_what_was_split_given_back_or_void_is_refused_with_a_sentence(
    desk: Desk, duplicates: DuplicateService, payments: PaymentService, soren: Booking, others: list[Booking]
) -> None:
    parts, refunds = PartService(desk), RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    card = charged(desk)
    split, back, moved = (by_hand(payments, soren, uid) for uid in ("split", "back", "moved"))
    void, cash = (
        payments.take(PaymentDraft(method, soren.pk, method, Money(10_000, "eur"))).value for method in ("card", "cash")
    )
    less = by_hand(payments, soren, "less", 9_000)
    parts.split(SplitDraft("s", split.pk, ((soren.pk, 4_000), (others[0].pk, 6_000))))
    refunds.plan(RefundDraft("r", back.pk, Money(1, "eur"), "noise"))
    payments.void(void.pk, "typed twice")
    for wrong, sentence in (
        (split, "spread over several"), (back, "was given back"), (void, "counts as nothing"),
        (cash, "no card payment"), (less, "amounts differ"), (card, "cannot be one"),
    ):  # fmt: skip
        with pytest.raises(KnownError, match=sentence):
            duplicates.merge(PairDraft("m", wrong.pk, card.pk))
    assert [one.manual.pk for one in duplicates.waiting()] == [moved.pk]
    MatchingService(desk).assign(card.pk, others[1].pk)
    with pytest.raises(KnownError, match="LN-2017, the Stripe payment on LN-2019"):
        duplicates.merge(PairDraft("m", moved.pk, card.pk))


def test_a_stripe_payment_stands_for_one_entry_only(
    desk: Desk, duplicates: DuplicateService, payments: PaymentService, soren: Booking, typed: Payment
) -> None:
    card, second = charged(desk), by_hand(payments, soren, "second")
    assert len(duplicates.waiting()) == 2
    duplicates.merge(PairDraft("m", typed.pk, card.pk))
    assert duplicates.waiting() == []
    with pytest.raises(ConflictError, match="another payment that was entered"):
        duplicates.merge(PairDraft("n", second.pk, card.pk))
    with pytest.raises(InputError, match="sent twice"):
        duplicates.merge(PairDraft("m", second.pk, card.pk))


def test_nothing_is_merged_that_has_changed_since_it_was_seen(
    desk: Desk, duplicates: DuplicateService, others: list[Booking], typed: Payment
) -> None:
    charged(desk)
    seen = duplicates.waiting()[0]
    charged(desk, payer="Haruto Nakamura")
    with pytest.raises(ConflictError, match="changed meanwhile"):
        duplicates.merge(pair_draft(seen, "m"))
    with pytest.raises(ConflictError, match="changed meanwhile"):
        duplicates.undo(pair_draft(seen, "u"))


def test_a_merge_stays_once_money_has_moved(
    desk: Desk, duplicates: DuplicateService, others: list[Booking], typed: Payment
) -> None:
    card, parts = charged(desk), PartService(desk)
    duplicates.merge(PairDraft("m", typed.pk, card.pk))
    parts.move(MoveDraft("t", card.pk, others[0].pk))
    with pytest.raises(ConflictError, match="moved or given back"):
        duplicates.undo(PairDraft("u", typed.pk, card.pk))
    parts.undo(card.pk, "t", "back")
    refund(desk, 2_500)
    with pytest.raises(ConflictError, match="moved or given back"):
        duplicates.undo(PairDraft("u", typed.pk, card.pk))


def test_a_cancellation_is_not_undone_over_a_merge(
    desk: Desk, duplicates: DuplicateService, soren: Booking, typed: Payment
) -> None:
    card, stays = charged(desk), StayService(desk)
    stays.do(Deed.CANCEL, soren.pk)
    duplicates.keep_both(PairDraft("k", typed.pk, card.pk))
    duplicates.undo(PairDraft("u", typed.pk, card.pk))
    stays.undo(soren.pk)
    stays.do(Deed.CANCEL, soren.pk)
    duplicates.merge(PairDraft("m", typed.pk, card.pk))
    with pytest.raises(KnownError) as caught:
        stays.undo(soren.pk)
    assert caught.value.code == "stay.money_since"


def test_an_older_program_counts_a_merged_payment_once(address: str) -> None:
    """The rows that made it void go with the table: voids of the older kind stand in their place."""
    db = opening.open_database(address, SetClock(NOON), CountedIds())
    desk = Desk(db, SetClock(NOON), CountedIds(), Operator("Elena", "Desk 1"), ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(zone="Europe/Rome"))
    booking, payments, duplicates = (
        BookingService(desk).add(draft()).value,
        PaymentService(desk),
        DuplicateService(desk),
    )
    first, second = (by_hand(payments, booking, uid, minor) for uid, minor in (("a", 10_000), ("b", 9_000)))
    duplicates.merge(PairDraft("m", first.pk, charged(desk).pk))
    other = charged(desk, "other", minor=9_000)
    duplicates.merge(PairDraft("n", second.pk, other.pk))
    duplicates.undo(PairDraft("u", second.pk, other.pk))
    db.close()
    opening.downgrade(as_admin(address), "0015")
    engine = create_engine(as_admin(address))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT uid, payment_pk, reason FROM payment_voids")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("m", first.pk, "The same as Stripe payment pi_card")]


def test_another_desk_hears_of_it(desk: Desk, duplicates: DuplicateService, soren: Booking, typed: Payment) -> None:
    card, here, told = charged(desk), replace(desk, feed=ChangeFeed()), list[Changes]()
    others = OtherDesks(here)
    others.look()
    here.feed.subscribe(told.append)
    duplicates.merge(PairDraft("m", typed.pk, card.pk))
    others.look()
    duplicates.undo(PairDraft("u", typed.pk, card.pk))
    others.look()
    assert told == [Changes(payments=frozenset({typed.pk, card.pk}), bookings=frozenset({soren.pk}))] * 2


def test_two_desks_merge_once_and_never_what_is_given_back(
    desk: Desk, duplicates: DuplicateService, bookings: BookingService, soren: Booking, typed: Payment
) -> None:
    card, refunds = charged(desk), RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    outcomes = at_once(
        lambda: duplicates.merge(PairDraft("a", typed.pk, card.pk)),
        lambda: duplicates.merge(PairDraft("b", typed.pk, card.pk)),
        lambda: refunds.plan(RefundDraft("r", typed.pk, Money(4_000, "eur"), "noise")),
    )
    assert outcomes in (
        ["done", "duplicates.said_same", "refund.void"],
        ["done", "duplicates.refunded", "duplicates.refunded"],
    )
    assert paid(bookings, soren) in ([10_000], [6_000])
    assert journal_is_whole(desk)


def test_what_was_said_is_never_changed(desk: Desk, duplicates: DuplicateService, typed: Payment) -> None:
    duplicates.keep_both(PairDraft("k", typed.pk, charged(desk).pk))
    for statement in ("UPDATE payment_pairs SET held = 1", "DELETE FROM payment_pairs"):
        with pytest.raises((DBAPIError, KnownError)), desk.writing() as unit:
            unit.connection.execute(text(statement))
