"""Pages of the long lists, read straight into what is used of them: half the time of a dictionary for each object.

Only pages on which everything is as it should be are read here. Of any other nothing is taken: ``mapping`` reads it
field by field and says what is wrong with which object. What both read is the same (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from rentease_desk.domain.derivation import CHARGE_STATUSES, INTENT_STATUSES
from rentease_desk.domain.money import is_currency
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.stripe_objects import Page, StripeCharge, StripeIntent, StripeTransaction
from rentease_desk.domain.text import is_plain, is_surely_plain
from rentease_desk.stripe_gateway.reader import LARGEST, LATEST, UNLIKE_ISO

T = TypeVar("T")
_Whole = Annotated[int, Meta(ge=0, le=LARGEST)]
_Signed = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
_Moment = Annotated[int, Meta(ge=0, lt=LATEST)]
_Text = str | None
_IDS = re.compile(r"[A-Za-z0-9_-]{1,255}(?:\n[A-Za-z0-9_-]{1,255})*")
_BETWEEN = "\n"
"""Stands between texts that are looked through together: no card number goes on behind it."""


class Listed(Struct, frozen=True):
    """A page on which everything is in order. ``page`` makes it, as it was observed at an instant (microseconds)."""

    ids: Sequence[str]
    page: Callable[[int], Page]


Quick = Callable[[bytes], Listed | None]
"""Reads a reply's bytes; None if it has to be read field by field."""


class _Method(Struct, gc=False):
    brand: _Text = None
    last4: _Text = None
    capture_before: int | None = None


class _Billing(Struct, gc=False):
    name: _Text = None
    email: _Text = None


class _Error(Struct, gc=False):
    code: _Text = None
    decline_code: _Text = None
    message: _Text = None


class _Charge(Struct, gc=False):
    id: str
    object: Literal["charge"]
    livemode: bool
    created: _Moment
    amount: _Whole
    amount_captured: _Whole
    captured: bool
    currency: str
    status: str
    disputed: bool
    refunded: bool | None = None
    payment_intent: _Text = None
    payment_method_details: dict[str, str | _Method | None] | None = None
    billing_details: _Billing | None = None
    failure_code: _Text = None
    failure_message: _Text = None
    receipt_email: _Text = None
    description: _Text = None
    customer: _Text = None
    balance_transaction: _Text = None
    metadata: dict[str, str] | None = None


class _Intent(Struct, gc=False):
    id: str
    object: Literal["payment_intent"]
    livemode: bool
    created: _Moment
    amount: _Whole
    amount_received: _Whole
    amount_capturable: _Whole
    currency: str
    status: str
    capture_method: _Text = None
    latest_charge: _Charge | str | None = None
    customer: _Text = None
    receipt_email: _Text = None
    description: _Text = None
    last_payment_error: _Error | None = None
    metadata: dict[str, str] | None = None


class _Transaction(Struct, gc=False):
    id: str
    object: Literal["balance_transaction"]
    created: _Moment
    available_on: _Moment
    amount: _Signed
    fee: _Signed
    net: _Signed
    currency: str
    type: _Text = None
    source: _Text = None


class _List(Struct, Generic[T], gc=False):
    data: list[T]
    has_more: bool = False


_INTENTS = json_reader(_List[_Intent])
_CHARGES = json_reader(_List[_Charge])
_TRANSACTIONS = json_reader(_List[_Transaction])
_named_by_charge = attrgetter("id", "payment_intent", "customer", "balance_transaction")
_named_by_intent = attrgetter("id", "customer")
_named_by_transaction = attrgetter("id", "source")
_told_by_charge = attrgetter("failure_code", "failure_message", "receipt_email", "description")
_told_by_intent = attrgetter("capture_method", "receipt_email", "description")
_told_by_transaction = attrgetter("type")
_told_by_method = attrgetter("brand", "last4")
_told_by_billing = attrgetter("name", "email")
_told_by_error = attrgetter("code", "decline_code", "message")
_currency = attrgetter("currency")


def intents(livemode: bool, content: bytes) -> Listed | None:
    """A page of PaymentIntents with their latest charges."""
    listed = _decoded(_INTENTS, content)
    if listed is None or not _is_mode(listed.data, livemode):
        return None
    shown = [one.latest_charge for one in listed.data if isinstance(one.latest_charge, _Charge)]
    loose = [one.latest_charge for one in listed.data if isinstance(one.latest_charge, str)]
    names = [*map(_named_by_intent, listed.data), *map(_named_by_charge, shown), loose]
    known = {one.status for one in listed.data} <= INTENT_STATUSES and _is_known(shown, livemode)
    is_fine = known and _is_plain(listed, lambda: (*_texts_of_intents(listed.data), *_texts_of_charges(shown)))
    return _listed(listed, shown, names, _intents_page) if is_fine and _are_counted(listed.data, shown) else None


def charges(livemode: bool, content: bytes) -> Listed | None:
    """A page of charges."""
    listed = _decoded(_CHARGES, content)
    if listed is None or not _is_known(listed.data, livemode) or not _are_counted(listed.data):
        return None
    is_plain = _is_plain(listed, lambda: _texts_of_charges(listed.data))
    return _listed(listed, (), map(_named_by_charge, listed.data), _charges_page) if is_plain else None


def transactions(content: bytes) -> Listed | None:
    """A page of balance transactions, which do not say whether they are live."""
    listed = _decoded(_TRANSACTIONS, content)
    if listed is None or not _are_counted(listed.data) or not _are_plain(map(_told_by_transaction, listed.data)):
        return None
    return _listed(listed, (), map(_named_by_transaction, listed.data), _transactions_page)


