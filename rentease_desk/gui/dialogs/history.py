"""What happened to a booking or a payment: who, when, what from, and what to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.history import HistoryLine
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.history_words import change_told
from rentease_desk.gui.models.history_model import HistoryModel
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Label, column, frame
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.sizes import keep_size

_WIDTH = 1000
_TABLE, _LEAST = 400, 180
_DETAIL = 92


class HistoryDialog(DeskDialog):
    """Arrows go through the entries; below the table stands all of the marked one. Enter copies them as text."""

    def __init__(self, context: Context, parent: QWidget, title: str, about: str, lines: Sequence[HistoryLine]) -> None:
        super().__init__(context, parent, title, about, _WIDTH)
        self.model = HistoryModel(context, self)
        self.model.show_lines(lines)
        self.table = CellTable(self.model, self.model.columns, context.theme)
        self.table.setAccessibleName(self.tr("What happened"))
        self.detail = Label(context.theme, tone="text2")
        self.detail.setWordWrap(True)
        keep_size(self.detail, context.theme, least_height=_DETAIL)
        inside = frame(card=True)
        inside.setLayout(column(self.table, margins=(1, 1, 1, 1)))
        self.body.addWidget(inside)
        self.body.addWidget(self.detail)
        self.give(self.table, _TABLE, _LEAST)
        self.add_buttons(self.tr("Copy as text"), leave=self.tr("Close"))
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.table.setCurrentIndex(self.model.index(self.model.rowCount() - 1, 0))
        self.table.setFocus()

    def submit(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self.model.text())
        self.banner.tell(self.tr("Copied"), self.tr("The whole history is on the clipboard."), Tone.GOOD)

    @Slot(QModelIndex)
    def _tell(self, current: QModelIndex) -> None:
        line = self.model.line_at(current.row())
        changes = () if line is None else line.changes
        told = " · ".join(change_told(change, self.context.formats) for change in changes)
        self.detail.setText(told)
        self.table.setAccessibleDescription(told)
