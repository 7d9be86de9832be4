"""Lines for nights of stays that took place. Of closed days as it was known when they were closed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Date, Select, bindparam, case, func, or_, select, type_coerce

from rentease_desk.domain.booking import BookingStatus, ChargeKind
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.nights import ChargedNights
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.tax import contained_tax
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_pasts import Close, Past, overridden, pasts_since
from rentease_desk.storage.stay_tables import stay_changes
from rentease_desk.storage.tables import bookings, charge_lines

STAYED = frozenset({BookingStatus.IN_HOUSE, BookingStatus.DEPARTED})
_KINDS = (ChargeKind.ACCOMMODATION.value, ChargeKind.DISCOUNT.value, ChargeKind.CITY_TAX.value)
_UNCHANGED = Past()
_STATUS = {one.value: one for one in BookingStatus}


class Known(Struct, frozen=True):
    """What was known when a day was closed: what bookings were then, and by key when those had left that had.

    ``close`` None: as it is known now.
    """

    close: Close | None = None
    pasts: Mapping[int, Past] = {}
    left: Mapping[int, date] = {}


def known_at(book: Book, close: Close | None, until: date) -> Known:
    """What was known then of stays that arrive by a day."""
    if close is None:
        return Known()
    pasts = pasts_since(book.connection, close, until)
    gone = [pk for pk, past in pasts.items() if past.status in {None, BookingStatus.DEPARTED}]
    return Known(close, pasts, _left_by(book, close, gone))


def charged_nights(
    book: Book, days: DateRange, known: Known, among: Collection[int] | None = None
) -> Iterator[ChargedNights]:
    """Lines for nights within a range, of guests who came. ``among``: of these bookings only."""
    close = known.close
    given = {
        "first": days.first, "last": days.last, "changed": list(known.pasts), "moved": overridden(known.pasts),
        "closed": date.max if close is None else close.day, "at": 0 if close is None else close.at,
    }  # fmt: skip
    query = _charged()
    if among is not None:
        query, given = query.where(among_keys(charge_lines.c.booking_pk, "among")), given | {"among": list(among)}
    for row in book.connection.execute(query, given):
        past = known.pasts.get(row.booking_pk, _UNCHANGED)
        status = past.status or _STATUS[row.status]
        if status in STAYED:
            first = row.service_from or past.arrival or row.arrival
            end = row.service_to or past.departure or row.departure
            left = None if status is not BookingStatus.DEPARTED else known.left.get(row.booking_pk, row.left_on)
            tax = contained_tax(row.amount, row.tax_rate_ppm)
            yield ChargedNights(row.kind, row.currency, row.amount, tax, first, end, left)


def touched_since(book: Book, known: Known) -> set[int]:
    """The keys of bookings that were changed, or charged anything, since a day was closed."""
    assert known.close is not None
    later = {"closed": known.close.day, "at": known.close.at}
    return set(known.pasts) | set(book.connection.scalars(_charged_later(), later))


def _left_by(book: Book, close: Close, pks: list[int]) -> dict[int, date]:
    """By key when those had left, of these bookings, who had when a day was closed."""
    found: dict[int, dict[int, date]] = {}
    for row in book.connection.execute(_deeds(), {"pks": pks, "seq": close.seq}):
        stands = found.setdefault(row.booking_pk, {})
        stands.pop(row.undoes_pk, None)
        if row.deed == Deed.CHECK_OUT.value:
            stands[row.pk] = row.business_date
    return {pk: max(stands.values()) for pk, stands in found.items() if stands}


@cache
def _deeds() -> Select[Any]:
    table = stay_changes.c
    entry = (journal.c.entity == "stay") & (journal.c.entity_uid == table.uid)
    query = select(table.pk, table.booking_pk, table.deed, table.business_date, table.undoes_pk).join(journal, entry)
    return query.where(among_keys(table.booking_pk, "pks"), journal.c.seq <= bindparam("seq")).order_by(table.pk)


@cache
def _charged_later() -> Select[int]:
    """What counts on a later day, and was written after the close."""
    line = charge_lines.c
    later = (line.business_date > bindparam("closed"), line.created_at >= bindparam("at"))
    return select(line.booking_pk).distinct().where(*later, line.kind.in_(_KINDS))


@cache
def _charged() -> Select[Any]:
    """A line that names no nights is for those of its booking."""
    line = charge_lines.c
    first, end = (
        func.coalesce(line.service_from, bookings.c.arrival),
        func.coalesce(line.service_to, bookings.c.departure),
    )
    undoing = stay_changes.alias("undoing")
    undone = select(undoing.c.pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()
    out = select(stay_changes.c.booking_pk, func.max(stay_changes.c.business_date).label("left_on"))
    left = out.where(stay_changes.c.deed == Deed.CHECK_OUT.value, ~undone).group_by(stay_changes.c.booking_pk)
    gone = left.subquery()
    departed = case((bookings.c.status == BookingStatus.DEPARTED.value, gone.c.left_on))
    table = charge_lines.join(bookings, bookings.c.pk == line.booking_pk).outerjoin(
        gone, gone.c.booking_pk == bookings.c.pk
    )
    columns = (
        line.booking_pk, line.kind, line.currency, line.amount, line.tax_rate_ppm, line.service_from, line.service_to,
        bookings.c.arrival, bookings.c.departure, bookings.c.status, type_coerce(departed, Date).label("left_on"),
    )  # fmt: skip
    here = or_((first <= bindparam("last")) & (end >= bindparam("first")), among_keys(line.booking_pk, "moved"))
    came = or_(bookings.c.status.in_([one.value for one in STAYED]), among_keys(line.booking_pk, "changed"))
    written = or_(line.business_date <= bindparam("closed"), line.created_at < bindparam("at"))
    return select(*columns).select_from(table).where(line.kind.in_(_KINDS), here, came, written)
