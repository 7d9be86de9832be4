"""Who writes next: a payment waits for the page that a sync is writing, and for no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage import turns
from rentease_desk.storage.turns import WriteTurns


class Stage:
    """Writers in threads of their own, who tell in which order they came."""

    def __init__(self) -> None:
        self.turns, self.order = WriteTurns(), list[str]()
        self._threads: list[threading.Thread] = []

    def send(self, name: str, *, patient: bool, then: Callable[[], None] = lambda: None) -> None:
        def write() -> None:
            with self.turns.turn(patient=patient):
                self.order.append(name)
                then()

        thread = threading.Thread(target=write, name=name)
        thread.start()
        self._threads.append(thread)

    def wait_for(self, hurried: int) -> None:
        """Until so many stand in line who let nobody go first."""
        until = time.monotonic() + 10
        with self.turns._free:
            while self.turns._hurried < hurried:
                assert time.monotonic() < until
                self.turns._free.wait(0.01)

    def end(self) -> None:
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()


def test_a_payment_goes_before_the_next_page() -> None:
    stage, written, begun = Stage(), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert written.wait(10)

    stage.send("page 1", patient=True, then=hold)
    assert begun.wait(10)
    stage.send("page 2", patient=True)
    stage.send("payment", patient=False)
    stage.wait_for(1)
    written.set()
    stage.end()
    assert stage.order == ["page 1", "payment", "page 2"]


def test_who_gets_no_turn_is_told_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUSY_SECONDS", 0.05)
    stage = Stage()
    with stage.turns.turn(patient=True), pytest.raises(DatabaseError) as caught, stage.turns.turn(patient=False):
        pass
    assert caught.value.code == "database.locked"
    stage.send("page", patient=True)
    stage.end()
    assert stage.order == ["page"]


def test_a_write_that_fails_gives_its_turn_back() -> None:
    stage = Stage()
    with pytest.raises(ZeroDivisionError), stage.turns.turn(patient=False):
        raise ZeroDivisionError
    stage.send("next", patient=False)
    stage.end()
    assert stage.order == ["next"]
