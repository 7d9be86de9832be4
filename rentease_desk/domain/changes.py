"""What a write changed. Every write returns one; views refresh from nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Changes:
    """Primary keys of the rows that changed, by kind; ``settings`` and ``syncs`` are told without keys."""

    bookings: frozenset[int] = _NONE
    payments: frozenset[int] = _NONE
    refunds: frozenset[int] = _NONE
    settings: bool = False
    syncs: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(**{item.name: getattr(self, item.name) | getattr(other, item.name) for item in fields(self)})

    def __bool__(self) -> bool:
        return any(getattr(self, item.name) for item in fields(self))


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts, and at which desk: both stand in every financial row and journal row."""

    actor: str
    desk: str
