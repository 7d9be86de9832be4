"""Another database for this computer: tested first, opened at the next start."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import InputError, KeychainError
from rentease_desk.domain.first_run import FoundDatabase
from rentease_desk.gui.context import Context
from rentease_desk.gui.database_words import found_words
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.database_fields import DatabaseFields

_WIDTH = 600


class AnotherDatabaseDialog(DeskDialog):
    """Accepted when it was chosen. The database that is open stays so until the desk is closed."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context, parent, context.tr("Another database"), "", width=_WIDTH)
        self._access = context.services.access
        self.fields = DatabaseFields(context)
        self.form.fields = self.fields.fields
        self.body.addWidget(self.fields)
        self.test = Button(context.theme, self.tr("Test"))
        self.test.clicked.connect(self._test)
        self.add_buttons(self.tr("Use it from the next start on"), self.test)
        self.fields.focus()

    def submit(self) -> None:
        """Test it, choose it, keep its password."""
        self._look(choose=True)

    def _test(self) -> None:
        self._look(choose=False)

    def _look(self, *, choose: bool) -> None:
        self.form.clear()
        try:
            address, password = self.fields.address()
        except InputError as error:
            self.fail(error)
            return
        access = self._access

        def work() -> tuple[FoundDatabase, KeychainError | None]:
            found = access.look_at(address, password)
            return found, access.choose_with(address, password) if choose else None

        self.set_busy(True)
        done = self._chosen if choose else self._tested
        self.context.tasks.run(Lane.NETWORK, self, work, lambda told: done(*told), self.fail)

    def _tested(self, found: FoundDatabase, _trouble: KeychainError | None) -> None:
        self.set_busy(False)
        text = found_words(found, joins=bool(found.name))
        self.banner.tell(self.tr("This database can be used"), text, Tone.GOOD)

    def _chosen(self, _found: FoundDatabase, trouble: KeychainError | None) -> None:
        """Without a keyring it is asked for at the next start."""
        self.set_busy(False)
        if trouble is None:
            self.accept()
            return
        told = explained(trouble, self.context.formats)
        text = self.tr("The database is chosen; its password will be asked for. {happened}")
        self.banner.tell(told.title, text.format(happened=told.happened), Tone.ATTENTION, self.tr("Close"), self.accept)
