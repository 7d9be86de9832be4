"""How bookings stood on the evening of a day, or when it was closed: the journal tells what has changed since."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, bindparam, or_, select, text
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.reading import json_reader
from rentease_desk.storage.day_tables import day_closes
from rentease_desk.storage.journal_tables import EDITED, journal
from rentease_desk.storage.ordered import by_index
from rentease_desk.storage.tables import bookings

_d = day_closes.c
_EDITS = by_index(journal, "ix_journal_edits", "edits")
"""By itself SQLite looks each of them up by what it is about, which takes two to three times as long."""
_NEVER = 2**62
_KINDS = 1_024
"""How many texts of edits are kept as they were read."""
_SEQ = attrgetter("seq")


class Past(Struct, frozen=True):
    """What a booking was, where it has become something else since; None: it is that still. ``room``: the names of
    its rooms, "" for none.
    """

    status: BookingStatus | None = None
    arrival: date | None = None
    departure: date | None = None
    room: str | None = None


class Close(Struct, frozen=True):
    """How a business day was closed: by the journal's entry ``seq``, ``at`` an instant (UTC seconds). ``reopened``: by
    which entry it was opened again.
    """

    day: date
    seq: int
    at: int
    reopened: int | None = None


class ClosedDays:
    """The days that are closed now. What is written later of one of them, or of a day before, counts later; days
    before the first one are never closed by it.
    """

    def __init__(self, closes: Sequence[Close]) -> None:
        self._days: list[date] = []
        self._judged: list[Close] = []
        earlier: list[Close] = []
        for one in reversed(closes):
            if one.reopened is None:
                self._days.append(one.day)
                self._judged.append(_judging(one, earlier))
            insort(earlier, one, key=_SEQ)
        self._days.reverse()
        self._judged.reverse()

    @property
    def first(self) -> date | None:
        """The first of them."""
        return self._days[0] if self._days else None

    def close(self, day: date) -> Close | None:
        """The close from which on nothing of a day changes any more: its own, or that of a later day. None: no such."""
        at = bisect_left(self._days, day)
        if not self._days or day < self._days[0] or at == len(self._days):
            return None
        return self._judged[at]

    def parts(self, days: DateRange) -> list[tuple[DateRange, Close | None]]:
        """A range, divided where days begin to be closed; each part with the close by which its last day is judged."""
        first = self.first
        if first is None or days.last < first or days.first >= first:
            return [(days, self.close(days.last))]
        before = DateRange(days.first, date.fromordinal(first.toordinal() - 1))
        return [(before, None), (DateRange(first, days.last), self.close(days.last))]


def _judging(own: Close, later: Sequence[Close]) -> Close:
    """A later day that was closed already has closed this one too, and has even if it is reopened now."""
    for one in later:
        if one.seq > own.seq:
            break
        if one.day > own.day and (one.reopened is None or one.reopened > own.seq):
            return one
    return own


def closed_days(connection: Connection) -> ClosedDays:
    """The days that are closed now, with the entries of the journal that closed them."""
    return ClosedDays(_spells(connection.execute(_closes())))


def _spells(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Close]:
    """How each day was closed, and opened again: the rows of a day come in their order."""
    found: list[Close] = []
    for day, ordinal, seq, at in rows:
        if ordinal % 2:
            found.append(Close(day, seq, at))
        else:
            found[-1] = replace(found[-1], reopened=seq)
    return found


def pasts_on(connection: Connection, day: date, days: Days) -> dict[int, Past]:
    """By key the bookings that were something else on the evening of a business day, or when it was closed."""
    ends = days.business_span(DateRange(day, day)).end
    own = [one for one in _spells(connection.execute(_closes().where(_d.business_date == day))) if one.reopened is None]
    since, seq = (min(ends, own[0].at), own[0].seq) if own else (ends, _NEVER)
    return _pasts(connection.execute(_edits(), {"since": since, "ends": ends, "seq": seq}))


def pasts_since(connection: Connection, close: Close, until: date) -> dict[int, Past]:
    """By key the bookings that were something else when a day was closed, of those that arrive, or arrived, by a day.

    Of the others that have other days now, some are among them.
    """
    given = {"since": close.at, "ends": _NEVER, "seq": close.seq, "until": until}
    return _pasts(connection.execute(_edits().where(_arrives()), given))


def made_since(connection: Connection, close: Close, until: date) -> list[int]:
    """The keys of bookings that were not there yet when a day was closed, of those that arrive by a day."""
    return list(connection.scalars(_made(), {"since": close.at, "seq": close.seq, "until": until}))


def _pasts(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, Past]:
    """Of each the oldest word counts."""
    found: dict[int, Past] = {}
    read = lru_cache(_KINDS)(_DECODER.decode)  # most tell a status and nothing else
    for pk, told in rows:
        past, known = read(told), found.get(pk)
        found[pk] = past if known is None else _older(known, past)
    return found


def _older(known: Past, past: Past) -> Past:
    told_days = past.arrival is not None or past.departure is not None
    if known.status is not None and not told_days and past.room is None:
        return known
    return Past(
        past.status if known.status is None else known.status,
        past.arrival if known.arrival is None else known.arrival,
        past.departure if known.departure is None else known.departure,
        past.room if known.room is None else known.room,
    )


_DECODER = json_reader(Past)


def overridden(pasts: Mapping[int, Past]) -> list[int]:
    """The keys of those whose days were others."""
    return [pk for pk, past in pasts.items() if past.arrival is not None or past.departure is not None]


@cache
def _closes() -> Select[date, int, int, int]:
    """Each time that a day was closed or reopened."""
    entry = (journal.c.entity == "day") & (journal.c.entity_uid == _d.uid)
    query = select(_d.business_date, _d.ordinal, journal.c.seq, _d.created_at).join(journal, entry)
    return query.order_by(_d.business_date, _d.ordinal)


@cache
def _edits() -> Select[int, str]:
    """What is named by its day's end came later by the clock; what by a close, by the journal's number."""
    edit = _EDITS.c
    later = or_(edit.at >= bindparam("ends"), edit.seq > bindparam("seq"))
    query = select(bookings.c.pk, edit.before).join(bookings, bookings.c.uid == edit.entity_uid)
    return query.where(text(EDITED), edit.at >= bindparam("since"), later).order_by(edit.seq)


def _arrives() -> ColumnElement[bool]:
    """By now, or it may have been to arrive on another day."""
    return or_(bookings.c.arrival <= bindparam("until"), _EDITS.c.before.contains('"arrival":'))


@cache
def _made() -> Select[int]:
    own = (journal.c.entity == "booking", journal.c.entity_uid == bookings.c.uid, journal.c.action == "add")
    later = select(journal.c.seq).where(*own, journal.c.seq > bindparam("seq")).exists()
    of = (bookings.c.created_at >= bindparam("since"), bookings.c.arrival <= bindparam("until"))
    return select(bookings.c.pk).where(*of, later)
