"""How a practice account begins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an account holds at first."""

    EMPTY = "empty"
    SAMPLE = "sample"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """How an account begins. ``now`` in UTC seconds; ``frozen``: time stands still; ``count``: payments of BULK."""

    name: str
    kind: Kind
    seed: int
    now: int
    zone: str = "Europe/Rome"
    frozen: bool = False
    count: int = 0
    livemode: bool = False


@dataclass(frozen=True, slots=True)
class Beginning:
    """What everything that is in an account before its first operation follows from."""

    seed: int
    now: int
    zone: str
    kind: Kind
    count: int
