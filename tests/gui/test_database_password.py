"""The password of a database on a server: asked for, tried, kept in the keyring or for this session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from rentease_desk.config import from_environment
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.database_password import DatabasePasswordDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.storage.opening import current_revision
from tests.gui.conftest import idle, show_window
from tests.tools.databases import PostgresqlMaker
from tests.tools.gui import click, in_worker, open_dialog, press, write
from tests.tools.keyrings import MemoryKeyring

PASSWORD = "Wintergarten-7"


@pytest.fixture(scope="module")
def asking(postgresql_maker: PostgresqlMaker) -> Iterator[str]:
    address = postgresql_maker.copy()
    yield postgresql_maker.with_password(address, PASSWORD)
    postgresql_maker.drop(address)


@pytest.fixture
def access(asking: str, tmp_path: Path) -> DatabaseAccess:
    given = {"RENTEASE_DATA_DIR": str(tmp_path), "RENTEASE_DATABASE_URL": asking}
    return in_worker(lambda: DatabaseAccess(from_environment(given)))


def ask(qtbot: QtBot, window: MainWindow, access: DatabaseAccess) -> DatabasePasswordDialog:
    DatabasePasswordDialog(window.context, window, access).open()
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, DatabasePasswordDialog)
    assert dialog.password.echoMode() is QLineEdit.EchoMode.Password
    return dialog


def typed(qtbot: QtBot, bare: Context, text: str) -> None:
    write(text)
    press(Qt.Key.Key_Return)
    idle(qtbot, bare)


def test_a_wrong_password_is_told_and_the_right_one_kept(
    qtbot: QtBot, bare: Context, access: DatabaseAccess, secrets: MemoryKeyring
) -> None:
    window = show_window(qtbot, bare)
    dialog = ask(qtbot, window, access)
    typed(qtbot, bare, "guessed")
    assert "refused the sign-in" in dialog.banner.accessibleName()
    assert "guessed" not in dialog.banner.accessibleName()
    assert secrets.kept == {}
    with qtbot.waitSignal(dialog.accepted):
        typed(qtbot, bare, PASSWORD)
    assert list(secrets.kept.values()) == [PASSWORD]
    assert in_worker(lambda: access.connect(current_revision))


def test_without_a_keyring_it_opens_for_this_session(qtbot: QtBot, bare: Context, access: DatabaseAccess) -> None:
    keyring.set_keyring(NoKeyring())
    dialog = ask(qtbot, show_window(qtbot, bare), access)
    typed(qtbot, bare, PASSWORD)
    assert "Nothing was written anywhere else" in dialog.banner.accessibleName()
    with qtbot.waitSignal(dialog.accepted):
        click(dialog.banner._action)
    assert in_worker(lambda: access.connect(current_revision))
