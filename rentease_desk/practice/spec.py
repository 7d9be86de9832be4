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
    """How an account begins. ``now`` in UTC seconds; ``frozen``: time stands still; ``count``: payments of BULK.

    ``platform``: the name of the account that it is connected to, whose keys open it with ``Stripe-Account``.
    """

    name: str
    kind: Kind
    seed: int
    now: int
    zone: str = "Europe/Rome"
    frozen: bool = False
    count: int = 0
    livemode: bool = False
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What everything that is in an account before its first operation follows from."""

    seed: int
    now: int
    zone: str
    kind: Kind
    count: int
