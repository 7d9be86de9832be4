"""Pictures of intents and charges as rows, and rows as pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Connection, Table, not_, select

from rentease_desk.domain.stripe_objects import Identity, Page, StripeCharge, StripeIntent
from rentease_desk.storage.among import among
from rentease_desk.storage.observed import Pictures, Values, Written, asked, mine, write_observed
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_payment_intents

T = TypeVar("T", bound=StripeIntent | StripeCharge)


class Kind(Generic[T]):
    """How one kind of object stands in its table: a column for each field, the metadata as canonical JSON."""

    def __init__(self, struct: type[T], table: Table, listed: str, keep: Collection[str] = ()) -> None:
        """``listed``: where pages hold them."""
        self.table, self.keep = table, keep
        self._made: Callable[..., T] = struct
        self.names: tuple[str, ...] = struct.__struct_fields__[1:]
        self._values = attrgetter(*self.names[:-1])
        self._listed = attrgetter(listed)

    def of(self, page: Page) -> Iterable[T]:
        """Those of a page."""
        found: Iterable[T] = self._listed(page)
        return found

    def row(self, one: T) -> Values:
        """The values of ``names``."""
        told = one.metadata
        text = orjson.dumps(dict(told), option=orjson.OPT_SORT_KEYS).decode() if told else "{}"
        return (*self._values(one), text)

    def read(self, key: str, values: Sequence[Any]) -> T:
        """The picture that such a row holds."""
        text = values[-1]
        return self._made(key, *values[:-1], {} if text == "{}" else orjson.loads(text))


INTENTS = Kind(StripeIntent, stripe_payment_intents, "intents")
CHARGES = Kind(StripeCharge, stripe_charges, "charges", ("captured_at",))


class Shown(Generic[T]):
    """The newest picture of each object of a kind on some pages, and what became of its row."""

    def __init__(self, kind: Kind[T], pages: Iterable[Page] = ()) -> None:
        self.newest: dict[str, T] = {}
        self._rows: dict[str, Values] = {}
        self._kind = kind
        self._pictures = Pictures(kind.names, kind.keep)
        self._written = Written()
        for page in pages:
            for one in kind.of(page):
                self._add(page.observed_at, one)

    @property
    def fresh(self) -> set[str]:
        """The ids of those that are new here or have changed."""
        return self._written.new | self._written.changed

    def write(self, connection: Connection, identity: Identity) -> None:
        """Write them, but for those of which something newer stands here."""
        self._written = write_observed(connection, self._kind.table, identity, self._pictures)

    def _add(self, observed_at: int, one: T) -> None:
        row, pictures = self._kind.row(one), self._pictures
        pictures.add(observed_at, one.id, row)
        if pictures.observed_at[one.id] == observed_at:
            self.newest[one.id], self._rows[one.id] = one, row

    def standing(self, ids: Iterable[str]) -> dict[str, T]:
        """Of those that were shown among these ids: what stands here now."""
        rows = self._written.standing
        return {
            key: self.newest[key] if rows[key] is self._rows[key] else self._kind.read(key, rows[key])
            for key in ids
            if key in rows
        }


def _select(kind: Kind[Any], *conditions: Any) -> Any:
    columns = kind.table.c
    return select(columns.id, *(columns[name] for name in kind.names)).where(mine(kind.table), *conditions)


_INTENTS = _select(INTENTS, among(stripe_payment_intents.c.id, "ids"))
_CHARGES = _select(CHARGES, among(stripe_charges.c.id, "ids"))
_OTHERS = _select(
    CHARGES,
    among(stripe_charges.c.payment_intent_id, "ids"),
    not_(among(stripe_charges.c.id, "here")),
)
"""Statements are made once: they are asked with every page."""


def stored_intents(connection: Connection, identity: Identity, ids: Collection[str]) -> dict[str, StripeIntent]:
    """The intents as they were last shown."""
    rows = connection.execute(_INTENTS, asked(identity, ids)).all()
    return {row[0]: INTENTS.read(row[0], row[1:]) for row in rows}


def other_charges(
    connection: Connection, identity: Identity, payment_ids: Collection[str], here: Mapping[str, object]
) -> list[StripeCharge]:
    """The stored charges of payments, but for those that are ``here`` (by id)."""
    given = {**asked(identity, payment_ids), "here": list(here)}
    rows = connection.execute(_OTHERS, given).all()
    lone = [key for key in payment_ids if not key.startswith("pi_") and key not in here]
    if lone:  # payments of the old kind are their own charge; of "one or the other" no database uses both indexes
        rows = [*rows, *connection.execute(_CHARGES, asked(identity, lone)).all()]
    return [CHARGES.read(row[0], row[1:]) for row in rows]
