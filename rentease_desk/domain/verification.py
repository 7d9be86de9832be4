"""What a walk through the journal and the ledger finds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from rentease_desk.domain.journal import GENESIS


class What(StrEnum):
    """How the first row that does not fit does not fit."""

    CHAIN = "chain"
    HEAD = "head"
    TAIL = "tail"
    OTHER_HEAD = "other_head"
    CHANGED = "changed"
    ADDED = "added"
    DELETED = "deleted"
    NUMBERS = "numbers"


class Head(Struct, frozen=True):
    """The last row of the journal, as it was once: its number and its hash."""

    seq: int
    hash: str = GENESIS


class Misfit(Struct, frozen=True):
    """The first row that does not fit: a journal row (``seq``), or what an entity of the journal has in the ledger.

    ``rows``: of the ledger, as they are now. ``fields``: what of them is known to differ: in the journal, in the
    ledger.
    """

    what: What
    seq: int | None = None
    entity: str = ""
    uid: str = ""
    rows: tuple[Mapping[str, Any], ...] = ()
    fields: Mapping[str, tuple[object, object]] = {}
