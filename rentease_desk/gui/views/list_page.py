"""What the two lists have in common: a head with filters, a table, and the folio beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.views.folio_beside import FolioBeside
from rentease_desk.gui.widgets.basics import Button, column, frame
from rentease_desk.gui.widgets.desk_table import DeskTable
from rentease_desk.gui.widgets.empty_state import EmptyState


class ListPage(FolioBeside):
    """A table of any size. Subclasses say what is marked."""

    def __init__(self, context: Context, name: str, title: str, model: PagedModel[Any]) -> None:
        super().__init__(context, title)
        self.table = DeskTable(name, model, context.theme, context.state)
        self.table.setAccessibleName(title)
        self.empty = EmptyState(context.theme, self.table)
        self._columns = Button(context.theme, self.tr("Columns"), icon="columns")
        self._columns.setMenu(self.table.column_menu)
        self.title_row.addWidget(self._columns)
        model.setParent(self)
        model.failed.connect(self._rows_not_read)
        model.dataChanged.connect(self._fill_panel)
        model.reloaded.connect(self._fill_panel)
        model.reloaded.connect(self._rows_read)
        self.table.picked.connect(self._fill_panel)

    def home(self) -> QWidget:
        """The list."""
        return self.table

    def assemble(self, filters: QLayout, *below: QWidget) -> None:
        """Put head, table and what stands below it together, and the folio beside them."""
        head = frame(bar="page")
        inside = column(spacing=tokens.GRID, margins=(16, 16, 16, 12))
        inside.addLayout(self.title_row)
        inside.addLayout(filters)
        head.setLayout(inside)
        self.banner.set_flush()
        stack = column(head, self.banner, self.table, *below, spacing=0)
        stack.setStretch(2, 1)
        self.put_beside(stack)

    @Slot(object)
    def _rows_not_read(self, error: KnownError) -> None:
        self.not_read("rows", error)

    @Slot()
    def _rows_read(self) -> None:
        self.was_read("rows")
