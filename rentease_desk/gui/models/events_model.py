"""Stripe's events as rows, and what is told of each."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.stripe_events import EventState, StoredEvent
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH, Formats
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import tr

if TYPE_CHECKING:
    from rentease_desk.services.sync.event_log import EventLogService

_CLASS = re.compile(r"[A-Za-z_]\w*(?:Error|Exception|Warning|Exit|Interrupt)")
"""What stands as the error of an event that a fault of ours stopped: the name of an exception."""
_NOTHING = " is None"


class EventSort(StrEnum):
    """What the list is sorted by."""

    TIME = "time"
    TYPE = "type"
    OBJECT = "object"
    OUTCOME = "outcome"
    ATTEMPTS = "attempts"


_ORDER: dict[EventSort, Callable[[StoredEvent], object]] = {
    EventSort.TIME: lambda one: one.created,
    EventSort.TYPE: lambda one: one.type,
    EventSort.OBJECT: lambda one: (one.object_kind, one.object_id),
    EventSort.OUTCOME: lambda one: list(EventState).index(one.state),
    EventSort.ATTEMPTS: lambda one: one.attempts,
}


class EventSource(Struct):
    """The latest events of one state (None: of all). They are few enough to be read, and sorted, at once."""

    service: EventLogService
    state: EventState | None
    sort: EventSort = EventSort.TIME
    descending: bool = True
    _found: dict[int, StoredEvent] = {}

    def keys(self, _limit: int | None = None, /) -> array[int]:
        """All keys, in order; what is alike stands newest first."""
        order = _ORDER[self.sort]
        found = sorted(self.service.latest(self.state), key=order, reverse=self.descending)  # type: ignore[arg-type]
        self._found = {self.key_of(one): one for one in found}
        return array("q", self._found)

    def rows(self, keys: Sequence[int]) -> list[StoredEvent]:
        """Some events."""
        return [self._found[key] for key in keys if key in self._found]

    def key_of(self, row: StoredEvent) -> int:
        """A number of 64 bits for the event's id, which is a text."""
        return int.from_bytes(blake2b(row.id.encode(), digest_size=8).digest(), "big", signed=True)


class EventsModel(PagedModel[StoredEvent]):
    """Columns of the events list."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        super().__init__(context.tasks, self._make_columns(), parent)

    def _make_columns(self) -> list[Column[StoredEvent]]:
        by, right = EventSort, Align.RIGHT
        return [
            Column("time", tr("Time"), 152, lambda one: self._moment(one.created), by.TIME),
            Column("type", tr("Type"), 200, lambda one: Cell(one.type, tip=one.type), by.TYPE),
            Column("object", tr("Object"), 168, self._object, by.OBJECT, give_way=2),
            Column("account", tr("Account"), 88, self._account, give_way=3, offered=False),
            Column("outcome", tr("Outcome"), 144, self._outcome, by.OUTCOME, firm=True),
            Column("attempts", tr("Attempts"), 76, self._attempts, by.ATTEMPTS, right, give_way=1),
            Column("error", tr("Error"), 190, self._error, stretch=True),
            Column("received", tr("Received"), 152, lambda one: self._moment(one.received_at), shown=False),
            Column("id", tr("Id at Stripe"), 216, lambda one: Cell(one.id, colour="text2"), shown=False),
        ]

    def _moment(self, at: int) -> Cell:
        formats = self._context.formats
        day, full = formats.local(at).date(), full_moment(at, formats)
        return Cell(formats.time(at), lead=formats.short_date(day), tip=full, spoken=full)

    def _object(self, event: StoredEvent) -> Cell:
        word = object_word(event)
        return Cell(word, aside=event.object_id, tip=event.object_id, spoken=word)

    def _account(self, event: StoredEvent) -> Cell:
        return Cell(self._context.settings.badge(event.account), colour="text2", tip=event.account)

    def _outcome(self, event: StoredEvent) -> Cell:
        chip = outcome_chip(event, self._context)
        return Cell(chip=chip, tip=chip.word)

    def _attempts(self, event: StoredEvent) -> Cell:
        if event.attempts == 0:
            return Cell(DASH, colour="text2", spoken=tr("none"))
        return Cell(self._context.formats.count(event.attempts))

    def _error(self, event: StoredEvent) -> Cell:
        told = error_words(event)
        return Cell(told, colour="text2" if event.state is EventState.DISMISSED else "text", tip=told)


def event_chip(state: EventState) -> Chip:
    """How far an event of Stripe's is."""
    chips = {
        EventState.WAITING: Chip(tr("Waiting"), "clock", Tone.NEUTRAL),
        EventState.DONE: Chip(tr("Handled"), "circle-tick", Tone.GOOD),
        EventState.IGNORED: Chip(tr("Not needed"), "circle-slash", Tone.OUTLINE),
        EventState.GONE: Chip(tr("Gone at Stripe"), "circle-dashed", Tone.NEUTRAL),
        EventState.DEAD: Chip(tr("Needs a person"), "triangle", Tone.WRONG),
        EventState.DISMISSED: Chip(tr("Dismissed"), "circle-slash", Tone.OUTLINE),
    }
    return chips[state]


def outcome_chip(event: StoredEvent, context: Context) -> Chip:
    """How far an event is; one that waits for its next try says until when."""
    chip = event_chip(event.state)
    if event.state is not EventState.WAITING or event.next_attempt_at <= context.now():
        return chip
    until = tr("Waits until {time}").format(time=context.formats.time(event.next_attempt_at))
    return Chip(until, chip.icon, chip.tone)


def object_word(event: StoredEvent) -> str:
    """What an event is about: ``Payment``, ``Refund``; of a kind that the desk does not keep, Stripe's own word."""
    words = {
        "payment_intent": tr("Payment"),
        "charge": tr("Charge"),
        "refund": tr("Refund"),
        "dispute": tr("Dispute"),
        "customer": tr("Customer"),
    }
    return words.get(event.object_kind) or event.object_kind.replace("_", " ").replace(".", " ").capitalize()


def error_words(event: StoredEvent) -> str:
    """What went wrong with an event last, or why it was dismissed; empty if nothing is wrong."""
    if event.reason is not None:
        return event.reason
    error = event.error or ""
    if not error or error.endswith((".", "?", "!")):
        return error
    if _CLASS.fullmatch(error):
        return tr("This program could not handle it ({name}).").format(name=error)
    if error.endswith(_NOTHING):
        error = tr("{field} is missing").format(field=error.removesuffix(_NOTHING))
    return tr("Cannot be understood: {reason}.").format(reason=error)


def full_moment(at: int, formats: Formats) -> str:
    """``Thursday 5 November 2026, 14:06``."""
    return f"{formats.long_date(formats.local(at).date())}, {formats.time(at)}"
