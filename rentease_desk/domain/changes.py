"""What a write changed. Every write returns one; views refresh from nothing else."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec import Struct

_NONE: frozenset[int] = frozenset()


class Changes(Struct, frozen=True):
    """Primary keys of the rows that changed, by kind; ``settings``, ``syncs``, ``billing`` (payouts, subscriptions,
    invoices, customers), ``follow_ups`` (with disputes), ``blocks`` (of rooms), ``filters`` (saved ones), ``staff``,
    ``drawers``, ``days`` (closed or reopened), ``exports`` (that are written by themselves), ``backups`` and
    ``asked`` (what was asked of another desk's sync, and how far a run is) are told without keys.
    """

    bookings: frozenset[int] = _NONE
    payments: frozenset[int] = _NONE
    refunds: frozenset[int] = _NONE
    settings: bool = False
    syncs: bool = False
    billing: bool = False
    follow_ups: bool = False
    blocks: bool = False
    filters: bool = False
    staff: bool = False
    drawers: bool = False
    days: bool = False
    exports: bool = False
    backups: bool = False
    asked: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(**{name: getattr(self, name) | getattr(other, name) for name in self.__struct_fields__})

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)


NOTHING = Changes()


class _Every(frozenset[int]):
    """Every key there is."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, _key: object) -> bool:
        return True

    def __and__(self, keys: AbstractSet[object]) -> frozenset[int]:
        return frozenset(key for key in keys if isinstance(key, int))


EVERYTHING = Changes(
    _Every(),
    _Every(),
    _Every(),
    *(True for name in Changes.__struct_fields__ if isinstance(getattr(Changes(), name), bool)),
)
"""Nobody has looked for a while: any row may be another one."""


class Operator(Struct, frozen=True):
    """Who acts, and at which desk: both stand in every financial row and journal row."""

    actor: str
    desk: str
