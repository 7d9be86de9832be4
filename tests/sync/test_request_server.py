"""The thread that does what other desks ask for hears of it by the database's news, within a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.staff import SYSTEM
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.live import LiveNews
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.sync.request_server import RequestServer
from rentease_desk.services.sync.requests import Served, SyncRequestService
from rentease_desk.storage.opening import open_database
from tests.tools.asking import with_key, without_key
from tests.tools.databases import ENGINES
from tests.tools.stories import Happening
from tests.tools.syncing import ALL, SyncDesk

PATIENCE = 30


@contextmanager
def serving(at: SyncDesk, address: str) -> Iterator[None]:
    """Another process, as it were: with connections of its own, the news, and the thread."""
    cancel = threading.Event()
    with closing(open_database(address, at.desk.clock, RandomIds())) as db:
        desk = Desk(db, at.desk.clock, RandomIds(), Operator("Elena", "Desk 1"), ChangeFeed())
        requests = SyncRequestService(desk, SyncDesk(desk, at.account).service, lambda: True)
        live, server = LiveNews(desk, OtherDesks(desk)), RequestServer(desk, requests, cancel, settling=0)
        live.start()
        server.start()
        try:
            while live.by is None:
                assert not threading.Event().wait(0.01)
            yield
        finally:
            cancel.set()
            server.stop()
            live.stop()
            for thread in threading.enumerate():
                if thread.name == "desk-requests":
                    thread.join(PATIENCE)


def until(service: SyncRequestService, uid: str, *states: AskState) -> SyncRequest:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        if (one := service.get(uid)).state in states:
            return one
        pause.wait(0.02)
    raise AssertionError(one)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_what_is_asked_elsewhere_is_heard_and_done(at: SyncDesk, address: str) -> None:
    at.tick()
    at.account.advance(60)
    Happening(at.account).all("pay")
    front = without_key(at)
    with serving(at, address):
        one = front.ask(ALL).value
        done = until(front, one.uid, AskState.DONE, AskState.FAILED)
    assert done.run is not None
    assert (done.state, done.holder, done.run.summary.new) == (AskState.DONE, "Desk 1", 1)
    assert done.run.actor == "Paolo"


def test_what_was_asked_while_no_desk_ran_is_done_at_the_next_start(at: SyncDesk, address: str) -> None:
    at.tick()
    front = without_key(at)
    one = front.ask(ALL).value
    with serving(at, address):
        assert until(front, one.uid, AskState.DONE, AskState.FAILED).state is AskState.DONE


def test_a_thread_that_met_trouble_goes_on(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works for nobody in particular, and a key that is refused, or a fault, does not end it."""
    heard: list[str] = []
    troubles = [StripeError("stripe.wrong_key", key="rk_…"), ZeroDivisionError(), None]

    def serve(self: SyncRequestService, _cancel: threading.Event) -> Served:
        heard.append(self._desk.acting.actor)
        trouble = troubles.pop(0)
        if trouble is not None:
            raise trouble
        server.stop()
        return Served(())

    monkeypatch.setattr(SyncRequestService, "serve", serve)
    monkeypatch.setattr("rentease_desk.services.sync.request_server._TROUBLE_SECONDS", 0)
    service = with_key(at)
    server = RequestServer(service._desk, service, threading.Event(), settling=0)
    server.start()
    assert server._thread is not None
    server._thread.join(PATIENCE)
    assert heard == [SYSTEM] * 3
