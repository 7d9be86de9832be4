"""The first run by keys alone: practice or real, every step checked, Back and later, and nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.config import Config, from_environment
from rentease_desk.desktop import Desktop
from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.database_step import DatabaseStep
from rentease_desk.gui.first_run.import_step import ImportStep
from rentease_desk.gui.first_run.key_step import KeyStep
from rentease_desk.gui.first_run.property_step import PropertyStep
from rentease_desk.gui.first_run.staff_step import StaffStep
from rentease_desk.gui.first_run.window import FirstRunWindow
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.services.first_run import FirstRunService
from rentease_desk.wiring import first_run
from tests.gui.conftest import idle
from tests.tools.accounts import Account, Accounts
from tests.tools.clipped import clipped
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.gui import NOON, DeskClock, in_worker, press, write
from tests.tools.keyrings import MemoryKeyring
from tests.tools.ports import free_port

_PATIENCE = 60_000
PASSWORD = "Wintergarten-7"
Opened = Callable[[], FirstRunWindow]


@pytest.fixture
def config(tmp_path: Path, account: Account) -> Config:
    return from_environment({"RENTEASE_DATA_DIR": str(tmp_path / "data"), "STRIPE_API_BASE": account.url})


@pytest.fixture
def open_first_run(qtbot: QtBot, bare: Context, config: Config) -> Opened:
    """Opens the window, as at a start of the program."""
    made: list[FirstRunService] = []

    def service() -> FirstRunService:
        made[:] = made or [first_run(config, DatabaseAccess(config), DeskClock(NOON))]
        return made[0]

    def make() -> FirstRunWindow:
        window = FirstRunWindow(bare, "Desk 1", service)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        window.start()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        idle(qtbot, bare)
        return window

    return make


@pytest.fixture
def tables(config: Config, sqlite_maker: SqliteMaker) -> None:
    """The file on this computer has its tables already: to make them takes a second."""
    config.data_dir.mkdir()
    sqlite_maker.copy(config.own_database)


def enter(qtbot: QtBot, window: FirstRunWindow) -> None:
    press(Qt.Key.Key_Return)
    idle(qtbot, window.context)


def to_database(qtbot: QtBot, window: FirstRunWindow) -> DatabaseStep:
    """Real, with a name."""
    press(Qt.Key.Key_2)
    enter(qtbot, window)
    write("Pensione Aurora")
    enter(qtbot, window)
    step = window.step
    assert isinstance(step, DatabaseStep), window.step.banner.accessibleName()
    return step


def files(config: Config) -> list[str]:
    return sorted(one.name for one in config.data_dir.rglob("*") if one.is_file())


def test_practice_is_a_key_away_and_makes_nothing(qtbot: QtBot, open_first_run: Opened, config: Config) -> None:
    window = open_first_run()
    press(Qt.Key.Key_2)
    assert window.onward.text() == "Set up the real desk"
    press(Qt.Key.Key_1)
    with qtbot.waitSignal(window.practice_asked):
        press(Qt.Key.Key_Return)
    assert files(config) == []


@pytest.mark.usefixtures("tables")
def test_all_of_it_by_keys_alone(
    qtbot: QtBot, open_first_run: Opened, config: Config, account: Account, secrets: MemoryKeyring
) -> None:
    in_worker(lambda: account.do("pay"))
    window = open_first_run()
    to_database(qtbot, window)
    enter(qtbot, window)
    assert isinstance(window.step, KeyStep)
    write(account.key)
    enter(qtbot, window)
    qtbot.waitUntil(lambda: not isinstance(window.step, KeyStep))
    enter(qtbot, window)
    assert isinstance(window.step, StaffStep)
    for part in ("Mara", None, "4711", "4711"):
        if part:
            write(part)
        press(Qt.Key.Key_Tab)
    window.step.name.setFocus()
    enter(qtbot, window)
    assert [one.name for one in window.answers.secrets.staff] == ["Mara"]
    enter(qtbot, window)
    assert isinstance(window.step, ImportStep)
    assert "1 card payments" in window.step.banner.accessibleName()
    with qtbot.waitSignal(window.finished, timeout=_PATIENCE) as told:
        press(Qt.Key.Key_Return)
    finished, days = told.args
    assert (finished.notes, days) == ((), 90)
    assert list(secrets.kept.values()) == [account.key]
    assert in_worker(finished.services.settings.get).name == "Pensione Aurora"
    assert "Mara" in [one.name for one in in_worker(finished.services.staff.read).people]
    assert "first-run.json" not in files(config)
    finished.services.close()


def test_what_was_answered_is_there_again_and_no_secret(
    qtbot: QtBot, open_first_run: Opened, config: Config, account: Account
) -> None:
    window = open_first_run()
    to_database(qtbot, window)
    enter(qtbot, window)
    write(account.key)
    enter(qtbot, window)
    qtbot.waitUntil(lambda: not isinstance(window.step, KeyStep))
    idle(qtbot, window.context)
    with qtbot.waitSignal(window.left):
        press(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert files(config) == ["first-run.json"]
    assert account.key not in config.first_run_file.read_text()
    again = open_first_run()
    assert again.at == window.at
    assert "goes on where you left it" in again.step.banner.accessibleName()
    for _ in range(3):
        press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert isinstance(again.step, PropertyStep)
    assert again.step.name.text() == "Pensione Aurora"


def test_what_cannot_be_taken_is_told_where_it_is_and_nothing_goes_on(
    qtbot: QtBot, open_first_run: Opened, account: Account
) -> None:
    window = open_first_run()
    press(Qt.Key.Key_2)
    enter(qtbot, window)
    enter(qtbot, window)
    assert isinstance(window.step, PropertyStep)
    assert "name is missing" in window.step.form.fields["name"].wrong
    write("Aurora")
    enter(qtbot, window)
    step = window.step
    assert isinstance(step, DatabaseStep)
    press(Qt.Key.Key_Right)
    step.enter()
    enter(qtbot, window)
    assert "address and a name" in step.form.fields["server"].wrong
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert isinstance(window.step, PropertyStep)


def test_a_key_that_may_too_little_or_too_much_is_read_first(
    qtbot: QtBot, open_first_run: Opened, account: Account
) -> None:
    window = open_first_run()
    to_database(qtbot, window)
    enter(qtbot, window)
    step = window.step
    assert isinstance(step, KeyStep)
    write(in_worker(lambda: account.restricted("rak_charge_read")))
    enter(qtbot, window)
    assert window.step is step
    assert "Payments cannot be read" in step.entry.banner.accessibleName()
    enter(qtbot, window)
    assert window.step is not step
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    step.entry.edit.clear()
    write("sk_live_" + "b2" * 12)
    enter(qtbot, window)
    assert "can do everything" in step.entry.banner.accessibleName()
    assert window.step is step
    enter(qtbot, window)
    assert "does not accept the key" in step.entry.banner.accessibleName()
    assert window.step is step


def test_a_connected_account_is_tested_with_the_key_of_its_platform(
    qtbot: QtBot, open_first_run: Opened, account: Account, accounts: Accounts
) -> None:
    spa = in_worker(lambda: accounts.open(platform=account.name))
    window = open_first_run()
    to_database(qtbot, window)
    enter(qtbot, window)
    step = window.step
    assert isinstance(step, KeyStep)
    write(account.key)
    for typed in ("spa", "acct_1Stranger", spa.id):
        assert window.step is step
        step.connected.setFocus()
        step.connected.clear()
        write(typed)
        enter(qtbot, window)
        if typed == "spa":
            assert (step.form.fields["account"].wrong != "", step.connected.hasFocus()) == (True, True)
        elif typed != spa.id:
            assert "does not reach this account" in step.entry.banner.accessibleName()
    assert window.step is not step
    assert (window.answers.draft.connected, step.form.fields["account"].wrong) == (spa.id, "")


@pytest.mark.usefixtures("tables")
def test_without_a_keyring_the_key_is_for_this_session(
    qtbot: QtBot, open_first_run: Opened, config: Config, account: Account
) -> None:
    keyring.set_keyring(NoKeyring())
    window = open_first_run()
    to_database(qtbot, window)
    enter(qtbot, window)
    write(account.key)
    enter(qtbot, window)
    qtbot.waitUntil(lambda: not isinstance(window.step, KeyStep))
    for _ in range(2):
        enter(qtbot, window)
    with qtbot.waitSignal(window.finished, timeout=_PATIENCE) as told:
        press(Qt.Key.Key_Return)
    finished = told.args[0]
    assert [one.code for one in finished.notes] == ["keychain.none"]
    assert in_worker(finished.services.key.current) == account.key
    finished.services.close()


def test_a_second_desk_joins_a_server_and_is_not_asked_what_is_known(
    qtbot: QtBot, open_first_run: Opened, postgresql_maker: PostgresqlMaker, config: Config
) -> None:
    from sqlalchemy import make_url

    from rentease_desk.services.settings import SettingsService
    from rentease_desk.wiring import build

    address = postgresql_maker.copy()
    url = make_url(postgresql_maker.with_password(address, PASSWORD))

    def fill() -> None:
        services = build(from_environment({"RENTEASE_DATABASE_URL": address}))
        SettingsService(services.desk).set({"name": "Hotel Lanterna"})
        services.close()

    in_worker(fill)
    window = open_first_run()
    step = to_database(qtbot, window)
    of = step.fields
    of.show_server(on_server=True)
    given = ((of.server, str(url.query["host"])), (of.database, url.database), (of.user, url.username))
    for edit, text in (*given, (of.password, PASSWORD)):
        edit.setText(text)
    step.test.setFocus()
    enter(qtbot, window)
    assert "Hotel Lanterna" in step.banner.accessibleName()
    of.server.setFocus()
    enter(qtbot, window)
    assert isinstance(window.step, KeyStep)
    enter(qtbot, window)
    assert isinstance(window.step, ImportStep)
    assert PASSWORD not in config.first_run_file.read_text()
    in_worker(lambda: postgresql_maker.drop(address))


@pytest.mark.parametrize("zoom", [100, 150])
def test_no_step_cuts_anything(qtbot: QtBot, open_first_run: Opened, zoom: int) -> None:
    window = open_first_run()
    window.resize(1280, 800)
    window.context.theme.set_zoom(zoom)
    found = {}
    for at in range(len(window.steps)):
        window._show(at)
        idle(qtbot, window.context)
        for _ in range(5):
            QApplication.processEvents()
        found[at] = clipped(window)
    assert {at: told for at, told in found.items() if told} == {}


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, config: Config) -> Iterator[Desktop]:
    made = Desktop(qapp, config)
    qtbot.addWidget(made.window)
    made.start()
    assert made.first_run is not None
    made.first_run.activateWindow()
    qtbot.waitUntil(made.first_run.isActiveWindow)
    qtbot.waitUntil(lambda: not made.tasks.busy)
    yield made
    made.window.hide()
    if made.first_run is not None:
        made.first_run.hide()
    assert made.stop()
    made.deleteLater()


def test_the_desk_opens_and_reads_the_first_range(qtbot: QtBot, desktop: Desktop, account: Account) -> None:
    in_worker(lambda: account.do("pay"))
    window = desktop.first_run
    assert window is not None
    assert not desktop.window.isVisible()
    to_database(qtbot, window)
    enter(qtbot, window)
    write(account.key)
    enter(qtbot, window)
    qtbot.waitUntil(lambda: not isinstance(window.step, KeyStep))
    for _ in range(2):
        enter(qtbot, window)
    window.answers.draft = type(window.answers.draft)(settings=window.answers.draft.settings, days=365)
    window.step.enter()
    idle(qtbot, window.context)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.isVisible() and desktop.window.page == "sync", timeout=_PATIENCE)
    qtbot.waitUntil(lambda: not desktop.window.pages.sync.is_running, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: not desktop.tasks.busy, timeout=_PATIENCE)
    assert desktop.first_run is None
    runs = in_worker(lambda: desktop.context.services.sync.recent(1))
    assert runs[0].summary.new == 1


def test_a_server_that_does_not_answer_opens_no_desk(
    qtbot: QtBot, desktop: Desktop, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was tried out is not this computer's database: nothing is made in the place of an answer."""
    monkeypatch.setattr("rentease_desk.gui.away._WAITS", (1,))
    window = desktop.first_run
    assert window is not None
    step = to_database(qtbot, window)
    step.fields.show_server(on_server=True)
    for edit, text in (
        (step.fields.server, "127.0.0.1"),
        (step.fields.port, str(free_port())),
        (step.fields.database, "d"),
    ):
        edit.setText(text)
    with qtbot.waitSignal(desktop.context.away.asked, timeout=_PATIENCE):
        step.test.click()
    qtbot.waitUntil(lambda: not desktop.tasks.busy)
    assert "cannot be reached" in step.banner.accessibleName()
    assert "rentease-desk.sqlite3" not in files(config)
