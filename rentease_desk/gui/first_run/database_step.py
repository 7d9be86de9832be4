"""Where the data is: a file on this computer, or a server that several desks share."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Slot

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.first_run import FoundDatabase
from rentease_desk.gui.context import Context
from rentease_desk.gui.database_words import found_words
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, row
from rentease_desk.gui.widgets.database_fields import DatabaseFields


class DatabaseStep(Step):
    """Continue tests it as well: nothing goes on with a database that cannot be opened."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.fields = DatabaseFields(context)
        self.fields.changed.connect(self._changed)
        self.form.fields = self.fields.fields
        self.test = Button(context.theme, self.tr("Test"))
        self.test.clicked.connect(self._test)
        self.body.addWidget(self.fields)
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
        self.fields.focus()

    def go_on(self) -> None:
        """Look at it, and go on."""
        self._look(self._pass)

    @Slot()
    def _test(self) -> None:
        self._look(self._tell)

    def _look(self, done: Callable[[FoundDatabase], None]) -> None:
        try:
            address, password = self.fields.address()
        except InputError as error:
            self.form.clear()
            self.fail(error)
            return
        self.answers.draft = replace(self.answers.draft, address=address)
        self.answers.secrets = replace(self.answers.secrets, password=password)
        self.ask(lambda service: service.look_at_database(address, password), done, Lane.NETWORK)

    def _tell(self, found: FoundDatabase) -> None:
        self.answers.found = found
        text = found_words(found, joins=self.answers.joins)
        self.banner.tell(self.tr("This database can be used"), text, Tone.GOOD)

    def _pass(self, found: FoundDatabase) -> None:
        self._tell(found)
        self.passed.emit()

    @Slot()
    def _changed(self) -> None:
        """What was found is another one's."""
        self.answers.found = None
        self.banner.hide()
