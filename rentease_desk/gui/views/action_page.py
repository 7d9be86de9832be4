"""What the pages have in common whose rows a person acts on: a list with its own keys, choices above it, and what is
told of the marked row below."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.page_filters import FilterState, PageFilters
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.action_table import ActionTable
from rentease_desk.gui.widgets.basics import Button, Label, column, frame
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.segments import Segments


class ActionPage(Page):
    """``counted`` carries how many rows need a person, ``said`` a sentence about what was just done.

    Subclasses make ``segments``, and say what is shown of the marked row, what is read, and which row is marked.
    """

    counted = Signal(object)
    said = Signal(str)
    segments: Segments
    kept: PageFilters

    def __init__(
        self, context: Context, name: str, title: str, model: PagedModel[Any], detail: QWidget, sort: Any
    ) -> None:
        """``sort``: by which column the list is sorted at first."""
        super().__init__(context, title)
        self.table = ActionTable(name, model, context.theme, context.state)
        self.table.setAccessibleName(title)
        self.empty = EmptyState(context.theme, self.table)
        self._detail = detail
        self._rows = model
        self._sort = sort
        self._descending = False
        self._row = -1
        self._key: int | None = None
        self._is_other_list = False
        model.setParent(self)
        columns = Button(context.theme, self.tr("Columns"), icon="columns")
        columns.setMenu(self.table.column_menu)
        self.title_row.addWidget(columns)
        self._basis = Label(context.theme, size=tokens.SMALL, tone="text2")
        self._basis.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._basis.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def start(self) -> None:
        """Read the list."""
        self._show_settings()

    @Slot()
    def _show_settings(self) -> None:
        settings = self.context.settings
        self._basis.setText(self.tr("times in {zone}").format(zone=settings.zone))
        self.table.offer("account", offered=len(settings.accounts) > 1)
        self.reload()

    def enter(self) -> None:
        """The keyboard is in the list. It may be old: another process may have changed what is in it."""
        self.table.setFocus()
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read the list and the counts again."""
        raise NotImplementedError

    @Slot()
    def _show_marked(self) -> None:
        """Tell of the marked row, and offer what can be done with it."""
        raise NotImplementedError

    def _mark_again(self, last: int) -> int | None:
        """Which row to mark, if none is marked in a list that was read; ``last`` is its last one."""
        raise NotImplementedError

    def _assemble(self, *buttons: QWidget) -> None:
        """Put all together: choices with buttons beside them, the message line, the list, and what is told below."""
        self.banner.set_flush()
        head = frame(bar="page")
        inside = column(spacing=tokens.GRID, margins=(16, 16, 16, 12))
        inside.addLayout(self.title_row)
        inside.addLayout(FlowLayout(self.segments, self.kept.button, *buttons, self._basis))
        head.setLayout(inside)
        for part in (head, self.banner, self.table, self._detail):
            self.body.addWidget(part)
        self.body.setStretch(2, 1)
        self._connect()
        self._show_marked()

    def _keep_filters(self, kind: type[Struct]) -> None:
        """Let what is shown be saved. ``kind`` has the fields ``shown``, ``sort`` and ``descending``."""
        present = lambda: kind(self.segments.value, self._sort, self._descending)  # noqa: E731 - a word
        words = lambda: " · ".join((self.segments.word, *self.table.sorted_words(self._sort)))  # noqa: E731 - a word
        self.kept = PageFilters(self.context, self, FilterState(kind, present, words, self._take_filter))

    def _take_filter(self, wanted: Any) -> str:
        self._sort, self._descending, self._is_other_list = wanted.sort, wanted.descending, True
        if self.segments.offers(wanted.shown):
            self.segments.choose(wanted.shown)
        self.reload()
        return ""

    def _connect(self) -> None:
        self.segments.chosen.connect(self._choose)
        self.table.sort_asked.connect(self._sort_by)
        self.table.picked.connect(self._show_marked)
        self._rows.modelAboutToBeReset.connect(self._keep_row)
        self._rows.reloaded.connect(self._loaded)
        self._rows.dataChanged.connect(self._show_marked)
        self._rows.failed.connect(self._rows_not_read)
        self.context.settings_changed.connect(self._show_settings)

    @Slot(object)
    def _choose(self, _which: object) -> None:
        self._is_other_list = True
        self.reload()

    @Slot(object, bool)
    def _sort_by(self, sort: Any, descending: bool) -> None:
        self._sort, self._descending = sort, descending
        self.reload()

    @Slot()
    def _keep_row(self) -> None:
        self._row, self._key = self.table.currentIndex().row(), self.table.current_key

    @Slot()
    def _loaded(self) -> None:
        """Mark what was marked; if it has gone from the list, what stands in its place now."""
        self.was_read("rows")
        last = self._rows.rowCount() - 1
        if last >= 0 and not self.table.currentIndex().isValid():
            row = self._mark_again(last)
            if row is not None:
                self.table.setCurrentIndex(self._rows.index(row, 0))
        self._is_other_list = False
        self._show_marked()

    @Slot(object)
    def _rows_not_read(self, error: KnownError) -> None:
        self.not_read("rows", error)

    def _counts_not_read(self, error: KnownError) -> None:
        self.not_read("counts", error)
