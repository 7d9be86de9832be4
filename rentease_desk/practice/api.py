"""Stripe's addresses that the practice server answers: lists and single objects, read only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from rentease_desk.practice import expansion
from rentease_desk.practice.account import account
from rentease_desk.practice.collection import Collection
from rentease_desk.practice.errors import ApiError, JsonObject, missing
from rentease_desk.practice.events import Events
from rentease_desk.practice.expansion import Expansion, Renderer, Tree
from rentease_desk.practice.keys import ApiKey, Keyring
from rentease_desk.practice.listing import window
from rentease_desk.practice.messages import Request
from rentease_desk.practice.params import Parameters
from rentease_desk.practice.records import BalanceTransaction, Charge, Customer, Dispute, Event, Intent, Record, Refund
from rentease_desk.practice.store import Store

Objects = (
    Collection[Intent]
    | Collection[Charge]
    | Collection[Refund]
    | Collection[Customer]
    | Collection[Dispute]
    | Collection[BalanceTransaction]
    | Events
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object. ``filters`` maps a list's parameters to attributes of the records."""

    kind: str
    find: Callable[[Store, str], Record | Event]
    collection: Callable[[Store], Objects] | None = None
    filters: Mapping[str, str] | None = None
    retrieve_params: tuple[str, ...] = ()


_RESOURCES: Final[Mapping[str, Resource]] = {
    "payment_intents": Resource(
        "payment_intent", Store.intent, lambda store: store.intents, {"customer": "customer"}, ("client_secret",)
    ),
    "charges": Resource(
        "charge", Store.charge, lambda store: store.charges, {"customer": "customer", "payment_intent": "intent"}
    ),
    "refunds": Resource(
        "refund", Store.refund, lambda store: store.refunds, {"charge": "charge", "payment_intent": "intent"}
    ),
    "customers": Resource("customer", Store.customer, lambda store: store.customers, {"email": "email"}),
    "disputes": Resource(
        "dispute", Store.dispute, lambda store: store.disputes, {"charge": "charge", "payment_intent": "intent"}
    ),
    "events": Resource("event", Store.event, lambda store: store.events, {}),
    "balance_transactions": Resource(
        "balance_transaction", Store.transaction, lambda store: store.transactions, {"source": "source"}
    ),
}


class StripeApi:
    """Answers requests to one account. Not for use by two threads at once."""

    def __init__(self, store: Store, keys: Keyring) -> None:
        self._store = store
        self._keys = keys
        self._renderer = Renderer(store)

    def answer(self, request: Request, path: str) -> JsonObject:
        """The object or list at ``path`` (``/v1/…``). Raises ApiError as Stripe would."""
        key = self._keys.authenticate(request.headers)
        parts = path.strip("/").split("/")
        known = parts[0] == "v1" and (parts[1:] == ["account"] or (len(parts) in {2, 3} and parts[1] in _RESOURCES))
        if not known or not all(parts) or path.endswith("/"):
            raise _unrecognized(request.method, path)
        if request.method != "GET":
            raise ApiError(f"The practice server can only be read: {request.method} is not allowed.", status=405)
        parameters = Parameters(request.query)
        if parts[1] == "account":
            return self._account(key, parameters)
        resource = _RESOURCES[parts[1]]
        if len(parts) == 3:
            return self._retrieve(key, resource, parts[2], parameters)
        if resource.collection is None or resource.filters is None:
            raise _unrecognized(request.method, path)
        return self._list(key, resource, resource.collection(self._store), f"/v1/{parts[1]}", parameters)

    def _account(self, key: ApiKey, parameters: Parameters) -> JsonObject:
        self._expansion(key, parameters, "account", listed=False)
        parameters.refuse_rest()
        return account(self._store)

    def _retrieve(self, key: ApiKey, resource: Resource, id_: str, parameters: Parameters) -> JsonObject:
        expanded = self._expansion(key, parameters, resource.kind, listed=False)
        for name in resource.retrieve_params:
            parameters.text(name)
        parameters.refuse_rest()
        return self._render(resource.find(self._store, id_), expanded.tree)

    def _list(self, key: ApiKey, resource: Resource, all_: Objects, url: str, parameters: Parameters) -> JsonObject:
        expanded = self._expansion(key, parameters, resource.kind, listed=True)
        filters = self._filters(resource, parameters)
        asked = window(all_, resource.kind, parameters)
        parameters.refuse_rest()
        records, has_more = all_.page(asked, **filters)
        data = [self._render(record, expanded.tree) for record in records]
        return {"object": "list", "data": data, "has_more": has_more, "url": url}

    def _render(self, record: Record | Event, tree: Tree) -> JsonObject:
        if isinstance(record, Event):
            return self._renderer.render_event(record)
        return self._renderer.render(record, tree)

    def _expansion(self, key: ApiKey, parameters: Parameters, kind: str, *, listed: bool) -> Expansion:
        self._keys.require(key, (kind,))
        expanded = expansion.parse(parameters.expand, kind, listed=listed)
        self._keys.require(key, expanded.kinds)
        return expanded

    def _filters(self, resource: Resource, parameters: Parameters) -> dict[str, str]:
        """Values of the list's filters by attribute. What they name must exist."""
        found = {}
        for name, attribute in (resource.filters or {}).items():
            value = parameters.text(name)
            if value is not None:
                self._must_exist(name, value)
                found[attribute] = value
        return found

    def _must_exist(self, name: str, value: str) -> None:
        collections: dict[str, Objects] = {
            "customer": self._store.customers,
            "charge": self._store.charges,
            "payment_intent": self._store.intents,
        }
        if name in collections and collections[name].get(value) is None:
            raise missing(name, value, param=name, status=400)


def _unrecognized(method: str, path: str) -> ApiError:
    hint = ""
    if path.endswith("/"):
        hint = (
            " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object,"
            " make sure you passed a valid (non-empty) identifier in your code."
        )
    return ApiError(f"Unrecognized request URL ({method}: {path}).{hint}", status=404)
