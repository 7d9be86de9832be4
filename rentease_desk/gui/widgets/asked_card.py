"""What desks have asked of the one that syncs, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from rentease_desk.domain.permissions import Permission
from rentease_desk.gui import tokens
from rentease_desk.gui.asking import Asked
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.asked_model import AskedModel
from rentease_desk.gui.widgets.basics import Button, Label, frame, row
from rentease_desk.gui.widgets.cell_table import CellTable


class AskedCard(QWidget):
    """A table with what can be done to its marked row; there is none while nothing was asked for. ``withdrawn`` carries
    the uid of what nobody wants any more.
    """

    withdrawn = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.model = AskedModel(context, self)
        self.table = CellTable(self.model, self.model.columns, theme, fit=True, edge=2 * tokens.GRID)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setAccessibleName(self.tr("Asked of the desk that syncs"))
        self._told = Label(theme, size=tokens.SMALL, tone="text2")
        self._told.setWordWrap(True)
        self.withdraw = Button(theme, self.tr("Withdraw"))
        self.withdraw.clicked.connect(self._withdraw)
        self.table.selectionModel().currentRowChanged.connect(self._allow)
        whole = frame(card=True)
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.table)
        self._foot = QWidget()
        foot = row(self._told, self.withdraw, margins=(2 * tokens.GRID, tokens.GRID, 2 * tokens.GRID, tokens.GRID))
        foot.setStretch(0, 1)
        self._foot.setLayout(foot)
        inside.addWidget(self._foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(whole)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        context.staff_changed.connect(self._allow)
        theme.changed.connect(self._fit)
        self.hide()

    def show_asked(self, found: Asked) -> None:
        """Show how they stand; the mark goes along with its request."""
        marked = self.model.request_at(self.table.currentIndex().row())
        self.model.show_requests(found.requests)
        self._fit()
        uids = [one.uid for one in found.requests]
        if marked is not None and marked.uid in uids:
            self.table.setCurrentIndex(self.model.index(uids.index(marked.uid), 0))
        self.setVisible(bool(uids))
        self._allow()

    @Slot()
    def _fit(self) -> None:
        """As high as its few rows: the page scrolls, and not the table."""
        self.table.setFixedHeight(self.table.sizeHint().height())

    @Slot()
    def _allow(self) -> None:
        one = self.model.request_at(self.table.currentIndex().row())
        self.withdraw.setEnabled(one is not None and one.is_open and not one.stopping)
        self.withdraw.forbid(self._context.staff.why_not(Permission.SYNC))
        self._told.setText("" if one is None or one.trouble is None else str(one.trouble))
        is_open = any(other.is_open for other in self.model.requests)
        self.withdraw.setVisible(is_open)
        self._foot.setVisible(is_open or bool(self._told.text()))

    @Slot()
    def _withdraw(self) -> None:
        one = self.model.request_at(self.table.currentIndex().row())
        if one is not None:
            self.withdrawn.emit(one.uid)
