"""Stripe's JSON becomes domain values, or an explanation; never a guess, and never a crash."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iso4217 import Currency
from msgspec.structs import astuple

from rentease_desk.domain.errors import UnreadableObjectError
from rentease_desk.domain.money import digits
from rentease_desk.stripe_gateway.mapping import charge_from, customer_from, intent_from, refund_from
from rentease_desk.stripe_gateway.reader import iso_minor
from tests.tools.pictures import Album, Json
from tests.tools.practice import NOON

READERS: dict[str, Callable[[Json], Any]] = {
    "payment_intents": lambda data: intent_from(data, False),
    "charges": lambda data: charge_from(data, False, NOON * 1_000_000),
    "refunds": refund_from,
    "customers": lambda data: customer_from(data, False),
}


def _shown(story: str = "create fail succeed refund:100", **order: object) -> dict[str, Json]:
    album = Album(name="Ada Lovelace", email="ada@example.com", description="Room 7", **order)
    album.tell(f"customer {story}")
    return {kind: found[0] for kind in READERS if (found := album.json(kind))}


SHOWN = _shown()


def _changed(kind: str, **changes: object) -> Json:
    return copy.deepcopy(SHOWN[kind]) | changes


def test_an_intent() -> None:
    data = _changed("payment_intents", customer="cus_9", receipt_email="ada@example.com", metadata={"booking_id": "7"})
    intent = intent_from(data, False)
    assert (intent.amount, intent.amount_received, intent.currency, intent.status) == (
        10_000,
        10_000,
        "eur",
        "succeeded",
    )
    assert (intent.customer_id, intent.payer_email, intent.description) == ("cus_9", "ada@example.com", "Room 7")
    assert (intent.error_code, intent.error_message, dict(intent.metadata)) == (None, None, {"booking_id": "7"})
    assert intent.latest_charge_id == SHOWN["charges"]["id"]


def test_ids_may_come_expanded() -> None:
    data = _changed("payment_intents", latest_charge=SHOWN["charges"], customer={"id": "cus_9", "object": "customer"})
    intent = intent_from(data, False)
    assert (intent.latest_charge_id, intent.customer_id) == (SHOWN["charges"]["id"], "cus_9")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": "card_declined", "decline_code": "lost_card", "message": "No."}, "lost_card"),
        ({"code": "card_declined", "decline_code": None, "message": "No."}, "card_declined"),
        ({"message": "No."}, None),
    ],
)
def test_why_the_last_attempt_failed(error: Json, code: str | None) -> None:
    intent = intent_from(_changed("payment_intents", last_payment_error=error), False)
    assert (intent.error_code, intent.error_message) == (code, "No.")


def test_a_charge() -> None:
    charge = charge_from(SHOWN["charges"], False, NOON)
    assert (charge.amount, charge.amount_captured, charge.captured, charge.released) == (10_000, 10_000, True, False)
    assert (charge.method_type, charge.brand, charge.last4) == ("card", "visa", "4242")
    assert (charge.payer_name, charge.payer_email) == ("Ada Lovelace", "ada@example.com")
    assert (charge.manual_capture, charge.captured_at, charge.disputed) == (False, None, False)


@pytest.mark.parametrize(
    ("story", "refunded", "hours", "released"),
    [
        ("create:manual authorize", False, 0, False),
        ("create:manual authorize", True, 0, True),
        ("create:manual authorize", False, 7 * 24 + 1, True),
        ("create:manual authorize capture", False, 7 * 24 + 1, False),
        ("pay", True, 0, False),
    ],
)
def test_when_an_authorisation_was_let_go(story: str, refunded: bool, hours: int, released: bool) -> None:
    data = _shown(story)["charges"] | {"refunded": refunded}
    charge = charge_from(data, False, (NOON + hours * 3600) * 1_000_000)
    assert charge.released is released
    assert charge.manual_capture is ("manual" in story)


def test_a_bank_debit_has_no_brand() -> None:
    charge = charge_from(_shown("create:debit process")["charges"], False, NOON)
    assert (charge.method_type, charge.brand, charge.last4, charge.status) == ("sepa_debit", None, "4242", "pending")


def test_a_refund_and_a_customer() -> None:
    refund = refund_from(SHOWN["refunds"])
    assert (refund.amount, refund.status, refund.reason) == (100, "succeeded", "requested_by_customer")
    assert (refund.charge_id, refund.payment_intent_id) == (SHOWN["charges"]["id"], SHOWN["payment_intents"]["id"])
    assert customer_from(SHOWN["customers"], False).id == SHOWN["customers"]["id"]


@pytest.mark.parametrize("status", ["pending", "requires_action", "succeeded", "failed", "canceled"])
def test_every_status_of_a_refund(status: str) -> None:
    assert refund_from(_changed("refunds", status=status)).status == status


@pytest.mark.parametrize(
    ("stripe", "currency", "iso"),
    [(1234, "eur", 1234), (1234, "jpy", 1234), (12340, "kwd", 12340), (1200, "isk", 12), (1200, "ugx", 12),
     (12, "mga", 1200), (0, "isk", 0), (5, "huf", 5), (5, "twd", 5), (5, "rsd", 5)],
)  # fmt: skip
def test_stripes_units_become_isos(stripe: int, currency: str, iso: int) -> None:
    assert iso_minor(stripe, currency) == iso


def test_only_three_currencies_are_special() -> None:
    """Stripe counts as ISO 4217 does but in ISK, UGX (hundredths) and MGA (whole): docs.stripe.com/currencies."""
    zero = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
    three = {"bhd", "jod", "kwd", "omr", "tnd"}
    sent = {"isk", "ugx", "eur", "usd", "gbp", "chf", "sek", "huf", "czk", "pln", "all"} | zero | three
    for currency in sent:
        at_stripe = 0 if currency in zero else 3 if currency in three else 2
        assert iso_minor(10**at_stripe * 700, currency) == 700 * 10 ** digits(currency)


def test_a_hundredth_of_a_krona_cannot_be() -> None:
    with pytest.raises(UnreadableObjectError, match="not a whole number of ISK"):
        intent_from(_changed("payment_intents", currency="isk", amount=1250), False)


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("payment_intents", {"livemode": True}, "livemode"),
        ("charges", {"livemode": None}, "livemode"),
        ("payment_intents", {"object": "charge"}, "not payment_intent"),
        ("payment_intents", {"status": "partially_funded"}, "partially_funded"),
        ("payment_intents", {"status": ["succeeded"]}, "status"),
        ("payment_intents", {"amount": 12.5}, "amount is 12.5"),
        ("payment_intents", {"amount": "1000"}, "amount"),
        ("payment_intents", {"amount": True}, "amount is True"),
        ("payment_intents", {"amount": -1}, "amount is -1"),
        ("payment_intents", {"amount": None}, "amount is None"),
        ("payment_intents", {"amount": 2**63}, "amount"),
        ("payment_intents", {"currency": "zzz"}, "currency"),
        ("payment_intents", {"currency": "ſek"}, "currency"),
        ("payment_intents", {"currency": None}, "currency"),
        ("payment_intents", {"created": 10**12}, "created"),
        ("payment_intents", {"id": None}, "no id"),
        ("payment_intents", {"id": ""}, "no id"),
        ("payment_intents", {"id": "pi_1/../../secret"}, "no id"),
        ("payment_intents", {"latest_charge": "ch 1"}, "latest_charge"),
        ("charges", {"captured": "yes"}, "captured"),
        ("charges", {"disputed": None}, "disputed"),
        ("charges", {"status": "refunded"}, "refunded"),
        ("charges", {"payment_intent": "../customers"}, "payment_intent"),
        ("refunds", {"amount": 0}, "amount is 0"),
        ("refunds", {"status": None}, "status"),
        ("customers", {"created": None}, "created"),
    ],
)
def test_what_cannot_be_understood_is_explained(kind: str, changes: Json, reason: str) -> None:
    with pytest.raises(UnreadableObjectError) as caught:
        READERS[kind](_changed(kind, **changes))
    assert reason in str(caught.value.params["reason"])
    assert str(caught.value).startswith("This cannot be understood.")


def test_text_of_others_is_stored_without_card_numbers_and_nul() -> None:
    data = _changed("payment_intents", description="4242 4242\x00 4242 4242", receipt_email="a\x00@b.example")
    intent = intent_from(data, False)
    assert (intent.description, intent.payer_email) == ("•••• 4242", "a@b.example")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just("pi_1\x00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _paths(data: Any, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [prefix] if prefix else []
    if isinstance(data, dict):
        found += [path for key, part in data.items() for path in _paths(part, (*prefix, key))]
    return found


def _check_told(error: UnreadableObjectError) -> None:
    assert error.params["object"]
    assert error.params["reason"]


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(READERS)), draw=st.data())
def test_no_json_at_all_makes_it_crash(kind: str, draw: st.DataObject) -> None:
    """Up to three parts of a good object are replaced by anything; it is read, or refused with its id and a reason."""
    data = copy.deepcopy(SHOWN[kind])
    for _ in range(draw.draw(st.integers(1, 3))):
        *above, last = draw.draw(st.sampled_from(_paths(SHOWN[kind])))
        part: Any = data
        for name in above:
            part = part.get(name) if isinstance(part, dict) else None
        if isinstance(part, dict):
            part[last] = draw.draw(JSON)
    try:
        value = READERS[kind](data)
    except UnreadableObjectError as error:
        _check_told(error)
        return
    for told in astuple(value):
        _check_storable(told)


def _check_storable(value: object) -> None:
    if isinstance(value, str):
        assert "\x00" not in value
        value.encode()
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**63
    elif isinstance(value, dict):
        for pair in value.items():
            for part in pair:
                _check_storable(part)


@given(currency=st.sampled_from([one.value.lower() for one in Currency]), amount=st.integers(0, 10**10))
def test_amounts_stay_whole(currency: str, amount: int) -> None:
    try:
        found = iso_minor(amount, currency)
    except ValueError:
        assert currency in {"isk", "ugx"}
        assert amount % 100
    else:
        assert isinstance(found, int)
        assert found >= 0
