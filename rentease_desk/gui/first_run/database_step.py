"""Where the data is: a file on this computer, or a server that several desks share."""

from __future__ import annotations

from urllib.parse import quote

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.first_run import FoundDatabase
from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label, row
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.segments import Segments


class DatabaseStep(Step):
    """Continue tests it as well: nothing goes on with a database that cannot be opened."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        theme = context.theme
        choices = ((False, self.tr("On this computer")), (True, self.tr("On a server, for several desks")))
        self.where = Segments(theme, choices, self.tr("Where the data is"))
        self.where.chosen.connect(self._chosen)
        self.server, self.port, self.database, self.user, self.password = (text_field() for _ in range(5))
        self.port.setPlaceholderText("5432")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._told = Label(theme, tone="text2")
        self._told.setWordWrap(True)
        self._of_server = self._fields()
        self.test = Button(theme, self.tr("Test"))
        self.test.clicked.connect(self._test)
        self.body.addLayout(row(self.where, None))
        self.body.addWidget(self._told)
        self.body.addWidget(self._of_server)
        self.body.addLayout(row(self.test, None))
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Where the data is"),
            self.tr("one desk or several"),
            self.tr("Where shall the data be?"),
            self.tr("One desk keeps a file on this computer. Several desks share a PostgreSQL database."),
        )

    def enter(self) -> None:
        """As it was left; the password has to be typed again."""
        self._chosen(self.where.value)
        if self.where.value:
            self.server.setFocus()
        else:
            self.where.focus_chosen()

    def go_on(self) -> None:
        """Look at it, and go on."""
        self._look(self._pass)

    @Slot()
    def _test(self) -> None:
        self._look(self._tell)

    def _look(self, done: object) -> None:
        try:
            address, password = self._address()
        except InputError as error:
            self.form.clear()
            self.fail(error)
            return
        self.answers.draft = replace(self.answers.draft, address=address)
        self.answers.secrets = replace(self.answers.secrets, password=password)
        self.ask(lambda service: service.look_at_database(address, password), done, Lane.NETWORK)  # type: ignore[arg-type]

    def _address(self) -> tuple[str, str | None]:
        """Without the password. Raises InputError naming a field."""
        if not self.where.value:
            return "", None
        server, port, name = (edit.text().strip() for edit in (self.server, self.port, self.database))
        for field, text in (("server", server), ("database", name)):
            if not text:
                raise InputError("database.missing", field=field)
        if port and not (port.isascii() and port.isdecimal()):
            raise InputError("database.port", field="port", value=port)
        user = f"{quote(self.user.text().strip(), safe='')}@" if self.user.text().strip() else ""
        at = f"{server}:{port}" if port else server
        if server.startswith("/"):  # a socket of this computer
            return f"postgresql+psycopg://{user}/{quote(name, safe='')}?host={quote(server)}", self._typed()
        return f"postgresql+psycopg://{user}{at}/{quote(name, safe='')}", self._typed()

    def _typed(self) -> str | None:
        return self.password.text() or None

    def _tell(self, found: FoundDatabase) -> None:
        self.answers.found = found
        if self.answers.joins:
            text = self.tr("It holds “{name}” already. This desk joins it: its property, methods and staff are used.")
            self.banner.tell(self.tr("This database can be used"), text.format(name=found.name), Tone.GOOD)
            return
        text = self.tr("{place} is empty, and ready.").format(place=found.place)
        self.banner.tell(self.tr("This database can be used"), text, Tone.GOOD)

    def _pass(self, found: FoundDatabase) -> None:
        self._tell(found)
        self.passed.emit()

    @Slot(object)
    def _chosen(self, on_server: bool) -> None:
        self._of_server.setVisible(on_server)
        self.answers.found = None
        self._told.setText(
            self.tr("Rentease Desk makes the tables by itself. The password goes into this computer's keyring.")
            if on_server
            else self.tr("The file lies in your user folder, on this computer's own disk.")
        )

    def _fields(self) -> QWidget:
        made, context = QWidget(), self.context
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
            self.form.fields[key] = Field(context, words, edit)
            grid.addWidget(self.form.fields[key], at_row, at_column)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        return made
