"""Stripe's objects as JSON, without a server: what an account shows after each step of a story."""

from __future__ import annotations

from typing import Any

from rentease_desk.domain.stripe_objects import Page, StripeCharge, StripeIntent, StripeRefund
from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.operations import perform
from rentease_desk.practice.world import World
from rentease_desk.stripe_gateway.mapping import charge_from, intent_from, refund_from
from tests.practice.checks import Asker
from tests.tools.practice import NOON

Json = dict[str, Any]


class Album:
    """One account in memory, in which stories happen; it shows what Stripe would show at any moment."""

    def __init__(self, **order: object) -> None:
        self._world = World(1, WorldClock(NOON, frozen=True))
        self._order = order
        self._asker = Asker(self._world)

    def tell(self, story: str) -> list[Page]:
        """Let a story happen; a picture of everything after each step, one second between them."""
        pages = []
        for word in story.split():
            self._step(word)
            pages.append(self.page())
            self._world.clock.advance(1)
        return pages

    def page(self) -> Page:
        """Everything as it stands now, seen now."""
        return Page(
            self._world.clock.now() * 1_000_000,
            intents=self.intents(),
            charges=self.charges(),
            refunds=self.refunds(),
        )

    def intents(self) -> tuple[StripeIntent, ...]:
        """All PaymentIntents, as the gateway maps them."""
        return tuple(intent_from(one, livemode=False) for one in self.json("payment_intents"))

    def charges(self) -> tuple[StripeCharge, ...]:
        """All charges, as the gateway maps them."""
        seen = self._world.clock.now() * 1_000_000
        return tuple(charge_from(one, livemode=False, observed_at=seen) for one in self.json("charges"))

    def refunds(self) -> tuple[StripeRefund, ...]:
        """All refunds, as the gateway maps them."""
        return tuple(refund_from(one) for one in self.json("refunds"))

    def json(self, kind: str) -> list[Json]:
        """A list as Stripe sends it."""
        found: list[Json] = self._asker.get(f"/v1/{kind}", limit=100)["data"]
        return found

    def _step(self, word: str) -> None:
        name, _, value = word.partition(":")
        if name == "wait":
            self._world.clock.advance(int(value))
            return
        given: dict[str, object] = {"amount": int(value)} if value.isdecimal() else {}
        if name in {"create", "pay", "charge"}:
            given |= {"manual": True} if value == "manual" else {"method": "sepa_debit"} if value == "debit" else {}
            given |= self._order
        elif name in {"refund", "dispute"}:
            given |= {"charge": self.json("charges")[0]["id"]}
            given |= {"status": value} if value.isalpha() or "_" in value else {}
        elif name == "update-refund":
            given |= {"refund": self.json("refunds")[0]["id"], "status": value}
        elif name == "describe":
            given |= {"intent": self.json("payment_intents")[0]["id"], "metadata": {"booking_reference": value}}
        elif name != "customer":
            given |= {"intent": self.json("payment_intents")[0]["id"]}
        perform(self._world, name, Input(given))
