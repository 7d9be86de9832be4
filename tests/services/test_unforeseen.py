"""An error that nobody foresaw goes into the log: it tells what happened, and of no guest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from rentease_desk.logs import redact
from rentease_desk.services.desk import Desk
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.tables import guests

_ROW: dict[str, object] = {
    "uid": "g-1",
    "salt": "pepper",
    "name": "Ada Verne",
    "name_key": None,
    "email": "ada@mail.example",
    "phone": "",
    "version": 1,
}


def _one_by_one(connection: Connection, rows: list[dict[str, object]]) -> None:
    connection.execute(insert(guests), rows)


def _together(connection: Connection, rows: list[dict[str, object]]) -> None:
    insert_many(connection, guests, rows)


@pytest.mark.parametrize("write", [_one_by_one, _together])
def test_it_tells_of_no_guest(desk: Desk, write: Callable[[Connection, list[dict[str, object]]], None]) -> None:
    rows = [_ROW | {"uid": f"g-{at}"} for at in range(12)]
    with pytest.raises(IntegrityError) as caught, desk.db.writing(desk.operator) as unit:
        write(unit.connection, rows)
    told = redact(str(caught.value))
    assert "name_key" in told
    assert not [word for word in ("pepper", "Ada", "ada@mail.example") if word in told]
