"""The door to worker threads."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.tasks import Lane, Tasks


class Gate:
    """Work that waits until it is let through, and says when it is there."""

    def __init__(self, result: object = None) -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        self.result = result

    def __call__(self) -> object:
        self.begun.set()
        assert self.open.wait(60)
        return self.result


@pytest.fixture
def owner() -> QObject:
    return QObject()


def test_results_come_back_into_the_gui_thread(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    threads: dict[str, threading.Thread] = {}
    results: list[int] = []

    def work() -> int:
        threads["work"] = threading.current_thread()
        return 5_000_000_000  # more than 32 bits

    def done(result: int) -> None:
        threads["done"] = threading.current_thread()
        results.append(result)

    tasks.run(Lane.READ, owner, work, done)
    assert tasks.busy
    qtbot.waitUntil(lambda: not tasks.busy)
    assert results == [5_000_000_000]
    assert threads["done"] is threading.main_thread()
    assert threads["work"] is not threading.main_thread()


def test_nothing_arrives_before_the_caller_has_returned(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    """Also where the work ends at once: the result waits for the event loop."""
    results: list[int] = []
    ended = threading.Event()

    def work() -> int:
        ended.set()
        return 1

    tasks.run(Lane.WRITE, owner, work, results.append)
    assert ended.wait(60)
    assert tasks.stop(60)
    assert results == []


@pytest.mark.parametrize("handled", [True, False])
def test_known_errors_go_to_who_asked_or_to_the_window(
    qtbot: QtBot, tasks: Tasks, owner: QObject, handled: bool
) -> None:
    own: list[KnownError] = []
    general: list[KnownError] = []
    tasks.known_error.connect(general.append)
    tasks.run(Lane.READ, owner, _locked, _never, own.append if handled else None)
    qtbot.waitUntil(lambda: not tasks.busy)
    assert [error.code for error in (own if handled else general)] == ["database.locked"]
    assert not (general if handled else own)


def test_a_bug_is_told_as_one(qtbot: QtBot, tasks: Tasks, owner: QObject, bugs: list[Exception]) -> None:
    errors: list[KnownError] = []
    tasks.run(Lane.READ, owner, lambda: 1 // 0, _never, errors.append)
    qtbot.waitUntil(lambda: bool(bugs))
    assert isinstance(bugs.pop(), ZeroDivisionError)
    assert not errors


def test_who_is_gone_gets_nothing(qtbot: QtBot, tasks: Tasks, bugs: list[Exception]) -> None:
    owner, gate = QObject(), Gate()
    tasks.run(Lane.READ, owner, gate, _never, _never)
    tasks.run(Lane.WRITE, owner, _locked, _never, _never)
    tasks.run(Lane.WRITE, owner, lambda: 1 // 0, _never)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    gate.open.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert isinstance(bugs.pop(), ZeroDivisionError)  # a bug is told all the same


def test_of_a_channel_the_latest_is_answered(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    answers: list[object] = []
    first, last = Gate("first"), Gate("last")
    tasks.run(Lane.READ, owner, first, answers.append, channel="search")
    assert first.begun.wait(60)
    for _ in range(5):
        tasks.run(Lane.READ, owner, lambda: "between", answers.append, channel="search")
    tasks.run(Lane.READ, owner, last, answers.append, channel="search")
    last.open.set()
    qtbot.waitUntil(lambda: answers == ["last"])
    first.open.set()
    tasks.run(Lane.READ, owner, lambda: "other", answers.append)
    qtbot.waitUntil(lambda: len(answers) > 1)
    assert answers == ["last", "other"]


def test_what_waits_in_vain_is_not_even_begun(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    begun: list[int] = []
    gate = Gate()
    tasks.run(Lane.WRITE, owner, gate, lambda _: None)
    for number in range(5):
        tasks.run(Lane.WRITE, owner, partial(begun.append, number), lambda _: None, channel="same")
    gate.open.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert begun == [4]


def test_channels_belong_to_their_owners(qtbot: QtBot, tasks: Tasks) -> None:
    owners = [QObject() for _ in range(3)]
    answers: set[int] = set()
    for number, one in enumerate(owners):
        tasks.run(Lane.READ, one, partial(int, number), answers.add, channel="folio")
        tasks.run(Lane.READ, one, partial(int, -number), answers.add, channel="rooms")
    qtbot.waitUntil(lambda: answers == {0, 1, 2, -1, -2})
    assert not tasks._latest


def test_writes_go_one_after_the_other_in_order(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    inside, order = threading.Semaphore(1), []

    def write(number: int) -> None:
        assert inside.acquire(blocking=False), "two at once"
        order.append(number)
        inside.release()

    for number in range(50):
        tasks.run(Lane.WRITE, owner, partial(write, number), lambda _: None)
    qtbot.waitUntil(lambda: not tasks.busy)
    assert order == list(range(50))


def test_reads_go_side_by_side(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    gates = [Gate(), Gate(), Gate()]
    for gate in gates:
        tasks.run(Lane.READ, owner, gate, lambda _: None)
    assert all(gate.begun.wait(60) for gate in gates)
    for gate in gates:
        gate.open.set()
    qtbot.waitUntil(lambda: not tasks.busy)


def test_a_network_that_hangs_keeps_nobody_waiting(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    gates = [Gate() for _ in range(6)]
    answers: list[str] = []
    for gate in gates:
        tasks.run(Lane.NETWORK, owner, gate, lambda _: None)
    tasks.run(Lane.READ, owner, lambda: "read", answers.append)
    tasks.run(Lane.WRITE, owner, lambda: "written", answers.append)
    qtbot.waitUntil(lambda: set(answers) == {"read", "written"})
    assert tasks.busy
    for gate in gates:
        gate.open.set()
    qtbot.waitUntil(lambda: not tasks.busy)


def test_stop_waits_no_longer_than_told(tasks: Tasks, owner: QObject) -> None:
    gate = Gate()
    tasks.run(Lane.NETWORK, owner, gate, _never)
    assert gate.begun.wait(60)
    assert not tasks.stop(0.01)
    gate.open.set()
    assert tasks.stop(60)


def test_after_stop_nothing_is_begun(tasks: Tasks, owner: QObject) -> None:
    gate, begun = Gate(), []
    tasks.run(Lane.WRITE, owner, gate, _never)
    tasks.run(Lane.WRITE, owner, lambda: begun.append("waited"), _never)
    assert gate.begun.wait(60)
    stopping = threading.Timer(0.3, gate.open.set)
    stopping.start()
    assert tasks.stop(60)
    tasks.run(Lane.READ, owner, lambda: begun.append("late"), _never, channel="any")
    assert not tasks.busy
    assert begun == []


def _locked() -> None:
    raise KnownError("database.locked", seconds=5)


def _never(result: object) -> None:
    raise AssertionError(f"nobody waits for {result}")


@pytest.fixture
def places(qtbot: QtBot) -> tuple[QWidget, QWidget]:
    """A widget on the screen, and one that is not."""
    seen, unseen = QWidget(), QWidget()
    for widget in (seen, unseen):
        qtbot.addWidget(widget)
    seen.show()
    qtbot.waitExposed(seen)
    return seen, unseen


def test_what_is_on_the_screen_is_read_without_waiting_for_what_is_not(
    qtbot: QtBot, tasks: Tasks, places: tuple[QWidget, QWidget]
) -> None:
    seen, unseen = places
    gate, done = Gate(), list[str]()
    for _ in range(5):
        tasks.run(Lane.READ, unseen, gate, lambda _: done.append("unseen"))
    assert gate.begun.wait(60)
    for owner in (seen, QObject(seen)):
        tasks.run(Lane.READ, owner, lambda: None, lambda _: done.append("seen"))
    qtbot.waitUntil(lambda: done == ["seen", "seen"])
    gate.open.set()
    qtbot.waitUntil(lambda: done == ["seen", "seen", *["unseen"] * 5])


@pytest.mark.parametrize("lane", [Lane.READ, Lane.WRITE])
def test_what_is_not_on_the_screen_waits_for_what_somebody_waits_for(
    qtbot: QtBot, tasks: Tasks, places: tuple[QWidget, QWidget], lane: Lane
) -> None:
    seen, unseen = places
    gate, done, begun = Gate(), list[str](), threading.Event()
    tasks.run(lane, seen, gate, lambda _: done.append("seen"))
    tasks.run(Lane.READ, unseen, begun.set, lambda _: done.append("older"), channel="rows")
    tasks.run(Lane.READ, unseen, begun.set, lambda _: done.append("unseen"), channel="rows")
    tasks.run(Lane.NETWORK, seen, lambda: None, lambda _: done.append("network"))
    qtbot.waitUntil(lambda: done == ["network"])
    assert not begun.is_set()
    gate.open.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert done == ["network", "seen", "unseen"]
