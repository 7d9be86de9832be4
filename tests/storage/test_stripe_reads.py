"""The count of requests: added up over runs, desks and days, for each account by itself."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.database import Database
from rentease_desk.storage.stripe_reads import add_reads, reads_since

OURS = Identity("acct_1", livemode=True)
OTHERS = [Identity("acct_1", livemode=False), Identity("acct_2", livemode=True)]
FIRST, SECOND, THIRD = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)


def _add(db: Database, identity: Identity, counted: dict[date, int]) -> None:
    with db.writing(Operator("Stripe", "Desk 1")) as unit:
        add_reads(unit, identity, counted)


def _since(db: Database, first: date, identity: Identity = OURS) -> int:
    with db.reading() as connection:
        return reads_since(connection, identity, first)


def test_what_is_added_adds_up(db: Database) -> None:
    assert _since(db, FIRST) == 0
    _add(db, OURS, {SECOND: 5, FIRST: 1})
    _add(db, OURS, {SECOND: 7, THIRD: 100})
    assert [_since(db, day) for day in (FIRST, SECOND, THIRD)] == [113, 112, 100]


@pytest.mark.parametrize("other", OTHERS)
def test_accounts_are_counted_apart(db: Database, other: Identity) -> None:
    _add(db, OURS, {FIRST: 3})
    _add(db, other, {FIRST: 4})
    assert (_since(db, FIRST), _since(db, FIRST, other)) == (3, 4)


def test_desks_that_write_at_once_lose_nothing(db: Database) -> None:
    def work() -> None:
        for _ in range(10):
            _add(db, OURS, {FIRST: 1, SECOND: 2})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (_since(db, FIRST), _since(db, SECOND)) == (120, 80)
