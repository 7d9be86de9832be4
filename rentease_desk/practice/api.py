"""Stripe's addresses that the practice server answers: lists and single objects, and what can be changed of them."""

from __future__ import annotations

from rentease_desk.practice import expansion
from rentease_desk.practice.account import account
from rentease_desk.practice.errors import ApiError, JsonObject, missing
from rentease_desk.practice.expansion import Expansion, Renderer, Tree
from rentease_desk.practice.keys import ApiKey, Keyring
from rentease_desk.practice.listing import window
from rentease_desk.practice.messages import Request
from rentease_desk.practice.params import Parameters
from rentease_desk.practice.records import Event, Record
from rentease_desk.practice.resources import RESOURCES, Listed, Resource
from rentease_desk.practice.store import Store
from rentease_desk.practice.writing import Write, Writer


class StripeApi:
    """Answers requests to one account. Not for use by two threads at once."""

    def __init__(self, store: Store, keys: Keyring) -> None:
        self._store = store
        self._keys = keys
        self._renderer = Renderer(store)
        self._writer = Writer(store, keys)

    def answer(self, request: Request, path: str) -> JsonObject:
        """The object or list at ``path`` (``/v1/…``). Raises ApiError as Stripe would."""
        key = self._keys.authenticate(request.headers)
        name, id_ = _address(path)
        if name != "account" and name not in RESOURCES:
            raise _unrecognized(request.method, path)
        if request.method != "GET":
            raise ApiError(f"The practice server cannot do this: {request.method} is not allowed.", status=405)
        parameters = Parameters(request.query)
        if name == "account":
            return self._account(key, parameters)
        self._store.catch_up()
        resource = RESOURCES[name]
        if id_ is not None:
            return self._retrieve(key, resource, id_, parameters)
        return self._list(key, resource, resource.collection(self._store), f"/v1/{name}", parameters)

    def write(self, request: Request, path: str) -> Write:
        """What a POST asks for, before it happens. Raises ApiError for what Stripe would refuse at once."""
        self._store.catch_up()
        return self._writer.read(self._keys.authenticate(request.headers), request, path)

    def shown(self, record: Record, write: Write) -> JsonObject:
        """What came of it."""
        return self._render(record, write.tree)

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

    def _list(self, key: ApiKey, resource: Resource, all_: Listed, url: str, parameters: Parameters) -> JsonObject:
        expanded = self._expansion(key, parameters, resource.kind, listed=True)
        filters = self._filters(resource, parameters)
        asked = window(all_, resource.kind, parameters, dated=resource.dated)
        narrowed, keep = resource.narrow(parameters) if resource.narrow else ({}, None)
        parameters.refuse_rest()
        records, has_more = all_.page(asked, {**filters, **narrowed}, keep)
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
        for name, attribute in resource.filters.items():
            value = parameters.text(name)
            if value is not None:
                self._must_exist(name, value)
                found[attribute] = value
        return found

    def _must_exist(self, name: str, value: str) -> None:
        collections: dict[str, Listed] = {
            "customer": self._store.customers,
            "charge": self._store.charges,
            "payment_intent": self._store.intents,
            "payout": self._store.payouts,
            "subscription": self._store.subscriptions,
            "invoice": self._store.invoices,
        }
        if name in collections and collections[name].get(value) is None:
            raise missing(name, value, param=name, status=400)
        if name == "payout" and not self._store.payout(value).automatic:
            raise ApiError("Balance transaction history can only be filtered on automatic transfers, not manual.")


def _address(path: str) -> tuple[str, str | None]:
    """The words in ``/v1/…``, and the id that may follow them; words are empty where nothing can be."""
    begin, *words = path.removeprefix("/").split("/")
    if begin != "v1" or not words or not all(words):
        return "", None
    width = 2 if "/".join(words[:2]) in RESOURCES else 1
    if len(words) > width + 1:
        return "", None
    return "/".join(words[:width]), words[width] if words[width:] else None


def _unrecognized(method: str, path: str) -> ApiError:
    hint = ""
    if path.endswith("/"):
        hint = (
            " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object,"
            " make sure you passed a valid (non-empty) identifier in your code."
        )
    return ApiError(f"Unrecognized request URL ({method}: {path}).{hint}", status=404)
