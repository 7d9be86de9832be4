"""The sample property makes sense, whatever the seed and the moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.populate import populate_sample
from rentease_desk.practice.sample import (
    MONEY_MOVED,
    CardPayment,
    LineKind,
    NamedBy,
    Outcome,
    Sample,
    Status,
    build_sample,
)
from rentease_desk.practice.world import World
from tests.tools.practice import NOON

SEEDS = (1, 2, 3, 17, 40)
MOMENTS = (NOON, NOON - 11 * 3_600, NOON + 11 * 3_600 + 1_799, NOON - 12 * 86_400, NOON + 200 * 86_400)
"""At noon, just after midnight, before midnight, around the change of the clocks, in summer."""


@pytest.fixture(params=list(zip(SEEDS, MOMENTS, strict=True)), ids=lambda pair: f"seed {pair[0]}", scope="module")
def any_sample(request: pytest.FixtureRequest) -> Sample:
    seed, now = request.param
    return build_sample(seed, now)


def _today(sample: Sample) -> date:
    return datetime.fromtimestamp(sample.now, UTC).astimezone(ZoneInfo(sample.zone)).date()


def _cards(sample: Sample) -> list[CardPayment]:
    return [payment for booking in sample.bookings for payment in booking.card_payments]


def _instants(value: object) -> list[int]:
    """Every moment in a value, found by the names of its fields."""
    if isinstance(value, tuple):
        return list(chain.from_iterable(_instants(one) for one in value))
    if not is_dataclass(value):
        return []
    found = [getattr(value, field.name) for field in fields(value)]
    named = {"at", "moved_at", "created_at", "occurred_at"}
    own = [getattr(value, field.name) for field in fields(value) if field.name in named]
    return [one for one in own if isinstance(one, int)] + list(chain.from_iterable(_instants(one) for one in found))


def test_it_is_a_pure_function() -> None:
    assert build_sample(5, NOON) == build_sample(5, NOON)
    assert build_sample(5, NOON) != build_sample(6, NOON)
    assert build_sample(5, NOON, "Pacific/Auckland").zone == "Pacific/Auckland"


def test_its_size(any_sample: Sample) -> None:
    assert len(any_sample.rooms) == 20
    assert 260 <= len(any_sample.bookings) <= 345
    assert 160 <= len(_cards(any_sample)) <= 245
    assert (any_sample.name, any_sample.city, any_sample.currency) == ("Hotel Lanterna", "Trieste", "eur")


def test_no_room_is_booked_twice_a_night(any_sample: Sample) -> None:
    nights = Counter(
        (booking.room, booking.arrival + timedelta(days=number))
        for booking in any_sample.bookings
        for number in range(booking.nights)
    )
    assert max(nights.values()) == 1
    assert {booking.room for booking in any_sample.bookings} == {room.name for room in any_sample.rooms} - {"306"}


def test_references_and_uids_are_unique(any_sample: Sample) -> None:
    references = [booking.reference for booking in any_sample.bookings]
    assert references == [f"LN-{1_801 + number}" for number in range(len(references))]
    uids = [booking.uid for booking in any_sample.bookings]
    uids += [one.uid for booking in any_sample.bookings for one in booking.manual_payments]
    assert len(set(uids)) == len(uids)


def test_statuses_fit_the_dates(any_sample: Sample) -> None:
    today = _today(any_sample)
    for booking in any_sample.bookings:
        assert abs((booking.arrival - today).days) <= 60
        assert booking.nights >= 1
        match booking.status:
            case Status.TENTATIVE:
                assert booking.arrival > today
            case Status.CONFIRMED:
                assert booking.arrival >= today
            case Status.IN_HOUSE:
                assert booking.arrival <= today <= booking.departure
            case Status.DEPARTED:
                assert booking.departure <= today
            case Status.NO_SHOW:
                assert booking.arrival < today


def test_nothing_lies_in_the_future(any_sample: Sample) -> None:
    assert max(_instants(any_sample.bookings)) <= any_sample.now
    world = World(1, WorldClock(any_sample.now, frozen=True))
    populate_sample(world, any_sample)
    store = world.store
    for records in (store.intents, store.charges, store.refunds, store.customers, store.transactions):
        assert max(record.created for record in records) <= any_sample.now


def test_the_bank_received_weekly_payouts_to_the_cent(any_sample: Sample) -> None:
    world = World(1, WorldClock(any_sample.now, frozen=True))
    populate_sample(world, any_sample)
    payouts = list(world.store.payouts)
    assert len(payouts) > 3
    for payout in payouts:
        assert datetime.fromtimestamp(payout.created, UTC).strftime("%a %H:%M") == "Mon 00:00"
        lines = [line for line in world.store.transactions if line.payout == payout.id]
        assert sum(line.net for line in lines if line.type != "payout") == payout.amount


def test_one_thing_comes_after_the_other(any_sample: Sample) -> None:
    for booking in any_sample.bookings:
        assert all(line.occurred_at >= booking.created_at for line in booking.lines)
        for payment in booking.card_payments:
            assert payment.at >= booking.created_at
            assert payment.moved_at is None or payment.moved_at >= payment.at
            assert all(refund.at >= payment.at for refund in payment.refunds)


def test_a_learner_sees_everything(any_sample: Sample) -> None:
    cards, today = _cards(any_sample), _today(any_sample)
    assert {payment.outcome for payment in cards} == set(Outcome)
    assert {payment.named_by for payment in cards} == set(NamedBy)
    assert {booking.status for booking in any_sample.bookings} == set(Status)
    assert {line.kind for booking in any_sample.bookings for line in booking.lines} == set(LineKind)
    assert {refund.status for payment in cards for refund in payment.refunds} == {"succeeded", "pending", "failed"}
    assert Counter(payment.currency for payment in cards)["gbp"] == 3
    assert Counter(payment.currency for payment in cards)["jpy"] == 1
    assert any(payment.method == "sepa_debit" and payment.captured_amount for payment in cards)
    methods = {one.method for booking in any_sample.bookings for one in booking.manual_payments}
    assert methods == {"cash", "cheque", "transfer", "card_terminal"}
    gone = [booking.balance for booking in any_sample.bookings if booking.status is Status.DEPARTED]
    assert (min(gone) < 0 < max(gone), 0 in gone) == (True, True)
    leaving = [booking for booking in any_sample.bookings if booking.departure == today and booking.balance > 0]
    assert leaving


def test_the_sums_are_plausible(any_sample: Sample) -> None:
    for booking in any_sample.bookings:
        assert booking.charged >= 0
        assert all((line.amount < 0) == (line.kind is LineKind.DISCOUNT) for line in booking.lines)
        for line in booking.lines:
            spans = (line.service_from, line.service_to)
            own = (booking.arrival, booking.departure) if line.kind is LineKind.ACCOMMODATION else (None, None)
            assert spans == own
        for payment in booking.card_payments:
            assert 0 <= payment.captured_amount <= payment.amount
            assert (payment.captured_amount > 0) == (payment.outcome in MONEY_MOVED)
            assert sum(refund.amount for refund in payment.refunds) <= payment.captured_amount
    settled = sum(booking.balance == 0 for booking in any_sample.bookings if booking.status is Status.DEPARTED)
    assert settled > 80


def test_a_payment_says_its_booking_the_way_it_claims(any_sample: Sample) -> None:
    for booking in any_sample.bookings:
        for payment in booking.card_payments:
            said = booking.reference in (payment.description or "")
            assert said == (payment.named_by is NamedBy.DESCRIPTION)


def test_guests_are_invented(any_sample: Sample) -> None:
    guests = {booking.guest for booking in any_sample.bookings}
    assert len(guests) > 60
    assert all(guest.email.endswith(".example") and guest.email.isascii() for guest in guests)
    assert any(not guest.name.isascii() for guest in guests)


def test_the_account_holds_what_the_sample_says(sample: Sample, sample_world: World) -> None:
    store, cards = sample_world.store, _cards(sample)
    taken = Counter[str]()
    for payment in cards:
        taken[payment.currency] += payment.captured_amount
    charged = Counter[str]()
    for charge in store.charges:
        charged[charge.order.currency] += charge.amount_captured
    assert charged == taken
    legacy = sum(payment.outcome is Outcome.LEGACY for payment in cards)
    assert len(store.intents) + legacy == len(cards)
    back = [refund for payment in cards for refund in payment.refunds]
    assert sorted(one.amount for one in store.refunds) == sorted(one.amount for one in back)
    assert Counter(one.status for one in store.refunds) == Counter(one.status for one in back)
    statuses = Counter(intent.status for intent in store.intents)
    assert set(statuses) == {"succeeded", "processing", "requires_capture", "requires_payment_method", "canceled"}
