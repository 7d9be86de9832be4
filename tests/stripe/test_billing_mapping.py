"""Payouts, subscriptions, invoices and Checkout Sessions as JSON become domain values, or an explanation."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import UnreadableObjectError
from rentease_desk.domain.stripe_billing import Claim, claim_in
from rentease_desk.practice.orders import Order
from rentease_desk.stripe_gateway.billing import (
    invoice_from,
    invoice_payment_from,
    payout_from,
    session_from,
    subscription_from,
)
from tests.practice.checks import Asker
from tests.tools.accounts import Account
from tests.tools.pictures import Album, Json
from tests.tools.practice import NOON
from tests.tools.stubs import Answer, Asked, stub
from tests.tools.syncing import open_gateway

READERS: dict[str, Callable[[Json, bool], Any]] = {
    "payouts": payout_from,
    "subscriptions": subscription_from,
    "invoices": invoice_from,
    "invoice_payments": invoice_payment_from,
    "checkout/sessions": session_from,
}
NEEDED = {
    "payouts": ["object", "livemode", "created", "amount", "currency", "arrival_date", "automatic"],
    "subscriptions": ["object", "livemode", "created", "currency", "cancel_at_period_end"],
    "invoices": ["created", "amount_due", "amount_paid", "amount_remaining", "currency", "attempt_count"],
    "invoice_payments": ["created", "invoice", "amount_requested", "currency"],
    "checkout/sessions": ["object", "created", "expires_at"],
}


def _shown() -> dict[str, Json]:
    album = Album()
    album.tell("pay wait:400000")
    world: Any = album._world
    world.payouts.create()
    customer = world.customer("Nadia", "nadia@mail.example").id
    world.subscriptions.create(Order(90_000, metadata=(("booking_reference", "LN-1"),), customer=customer))
    world.checkout.complete(world.checkout.open(Order(700)).id)
    return {kind: Asker(world).get(f"/v1/{kind}")["data"][0] for kind in READERS}


SHOWN = _shown()


def _changed(kind: str, **changes: object) -> Json:
    return copy.deepcopy(SHOWN[kind]) | changes


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in NEEDED.items() for field in fields])
@pytest.mark.parametrize("value", [None, "zzz", -(10**16), {}, []])
def test_a_field_that_cannot_be_understood_is_named(kind: str, field: str, value: object) -> None:
    if field == "invoice" and value == "zzz":
        value = "z z"
    with pytest.raises(UnreadableObjectError) as refused:
        READERS[kind](_changed(kind, **{field: value}), False)
    assert field in str(refused.value) or str(value) in str(refused.value)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(READERS)))
def test_no_json_makes_it_crash(data: st.DataObject, kind: str) -> None:
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "period", "price"]), inner)
        ),
        max_leaves=8,
    )
    shown = _changed(kind)
    for field in data.draw(st.sets(st.sampled_from(sorted(shown)), max_size=4)):
        shown[field] = data.draw(json)
    try:
        found = READERS[kind](shown, False)
    except UnreadableObjectError:
        return
    assert found.id == str(shown["id"])


def test_another_mode_is_refused() -> None:
    for kind, read in READERS.items():
        with pytest.raises(UnreadableObjectError, match="livemode"):
            read(SHOWN[kind], True)


def test_a_stay_of_several_prices() -> None:
    shown = _changed("subscriptions")
    [item] = shown["items"]["data"]
    breakfast = copy.deepcopy(item) | {"quantity": 2, "current_period_end": item["current_period_end"] + 5}
    breakfast["price"] |= {"id": "price_breakfast", "unit_amount": 1_500}
    shown["items"]["data"].append(breakfast)
    found = subscription_from(shown, False)
    assert (found.amount, found.every_unit, found.every_count) == (93_000, "month", 1)
    assert found.price_ids.split()[1] == "price_breakfast"
    assert found.period_end == item["current_period_end"] + 5
    breakfast["price"]["recurring"]["interval"] = "week"
    assert subscription_from(shown, False).every_unit is None
    breakfast["price"]["unit_amount"] = None
    assert subscription_from(shown, False).amount is None
    shown["items"]["data"] = []
    assert (subscription_from(shown, False).amount, subscription_from(shown, False).period_end) == (None, None)


def test_a_proration_does_not_tell_what_is_paid_for() -> None:
    shown = _changed("invoices")
    [line] = shown["lines"]["data"]
    period = line["period"]
    late = copy.deepcopy(line) | {"period": {"start": 5, "end": 9}}
    late["parent"]["subscription_item_details"]["proration"] = True
    shown["lines"]["data"].append(late)
    found = invoice_from(shown, False)
    assert (found.period_start, found.period_end) == (period["start"], period["end"])
    shown["lines"]["data"] = [late]
    assert (invoice_from(shown, False).period_start, invoice_from(shown, False).period_end) == (5, 9)


def test_what_an_invoice_says() -> None:
    error = {"message": "The card 4242 4242 4242 4242 was declined."}
    found = invoice_from(_changed("invoices", last_finalization_error=error, amount_paid_off_stripe=None), False)
    assert (found.last_error, found.amount_paid_off_stripe) == ("The card •••• 4242 was declined.", 0)
    assert found.subscription_id == SHOWN["subscriptions"]["id"]
    assert (dict(found.metadata), dict(found.subscription_metadata)) == ({}, {"booking_reference": "LN-1"})
    once = invoice_from(_changed("invoices", parent=None, lines=None), False)
    assert (once.subscription_id, once.period_start, dict(once.subscription_metadata)) == (None, None, {})


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ({"type": "payment_intent", "payment_intent": "pi_1", "charge": None}, "pi_1"),
        ({"type": "payment_intent", "payment_intent": {"id": "pi_1"}, "charge": None}, "pi_1"),
        ({"type": "charge", "payment_intent": None, "charge": "ch_1"}, "ch_1"),
        ({"type": "payment_record", "payment_intent": None, "charge": None}, None),
        (None, None),
    ],
)
def test_what_pays_an_invoice(payment: object, expected: str | None) -> None:
    assert invoice_payment_from(_changed("invoice_payments", payment=payment), False).payment_id == expected


def test_a_page_on_which_nothing_is_paid() -> None:
    found = session_from(_changed("checkout/sessions", currency=None, amount_total=None), False)
    assert (found.amount_total, found.currency) == (None, None)


def test_a_payout_may_take_money_back_and_has_iso_amounts() -> None:
    assert payout_from(_changed("payouts", amount=-4_500), False).amount == -4_500
    assert payout_from(_changed("payouts", amount=4_500, currency="isk"), False).amount == 45


def test_which_booking_metadata_names() -> None:
    by_id, by_reference = {"booking_id": " 7F "}, {"booking_reference": "LN-1"}
    assert claim_in({}, {"booking_id": " "}) is None
    assert claim_in({"booking_id": " "}, by_id, by_reference) == Claim("7f", None)
    assert claim_in(by_reference, by_id) == Claim(None, "ln-1")
    assert claim_in(by_id | by_reference) == Claim("7f", "ln-1")


def test_an_invoice_with_more_than_ten_payments(cancel: threading.Event) -> None:
    """Ten come with it; the others are asked for, in whichever number of pages."""
    paid = [_changed("invoice_payments", id=f"inpay_{number}") for number in range(25)]
    first = {"object": "list", "data": paid[:10], "has_more": True}
    invoice = _changed("invoices", id="in_1", payments=first)

    def answer(asked: Asked) -> Answer:
        address = urlsplit(asked.path)
        if address.path == "/v1/invoices":
            return Answer({"object": "list", "data": [invoice], "has_more": False})
        told = parse_qs(address.query)
        assert (address.path, told["invoice"]) == ("/v1/invoice_payments", ["in_1"])
        at = int(told["starting_after"][0].removeprefix("inpay_")) + 1
        return Answer({"object": "list", "data": paid[at : at + 8], "has_more": at + 8 < len(paid)})

    with stub(answer) as server:
        account: Any = Account(None, "", server.url, "sk_test_practice0000000000", "")  # type: ignore[arg-type]
        with closing(open_gateway(account)) as gateway:
            page = gateway.billing.list_invoices(Span(0, NOON), None, cancel)
    assert [one.id for one in page.invoice_payments] == [f"inpay_{number}" for number in range(25)]
    assert len(server.asked) == 3


def test_a_customer_that_was_deleted(cancel: threading.Event) -> None:
    with stub(Answer({"id": "cus_1", "object": "customer", "deleted": True})) as server:
        account: Any = Account(None, "", server.url, "sk_test_practice0000000000", "")  # type: ignore[arg-type]
        with closing(open_gateway(account)) as gateway:
            page = gateway.fetch_customer("cus_1", cancel)
    assert (page.gone_customers, page.customers, page.observed_at > 0) == (("cus_1",), (), True)


def test_objects_that_are_not_there(account: Account, cancel: threading.Event) -> None:
    with closing(open_gateway(account)) as gateway:
        billing = gateway.billing
        missing = [
            billing.fetch_payout("po_none", cancel),
            billing.fetch_subscription("sub_none", cancel),
            billing.fetch_invoice("in_none", cancel),
            billing.fetch_invoice_payment("inpay_none", cancel),
            billing.fetch_session("cs_none", cancel),
        ]
    assert [(one.observed_at, one.unreadable[0].reason) for one in missing] == [(0, "Stripe does not know it")] * 5
