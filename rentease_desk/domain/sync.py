"""Runs of the sync, as the desk talks about them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from rentease_desk.domain.agreement import Agreement
    from rentease_desk.domain.stripe_objects import Unreadable


class Trigger(StrEnum):
    """What made a run begin."""

    PERSON = "person"
    TIMER = "timer"
    REQUEST = "request"
    """Somebody at another desk, or at this one while another was at it: the run names them."""


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Summary(Struct, frozen=True):
    """What a run did. ``fetched`` counts payments and refunds, each once: new + updated + unchanged + failed.

    ``matched``: payments that found their booking in this run. ``unmatched``: payments new or changed in this run that
    still wait for one.
    """

    fetched: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    matched: int = 0
    unmatched: int = 0
    failed: int = 0


class SyncRun(Struct, frozen=True):
    """One run as stored. Times in UTC seconds; the range is half-open.

    ``agreement``: what it found when it compared with Stripe; None if it did not. ``account``: Stripe's id of whose it
    was; None of one that ended before that was known. ``progress``: how far it has come, as of some seconds ago; None
    if that was not written down.
    """

    pk: int
    trigger: Trigger
    started_at: int
    ended_at: int | None
    range_start: int
    range_end: int
    outcome: RunOutcome
    summary: Summary
    error_code: str | None
    error_text: str | None
    failures: tuple[Unreadable, ...]
    actor: str
    desk: str
    agreement: Agreement | None = None
    account: str | None = None
    progress: Progress | None = None


class Lease(Struct, frozen=True):
    """The right to sync, by the database's clock (UTC seconds). ``fence`` rises with every holder."""

    holder: str
    since: int
    expires_at: int
    fence: int


class Holder(Struct, frozen=True):
    """Which desk syncs just now, and since when (UTC seconds, by the database's clock)."""

    desk: str
    since: int


class Progress(Struct, frozen=True):
    """How far a run is. ``step`` names what it reads; ``done`` goes from 0 to ``total``, 0 where nobody knows."""

    step: str
    read: int
    done: int
    total: int
