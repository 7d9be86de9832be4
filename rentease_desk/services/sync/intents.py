"""Which intents have to be fetched before charges of theirs can be understood: an intent opened on Monday may be paid
on Wednesday, and no list of Wednesday shows it."""

from __future__ import annotations

from collections.abc import Mapping

from rentease_desk.domain.derivation import is_explained, is_final
from rentease_desk.domain.stripe_objects import Identity, Page, SeenIntent, StripeCharge
from rentease_desk.services.desk import Desk
from rentease_desk.storage.stripe_facts import KnownCharge, known_charges, seen_intents

_SAME_MOMENT = 2
"""Seconds: a charge has whole ones, and Stripe's clock is known to one."""


class IntentsBehind:
    """Finds, for pages of charges, the intents that are not known, or known from before what the charge shows."""

    def __init__(self, desk: Desk, identity: Identity) -> None:
        self._desk = desk
        self._identity = identity
        self._begun: int | None = None

    def seen(self, page: Page) -> dict[str, SeenIntent]:
        """The stored intents of the page's charges whose intent is not on it."""
        shown = {one.id for one in page.intents}
        others = {one.payment_intent_id for one in page.charges if one.payment_intent_id} - shown
        if not others:
            return {}
        with self._desk.db.reading() as connection:
            return seen_intents(connection, self._identity, list(others))

    def to_fetch(self, page: Page, intents: Mapping[str, SeenIntent]) -> list[str]:
        """The ids of the intents to fetch before this page is written; ``intents`` are those ``seen``."""
        self._begun = page.observed_at if self._begun is None else min(self._begun, page.observed_at or self._begun)
        shown = {one.id for one in page.intents}
        asking = [one for one in page.charges if one.payment_intent_id and one.payment_intent_id not in shown]
        charges = self._known(
            [one.id for one in asking if self._is_from_before(intents.get(str(one.payment_intent_id)))]
        )
        return list(dict.fromkeys(str(one.payment_intent_id) for one in asking if self._asks(one, intents, charges)))

    def _known(self, charge_ids: list[str]) -> dict[str, KnownCharge]:
        if not charge_ids:
            return {}
        with self._desk.db.reading() as connection:
            return known_charges(connection, self._identity, charge_ids)

    def _is_from_before(self, seen: SeenIntent | None) -> bool:
        """Whether an intent was last seen by an earlier run."""
        return seen is not None and self._begun is not None and seen.observed_at < self._begun

    def _asks(
        self, charge: StripeCharge, intents: Mapping[str, SeenIntent], charges: Mapping[str, KnownCharge]
    ) -> bool:
        seen = intents.get(charge.payment_intent_id or "")
        if seen is None or not is_explained(seen, charge):
            return True
        if self._is_from_before(seen):
            return not is_final(charge) or _is_news(charge, charges.get(charge.id))
        older = charge.created + _SAME_MOMENT < seen.observed_at // 1_000_000
        return not older and charge.id != seen.latest_charge_id


def _is_news(charge: StripeCharge, known: KnownCharge | None) -> bool:
    return known is None or (known.status, known.captured) != (charge.status, charge.captured)
