"""What can be changed through Stripe's own addresses: refunds are made, holds captured or let go, and pages to pay on
opened and closed.

A request is read as a whole before anything happens. It is then the operation of the same name at the control address,
so that a practice account which is kept in a file remembers it like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from rentease_desk.practice import expansion
from rentease_desk.practice.errors import ApiError, JsonObject
from rentease_desk.practice.expansion import Tree
from rentease_desk.practice.keys import ApiKey, Keyring
from rentease_desk.practice.link_writing import read_expiry, read_link, read_session, read_switch
from rentease_desk.practice.messages import Request
from rentease_desk.practice.params import Parameters
from rentease_desk.practice.store import Store

_REFUND_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")
_CANCEL_REASONS: Final = ("abandoned", *_REFUND_REASONS)


@dataclass(frozen=True, slots=True)
class Write:
    """What to do: an operation and what it is given, and how the object that comes or changes is shown."""

    operation: str
    given: JsonObject
    tree: Tree


Reader = Callable[[Store, str, Parameters], tuple[str, JsonObject]]


@dataclass(frozen=True, slots=True)
class _Endpoint:
    kind: str
    read: Reader


class Writer:
    """Reads POST requests to one account."""

    def __init__(self, store: Store, keys: Keyring) -> None:
        self._store = store
        self._keys = keys

    def read(self, key: ApiKey, request: Request, path: str) -> Write:
        """What the request asks for. Raises ApiError for what Stripe would refuse before it does anything."""
        endpoint, id_ = _found(path)
        self._keys.require_write(key, endpoint.kind)
        parameters = Parameters(request.body.decode(errors="replace"))
        expanded = expansion.parse(parameters.expand, endpoint.kind, listed=False)
        self._keys.require(key, expanded.kinds - {endpoint.kind})
        operation, given = endpoint.read(self._store, id_, parameters)
        parameters.refuse_rest()
        return Write(operation, {name: value for name, value in given.items() if value is not None}, expanded.tree)


def is_writable(path: str) -> bool:
    """Whether a POST is answered here."""
    return _shape(path)[0] in _ENDPOINTS


def _found(path: str) -> tuple[_Endpoint, str]:
    shape, id_ = _shape(path)
    return _ENDPOINTS[shape], id_


def _shape(path: str) -> tuple[str, str]:
    """``/v1/payment_intents/{id}/capture`` and the id; the path itself where it names none."""
    words = path.split("/")
    for at in range(3, len(words)) if path not in _ENDPOINTS else ():
        shape = "/".join((*words[:at], "{id}", *words[at + 1 :]))
        if shape in _ENDPOINTS and words[at]:
            return shape, words[at]
    return path, ""


def _refund(store: Store, _: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/refunds/create"""
    charge, intent = given.text("charge"), given.text("payment_intent")
    amount, reason, metadata = (
        given.whole("amount"),
        _choice(given, "reason", _REFUND_REASONS) or "none",
        given.pairs("metadata"),
    )
    if charge is None and intent is None:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise ApiError(message, code="parameter_missing")
    of_charge = store.charge(charge, "charge").id if charge is not None else _charge_of(store, str(intent))
    return "refund", {
        "charge": of_charge,
        "amount": _positive(amount, "amount"),
        "reason": reason,
        "metadata": metadata,
    }


def _charge_of(store: Store, intent_id: str) -> str:
    intent = store.intent(intent_id, "payment_intent")
    if intent.latest_charge is None or intent.status != "succeeded":
        message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
        raise ApiError(message, code="payment_intent_unexpected_state", param="payment_intent")
    return intent.latest_charge


def _capture(store: Store, intent_id: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/payment_intents/capture"""
    amount = _positive(given.whole("amount_to_capture"), "amount_to_capture")
    return "capture", {"intent": store.intent(intent_id).id, "amount": amount}


def _cancel(store: Store, intent_id: str, given: Parameters) -> tuple[str, JsonObject]:
    """docs.stripe.com/api/payment_intents/cancel"""
    reason = _choice(given, "cancellation_reason", _CANCEL_REASONS)
    return "cancel", {"intent": store.intent(intent_id).id, "reason": reason}


def _positive(amount: int | None, name: str) -> int | None:
    if amount is not None and amount < 1:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param=name)
    return amount


def _choice(given: Parameters, name: str, choices: tuple[str, ...]) -> str | None:
    value = given.text(name)
    if value is not None and value not in choices:
        raise ApiError(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return value


_ENDPOINTS: Final[Mapping[str, _Endpoint]] = {
    "/v1/refunds": _Endpoint("refund", _refund),
    "/v1/payment_intents/{id}/capture": _Endpoint("payment_intent", _capture),
    "/v1/payment_intents/{id}/cancel": _Endpoint("payment_intent", _cancel),
    "/v1/checkout/sessions": _Endpoint("checkout.session", read_session),
    "/v1/checkout/sessions/{id}/expire": _Endpoint("checkout.session", read_expiry),
    "/v1/payment_links": _Endpoint("payment_link", read_link),
    "/v1/payment_links/{id}": _Endpoint("payment_link", read_switch),
}
