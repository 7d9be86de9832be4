"""Closing business days: from then on nothing of them changes, and what comes later counts on the next open one."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.day_close import DayDeed, DayDraft, DayState, SomethingOpenError
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approval
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import day_store as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import close_alone
from rentease_desk.storage.payment_list import payment_totals
from rentease_desk.storage.settings import read_property


class DayNow(Struct, frozen=True):
    """The business day of now, and the one on which money counts that is taken now: a later one, where that is
    closed.
    """

    today: date
    counts_on: date


class DayService:
    """Each write holds all days alone: no money is written meanwhile."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> DayNow:
        """Which day it is."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            days = OpenDays(settings.days, store.closed_days(connection))
        now = self._desk.clock.now()
        return DayNow(settings.days.business_date(now), days.day(now))

    def state(self, day: date | None = None) -> DayState:
        """How a day stands; None: the latest open one that has begun."""
        now = self._desk.clock.now()
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            closed = store.closed_days(connection)
            today, opened = settings.days.business_date(now), OpenDays(settings.days, closed)
            wanted = _to_close(closed, today) if day is None else day
            return DayState(
                wanted,
                wanted in closed,
                today,
                opened.day(now),
                payment_totals(connection, PaymentQuery(days=DateRange(wanted, wanted)), settings.days),
                store.open_things(connection, wanted, settings.days),
                store.deeds_of(connection, wanted),
            )

    def close(self, draft: DayDraft) -> Saved[DayDeed]:
        """Close a day. The same draft again, by its ``uid``, closes nothing.

        Raises SomethingOpenError for what the person was not told of, KnownError ``day.closed_already``,
        ``day.to_come``, InputError ``day.uid_reused``.
        """
        with self._desk.doing(Permission.CLOSE_DAY) as unit:
            closed = close_alone(unit)
            if not _is_done(unit, draft):
                self._require_closable(unit, draft, closed)
                store.add_deed(unit, draft, "")
            deed = _deed(unit, draft)
        return Saved(deed, unit.changes)

    def reopen(self, draft: DayDraft, approval: Approval | None = None) -> Saved[DayDeed]:
        """Open a closed day again, for a reason. What fell on later days meanwhile stays there.

        Raises InputError ``day.reason_missing``, KnownError ``day.not_closed``; ApprovalNeededError.
        """
        reason = clean_text(draft.reason, "reason", 200)
        if not reason:
            raise InputError("day.reason_missing", field="reason")
        with self._desk.doing(Permission.REOPEN_DAY, approval, f"reopen {draft.day}") as unit:
            closed = close_alone(unit)
            if not _is_done(unit, draft):
                if draft.day not in closed:
                    raise KnownError("day.not_closed", day=draft.day)
                store.add_deed(unit, draft, reason)
            deed = _deed(unit, draft)
        return Saved(deed, unit.changes)

    def _require_closable(self, unit: Unit, draft: DayDraft, closed: frozenset[date]) -> None:
        settings = read_property(unit.connection) or Property()
        if draft.day in closed:
            raise KnownError("day.closed_already", day=draft.day, actor=_last(unit, draft.day).actor)
        if draft.day > settings.days.business_date(unit.now):
            raise KnownError("day.to_come", day=draft.day)
        found = store.open_things(unit.connection, draft.day, settings.days)
        fresh = tuple(one for one in found if one not in (draft.told or ()))
        if fresh:
            raise SomethingOpenError(fresh)


def _to_close(closed: frozenset[date], today: date) -> date:
    """The day after the last one that was closed, if it has begun; before any close, today."""
    return min(today, max(closed) + timedelta(days=1)) if closed else today


def _is_done(unit: Unit, draft: DayDraft) -> bool:
    found = store.day_of(unit.connection, draft.uid)
    if found not in {None, draft.day}:
        raise InputError("day.uid_reused", field="day")
    return found is not None


def _deed(unit: Unit, draft: DayDraft) -> DayDeed:
    return next(one for one in store.deeds_of(unit.connection, draft.day) if one.uid == draft.uid)


def _last(unit: Unit, day: date) -> DayDeed:
    return store.deeds_of(unit.connection, day)[-1]
