"""What a file of settings would change, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.settings_file import Difference
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.setting_words import setting_name
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label

_WIDTH = 640


class ImportSettingsDialog(DeskDialog):
    """Accepted when they were taken over."""

    def __init__(self, context: Context, parent: QWidget, path: Path, found: Sequence[Difference]) -> None:
        super().__init__(context, parent, context.tr("Import settings"), path.name, width=_WIDTH)
        self._path = path
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(tokens.GRID)
        for at, words in enumerate((self.tr("Setting"), self.tr("Now"), self.tr("In the file"))):
            grid.addWidget(Label(context.theme, words, size=tokens.SMALL, tone="text2"), 0, at)
            grid.setColumnStretch(at, 1)
        for at, one in enumerate(found, start=1):
            self._add(grid, at, one)
        self.body.addLayout(grid)
        text = self.tr("Nothing is otherwise in this file.") if not found else self.tr("Everything else stays.")
        self.body.addWidget(Label(context.theme, text, tone="text2"))
        self.add_buttons(self.tr("Take over"))
        self.set_allowed(bool(found))
        self.save.setFocus()

    def submit(self) -> None:
        """Take them over, all or none."""
        service, path = self.context.services.settings, self._path
        self.set_busy(True, saving=True)
        self.context.tasks.run(Lane.WRITE, self, lambda: service.adopt(path), lambda _saved: self.accept(), self.fail)

    def _add(self, grid: QGridLayout, at: int, one: Difference) -> None:
        theme = self.context.theme
        after = Label(theme, one.after or "–", weight=QFont.Weight.DemiBold)
        for column, part in enumerate((Label(theme, setting_name(one.name)), Label(theme, one.before or "–"), after)):
            part.setWordWrap(True)
            grid.addWidget(part, at, column)
