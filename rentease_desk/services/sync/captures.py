"""When money moved that was authorised first: a charge does not tell, its balance transaction does."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from msgspec.structs import replace

from rentease_desk.domain.derivation import lacks_capture_time
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import (
    CHARGED,
    Identity,
    Page,
    SeenIntent,
    StripeCharge,
    StripeIntent,
    Unreadable,
)
from rentease_desk.services.desk import Desk
from rentease_desk.storage.stripe_facts import KnownCharge, known_charges
from rentease_desk.storage.stripe_money import moved_by
from rentease_desk.stripe_gateway.gateway import StripeGateway


class CaptureTimes:
    """Completes pages with the capture times that are missing, each asked for once."""

    def __init__(
        self, desk: Desk, gateway: StripeGateway, identity: Identity, cancel: threading.Event, *, leaves_out: bool
    ) -> None:
        self._leaves_out = leaves_out
        self._desk = desk
        self._gateway = gateway
        self._identity = identity
        self._cancel = cancel

    def complete(self, page: Page, seen: Mapping[str, SeenIntent], *, may_ask: bool = True) -> Page | None:
        """The page, its captured charges with the time of their capture. None if Stripe had to be asked and may not.

        ``seen``: the stored intents of the charges whose intent is not on the page.
        """
        intents: dict[str, StripeIntent | SeenIntent] = {**seen, **{one.id: one for one in page.intents}}
        late = [one for one in page.charges if lacks_capture_time(intents.get(one.payment_intent_id or ""), one)]
        if not late:
            return page
        ids = [one.id for one in late]
        with self._desk.db.reading() as connection:
            known = known_charges(connection, self._identity, ids)
            moved = {key: one.created for key, one in moved_by(connection, self._identity, ids).items()}
        moved |= {str(one.source_id): one.created for one in page.transactions if one.type in CHARGED}
        if not may_ask and any(_is_unknown(one, known.get(one.id), moved.get(one.id)) for one in late):
            return None
        timed: dict[str, StripeCharge] = {}
        for one in late:
            try:
                timed[one.id] = self._timed(one, known.get(one.id), moved.get(one.id), page.observed_at)
            except StripeError as error:
                if not self._leaves_out or error.code != "stripe.no_permission":
                    raise
                page = _without(page, one, error)
        return replace(page, charges=tuple(timed.get(one.id, one) for one in page.charges))

    def _timed(
        self, charge: StripeCharge, known: KnownCharge | None, moved_at: int | None, observed_at: int
    ) -> StripeCharge:
        """The balance transaction's time; without one, the time of being seen captured.

        Stripe makes the balance transaction within hours, so a charge that has none was captured just now.
        """
        if _is_known(known):
            return charge  # the row keeps what it knows
        exact = self._ask(charge) if moved_at is None else moved_at
        seen_uncaptured = known is not None and not known.captured
        if exact is None and (charge.balance_transaction_id is None or seen_uncaptured):
            exact = (known.captured_at if known else None) or observed_at // 1_000_000
        return replace(charge, captured_at=exact)

    def _ask(self, charge: StripeCharge) -> int | None:
        """Raises StripeError, one without permission too: the day on which money moved is not to be guessed."""
        if charge.balance_transaction_id is None:
            return None
        return self._gateway.capture_time(charge.balance_transaction_id, self._cancel)


def _is_known(known: KnownCharge | None) -> bool:
    return known is not None and known.captured_at is not None and known.balance_transaction_id is not None


def _is_unknown(charge: StripeCharge, known: KnownCharge | None, moved_at: int | None) -> bool:
    return not _is_known(known) and moved_at is None and charge.balance_transaction_id is not None


def _without(page: Page, charge: StripeCharge, error: StripeError) -> Page:
    """The page without a payment: the day on which its money moved is not to be guessed."""
    paid = charge.payment_intent_id
    told = Unreadable("payment_intent", paid, str(error)) if paid else Unreadable("charge", charge.id, str(error))
    return replace(
        page,
        intents=tuple(one for one in page.intents if one.id != paid),
        charges=tuple(one for one in page.charges if one.id != charge.id),
        unreadable=(*page.unreadable, told),
    )
