"""Sessions and Payment Links as a desk asks for them, and the page on which a guest pays."""

from __future__ import annotations

from typing import Any, cast

import pytest
import requests
import stripe

from tests.practice.checks import Schemas
from tests.tools.practice import ControlRefusedError, RunningServer

HOUR = 3_600


def _line(amount: int = 12_500, currency: str = "eur") -> list[dict[str, Any]]:
    return [{"price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "<b>LN-1"}},
             "quantity": 1}]  # fmt: skip


def _now(server: RunningServer) -> int:
    return int(server.control.state()["now"])


def _session(server: RunningServer, client: stripe.StripeClient, **changes: Any) -> Any:
    given: Any = {
        "mode": "payment",
        "line_items": _line(),
        "success_url": "https://hotel.example/thanks",
        "expires_at": _now(server) + HOUR,
        "metadata": {"request_uid": "u-1"},
        "payment_intent_data": {"metadata": {"booking_id": "b-1"}, "description": "LN-1"},
        **changes,
    }
    return client.v1.checkout.sessions.create(
        cast(Any, {name: value for name, value in given.items() if value is not None})
    )


def _link(client: stripe.StripeClient, limit: int = 1) -> Any:
    given: Any = {
        "line_items": _line(),
        "restrictions": {"completed_sessions": {"limit": limit}},
        "after_completion": {"type": "hosted_confirmation"},
        "metadata": {"request_uid": "u-2"},
        "payment_intent_data": {"metadata": {"booking_id": "b-1"}},
    }
    return client.v1.payment_links.create(given)


def _pay(url: str, way: str = "card") -> requests.Response:
    return requests.post(url, data={"way": way}, timeout=5, allow_redirects=False)


def test_a_session_is_paid_on_in_the_browser(server: RunningServer, client: stripe.StripeClient) -> None:
    session = _session(server, client)
    assert (session.status, session.amount_total, session.expires_at) == ("open", 12_500, _now(server) + HOUR)
    page = requests.get(session.url, timeout=5)
    assert "125.00 EUR" in page.text
    assert "&lt;b&gt;LN-1" in page.text
    assert "declined" in _pay(session.url, "decline").text
    answer = _pay(session.url)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://hotel.example/thanks")
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.payment_intent.metadata.to_dict() == {"booking_id": "b-1"}  # type: ignore[union-attr]
    assert "Paid" in requests.get(session.url, timeout=5).text
    assert _pay(session.url).status_code == 200  # once more changes nothing


def test_a_bank_debit_chosen_on_the_page(server: RunningServer, client: stripe.StripeClient) -> None:
    session = _session(server, client)
    _pay(session.url, "debit")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert "under way" in requests.get(session.url, timeout=5).text


def test_a_session_that_was_expired(server: RunningServer, client: stripe.StripeClient) -> None:
    session = _session(server, client)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert requests.get(session.url, timeout=5).status_code == 410
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"success_url": None}, "success_url"),
        ({"mode": "subscription"}, "mode"),
        ({"line_items": None}, "line_items[0][price_data][currency]"),
        ({"line_items": _line(49)}, "line_items"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "line_items[0][price]"),
    ],
)
def test_what_stripe_refuses(
    server: RunningServer, client: stripe.StripeClient, changes: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        _session(server, client, **changes)
    assert caught.value.param == param


@pytest.mark.parametrize("lasts", [HOUR // 2 - 1, 24 * HOUR + 1])
def test_it_lasts_half_an_hour_to_a_day(server: RunningServer, client: stripe.StripeClient, lasts: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
        _session(server, client, expires_at=_now(server) + lasts)


def test_a_payment_link_is_used_once(server: RunningServer, client: stripe.StripeClient) -> None:
    link = _link(client)
    first, second = (requests.get(link.url, timeout=5).url for _ in range(2))
    assert first != second
    _pay(first)
    shown = client.v1.payment_links.retrieve(link.id)
    assert (shown.active, shown.restrictions.completed_sessions.count) == (False, 1)  # type: ignore[union-attr]
    assert requests.get(link.url, timeout=5).status_code == 409
    assert _pay(second).status_code == 409
    opened = client.v1.checkout.sessions.list({"payment_link": link.id}).data
    assert [one.metadata.to_dict() for one in opened if one.metadata] == [{"request_uid": "u-2"}] * 2
    assert [one.status for one in opened] == ["open", "complete"]


def test_a_payment_link_that_is_switched_off(client: stripe.StripeClient) -> None:
    link = _link(client)
    assert client.v1.payment_links.update(link.id, {"active": False}).active is False
    assert requests.get(link.url, timeout=5).status_code == 409
    assert [one.id for one in client.v1.payment_links.list({"active": False}).data] == [link.id]
    with pytest.raises(stripe.InvalidRequestError, match="created"):
        client.v1.payment_links.list(cast(Any, {"created": 1}))


def test_the_same_key_makes_one_session(server: RunningServer, client: stripe.StripeClient) -> None:
    at = _now(server) + HOUR
    given: Any = {"mode": "payment", "line_items": _line(), "success_url": "https://x.example", "expires_at": at}
    first, again = (client.v1.checkout.sessions.create(given, {"idempotency_key": "k-1"}) for _ in range(2))
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["session", "link"])
def test_the_learner_lets_the_newest_link_be_paid(
    server: RunningServer, client: stripe.StripeClient, kind: str
) -> None:
    with pytest.raises(ControlRefusedError, match="no payment link"):
        server.control.act("pay-link")
    older, newer = (_link(client), _session(server, client)) if kind == "session" else (None, _link(client))
    told = server.control.act("pay-link")
    assert told["amount"] == 12_500
    page = client.v1.checkout.sessions.retrieve(told["id"])
    assert newer.id in {page.id, page.payment_link}
    assert older is None or client.v1.payment_links.retrieve(older.id).active


def test_what_is_answered_has_stripes_keys(server: RunningServer, schemas: Schemas) -> None:
    link = server.control.operate("payment-link", amount=700, limit=1)[0]
    headers = {"Authorization": f"Bearer {server.key}"}
    for path in (f"payment_links/{link['id']}", "payment_links"):
        told = requests.get(f"{server.url}/v1/{path}", headers=headers, timeout=5).json()
        schemas.check(told.get("data", [told]))


def test_a_page_that_is_not_there(server: RunningServer) -> None:
    assert requests.get(f"{server.url}/pay/cs_test_none", timeout=5).status_code == 404
    assert requests.get(f"{server.url}/pay/plink_none", timeout=5).status_code == 404
