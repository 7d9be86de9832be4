"""Which database this computer works on, and what opens it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.rights import guard


class DatabaseCard(QWidget):
    """Another database is opened at the next start."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._now = Label(theme)
        self._now.setWordWrap(True)
        self.banner = Banner(theme)
        self.test = Button(theme, self.tr("Test"))
        self.password = Button(theme, self.tr("Password…"))
        self.other = Button(theme, self.tr("Another database…"))
        guard(context, Permission.SETTINGS, self.password, self.other)
        self.test.clicked.connect(self._test)
        self.password.clicked.connect(self._ask_password)
        self.other.clicked.connect(self._ask_other)
        body = column(self._now, self.banner, spacing=12)
        body.addLayout(row(self.test, self.password, self.other, None))
        put_card(self, card(theme, self.tr("Where the data is"), body))

    def reload(self) -> None:
        """Ask which one it is."""
        desk, access = self._context.services.desk, self._context.services.access
        work = lambda: (desk.db.place, desk.db.path is None, access.is_fixed)  # noqa: E731 - a word
        self._context.tasks.run(Lane.READ, self, work, lambda told: self._show(*told), channel="place")

    def _show(self, place: str, on_server: bool, is_fixed: bool) -> None:
        self._now.setText(place)
        self.password.setVisible(on_server)
        self.other.setVisible(not is_fixed)

    @Slot()
    def _test(self) -> None:
        """A statement that reads, by the same connections as everything else."""
        if self._context.is_ready:
            service = self._context.services.settings
            self._context.tasks.run(Lane.NETWORK, self, service.get, lambda _: self._tested(), self.fail)

    def _tested(self) -> None:
        self.banner.tell(self.tr("It answers"), self.tr("It can be read, and is up to date."), Tone.GOOD)

    @Slot()
    def _ask_password(self) -> None:
        from rentease_desk.gui.dialogs.database_password import DatabasePasswordDialog

        dialog = DatabasePasswordDialog(self._context, self.window(), self._context.services.access)
        dialog.accepted.connect(self._kept)
        dialog.open()

    @Slot()
    def _kept(self) -> None:
        self.banner.tell(self.tr("The password is right"), self.tr("It is used from now on."), Tone.GOOD)

    @Slot()
    def _ask_other(self) -> None:
        from rentease_desk.gui.dialogs.another_database import AnotherDatabaseDialog

        if self._context.is_ready:
            dialog = AnotherDatabaseDialog(self._context, self.window())
            dialog.accepted.connect(self._chosen)
            dialog.open()

    @Slot()
    def _chosen(self) -> None:
        text = self.tr("Close the desk and open it again. Until then it works on the one above.")
        self.banner.tell(self.tr("Another database was chosen"), text, Tone.ATTENTION)

    def fail(self, error: KnownError) -> None:
        """Say what went wrong."""
        self.banner.explain(explained(error, self._context.formats))
