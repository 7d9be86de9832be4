"""Whatever is changed in the ledger or in the journal by hand is found, and named."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, text

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.settings import Property
from rentease_desk.domain.verification import Head, Misfit, What
from rentease_desk.practice.property import entries
from rentease_desk.practice.sample import build_sample
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.imports import ImportService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage import opening
from rentease_desk.storage.database import Database
from rentease_desk.storage.journal import read_head, read_rows
from rentease_desk.storage.proofs import PROVEN
from rentease_desk.storage.tables import payments as payment_rows
from rentease_desk.storage.verifying import count_rows, first_misfit
from tests.conftest import NOON
from tests.services.conftest import draft
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import ENGINES, PostgresqlMaker, SqliteMaker, as_admin
from tests.tools.syncing import SyncDesk
from tests.tools.tampering import Flip, flips, tampering
from tests.tools.whole_ledger import fill


@pytest.fixture
def soren(bookings: BookingService) -> Booking:
    return bookings.add(draft()).value


def is_named(flip: Flip, found: Misfit | None) -> bool:
    """Whether what was found is what was changed."""
    if found is None:
        return False
    if flip.entity == "journal":
        return found.what is What.CHAIN and str(found.seq) in flip.names
    if flip.entity == "journal_head":
        return found.what in {What.HEAD, What.TAIL}
    return found.entity == flip.entity and found.uid in flip.names


def check_flips(at: SyncDesk, count: int) -> None:
    """Each of so many changes is found and named; every table is among them."""
    fill(at)
    with tampering(at.desk.db) as connection:
        for proven in PROVEN.values():
            assert connection.scalar(select(func.count()).select_from(proven.table)), proven.entity
        assert first_misfit(connection) is None
        missed = [
            (flip, found)
            for flip in flips(connection, Random(20261105), count)
            if not is_named(flip, found := first_misfit(connection))
        ]
        assert missed == []
        assert first_misfit(connection) is None


def test_a_changed_value_is_found_and_named(at: SyncDesk) -> None:
    check_flips(at, 50)


@pytest.mark.long
@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_hundred_of_two_hundred_are_found(at: SyncDesk) -> None:
    check_flips(at, 200)


def found_after(db: Database, *statements: str, known: Head | None = None) -> Misfit | None:
    """What is found after somebody has run these; they are taken back."""
    with tampering(db) as connection:
        for statement in statements:
            connection.execute(text(statement))
        return first_misfit(connection, known)


def told(found: Misfit | None) -> tuple[object, ...]:
    assert found is not None
    return (found.what, found.seq, found.entity, found.uid)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_rows_that_come_and_go_are_found_and_named(desk: Desk, soren: Booking, payments: PaymentService) -> None:
    for number in range(3):
        payments.take(PaymentDraft(f"cash-{number}", soren.pk, "cash", Money(1_000 + number, "eur"), note="a note"))
    with desk.db.reading() as connection:
        seq, _ = read_head(connection)
    copy = ", ".join(column.name for column in payment_rows.columns if column.name not in {"pk", "uid"})
    cases = {
        "UPDATE payments SET amount = 9 WHERE uid = 'cash-1'": (What.CHANGED, seq - 1, "payment", "cash-1"),
        "UPDATE payments SET note = 'b note' WHERE uid = 'cash-0'": (What.CHANGED, seq - 2, "payment", "cash-0"),
        "DELETE FROM payments WHERE uid = 'cash-1'": (What.DELETED, seq - 1, "payment", "cash-1"),
        f"INSERT INTO payments (uid, {copy}) SELECT 'cash-x', {copy} FROM payments WHERE uid = 'cash-1'": (
            What.ADDED, None, "payment", "cash-x",
        ),
        "UPDATE journal SET actor = 'Nobody' WHERE seq = 3": (What.CHAIN, 3, "", ""),
        "DELETE FROM journal WHERE seq = 3": (What.CHAIN, 3, "", ""),
        f"DELETE FROM journal WHERE seq = {seq}": (What.TAIL, seq, "", ""),
        "DELETE FROM journal_head": (What.HEAD, seq, "", ""),
    }  # fmt: skip
    for statement, wanted in cases.items():
        assert told(found_after(desk.db, statement)) == wanted, statement
    assert found_after(desk.db) is None


def test_what_differs_is_told_where_the_journal_holds_it(desk: Desk, soren: Booking, payments: PaymentService) -> None:
    payments.take(PaymentDraft("cash", soren.pk, "cash", Money(1_000, "eur"), note="a note"))
    changed = "UPDATE payments SET amount = 900, business_date = '2026-11-04', note = 'another' WHERE uid = 'cash'"
    found = found_after(desk.db, changed)
    assert found is not None
    assert found.fields == {
        "amount": (1_000, 900),
        "business_date": ("2026-11-05", "2026-11-04"),
        "note": (None, None),
    }


def test_a_tail_that_was_removed_without_a_trace_is_found_by_a_head_of_before(desk: Desk, soren: Booking) -> None:
    with desk.db.reading() as connection:
        before = Head(*read_head(connection))
    cut = (
        "DELETE FROM charge_lines",
        f"DELETE FROM journal WHERE seq = {before.seq}",
        "UPDATE journal_head SET (seq, hash) = (SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1)",
    )
    assert found_after(desk.db, *cut) is None, "the journal alone cannot know"
    assert told(found_after(desk.db, *cut, known=before)) == (What.TAIL, before.seq, "", "")
    other = Head(before.seq, "0" * 64)
    assert told(found_after(desk.db, known=other)) == (What.OTHER_HEAD, before.seq, "", "")
    assert found_after(desk.db, known=before) is None


def test_the_walk_tells_how_far_it_is_and_can_be_ended(desk: Desk, soren: Booking) -> None:
    steps: list[int] = []
    with desk.db.reading() as connection:
        assert first_misfit(connection, step=steps.append) is None
        assert sum(steps) == count_rows(connection)


def test_the_same_seed_gives_the_same_head(
    sqlite_maker: SqliteMaker, postgresql_maker: PostgresqlMaker, tmp_path: Path
) -> None:
    places = [sqlite_maker.copy(tmp_path / f"{name}.sqlite3") for name in ("one", "two")]
    heads = [head_of_sample(7, address) for address in (*places, postgresql_maker.copy())]
    assert heads[0] == heads[1] == heads[2]
    assert heads[0] != head_of_sample(8, sqlite_maker.copy(tmp_path / "three.sqlite3"))


def head_of_sample(seed: int, address: str) -> tuple[int, str]:
    """The head of the journal in which the beginning of a practice property stands."""
    db = opening.open_database(address, SetClock(NOON), CountedIds())
    desk = Desk(db, SetClock(NOON), CountedIds(), Operator("Elena", "Desk 1"), ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(zone="Europe/Rome"))
    sample = build_sample(seed, NOON)
    ImportService(desk).load(islice(entries(sample), 15), {room.name: room.kind for room in sample.rooms})
    with db.reading() as connection:
        head = read_head(connection)
        assert first_misfit(connection) is None
    db.close()
    return head


def test_what_an_older_program_wrote_is_proven_by_the_migration(desk: Desk, soren: Booking) -> None:
    address = as_admin(desk.db.url.render_as_string(hide_password=False))
    opening.downgrade(address, "0022")
    with tampering(desk.db) as connection:
        connection.execute(text("UPDATE rooms SET kind = 'double'"))
        connection.commit()
    opening.upgrade(address)
    with desk.db.reading() as connection:
        assert first_misfit(connection) is None
        *_, last = read_rows(connection)
    assert (last.entry.action, last.entry.entity) == ("seal", "room")
