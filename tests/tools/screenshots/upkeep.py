"""Backups, and what the program tells of itself."""

from __future__ import annotations

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.gui.dialogs.another_database import AnotherDatabaseDialog
from rentease_desk.gui.dialogs.damaged import DamagedDialog
from rentease_desk.gui.dialogs.database_password import DatabasePasswordDialog
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio


def upkeep(studio: Studio) -> Pictures:
    studio.window.actions_["backup"].trigger()
    studio.settle()
    studio.window.actions_["backups"].trigger()
    studio.settle()
    yield "backups", studio.top()
    studio.press(Key.Key_Return)
    yield "backups-ask", studio.top()
    studio.shut()
    yield from _damaged(studio)
    yield from _database(studio)
    studio.press(Key.Key_L, CTRL | SHIFT)
    viewer = studio.window.diagnosis.viewer
    if viewer is not None:  # it stands beside the window, so Escape in that does not close it
        yield "log", viewer
        viewer.reject()
        studio.settle()


def _damaged(studio: Studio) -> Pictures:
    """As a start on a damaged file offers it, with a backup and without."""
    context = studio.window.context
    backups = context.services.backups
    found = in_worker(lambda: backups.look(backups.listed_here()[0]))
    for name, one in (("damaged", found), ("damaged-no-backup", None)):
        DamagedDialog(context, studio.window, DatabaseError("database.corrupt", path=backups.path), one).open()
        studio.settle()
        yield name, studio.top()
        studio.shut()


def _database(studio: Studio) -> Pictures:
    """Another database for this computer, and the password of one that asks for it."""
    context = studio.window.context
    AnotherDatabaseDialog(context, studio.window).open()
    studio.settle()
    yield "another-database", studio.top()
    studio.press(Key.Key_Right)
    studio.press(Key.Key_Return)
    yield "another-database-missing", studio.top()
    studio.shut()
    dialog = DatabasePasswordDialog(context, studio.window, context.services.access)
    dialog.open()
    dialog.fail(
        DatabaseError("database.password", address="postgresql://desk@server/hotel", reason="No password was given.")
    )
    studio.settle()
    yield "database-password", studio.top()
    studio.shut()
