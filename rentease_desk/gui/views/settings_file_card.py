"""The settings as a file: written without secrets, and taken over after a look at what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings_file import Difference
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.rights import guard


class SettingsFileCard(QWidget):
    """Two buttons, and a sentence about what became of it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        text = self.tr(
            "For another computer or another property. No key, password or PIN is in it; people and bookings are not."
        )
        told = Label(theme, text, tone="text2")
        told.setWordWrap(True)
        self.banner = Banner(theme)
        self.export = Button(theme, self.tr("Export…"))
        self.take = Button(theme, self.tr("Import…"))
        guard(context, Permission.SETTINGS, self.export, self.take)
        self.export.clicked.connect(self._ask_where)
        self.take.clicked.connect(self._ask_which)
        body = column(told, self.banner, spacing=12)
        body.addLayout(row(self.export, self.take, None))
        put_card(self, card(theme, self.tr("Settings as a file"), body))

    def write(self, path: str) -> None:
        """Write them into a file."""
        service = self._context.services.settings
        self._context.tasks.run(
            Lane.WRITE, self, lambda: service.export(Path(path)), lambda _: self._written(path), self.fail
        )

    def look_into(self, path: str) -> None:
        """Show what a file would change."""
        service = self._context.services.settings
        self._context.tasks.run(
            Lane.READ, self, lambda: service.compare(Path(path)), lambda found: self._show(Path(path), found), self.fail
        )

    def fail(self, error: KnownError) -> None:
        """Say what went wrong."""
        self.banner.explain(explained(error, self._context.formats))

    @Slot()
    def _ask_where(self) -> None:
        if self._context.is_ready:
            kind = self.tr("Settings (*.json)")
            ask_where(self.window(), self.tr("Export settings"), "rentease-desk-settings.json", kind, self.write)

    @Slot()
    def _ask_which(self) -> None:
        if not self._context.is_ready:
            return
        dialog = QFileDialog(self.window(), self.tr("Import settings"), "", self.tr("Settings (*.json)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.look_into)
        dialog.open()

    def _written(self, path: str) -> None:
        self.banner.tell(self.tr("Exported"), path, Tone.GOOD)

    def _show(self, path: Path, found: Sequence[Difference]) -> None:
        from rentease_desk.gui.dialogs.import_settings import ImportSettingsDialog

        self.banner.hide()
        dialog = ImportSettingsDialog(self._context, self.window(), path, found)
        dialog.accepted.connect(self._taken)
        dialog.open()

    @Slot()
    def _taken(self) -> None:
        text = self.tr("Every desk of this property uses them from now on.")
        self.banner.tell(self.tr("Taken over"), text, Tone.GOOD)
