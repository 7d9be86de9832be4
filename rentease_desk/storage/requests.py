"""Requests to Stripe as rows: each step is written before it is taken, and journalled.

A request stands beside the row that it is about (its owner), which holds its uid, its amount, and whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Column, Connection, Select, Table, insert, select, update

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.requests import UNSETTLED, RequestState, StripeRequest
from rentease_desk.storage.database import Unit

_OPEN = [state.value for state in UNSETTLED]
_FREE: dict[str, Any] = {"holder": None, "held_until": None}

_WHOSE, _BESIDE, _CODE = "@whose", "@beside", "@code"
"""No parameter has such a name; a program that knows none of them fills in its sentences all the same."""


class Requests(Struct, frozen=True):
    """The requests of one kind. ``entity``: the journal's word for them. ``table`` has ``request_columns``.

    Whoever writes has locked what the owners belong to.
    """

    table: Table
    owner: Table
    entity: str

    @property
    def key(self) -> Column[Any]:
        """Names the owner's row."""
        return next(iter(self.table.primary_key.columns))

    def plan(self, unit: Unit, pk: int, uid: str, key: str, **about: object) -> None:
        """Plan a request; ``key`` makes it happen once, however often it is sent. ``about``: its further columns."""
        row = {self.key.name: pk, "idempotency_key": key, "state": RequestState.PLANNED.value, "attempts": 0,
               "spent": False, **about}  # fmt: skip
        unit.connection.execute(insert(self.table).values(row))
        told = {name.removesuffix("_id"): value for name, value in about.items()}
        unit.record("plan", self.entity, uid, None, {"key": key, **told})

    def unsettled(self, connection: Connection) -> list[str]:
        """The uids of those of which nobody can tell yet what became of them, oldest first."""
        query = select(self.owner.c.uid).join(self.table, self.key == self.owner.c.pk)
        return list(connection.scalars(query.where(self.table.c.state.in_(_OPEN)).order_by(self.owner.c.pk)))

    def trouble_of(self, connection: Connection, uid: str) -> KnownError | None:
        """Why it was refused, or why nobody can tell yet."""
        row = connection.execute(self._of(uid, self.table.c.error_code, self.table.c.error)).one_or_none()
        return None if row is None else trouble_from(row.error_code, row.error)

    def holder_of(self, connection: Connection, uid: str) -> tuple[str, int] | None:
        """Which process works on it, and until when at most (UTC seconds by this computer's clock)."""
        row = connection.execute(self._of(uid, self.table.c.holder, self.table.c.held_until)).one_or_none()
        return None if row is None or row.holder is None else (row.holder, row.held_until)

    def hold(self, unit: Unit, request: StripeRequest, holder: str, until: int) -> None:
        """Let nobody else work on it until then (UTC seconds)."""
        self._change(unit, request, holder=holder, held_until=until)

    def keep_planned(self, unit: Unit, request: StripeRequest) -> None:
        """It was not sent, and will be later."""
        self._change(unit, request, **_FREE)

    def mark_sent(self, unit: Unit, request: StripeRequest, now: int, **about: object) -> None:
        """It is about to be sent, ``now`` by Stripe's clock; from here on a crash leaves the outcome unknown."""
        first = now if request.first_sent_at is None else request.first_sent_at
        told: dict[str, Any] = {"state": RequestState.SENT.value, "attempts": request.attempts + 1}
        self._record(unit, request, "send", told)
        self._change(unit, request, first_sent_at=first, last_sent_at=now, **told, **about)

    def mark_unknown(self, unit: Unit, request: StripeRequest, trouble: KnownError, *, spent: bool) -> None:
        """Nobody can tell what became of it."""
        told = {"state": RequestState.UNKNOWN.value, "error": params_of(trouble)}
        self._record(unit, request, "await", told)
        self._change(unit, request, error_code=trouble.code, spent=spent or request.spent, **told, **_FREE)

    def mark_refused(self, unit: Unit, request: StripeRequest, trouble: KnownError) -> None:
        """Stripe has not done it, and never will."""
        told = {"state": RequestState.REFUSED.value, "error": params_of(trouble)}
        self._record(unit, request, "refuse", told)
        self._change(unit, request, error_code=trouble.code, **told, **_FREE)

    def mark_done(self, unit: Unit, uids: Mapping[int, str]) -> None:
        """Stripe has done what these owners (uid by key) asked for: whatever was not settled of it is."""
        table, done = self.table, RequestState.DONE.value
        open_ = select(self.key).where(self.key.in_(uids), table.c.state != done)
        for pk in list(unit.connection.scalars(open_)):
            unit.record("settle", self.entity, uids[pk], None, {"state": done})
            settled = update(table).where(self.key == pk)
            unit.connection.execute(settled.values(state=done, error_code=None, error=None, **_FREE))

    def _of(self, uid: str, *columns: Column[Any]) -> Select[*tuple[Any, ...]]:
        return select(*columns).join(self.owner, self.owner.c.pk == self.key).where(self.owner.c.uid == uid)

    def _change(self, unit: Unit, request: StripeRequest, **values: object) -> None:
        pk = select(self.owner.c.pk).where(self.owner.c.uid == request.uid).scalar_subquery()
        unit.connection.execute(update(self.table).where(self.key == pk).values(values))

    def _record(self, unit: Unit, request: StripeRequest, action: str, after: Mapping[str, object]) -> None:
        before: dict[str, object] = {"state": request.state.value, "attempts": request.attempts}
        unit.record(action, self.entity, request.uid, before, after)


def request_fields(row: Any) -> dict[str, Any]:
    """The fields that all requests share, from a row of a request and its owner's ``uid``, ``amount``, …"""
    return {
        "uid": row.uid,
        "account": row.stripe_account,
        "livemode": row.livemode,
        "key": row.idempotency_key,
        "amount": row.amount,
        "currency": row.currency,
        "state": RequestState(row.state),
        "attempts": row.attempts,
        "planned_at": row.created_at,
        "first_sent_at": row.first_sent_at,
        "last_sent_at": row.last_sent_at,
        "spent": row.spent,
    }


def trouble_from(code: str | None, params: str | None) -> KnownError | None:
    """The known error that was kept, if there is one."""
    return None if code is None else _made_again(code, json.loads(params or "{}"))


def params_of(trouble: KnownError) -> str:
    """The parameters of a known error, to make it again (``trouble_from``), with whose it is and what was beside it."""
    return json.dumps(_kept(trouble), ensure_ascii=False)


def _kept(trouble: KnownError) -> dict[str, Any]:
    kept: dict[str, Any] = {name: str(value) for name, value in trouble.params.items()}
    kept |= {_WHOSE: trouble.whose} if trouble.whose else {}
    beside = [_kept(one) | {_CODE: one.code} for one in trouble.beside]
    return kept | ({_BESIDE: beside} if beside else {})


def _made_again(code: str, kept: dict[str, Any]) -> KnownError:
    whose, beside = kept.pop(_WHOSE, ""), kept.pop(_BESIDE, ())
    error = KnownError(code, **kept)
    error.whose, error.beside = whose, tuple(_made_again(one.pop(_CODE), one) for one in beside)
    return error
