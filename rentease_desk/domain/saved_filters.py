"""Filters of lists that were saved by a name, for all desks of a property, and what is in them.

What is in one is written down as JSON by the page that it is of. A later version may know more of it, an earlier one
less: what cannot be read is left out, and that is said.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

from rentease_desk.domain.reading import converted

SLOTS = range(1, 10)
"""The numbers by which filters of a page are chosen (Alt+1 to Alt+9)."""
MAX_NAME = 60
F = TypeVar("F", bound=Struct)


class SavedFilter(Struct, frozen=True):
    """A filter of one page. ``slot`` is its number, None if all were taken; ``content`` is JSON (``pack``)."""

    pk: int
    uid: str
    page: str
    name: str
    slot: int | None
    content: str
    version: int


class FilterDraft(Struct, frozen=True):
    """A filter about to be saved. ``uid`` is made before the first try and kept for others.

    ``replaces``: the ``version`` of the one of this name that it replaces, as it was seen; None: there is none.
    ``slot``: the number that it should get if that is free; else it gets the first free one.
    """

    uid: str
    page: str
    name: str
    content: str
    replaces: int | None = None
    slot: int | None = None


def pack(content: Struct) -> str:
    """What is in a filter, as JSON."""
    return msgspec.json.encode(content).decode()


def unpack(kind: type[F], text: str) -> tuple[F, bool]:
    """What is in a filter, as far as it can be read, and whether that is all. Every field of ``kind`` has a default."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict):
        return kind(), False
    known = {}
    for field in msgspec.structs.fields(kind):
        if field.name in found:
            try:
                known[field.name] = converted(found[field.name], field.type)
            except msgspec.ValidationError:
                continue
    return kind(**known), known.keys() == found.keys()
