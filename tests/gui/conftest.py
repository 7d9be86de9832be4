"""The window of a desk with a few bookings; and guards: nothing waits on the GUI thread, nothing is left behind."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.config import resources_dir
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.surroundings import Surroundings
from rentease_desk.gui.tasks import Tasks
from rentease_desk.gui.theme import Appearance, Theme
from tests.tools.accounts import Account, Accounts
from tests.tools.databases import SqliteMaker
from tests.tools.gui import NOON, SETTINGS, DeskClock, Hotel, fill, in_worker, open_services, press
from tests.tools.gui_guards import Waits, nothing_left, settle
from tests.tools.gui_runs import NOOR, SOREN, end
from tests.tools.keyrings import MemoryKeyring, memory_keyring
from tests.tools.problems import Trouble

HERE = Path(__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """As in the program: Python's collector may destroy Qt objects in this thread only.

    pytest lets go of a test's fixtures at the very end; what is left then is never looked through again.
    """
    if HERE not in item.path.parents:
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        settle()
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def guards(qapp: QApplication) -> Iterator[None]:
    """Set up first, so that it looks last."""
    waits = Waits()
    with pytest.MonkeyPatch.context() as monkeypatch, nothing_left():
        waits.watch(monkeypatch)
        yield
    assert not waits.found, "\n".join(waits.found)


@pytest.fixture(autouse=True)
def secrets(guards: None) -> Iterator[MemoryKeyring]:
    """The keyring of this test."""
    with memory_keyring() as made:
        yield made


@pytest.fixture(scope="session")
def filled(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A database with the bookings of ``fill``, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "desk.sqlite3"
    address = sqlite_maker.copy(path)

    def make() -> dict[str, int]:
        services = open_services(address, DeskClock(NOON))
        pks = fill(services)
        services.close()
        return pks

    return path, in_worker(make)


@pytest.fixture
def hotel(filled: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Hotel]:
    path, pks = filled
    target = tmp_path / "desk.sqlite3"
    shutil.copyfile(path, target)
    address, clock = f"sqlite:///{target}", DeskClock(NOON)
    services = in_worker(lambda: open_services(address, clock))
    yield Hotel(services, clock, address, in_worker(services.settings.get), pks)
    services.close()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, resources_dir() / "icons")
    yield made
    made.deleteLater()


@pytest.fixture
def bugs() -> list[Exception]:
    """Exceptions that nobody expected; a test that expects some clears it."""
    return []


@pytest.fixture
def tasks(qapp: QApplication, bugs: list[Exception]) -> Iterator[Tasks]:
    made = Tasks()
    made.bug.connect(bugs.append)
    yield made
    ended = made.stop(5)
    made.deleteLater()
    assert ended, "work did not end"
    assert not bugs, bugs


@pytest.fixture
def state(tmp_path: Path) -> WindowState:
    return WindowState(tmp_path / "window.ini")


@pytest.fixture
def bare(tasks: Tasks, theme: Theme, state: WindowState) -> Iterator[Context]:
    """A context whose database is not open yet."""
    made = Context(tasks, theme, state)
    yield made
    made.deleteLater()


@pytest.fixture
def context(bare: Context, hotel: Hotel) -> Context:
    bare.attach(hotel.services, hotel.settings)
    return bare


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> MainWindow:
    """The window, shown and filled."""
    return show_window(qtbot, context)


def show_window(qtbot: QtBot, context: Context, page: str = "bookings") -> MainWindow:
    """A window on the screen, on a page; filled, if the database is open."""
    made = MainWindow(context, Surroundings("Elena Marchetti", "Desk 1", Appearance.LIGHT, "the data folder"))
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.go(page)
    idle(qtbot, context)
    return made


def idle(qtbot: QtBot, context: Context) -> None:
    """Wait until all work that was asked for has come back."""
    qtbot.waitUntil(lambda: not context.tasks.busy)


@pytest.fixture
def account(accounts: Accounts) -> Iterator[Account]:
    """An empty account; the GUI thread asks nobody."""
    made = in_worker(accounts.open)
    yield made
    in_worker(lambda: accounts.close(made))


@dataclass
class Syncing:
    """A window whose Stripe can be chosen."""

    qtbot: QtBot
    window: MainWindow
    context: Context

    def sync(self) -> str:
        """What F5 does; returns what the page says afterwards."""
        press(Qt.Key.Key_F5)
        self.qtbot.waitUntil(lambda: self.window.page == "sync")
        self.qtbot.waitUntil(lambda: not self.window.pages.sync.is_running, timeout=30_000)
        idle(self.qtbot, self.context)
        banner = self.window.pages.sync.banner
        return banner.accessibleName() if banner.isVisible() else ""

    def counts(self) -> dict[str, int]:
        """The summary of the newest run."""
        runs = in_worker(lambda: self.context.services.sync.recent(1))
        summary = runs[0].summary
        return {name: getattr(summary, name) for name in ("fetched", "new", "updated", "unchanged", "failed")}


Opener = Callable[[str, str | None], Syncing]


@pytest.fixture
def open_window(qtbot: QtBot, bare: Context, sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Opener]:
    """Opens a window on an empty desk, with a Stripe address and key."""
    opened = []

    def make(base: str, key: str | None) -> Syncing:
        address = sqlite_maker.copy(tmp_path / "empty.sqlite3")
        services = in_worker(lambda: open_services(address, DeskClock(NOON), stripe_key=key, stripe_base=base))
        opened.append(services)
        in_worker(lambda: services.settings.set(SETTINGS))
        bare.attach(services, in_worker(services.settings.get))
        return Syncing(qtbot, show_window(qtbot, bare), bare)

    yield make
    for services in opened:
        services.close()


@pytest.fixture
def trouble(hotel: Hotel) -> Trouble:
    def happen() -> Trouble:
        made = Trouble(hotel.services.desk)
        made.bind()
        made.pay(NOOR)
        made.pay(SOREN)
        return made

    made = in_worker(happen)
    end(hotel, RunOutcome.DONE)
    return made


@pytest.fixture
def opened(trouble: Trouble, hotel: Hotel, bare: Context) -> Context:
    """A context whose desk knows its account."""
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    return bare
