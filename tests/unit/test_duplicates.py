"""What speaks for two payments being one, and texts that are carried and taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rentease_desk.domain.duplicates import WORDS, Sign, carried, compared, told, without
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Source

MANUAL = Payment(
    pk=1, uid="m", booking_pk=7, booking_reference="LN-2017", guest="Søren Lindqvist", source=Source.MANUAL,
    method="card", amount=10_000, refunded=0, currency="eur", state=PaymentState.SUCCEEDED,
    status=PaymentStatus.SUCCEEDED, occurred_at=1_000_000, business_date=None, reference="", note="", tendered=None,
    fee=None, stripe_account=None, livemode=None, stripe_payment_id=None, stripe_charge_id=None, stripe_status=None,
    brand=None, last4=None, payer_name=None, payer_email=None, description=None, failure_code=None,
    failure_message=None, disputed=False, void_reason=None, actor="Elena", desk="Desk 1", created_at=0, version=1,
)  # fmt: skip
STRIPE = replace(
    MANUAL, pk=2, uid="s", booking_pk=None, guest=None, source=Source.STRIPE, stripe_payment_id="pi_3Qx",
    stripe_charge_id="ch_3Qx", last4="4242", actor="Stripe",
)  # fmt: skip
HOUR = 3_600


@pytest.mark.parametrize(
    ("manual", "stripe", "alike"),
    [
        ({}, {"booking_pk": 7, "payer_name": "Haruto Nakamura", "occurred_at": 1_000_000 + 40 * HOUR}, True),
        ({}, {"occurred_at": 1_000_000 + 600}, True),
        ({}, {"occurred_at": 1_000_000 + 600, "payer_name": "Haruto Nakamura"}, False),
        ({}, {"occurred_at": 1_000_000 + 2 * HOUR}, False),
        ({}, {"occurred_at": 1_000_000 + 40 * HOUR, "payer_name": "LINDQVIST SOREN"}, True),
        ({"note": "Visa 4242"}, {"occurred_at": 1_000_000 + 40 * HOUR, "payer_name": "ACME Ltd"}, True),
        ({"note": "no. 14242"}, {"occurred_at": 1_000_000 + 40 * HOUR}, False),
        ({"reference": "ch_3Qx"}, {"occurred_at": 1_000_000 + 40 * HOUR}, True),
    ],
)
def test_what_is_worth_a_look(manual: dict[str, object], stripe: dict[str, object], alike: bool) -> None:
    assert compared(replace(MANUAL, **manual), replace(STRIPE, **stripe)).is_alike is alike


def test_reasons_are_told_in_words_the_weightiest_first() -> None:
    stripe = replace(STRIPE, payer_name="S. Lindqvist", payer_email="Soren@lindqvist.example", refunded=1,
                     occurred_at=MANUAL.occurred_at - HOUR)  # fmt: skip
    found = compared(MANUAL, stripe, "soren@lindqvist.example")
    assert [told(one) for one in found.reasons] == [
        "the guest's e-mail", "name alike", "same amount", "an hour apart", "the Stripe payment has no booking",
        "money of it was given back",
    ]  # fmt: skip
    assert found.is_strong
    assert set(WORDS) == set(Sign)


@pytest.mark.parametrize(("kept", "more"), [("", ""), ("", "slip"), ("own", ""), ("own", "slip")])
def test_what_was_carried_is_taken_back_exactly(kept: str, more: str) -> None:
    both = carried(kept, more, "; ")
    assert set(both.split("; ")) - {""} == {kept, more} - {""}
    assert without(both, more, "; ") == kept


def test_a_text_that_was_changed_since_stays() -> None:
    assert without("slip 0815, called the guest", "slip 0815", "; ") == "slip 0815, called the guest"
