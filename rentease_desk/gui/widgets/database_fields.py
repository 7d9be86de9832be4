"""Where the data is: a file on this computer, or a server that several desks share, with what reaches it."""

from __future__ import annotations

from urllib.parse import quote

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Label, row
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.segments import Segments


class DatabaseFields(QWidget):
    """``changed``: the other of the two was chosen. ``fields`` are for a form."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        choices = ((False, self.tr("On this computer")), (True, self.tr("On a server, for several desks")))
        self.where = Segments(context.theme, choices, self.tr("Where the data is"))
        self.where.chosen.connect(self._chosen)
        self.server, self.port, self.database, self.user, self.password = (text_field() for _ in range(5))
        self.port.setPlaceholderText("5432")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._told = Label(context.theme, tone="text2")
        self._told.setWordWrap(True)
        self._of_server = self._grid(context)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(row(self.where, None))
        layout.addWidget(self._told)
        layout.addWidget(self._of_server)
        self.show_server(on_server=False)

    def focus(self) -> None:
        """Put the keyboard where something is to be typed."""
        if self.where.value:
            self.server.setFocus()
        else:
            self.where.focus_chosen()

    def show_server(self, *, on_server: bool) -> None:
        """Choose one of the two, without telling."""
        self.where.choose(on_server)
        self._of_server.setVisible(on_server)
        self._told.setText(
            self.tr("Rentease Desk makes the tables by itself. The password goes into this computer's keyring.")
            if on_server
            else self.tr("The file lies in your user folder, on this computer's own disk.")
        )

    def address(self) -> tuple[str, str | None]:
        """The address without its password, "" for the file on this computer; and the password.

        Raises InputError naming a field.
        """
        if not self.where.value:
            return "", None
        server, port, name = (edit.text().strip() for edit in (self.server, self.port, self.database))
        for field, text in (("server", server), ("database", name)):
            if not text:
                raise InputError("database.missing", field=field)
        if port and not (port.isascii() and port.isdecimal()):
            raise InputError("database.port", field="port", value=port)
        return self._url(server, port, quote(name, safe="")), self.password.text() or None

    def _url(self, server: str, port: str, name: str) -> str:
        user = quote(self.user.text().strip(), safe="")
        begin = f"postgresql+psycopg://{user}@" if user else "postgresql+psycopg://"
        if server.startswith("/"):  # a socket of this computer
            return f"{begin}/{name}?host={quote(server)}"
        return f"{begin}{server}:{port}/{name}" if port else f"{begin}{server}/{name}"

    @Slot(object)
    def _chosen(self, on_server: bool) -> None:
        self.show_server(on_server=on_server)
        self.changed.emit()

    def _grid(self, context: Context) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        for key, words, edit, at_row, at_column in (
            ("server", self.tr("Server"), self.server, 0, 0),
            ("port", self.tr("Port"), self.port, 0, 1),
            ("database", self.tr("Database"), self.database, 1, 0),
            ("user", self.tr("User"), self.user, 1, 1),
            ("password", self.tr("Password"), self.password, 2, 0),
        ):
            self.fields[key] = Field(context, words, edit)
            grid.addWidget(self.fields[key], at_row, at_column)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        return made
