"""The password of a database on a server: tried first, then kept in the keyring, or for this session only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.errors import KeychainError, KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form

if TYPE_CHECKING:
    from rentease_desk.services.database_access import DatabaseAccess


class DatabasePasswordDialog(DeskDialog):
    """Accepted when the database can be opened with what was typed."""

    def __init__(self, context: Context, parent: QWidget, access: DatabaseAccess) -> None:
        super().__init__(context, parent, context.tr("Password of the database"), "")
        self._access = access
        self.password = text_field()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.form = Form(context, {"password": Field(context, self.tr("Password"), self.password)})
        self.body.addWidget(self.form.fields["password"])
        text = self.tr("It is kept in this computer's keyring, and in no file.")
        hint = Label(context.theme, text, tone="text2")
        hint.setWordWrap(True)
        self.body.addWidget(hint)
        self.add_buttons(self.tr("Open the database"))
        self.password.setFocus()

    def submit(self) -> None:
        """Try it, then keep it."""
        typed, access = self.password.text(), self._access
        self.set_busy(True)
        self.context.tasks.run(Lane.NETWORK, self, lambda: try_password(access, typed), self._kept, self.fail)

    def _kept(self, trouble: KeychainError | None) -> None:
        self.set_busy(False)
        if trouble is None:
            self.accept()
            return
        told = explained(trouble, self.context.formats)
        self.banner.explain(told, self.tr("Use it for this session"), self.accept)

    def fail(self, error: KnownError) -> None:
        """What was typed is wrong, or the server is away."""
        super().fail(error)
        self.password.selectAll()


def try_password(access: DatabaseAccess, typed: str) -> KeychainError | None:
    """In a worker: use it for this session, and keep it. Returns why it was not kept. Raises DatabaseError."""
    access.try_for_session(typed)
    try:
        access.keep(typed)
    except KeychainError as error:
        access.use_for_session(typed)
        return error
    return None