def _decoded(decoder: msgspec.json.Decoder[_List[T]], content: bytes) -> _List[T] | None:
    try:
        return decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def _listed(
    listed: _List[Any],
    beside: Sequence[_Charge],
    names: Iterable[Iterable[str | None]],
    page: Callable[[_List[Any], int], Page],
) -> Listed | None:
    """None if an id (of what is listed or stands ``beside`` it) or a reference is none, or there is no way on."""
    ids = [one.id for one in listed.data]
    own = [*ids, *(one.id for one in beside)]
    told = [name for some in names for name in some if name]
    in_order = (all(own) and _are_plain(own) and _are_ids(told)) if ids else not listed.has_more
    return Listed(ids, partial(page, listed)) if in_order else None


def _are_ids(told: Sequence[str]) -> bool:
    joined = _BETWEEN.join(told)
    return _IDS.fullmatch(joined) is not None and joined.count(_BETWEEN) == len(told) - 1


def _is_known(shown: Sequence[_Charge], livemode: bool) -> bool:
    return {one.status for one in shown} <= CHARGE_STATUSES and _is_mode(shown, livemode)


def _is_mode(shown: Iterable[_Charge | _Intent], livemode: bool) -> bool:
    return all(one.livemode is livemode for one in shown)


def _are_counted(*shown: Iterable[Any]) -> bool:
    """Whether all currencies are written as here, and counted as by ISO."""
    told = {name for some in shown for name in map(_currency, some)}
    return all(name.islower() and name not in UNLIKE_ISO and is_currency(name) for name in told)


def _is_plain(listed: _List[Any], texts: Callable[[], Iterable[str | None]]) -> bool:
    """Whether all texts of a page can be kept as they are. They are looked at one by one only if that is not seen at
    once, of all that is used of the page.
    """
    return is_surely_plain(msgspec.json.encode(listed)) or _are_plain(texts())


def _are_plain(texts: Iterable[str | None]) -> bool:
    """Whether these can be kept as they are: without NUL, and without digits that could be a card number."""
    return is_plain(_BETWEEN.join(filter(None, texts)))


def _texts_of_charges(shown: Iterable[_Charge]) -> Iterator[str | None]:
    for one in shown:
        yield from _told_by_charge(one)
        if one.billing_details is not None:
            yield from _told_by_billing(one.billing_details)
        for key, told in (one.payment_method_details or {}).items():
            yield key
            yield from (told,) if told is None or isinstance(told, str) else _told_by_method(told)
        for pair in (one.metadata or {}).items():
            yield from pair


def _texts_of_intents(shown: Iterable[_Intent]) -> Iterator[str | None]:
    for one in shown:
        yield from _told_by_intent(one)
        if one.last_payment_error is not None:
            yield from _told_by_error(one.last_payment_error)
        for pair in (one.metadata or {}).items():
            yield from pair


def _next(listed: _List[Any]) -> str | None:
    return listed.data[-1].id if listed.has_more else None


def _intents_page(listed: _List[_Intent], at: int) -> Page:
    shown = [one.latest_charge for one in listed.data]
    return Page(
        at,
        next_cursor=_next(listed),
        intents=tuple(map(_intent, listed.data)),
        charges=tuple(_charge(one, at) for one in shown if isinstance(one, _Charge)),
    )


def _charges_page(listed: _List[_Charge], at: int) -> Page:
    return Page(at, next_cursor=_next(listed), charges=tuple(_charge(one, at) for one in listed.data))


def _transactions_page(listed: _List[_Transaction], at: int) -> Page:
    return Page(at, next_cursor=_next(listed), transactions=tuple(map(_transaction, listed.data)))


def _intent(one: _Intent) -> StripeIntent:
    error, latest = one.last_payment_error, one.latest_charge
    return StripeIntent(
        one.id,
        one.created,
        one.amount,
        one.amount_received,
        one.amount_capturable,
        one.currency,
        one.status,
        one.capture_method or "automatic",
        latest.id if isinstance(latest, _Charge) else latest or None,
        one.customer or None,
        one.receipt_email or None,
        one.description or None,
        (error.decline_code or error.code or None) if error else None,
        (error.message or None) if error else None,
        one.metadata or {},
    )


def _charge(one: _Charge, at: int) -> StripeCharge:
    kind, method = _method(one.payment_method_details or {})
    billing, deadline = one.billing_details, method.capture_before
    return StripeCharge(
        one.id,
        one.payment_intent or None,
        one.created,
        one.amount,
        one.amount_captured,
        one.captured,
        not one.captured and (bool(one.refunded) or (deadline is not None and deadline * 1_000_000 <= at)),
        deadline is not None,
        one.currency,
        one.status,
        one.disputed,
        kind,
        method.brand or None,
        (method.last4 or "")[-4:] or None,
        one.failure_code or None,
        one.failure_message or None,
        (billing.name or None) if billing else None,
        (billing.email if billing else None) or one.receipt_email or None,
        one.description or None,
        one.customer or None,
        one.balance_transaction or None,
        None,
        one.metadata or {},
    )


def _transaction(one: _Transaction) -> StripeTransaction:
    kind = one.type or ""
    return StripeTransaction(
        one.id, one.created, one.available_on, kind, one.amount, one.fee, one.net, one.currency, one.source or None
    )


_NO_METHOD = _Method()


def _method(details: Mapping[str, str | _Method | None]) -> tuple[str | None, _Method]:
    """The kind of payment method, and what is told about it."""
    kind = details.get("type")
    told = details.get(kind) if isinstance(kind, str) else None
    return kind if isinstance(kind, str) and kind else None, told if isinstance(told, _Method) else _NO_METHOD
