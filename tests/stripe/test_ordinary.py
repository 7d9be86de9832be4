"""Ordinary pages are read at once, and nothing else comes of that than of reading them field by field."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.stripe_gateway import ordinary
from rentease_desk.stripe_gateway.mapping import transaction_from
from rentease_desk.stripe_gateway.ordinary import Quick
from rentease_desk.stripe_gateway.pages import charges_of, payments_of
from rentease_desk.stripe_gateway.replies import data_of, each, page_of
from rentease_desk.stripe_gateway.transport import Reply
from tests.tools.pictures import Album, Json
from tests.tools.practice import NOON

AT = NOON * 1_000_000


def _transactions(reply: Reply, objects: list[Any]) -> Page:
    found, unreadable = each("balance_transaction", objects, transaction_from)
    return page_of(reply, transactions=tuple(found), unreadable=tuple(unreadable))


READERS: dict[str, tuple[Quick, Callable[[Reply, list[Any]], Page]]] = {
    "payment_intents": (
        partial(ordinary.intents, False),
        lambda reply, objects: payments_of(reply, objects, livemode=False),
    ),
    "charges": (partial(ordinary.charges, False), lambda reply, objects: charges_of(reply, objects, livemode=False)),
    "balance_transactions": (ordinary.transactions, _transactions),
}


def _pages() -> dict[str, Json]:
    """Payments that were paid, failed, begun and held, and debits; the intents bring their latest charges."""
    album = Album(name="Ada Lovelace", email="ada@example.com", description="Room 7 café", metadata={"booking": "7"})
    album.tell("customer create fail create succeed refund:100 create pay:debit create:manual authorize")
    pages: dict[str, Any] = {kind: {"has_more": True, "data": copy.deepcopy(album.json(kind))} for kind in READERS}
    charges = {one["id"]: one for one in pages["charges"]["data"]}
    for one in pages["payment_intents"]["data"]:
        one["latest_charge"] = copy.deepcopy(charges.get(one["latest_charge"]))
    return pages


PAGES = _pages()
ODD: list[Any] = [
    None, "", "a", "a\x00b", "4242 4242 4242 4242", "4242424242424242", "a\nb", "ßé\u00a0", "x" * 256, "eur", "EUR",
    "isk", "mga", "ſek", "failed", "card",
    0, 1, -1, 5.0, 1.5, 10**15, 10**15 + 1, 253_370_764_800, True, False, [], [1], {},
    {"id": "cus_1", "object": "customer"}, {"a": 1}, {"4242424242424242": "b", "c": "4000 0566 5566 5556"},
    {"type": "card", "card": {"brand": "visa", "last4": "004242", "capture_before": 1}},
    {"type": "card", "card": {"brand": 7}}, {"type": "link", "link": {}}, {"type": "type"}, {"type": ""},
]  # fmt: skip
"""Values that a field may hold instead of its own."""


def _places(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all fields of a page."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*at, key))


PLACES = {kind: list(_places(page)) for kind, page in PAGES.items()}


def _changed(page: Json, place: tuple[Any, ...], value: Any, *, gone: bool) -> Json:
    changed = copy.deepcopy(page)
    within = changed
    for key in place[:-1]:
        within = within[key]
    if gone:
        del within[place[-1]]
    else:
        within[place[-1]] = value
    return changed


def _careful(kind: str, content: bytes) -> Page | None:
    """The page as it is read field by field; None where it is refused."""
    reply = Reply(orjson.loads(content), AT)
    try:
        return READERS[kind][1](reply, data_of(reply))
    except StripeError:
        return None


@pytest.mark.parametrize("kind", READERS)
def test_an_ordinary_page_is_read_at_once(kind: str) -> None:
    content = orjson.dumps(PAGES[kind])
    listed = READERS[kind][0](content)
    assert listed is not None
    assert listed.page(AT) == _careful(kind, content)
    assert list(listed.ids) == [one["id"] for one in PAGES[kind]["data"]]


@given(data=st.data())
@settings(max_examples=40)
@pytest.mark.parametrize("kind", READERS)
def test_whatever_stands_on_a_page_is_read_alike_or_left_to_the_careful_reader(kind: str, data: st.DataObject) -> None:
    place, value, gone = data.draw(st.tuples(st.sampled_from(PLACES[kind]), st.sampled_from(ODD), st.booleans()))
    content = orjson.dumps(_changed(PAGES[kind], place, value, gone=gone))
    listed = READERS[kind][0](content)
    assert listed is None or listed.page(AT) == _careful(kind, content)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"data": [', b'{"data": {}}', b"\xff", b'{"data": [], "has_more": true}']
)
def test_what_is_no_page_is_left_to_the_careful_reader(content: bytes) -> None:
    assert [quick(content) for quick, _ in READERS.values()] == [None] * len(READERS)
