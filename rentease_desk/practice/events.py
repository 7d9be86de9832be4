"""The account's events: docs.stripe.com/api/events/types. Each keeps its object as it was; it is listed for 30 days."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Final

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.collection import Collection, Window
from rentease_desk.practice.records import Charge, Customer, Dispute, Event, Intent, Record, Refund

RETENTION: Final = 30 * 86_400
_INTENT_WORDS: Final = {
    "succeeded": "succeeded",
    "processing": "processing",
    "requires_action": "requires_action",
    "requires_capture": "amount_capturable_updated",
    "canceled": "canceled",
}


class Events:
    """Notes what changes. ``lag``: events become visible up to so many seconds late; ``api_version`` is theirs."""

    def __init__(self, seed: int, clock: WorldClock, api_version: str) -> None:
        self.lag = 0
        self.api_version = api_version
        self._clock = clock
        self._random = Random(~seed)  # noqa: S311 - repeatable, and apart from the ids of the objects
        self._numbers = count(1)
        self._all: Collection[Event] = Collection()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Event]:
        """From the oldest to the newest."""
        return iter(self._all)

    def note(self, before: Record | None, after: Record) -> None:
        """A record came (``before`` None) or changed."""
        for type_ in types_of(before, after):
            self._add(type_, before, after)

    def get(self, id_: str) -> Event | None:
        """An event, if Stripe shows it now."""
        found = self._all.get(id_)
        return found if found is not None and self._is_shown(found) else None

    def page(self, window: Window, **_filters: str) -> tuple[list[Event], bool]:
        """The events of a window that are shown now, newest first, and whether there are more."""
        whole, _ = self._all.page(Window(window.first, window.last, window.after, window.before, len(self._all) + 1))
        shown = [one for one in whole if self._is_shown(one)]
        chosen = shown[-window.limit :] if window.before is not None else shown[: window.limit]
        return chosen, len(shown) > window.limit

    def _is_shown(self, event: Event) -> bool:
        now = self._clock.now()
        return event.visible_at <= now and event.created >= now - RETENTION

    def _add(self, type_: str, before: Record | None, after: Record) -> None:
        now = self._clock.now()
        created = min(_moment(before, after, now), now)
        if created < now - RETENTION:
            return
        late = self._random.randint(0, self.lag) if created == now else 0
        drawn = b64encode(self._random.randbytes(18), b"Zz").decode()
        self._all.add(
            Event(f"evt_{drawn}", next(self._numbers), created, type_, after, before, now + late, self.api_version)
        )


def types_of(before: Record | None, after: Record) -> list[str]:
    """What Stripe calls this change."""
    match after:
        case Intent():
            return _of_intent(before, after)
        case Charge():
            return _of_charge(before, after)
        case Refund():
            return _of_refund(before, after)
        case Customer():
            return ["customer.created" if before is None else "customer.updated"]
        case Dispute():
            return ["charge.dispute.created" if before is None else "charge.dispute.updated"]
    return []


def _of_intent(before: Record | None, after: Intent) -> list[str]:
    if not isinstance(before, Intent):
        return ["payment_intent.created"]
    if after.status != before.status and after.status in _INTENT_WORDS:
        return [f"payment_intent.{_INTENT_WORDS[after.status]}"]
    declined = after.error is not None and after.latest_charge != before.latest_charge
    return ["payment_intent.payment_failed"] if declined or (after.error and after.status != before.status) else []


def _of_charge(before: Record | None, after: Charge) -> list[str]:
    if not isinstance(before, Charge):
        return [f"charge.{after.status}"]
    if after.status != before.status:
        return [f"charge.{after.status}"]
    if after.captured and not before.captured:
        return ["charge.captured"]
    if after.amount_refunded > before.amount_refunded:
        return ["charge.refunded"]
    return ["charge.updated"] if after != before else []


def _of_refund(before: Record | None, after: Refund) -> list[str]:
    if not isinstance(before, Refund):
        return ["refund.created"]
    if after.status == "failed" and before.status != "failed":
        return ["refund.updated", "refund.failed"]
    return ["refund.updated"] if after != before else []


def _moment(before: Record | None, after: Record, now: int) -> int:
    """When it happened: objects of the past are made in one go, at their own times."""
    if before is None:
        return after.created
    if isinstance(after, Intent) and after.canceled_at is not None:
        return after.canceled_at
    if isinstance(after, Charge) and isinstance(before, Charge) and after.captured_at != before.captured_at:
        return after.captured_at or now
    return now
