"""What is written at another desk is told here by itself: by notification, by polling behind a pooler, by the file."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, make_url

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.settings import Property
from rentease_desk.domain.sync import RunOutcome, Summary, Trigger
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.live import LiveNews
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.database import Database
from rentease_desk.storage.journal import read_head
from rentease_desk.storage.migrations import MOVED, REVISIONS, VERSION_TABLE
from rentease_desk.storage.news import RECENT_LETTERS, NewsBy, Told, payload, recent_news, told_by, told_in_full
from rentease_desk.storage.opening import downgrade, open_database
from rentease_desk.storage.privileges import OWNER
from rentease_desk.storage.sync_state import begin_run, end_run
from tests.services.conftest import draft
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import PostgresqlMaker, as_admin, as_role
from tests.tools.pgbouncer import PROGRAM, pgbouncer

PATIENCE = 30
"""Seconds after which a test gives up; news take a part of one."""


class Listener:
    """A desk that listens: what it was told, and how it hears."""

    def __init__(self, address: str, clock: SetClock) -> None:
        db = open_database(address, clock, RandomIds())
        self.desk = Desk(db, clock, RandomIds(), Operator("Paolo", "Desk 2"), ChangeFeed())
        self.live = LiveNews(self.desk, OtherDesks(self.desk))
        self._told: queue.Queue[Changes] = queue.Queue()
        self._lost: queue.Queue[KnownError] = queue.Queue()
        self.desk.feed.subscribe(self._told.put)
        self.live.lost = self._lost.put

    def next(self) -> Changes:
        return self._told.get(timeout=PATIENCE)

    def lost(self) -> str:
        """Why it hears no more."""
        return self._lost.get(timeout=PATIENCE).code

    @property
    def is_silent(self) -> bool:
        return self._told.empty()

    def hears(self) -> NewsBy:
        """How, as soon as it does."""
        pause = threading.Event()
        for _ in range(PATIENCE * 50):
            if self.live.by is not None:
                return self.live.by
            pause.wait(0.02)
        raise AssertionError("it does not hear")


@contextmanager
def listening(address: str, clock: SetClock) -> Iterator[Listener]:
    one = Listener(address, clock)
    one.live.start()
    try:
        yield one
    finally:
        one.live.stop()
        one.desk.db.close()
        assert "desk-news" not in {thread.name for thread in threading.enumerate()}


@pytest.fixture
def soren(desk: Desk) -> Booking:
    return BookingService(desk).add(draft()).value


def cash(uid: str, booking: Booking, minor: int = 500) -> PaymentDraft:
    return PaymentDraft(uid, booking.pk, "cash", Money(minor, "eur"))


def test_what_one_desk_writes_the_other_is_told(desk: Desk, address: str, clock: SetClock, soren: Booking) -> None:
    with listening(address, clock) as other:
        assert other.hears() is (NewsBy.FILE if address.startswith("sqlite") else NewsBy.NOTIFICATION)
        taken = PaymentService(desk).take(cash("one", soren)).value
        assert other.next() == Changes(payments=frozenset({taken.pk}), bookings=frozenset({soren.pk}))
        assert other.is_silent


def test_its_own_writes_are_told_once(desk: Desk, address: str, clock: SetClock, soren: Booking) -> None:
    with listening(address, clock) as other:
        other.hears()
        PaymentService(other.desk).take(cash("own", soren))
        assert other.next().payments
        SettingsService(desk).set({"sync_minutes": "30"})
        assert other.next() == Changes(settings=True)


def test_a_run_of_the_sync_is_told_though_it_writes_no_journal(desk: Desk, address: str, clock: SetClock) -> None:
    with listening(address, clock) as other:
        other.hears()
        with desk.writing() as unit:
            run = begin_run(unit, "run", Trigger.TIMER)
            unit.changes |= Changes(syncs=True)
        assert other.next() == Changes(syncs=True)
        with desk.writing() as unit:
            end_run(unit, run, RunOutcome.DONE, Summary(), None)
            unit.changes |= Changes(syncs=True)
        assert other.next() == Changes(syncs=True)


def test_a_transaction_that_is_taken_back_tells_nothing(
    desk: Desk, address: str, clock: SetClock, soren: Booking
) -> None:
    with listening(address, clock) as other:
        other.hears()
        with desk.trying() as unit:
            unit.record("edit", "booking", soren.uid, None, {"room": "1"})
            unit.finish("nobody")
        SettingsService(desk).set({"sync_minutes": "30"})
        assert other.next() == Changes(settings=True)


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_connection_that_is_cut_is_made_again_and_nothing_is_missed(
    desk: Desk, address: str, clock: SetClock, soren: Booking
) -> None:
    with listening(address, clock) as other:
        other.hears()
        with psycopg.connect(make_url(address).set(drivername="postgresql").render_as_string(False)) as admin:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rentease-desk news'"
            assert admin.execute(cut + " AND datname = current_database()").fetchall() == [(True,)]
            taken = PaymentService(desk).take(cash("while away", soren)).value
        assert other.next().payments == {taken.pk}
        taken = PaymentService(desk).take(cash("and after", soren)).value
        assert other.next().payments == {taken.pk}
        assert other.hears() is NewsBy.NOTIFICATION


def test_a_notification_holds_nothing_of_a_person(
    desk: Desk, postgresql_maker: PostgresqlMaker, address: str, soren: Booking
) -> None:
    if address.startswith("sqlite"):
        return
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as heard:
        heard.execute("LISTEN rentease_desk")
        BookingService(desk).edit(soren.pk, soren.version, draft(room="207"))
        (told,) = heard.notifies(timeout=PATIENCE, stop_after=1)
    seq, origin, first, rows = told.payload.split(" ")
    assert 0 < int(first) <= int(seq)
    assert len(origin) == 8
    assert int(origin, 16) >= 0
    assert json.loads(rows) == {"bookings": [soren.pk]}


@contextmanager
def noted() -> Iterator[set[str]]:
    """The names of the threads that ask the database within the block."""
    asking: set[str] = set()

    def note(*_: object) -> None:
        asking.add(threading.current_thread().name)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asking
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_what_a_notification_tells_is_not_asked_for(
    desk: Desk, postgresql_maker: PostgresqlMaker, address: str, clock: SetClock, soren: Booking
) -> None:
    """All desks hear of each write at once: what they ask, the database is asked as often."""
    if address.startswith("sqlite"):
        return
    with listening(address, clock) as other:
        other.hears()
        with noted() as asking:
            taken = PaymentService(desk).take(cash("one", soren)).value
            assert other.next() == Changes(payments=frozenset({taken.pk}), bookings=frozenset({soren.pk}))
    assert asking
    assert "desk-news" not in asking


def test_what_does_not_follow_on_what_is_known_is_asked_for(desk: Desk, soren: Booking) -> None:
    other = Desk(desk.db, desk.clock, desk.ids, Operator("Paolo", "Desk 2"), ChangeFeed())
    told: list[Changes] = []
    other.feed.subscribe(told.append)
    others = OtherDesks(other)
    others.look()
    taken = PaymentService(desk).take(cash("one", soren)).value
    payment = Changes(payments=frozenset({taken.pk}), bookings=frozenset({soren.pk}))
    written = journal_seq(desk)
    assert others.hear([Told(written + 1, written + 1, Changes(staff=True))])
    assert told == [payment]
    assert not others.hear([Told(written, written, Changes(staff=True))])
    assert others.hear([Told(written + 1, written + 1, Changes(staff=True)), Told(0, 0, Changes(syncs=True))])
    assert told[1:] == [Changes(staff=True, syncs=True)]


def journal_seq(desk: Desk) -> int:
    with desk.db.reading() as connection:
        return read_head(connection)[0]


def test_a_notification_of_many_rows_leaves_it_to_be_asked() -> None:
    few, many = Changes(bookings=frozenset({7}), days=True), Changes(payments=frozenset(range(2000)))
    assert told_by(payload(range(3, 5), "theirs", few), "ours") == Told(3, 4, few)
    assert told_by(payload(range(3, 5), "ours", few), "ours") == Told(3, 4, Changes())
    assert told_by(payload(range(3, 5), "theirs", many), "ours") == Told()
    assert told_in_full(few, ["booking", "day", "room"]) == few
    assert told_in_full(few, ["booking", "day", "payment"]) == Changes()
    assert told_by('4 theirs 3 {"weather":true}', "ours") == Told(3, 4, None)


def test_what_stands_beside_the_head_is_told_in_its_order_or_asked_for() -> None:
    one, two, many = (Changes(bookings=frozenset(keys)) for keys in ({1}, {2}, range(2000)))
    written = [payload(range(5, 7), "theirs", one), payload(range(7, 8), "ours", two)]
    recent = "".join(f"{text}\n" for text in reversed(written))
    told = (Told(5, 6, one), Told(7, 7, Changes()))
    assert recent_news(recent, "ours", 4, 7) == told
    assert recent_news(recent + '4 theirs 4 {"book', "ours", 4, 7) == told
    assert recent_news(recent, "ours", 6, 7) == told[1:]
    assert recent_news(recent, "ours", 7, 7) == ()
    assert recent_news(f"{payload(range(8, 9), 'theirs', many)}\n{recent}", "ours", 4, 8) == (Told(),)
    assert recent_news("", "ours", 7, 8) == (Told(),)


def test_as_much_stands_beside_the_head_as_some_writes_tell(
    desk: Desk, address: str, clock: SetClock, soren: Booking
) -> None:
    if address.startswith("sqlite"):
        return
    for at in range(40):
        PaymentService(desk).take(cash(f"pay {at}", soren, 100 + at))
    with desk.db.reading() as connection:
        seq, recent = connection.exec_driver_sql("SELECT seq, told FROM journal_head, recent_news").one()
    assert len(recent) == RECENT_LETTERS
    told = recent_news(recent, "ours", 0, seq)
    assert 9 < len(told) < 40
    assert [one.first for one in told[1:]] == [one.last + 1 for one in told[:-1]]


def test_a_migration_is_told_to_a_desk_of_another_version(desk: Desk, address: str, clock: SetClock) -> None:
    owner = address if address.startswith("sqlite") else as_role(address, OWNER)
    with listening(address, clock) as other:
        other.hears()
        downgrade(owner, REVISIONS[-2])
        assert other.lost() == "database.newer"
        assert other.is_silent


@pytest.fixture
def served(postgresql_maker: PostgresqlMaker) -> str:
    return postgresql_maker.copy()


@pytest.fixture
def pooled(served: str, tmp_path: Path) -> Iterator[str]:
    with pgbouncer(served, tmp_path) as address:
        yield address


@pytest.mark.skipif(PROGRAM is None, reason="there is no pgbouncer here")
def test_behind_a_pooler_that_keeps_notifications_back_the_head_is_polled(
    served: str, pooled: str, clock: SetClock, ids: CountedIds, elena: Operator
) -> None:
    """More statements than the driver takes to prepare one: they would fail at another server."""
    db = open_database(pooled, clock, ids)
    desk = Desk(db, clock, ids, elena, ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(zone="Europe/Rome"))
    soren = BookingService(desk).add(draft()).value
    with listening(pooled, clock) as other:
        assert other.hears() is NewsBy.POLLING
        pays, theirs = PaymentService(desk), PaymentService(other.desk)
        with noted() as asking:
            for at in range(8):
                taken = (pays if at % 2 else theirs).take(cash(f"pay {at}", soren, 100 + at)).value
                if at % 2:
                    while taken.pk not in (told := other.next()).payments:
                        assert told.payments
        assert asking
        assert "desk-news" not in asking
        plain = make_url(as_admin(served)).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as admin:
            admin.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{MOVED}'".encode())
        assert other.lost() == "database.moved"
    db.close()


def test_while_nothing_is_written_there_is_nothing_to_look_at(db: Database) -> None:
    """Nobody reads the feed then. News of nothing would cost a reading each."""
    with closing(db.news()) as news:
        assert not news.wait(threading.Event())
        assert not news.wait(threading.Event())
