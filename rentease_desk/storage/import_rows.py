"""Which rows of a source came in, as which bookings; what of new ones is taken already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec
import orjson
from sqlalchemy import Connection, Date, Integer, bindparam, select, text, update

from rentease_desk.domain.import_digests import Digests
from rentease_desk.domain.reading import json_reader
from rentease_desk.storage.among import among
from rentease_desk.storage.database import Unit
from rentease_desk.storage.import_tables import import_rows
from rentease_desk.storage.room_tables import rooms
from rentease_desk.storage.tables import bookings

_decode = json_reader(Digests).decode


class KnownRow(msgspec.Struct, frozen=True, gc=False):
    """A row that came in."""

    booking_pk: int
    salt: str
    digests: str

    def read(self) -> Digests:
        """What the source said then."""
        return _decode(self.digests)


_KNOWN = select(import_rows.c.reference, import_rows.c.booking_pk, import_rows.c.salt, import_rows.c.digests).where(
    import_rows.c.source_pk == bindparam("source"), among(import_rows.c.reference, "names")
)
_TAKEN = select(bookings.c.reference_key).where(among(bookings.c.reference_key, "names"))
# A question within the question: for a join PostgreSQL would read all nights of the house, with every piece of a file.
_NIGHTS = {
    dialect: text(query).columns(at=Integer, night=Date)
    for dialect, query in {
        "sqlite": """
            SELECT json_extract(stay.value, '$[0]') AS at, (
                SELECT min(held.night) FROM room_nights AS held WHERE held.room_pk = json_extract(stay.value, '$[1]')
                AND held.night >= json_extract(stay.value, '$[2]') AND held.night < json_extract(stay.value, '$[3]')
            ) AS night FROM json_each(:stays) AS stay""",
        "postgresql": """
            SELECT (stay ->> 0)::integer AS at, (
                SELECT min(held.night) FROM room_nights AS held WHERE held.room_pk = (stay ->> 1)::bigint
                AND held.night >= (stay ->> 2)::date AND held.night < (stay ->> 3)::date
            ) AS night FROM json_array_elements(CAST(:stays AS json)) AS stay""",
    }.items()
}
"""Statements are made once: they are asked with every chunk of a file."""


def known_rows(connection: Connection, source_pk: int | None, references: Collection[str]) -> Mapping[str, KnownRow]:
    """Those of the references that came in before, from a source that may not be here yet."""
    if source_pk is None or not references:
        return {}
    found = connection.execute(_KNOWN, {"source": source_pk, "names": list(references)})
    return {row[0]: KnownRow(row[1], row[2], row[3]) for row in found}


def taken_references(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys of references that some booking has."""
    return set(connection.scalars(_TAKEN, {"names": list(keys)})) if keys else set()


def room_keys(connection: Connection) -> dict[str, int]:
    """Every room by its folded name."""
    return {row[0]: row[1] for row in connection.execute(select(rooms.c.name_key, rooms.c.pk))}


def taken_nights(connection: Connection, stays: Sequence[tuple[int, date, date]]) -> dict[int, date]:
    """Of stays (a room's key, the first night, the day after the last) the first night on which somebody has the room.

    By their places among the stays; one that is free is left out.
    """
    if not stays:
        return {}
    asked = orjson.dumps([(at, *stay) for at, stay in enumerate(stays)]).decode()
    found = connection.execute(_NIGHTS[connection.dialect.name], {"stays": asked})
    return {row[0]: row[1] for row in found if row[1] is not None}


def remember(unit: Unit, source_pk: int, reference: str, digests: Digests) -> None:
    """What the source says now, of a row that came in before."""
    here = (import_rows.c.source_pk == source_pk, import_rows.c.reference == reference)
    unit.connection.execute(update(import_rows).where(*here).values(digests=encoded(digests)))


def encoded(digests: Digests) -> str:
    """As it is stored."""
    return msgspec.json.encode(digests).decode()
