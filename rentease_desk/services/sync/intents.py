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

    def to_fetch(self, page: Page) -> list[str]:
        """The ids of the intents to fetch before this page is written."""
        self._begun = page.observed_at if self._begun is None else min(self._begun, page.observed_at or self._begun)
        shown = {one.id for one in page.intents}
        asking = [one for one in page.charges if one.payment_intent_id and one.payment_intent_id not in shown]
        if not asking:
            return []
        with self._desk.db.reading() as connection:
            intents = seen_intents(connection, self._identity, [str(one.payment_intent_id) for one in asking])
            charges = known_charges(connection, self._identity, [one.id for one in asking])
        return list(dict.fromkeys(str(one.payment_intent_id) for one in asking if self._asks(one, intents, charges)))

    def _asks(
        self, charge: StripeCharge, intents: Mapping[str, SeenIntent], charges: Mapping[str, KnownCharge]
    ) -> bool:
        seen = intents.get(charge.payment_intent_id or "")
        if seen is None or not is_explained(seen, charge):
            return True
        if self._begun is not None and seen.observed_at < self._begun:
            return not is_final(charge) or _is_news(charge, charges.get(charge.id))
        older = charge.created + _SAME_MOMENT < seen.observed_at // 1_000_000
        return not older and charge.id != seen.latest_charge_id


def _is_news(charge: StripeCharge, known: KnownCharge | None) -> bool:
    return known is None or (known.status, known.captured) != (charge.status, charge.captured)
