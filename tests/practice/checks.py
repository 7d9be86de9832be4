"""What every object of the practice server is held to, and short ways to ask an account without HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import orjson

from rentease_desk.practice.api import StripeApi
from rentease_desk.practice.keys import Keyring
from rentease_desk.practice.messages import Request
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World
from tests.tools.stripe_schema import build

Json = dict[str, Any]

KINDS = (
    "account",
    "balance_transaction",
    "charge",
    "checkout.session",
    "customer",
    "dispute",
    "event",
    "invoice",
    "invoice_payment",
    "line_item",
    "payment_intent",
    "payment_link",
    "payout",
    "plan",
    "price",
    "refund",
    "subscription",
    "subscription_item",
)
LISTS = ("payment_intents", "charges", "refunds", "customers")
BILLING = ("subscriptions", "invoices", "invoice_payments", "checkout/sessions", "payment_links")
SHOWN = (*LISTS, "disputes", "payouts", *BILLING, "balance_transactions", "events")
EXPANSIONS = {
    "payment_intents": ("latest_charge.balance_transaction", "customer", "latest_charge.refunds"),
    "charges": ("balance_transaction", "customer", "payment_intent", "refunds"),
    "refunds": ("charge.payment_intent", "balance_transaction.source", "failure_balance_transaction"),
    "customers": (),
    "disputes": ("charge", "payment_intent"),
    "payouts": ("balance_transaction", "failure_balance_transaction"),
    "subscriptions": ("customer", "latest_invoice.payments"),
    "invoices": (
        "customer",
        "parent.subscription_details.subscription",
        "payments.data.payment.payment_intent",
    ),
    "invoice_payments": ("invoice.customer", "payment.payment_intent.latest_charge"),
    "checkout/sessions": ("customer", "payment_intent.latest_charge", "payment_link"),
    "payment_links": (),
    "events": (),
    "balance_transactions": ("source",),
}
"""Everything that can be expanded, below each kind of object."""

_LIST_OF = {
    "pi": "payment_intents",
    "ch": "charges",
    "py": "charges",
    "re": "refunds",
    "pyr": "refunds",
    "cus": "customers",
    "dp": "disputes",
    "po": "payouts",
    "sub": "subscriptions",
    "in": "invoices",
    "inpay": "invoice_payments",
    "cs": "checkout/sessions",
    "plink": "payment_links",
    "txn": "balance_transactions",
}
"""By the beginning of an id."""


class Schemas:
    """The schemas of all kinds of object that the practice server shows."""

    def __init__(self) -> None:
        self._validators = {name: jsonschema_rs.validator_for(schema) for name, schema in build(KINDS).items()}

    def faults(self, shown: Json) -> list[str]:
        """What is wrong with an object; nothing, if all is well."""
        errors = self._validators[shown["object"]].iter_errors(shown)
        return [f"{shown['id']} {list(error.instance_path)}: {error.message[:200]}" for error in errors]

    def check(self, all_shown: Iterable[Json]) -> int:
        """Fails with what is wrong. Returns how many objects there were."""
        found = list(all_shown)
        assert [fault for shown in found for fault in self.faults(shown)] == []
        return len(found)


class Asker:
    """Asks an account as a request would, and sees what would be sent."""

    def __init__(self, world: World) -> None:
        self._keys = Keyring(world.seed, world.account, livemode=world.livemode)
        self._api = StripeApi(world.store, self._keys)

    def bytes(self, path: str, **params: object) -> bytes:
        """The body of the answer. A tuple is a list, as of ``expand``; ``created__gte`` is ``created[gte]``."""
        pairs: list[tuple[str, object]] = []
        for name, value in params.items():
            spelt = f"{name.replace('__', '[')}]" if "__" in name else name
            pairs += [(f"{name}[]", one) for one in value] if isinstance(value, tuple) else [(spelt, value)]
        headers = {"authorization": f"Bearer {self._keys.full.secret}"}
        return orjson.dumps(self._api.answer(Request("GET", path, urlencode(pairs), headers), path))

    def get(self, path: str, **params: object) -> Json:
        """The answer."""
        found: Json = orjson.loads(self.bytes(path, **params))
        return found

    def ids(self, path: str, **params: object) -> list[str]:
        """The ids of a page."""
        return [one["id"] for one in self.get(path, **params)["data"]]

    def everything(self, *, expanded: bool) -> Iterable[Json]:
        """All objects of the account, page by page, and what they are expanded to."""
        for name in SHOWN:
            paths = tuple(f"data.{path}" for path in EXPANSIONS[name]) if expanded else ()
            every: dict[str, object] = {"status": "all"} if name == "subscriptions" else {}
            cursor: dict[str, object] = {}
            while True:
                page = self.get(f"/v1/{name}", limit=100, expand=paths, **every, **cursor)
                yield from page["data"]
                if not page["has_more"]:
                    break
                cursor = {"starting_after": page["data"][-1]["id"]}

    def show(self, record: Record, *, expanded: bool = False) -> Json:
        """One record, retrieved."""
        name = _LIST_OF[record.id.split("_")[0]]
        paths = EXPANSIONS[name] if expanded else ()
        return self.get(f"/v1/{name}/{record.id}", expand=paths)
