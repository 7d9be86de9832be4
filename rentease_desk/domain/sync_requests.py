"""What one desk asks of whichever desk can sync: days to be read, and what became of that."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.sync import Holder, SyncRun

SECONDS = 24 * 60 * 60
"""How long a request stands: by then every poll has read what was asked for."""
NOBODY_SECONDS = 10
"""A desk with a key takes a request within a second or so; after so long there is none."""
MOST_ATTEMPTS = 3
"""So often a request is begun whose holder dies in the middle of it."""


class AskState(StrEnum):
    """How a request stands. ``WAITING``: also one whose desk has stopped, so that another takes it over."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class SyncRequest(Struct, frozen=True, kw_only=True):
    """A request of ``actor`` at ``desk``. ``days`` are the property's calendar days; no ``kinds`` are all of them.

    ``asked_at`` and ``ended_at`` are UTC seconds by the database's clock, ``waited`` is how long ago it was asked for.
    ``holder``: the desk that has taken it, '' if none has. ``run``: what serves or served it, with its progress.
    ``stopping``: its desk was told to stop. ``trouble``: why it failed; ``limits``: what the key lacks beside payments.
    """

    uid: str
    days: DateRange
    kinds: tuple[str, ...]
    state: AskState
    actor: str
    desk: str
    asked_at: int
    waited: int
    holder: str = ""
    ended_at: int | None = None
    run: SyncRun | None = None
    stopping: bool = False
    trouble: KnownError | None = None
    limits: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in {AskState.WAITING, AskState.TAKEN}

    def is_left_alone(self, syncing: Holder | None) -> bool:
        """Whether no desk with a key seems to be running. ``syncing``: who syncs just now, and may take it then."""
        return self.state is AskState.WAITING and syncing is None and self.waited >= NOBODY_SECONDS
