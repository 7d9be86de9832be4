"""The account's events: docs.stripe.com/api/events/types. Each keeps its object as it was; it is listed for 30 days."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import count
from random import Random
from typing import Final

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.collection import Collection, Filters, Window
from rentease_desk.practice.event_types import moment_of, types_of
from rentease_desk.practice.records import Event, Record

RETENTION: Final = 30 * 86_400


class Events:
    """Notes what changes. ``lag``: events become visible up to so many seconds late; ``api_version`` is theirs."""

    def __init__(self, seed: int, clock: WorldClock, api_version: str) -> None:
        self.lag = 0
        self.api_version = api_version
        self._clock = clock
        self._at: int | None = None
        self._random = Random(~seed)  # noqa: S311 - repeatable, and apart from the ids of the objects
        self._numbers = count(1)
        self._all: Collection[Event] = Collection("type")

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

    def page(
        self, window: Window, filters: Filters | None = None, keep: Callable[[Event], bool] | None = None
    ) -> tuple[list[Event], bool]:
        """The events of a window that are shown now, newest first, and whether there are more.

        A ``type`` with ``*`` in it stands for all that fit.
        """
        kept_since = self._clock.now() - RETENTION
        kept = replace(window, first=max(window.first or 0, kept_since))
        wanted = {name: self._meant(value) for name, value in (filters or {}).items()}
        return self._all.page(kept, wanted, lambda one: self._is_shown(one) and (keep is None or keep(one)))

    def _meant(self, types: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if isinstance(types, str) and "*" in types:
            return tuple(one for one in self._all.values("type") if fnmatchcase(one, types))
        return types

    @contextmanager
    def dated(self, at: int) -> Iterator[None]:
        """What is noted meanwhile happened at ``at``, which nobody has looked at before now."""
        self._at = at
        try:
            yield
        finally:
            self._at = None

    def _is_shown(self, event: Event) -> bool:
        now = self._clock.now()
        return event.visible_at <= now and event.created >= now - RETENTION

    def _add(self, type_: str, before: Record | None, after: Record) -> None:
        now = self._clock.now() if self._at is None else self._at
        created = min(moment_of(before, after, now), now)
        if created < now - RETENTION:
            return
        late = self._random.randint(0, self.lag) if created == now else 0
        drawn = b64encode(self._random.randbytes(18), b"Zz").decode()
        self._all.add(
            Event(f"evt_{drawn}", next(self._numbers), created, type_, after, before, now + late, self.api_version)
        )
