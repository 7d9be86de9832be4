"""How a payment follows from an intent and its charges: for every combination that Stripe can send."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rentease_desk.domain.derivation import (
    CHARGE_STATUSES,
    INTENT_STATUSES,
    DerivedPayment,
    derive_payment,
    is_explained,
    is_final,
    lacks_capture_time,
)
from rentease_desk.domain.payment import PaymentState
from rentease_desk.domain.stripe_objects import StripeCharge, StripeIntent
from tests.tools.pictures import Album
from tests.tools.practice import NOON
from tests.tools.stories import STORIES

INTENT = StripeIntent(
    id="pi_1",
    created=NOON,
    amount=10_000,
    amount_received=0,
    amount_capturable=0,
    currency="eur",
    status="requires_payment_method",
    capture_method="automatic",
    latest_charge_id=None,
    customer_id=None,
    payer_email=None,
    description=None,
    error_code=None,
    error_message=None,
    metadata={},
)
CHARGE = StripeCharge(
    id="ch_1",
    payment_intent_id="pi_1",
    created=NOON + 60,
    amount=10_000,
    amount_captured=10_000,
    captured=True,
    released=False,
    manual_capture=False,
    currency="eur",
    status="succeeded",
    disputed=False,
    method_type="card",
    brand="visa",
    last4="4242",
    failure_code=None,
    failure_message=None,
    payer_name="Ada",
    payer_email=None,
    description=None,
    customer_id=None,
    balance_transaction_id=None,
    captured_at=None,
    metadata={},
)
FAILED = replace(CHARGE, id="ch_0", status="failed", captured=False, amount_captured=0, failure_code="card_declined")
PAID = replace(INTENT, status="succeeded", amount_received=10_000, latest_charge_id="ch_1")


def _derived(story: str) -> DerivedPayment:
    album = Album()
    album.tell(story)
    intents = album.intents()
    return derive_payment(intents[0] if intents else None, album.charges())


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("requires_payment_method", "incomplete"),
        ("requires_confirmation", "incomplete"),
        ("requires_action", "incomplete"),
        ("processing", "processing"),
        ("requires_capture", "requires_capture"),
        ("canceled", "canceled"),
        ("succeeded", "succeeded"),
    ],
)
def test_every_status_has_its_state(status: str, state: str) -> None:
    derived = derive_payment(replace(INTENT, status=status), [])
    assert (derived.state.value, derived.stripe_status) == (state, status)
    assert derived.occurred_at == NOON


def test_no_status_is_forgotten() -> None:
    assert len(INTENT_STATUSES) == 7
    for status in INTENT_STATUSES:
        derive_payment(replace(INTENT, status=status), [CHARGE, FAILED])


@pytest.mark.parametrize("status", ["requires_payment_method", "requires_confirmation", "requires_action"])
@pytest.mark.parametrize("why", ["a charge", "a code", "a message"])
def test_failed_only_if_something_says_so(status: str, why: str) -> None:
    intent = replace(INTENT, status=status)
    intent = replace(intent, error_code="lost_card") if why == "a code" else intent
    intent = replace(intent, error_message="No.") if why == "a message" else intent
    charges = [FAILED] if why == "a charge" else []
    assert derive_payment(intent, charges).state is PaymentState.FAILED
    assert derive_payment(replace(intent, status="canceled"), charges).state is PaymentState.CANCELED


def test_a_success_leaves_no_blame_behind() -> None:
    derived = derive_payment(replace(PAID, error_code="lost_card", error_message="No."), [FAILED, CHARGE])
    assert (derived.failure_code, derived.failure_message) == (None, None)
    assert derived.stripe_charge_id == "ch_1"


def test_only_what_was_received_counts() -> None:
    assert derive_payment(replace(PAID, amount_received=2500), [replace(CHARGE, amount_captured=2500)]).amount == 2500
    assert derive_payment(PAID, []).amount == 10_000


def test_what_may_still_be_captured_is_shown() -> None:
    held = replace(INTENT, status="requires_capture", amount_capturable=8000)
    assert derive_payment(held, []).amount == 8000
    assert derive_payment(replace(held, amount_capturable=0), []).amount == 10_000


def test_money_moved_at_the_charge_or_at_its_capture_and_never_at_the_intent() -> None:
    assert derive_payment(PAID, [CHARGE]).occurred_at == NOON + 60
    assert derive_payment(PAID, [replace(CHARGE, captured_at=NOON + 900)]).occurred_at == NOON + 900
    assert derive_payment(PAID, [replace(FAILED, created=NOON + 999), CHARGE]).occurred_at == NOON + 60
    assert derive_payment(replace(INTENT, status="processing"), [CHARGE]).occurred_at == NOON


@pytest.mark.parametrize(
    ("changes", "state", "amount"),
    [
        ({}, PaymentState.SUCCEEDED, 10_000),
        ({"amount_captured": 700}, PaymentState.SUCCEEDED, 700),
        ({"status": "failed", "captured": False}, PaymentState.FAILED, 10_000),
        ({"status": "pending", "captured": False}, PaymentState.PROCESSING, 10_000),
        ({"status": "pending", "captured": True}, PaymentState.PROCESSING, 10_000),
        ({"captured": False, "amount_captured": 0}, PaymentState.REQUIRES_CAPTURE, 10_000),
        ({"captured": False, "amount_captured": 0, "released": True}, PaymentState.CANCELED, 10_000),
    ],
)
def test_a_charge_of_the_old_kind(changes: dict[str, object], state: PaymentState, amount: int) -> None:
    charge = replace(CHARGE, payment_intent_id=None, **changes)
    derived = derive_payment(None, [charge])
    assert (derived.state, derived.amount, derived.stripe_payment_id) == (state, amount, "ch_1")


def test_neither_is_nothing() -> None:
    with pytest.raises(ValueError, match="needs an intent or a charge"):
        derive_payment(None, [])


@pytest.mark.parametrize(
    ("own", "copied", "claims"),
    [
        ({}, {}, (None, None)),
        ({"booking_id": " LN-1 "}, {}, ("ln-1", None)),
        ({}, {"booking_id": "LN-1", "booking_reference": "LN-2"}, ("ln-1", "ln-2")),
        ({"booking_id": "LN-3"}, {"booking_id": "LN-1", "booking_reference": "LN-2"}, ("ln-3", "ln-2")),
        ({"booking_id": "  "}, {"booking_id": ""}, (None, None)),
        ({"Booking_ID": "LN-1", "reference": "LN-1"}, {}, (None, None)),
    ],
)
def test_what_a_payment_claims(own: dict[str, str], copied: dict[str, str], claims: tuple[str | None, ...]) -> None:
    derived = derive_payment(replace(PAID, metadata=own, description="LN-7"), [replace(CHARGE, metadata=copied)])
    assert (derived.claimed_id, derived.claimed_reference) == claims


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_real_stories_end_in_the_state_of_the_intent(story: str) -> None:
    derived = _derived(story)
    expected = {"requires_payment_method": {"failed", "incomplete"}, "requires_action": {"failed", "incomplete"}}
    assert derived.state.value in expected.get(derived.stripe_status, {derived.stripe_status})


@pytest.mark.parametrize("story", [one for one in STORIES.values() if one.startswith(("create", "pay"))])
def test_an_intent_explains_its_charges_and_an_older_picture_of_it_does_not(story: str) -> None:
    pages = Album().tell(story)
    for number, page in enumerate(pages):
        (now,) = page.intents
        assert all(is_explained(now, charge) for charge in page.charges)
        for earlier in pages[:number]:
            (before,) = earlier.intents
            if before.status != now.status and page.charges and before.latest_charge_id != now.latest_charge_id:
                newest = max(page.charges, key=lambda one: one.id == now.latest_charge_id)
                assert newest.status == "failed" or not is_explained(before, newest)


@pytest.mark.parametrize(
    ("changes", "final"),
    [
        ({}, True),
        ({"status": "failed", "captured": False}, True),
        ({"status": "pending", "captured": True}, False),
        ({"captured": False}, False),
        ({"captured": False, "released": True}, False),
    ],
)
def test_what_may_still_become_of_a_charge(changes: dict[str, object], final: bool) -> None:
    assert is_final(replace(CHARGE, **changes)) is final


def test_whose_time_of_capture_is_not_known() -> None:
    manual = replace(INTENT, capture_method="manual")
    assert not lacks_capture_time(INTENT, CHARGE)
    assert not lacks_capture_time(None, CHARGE)
    assert lacks_capture_time(manual, CHARGE)
    assert lacks_capture_time(None, replace(CHARGE, manual_capture=True))
    assert not lacks_capture_time(manual, replace(CHARGE, captured_at=NOON))
    assert not lacks_capture_time(manual, replace(CHARGE, captured=False))
    assert not lacks_capture_time(manual, replace(CHARGE, status="failed"))


AMOUNT = st.integers(0, 10**9)
MAYBE = st.none() | st.sampled_from(["a", "b"])
CLAIM = st.dictionaries(st.sampled_from(["booking_id", "booking_reference", "x"]), st.text(max_size=5), max_size=2)
INTENTS = st.builds(
    replace,
    st.just(INTENT),
    created=st.integers(NOON, NOON + 99),
    amount=AMOUNT,
    amount_received=AMOUNT,
    amount_capturable=AMOUNT,
    status=st.sampled_from(sorted(INTENT_STATUSES)),
    capture_method=st.sampled_from(["automatic", "automatic_async", "manual"]),
    latest_charge_id=st.none() | st.sampled_from(["ch_0", "ch_1", "ch_2"]),
    error_code=MAYBE,
    error_message=MAYBE,
    metadata=CLAIM,
)
CHARGES = st.lists(
    st.builds(
        replace,
        st.just(CHARGE),
        id=st.sampled_from(["ch_0", "ch_1", "ch_2", "ch_3"]),
        created=st.integers(NOON, NOON + 99),
        amount_captured=AMOUNT,
        captured=st.booleans(),
        released=st.booleans(),
        manual_capture=st.booleans(),
        status=st.sampled_from(sorted(CHARGE_STATUSES)),
        method_type=MAYBE,
        failure_code=MAYBE,
        failure_message=MAYBE,
        captured_at=st.none() | st.integers(NOON, NOON + 999),
        metadata=CLAIM,
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)


@given(intent=INTENTS, charges=CHARGES, seed=st.integers(0, 99))
def test_the_payment_follows_from_any_intent_and_charges_in_any_order(
    intent: StripeIntent, charges: list[StripeCharge], seed: int
) -> None:
    derived = derive_payment(intent, charges)
    shuffled = random.Random(seed).sample(charges, len(charges))
    assert derive_payment(intent, shuffled) == derived
    assert (derived.stripe_payment_id, derived.stripe_status, derived.currency) == ("pi_1", intent.status, "eur")
    assert derived.amount >= 0
    moved = {one.captured_at or one.created for one in charges if one.status == "succeeded"}
    if derived.state is PaymentState.SUCCEEDED:
        assert derived.amount == intent.amount_received
        assert derived.occurred_at in (moved or {one.captured_at or one.created for one in charges} or {intent.created})
    else:
        assert derived.occurred_at == intent.created
    if derived.state not in {PaymentState.FAILED, PaymentState.CANCELED}:
        assert (derived.failure_code, derived.failure_message) == (None, None)
    if derived.state is PaymentState.FAILED:
        assert intent.error_code or intent.error_message or any(one.status == "failed" for one in charges)


@given(charges=CHARGES.filter(bool))
def test_the_payment_follows_from_any_single_charge(charges: list[StripeCharge]) -> None:
    charge = charges[0]
    derived = derive_payment(None, [charge])
    assert derived.stripe_payment_id == derived.stripe_charge_id == charge.id
    counted = charge.status == "succeeded" and charge.captured
    assert (derived.state is PaymentState.SUCCEEDED) is counted
    assert derived.amount == (charge.amount_captured if counted else charge.amount)
