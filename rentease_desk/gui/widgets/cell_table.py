"""A table of cells: hover, one marked row, a stretching column, copying. Lists build on it in ``desk_table``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QSizePolicy, QTableView

from rentease_desk.gui import tokens
from rentease_desk.gui.models.cell import CELL_ROLE, Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import frame
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.row_painter import RowPainter
from rentease_desk.gui.widgets.sizes import keep_size

_LEAST_COLUMN = 40
_LEAST_STRETCH = 0.75


class CellTable(QTableView):
    """Shows a model whose ``CELL_ROLE`` is a ``Cell``, with columns as declared.

    ``fit``: it is as high as its rows, and scrolls only where there is less room. ``edge``: where its text begins.
    """

    def __init__(
        self,
        model: CellModel[Any],
        columns: Sequence[Column[Any]],
        theme: Theme,
        row: int = tokens.ROW,
        *,
        fit: bool = False,
        edge: int = tokens.GRID,
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.hidden = {column.name for column in columns if not column.shown}
        self._withheld = {column.name for column in columns if not column.offered}
        self.widths: dict[str, float] = {column.name: column.width for column in columns}
        self._theme, self._row, self._fit = theme, row, fit
        self._arranging = False
        self._header = DeskHeader(theme, edge, self)
        self._rows = RowPainter(self, self._header, model, self.columns, theme)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self._set_up()
        self._add_head_end()
        self._recall_columns()
        self._header.sectionResized.connect(self._note_width)
        self._theme.changed.connect(self._restyle)
        self.selectionModel().currentRowChanged.connect(self._repaint)
        if fit:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
            model.modelReset.connect(self.updateGeometry)
        self._restyle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the rows."""
        rows = self.verticalHeader().defaultSectionSize() * self.model().rowCount()
        return QSize(super().sizeHint().width(), self._header.height() + rows + 2 * self.frameWidth())

    @property
    def header(self) -> DeskHeader:
        """The header."""
        return self._header

    def selectAll(self) -> None:  # noqa: N802 - Qt's name
        """Nothing: one row is marked at a time, and marking a million takes half a minute."""

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802 - Qt's name
        """Nothing: Qt would read every row. Lists have a search of their own."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+C copies the row, with Shift the cell; Home and End go to rows. Letters and Space are the page's."""
        control = Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_C and event.modifiers() == control | Qt.KeyboardModifier.ShiftModifier:
            self._copy(self._plain(self.currentIndex()))
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy_row()
        elif event.text().isprintable() and event.text() and not event.modifiers() & control:
            event.ignore()
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and not event.modifiers() & control:
            row = 0 if event.key() == Qt.Key.Key_Home else self.model().rowCount() - 1
            self.setCurrentIndex(self.model().index(row, max(0, self.currentIndex().column())))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the cell or the row under the mouse; asked for by a key, of the marked row."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self._row_menu(index).popup(self.viewport().mapToGlobal(place))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The row under the mouse is tinted whole."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """No row is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The rows, without asking Qt for each cell."""
        painter = QPainter(self.viewport())
        self._rows.paint(painter, event.rect())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The stretching column takes what the others leave. In a short list the marked row stays in sight."""
        super().resizeEvent(event)
        self.arrange()
        if self._fit:
            self.scrollTo(self.currentIndex())

    def arrange(self) -> None:
        """Show the columns that fit, and give what is left to the one that stretches."""
        self._arranging = True
        room = self.viewport().width()
        widths = self._widths_of(self._fitting(room), room)
        for at, column in enumerate(self.columns):
            self.setColumnHidden(at, column.name not in widths)
            if column.name in widths:
                self._header.resizeSection(at, widths[column.name])
        self._arranging = False

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _add_head_end(self) -> None:
        """The header goes on above the bar to scroll."""
        end = frame(bar="head")
        keep_size(end, self._theme, height=tokens.TABLE_HEADER)
        self.addScrollBarWidget(end, Qt.AlignmentFlag.AlignTop)

    def _recall_columns(self) -> None:
        """Take over what is remembered of the columns; here nothing is."""

    def _fitting(self, room: int) -> list[Column[Any]]:
        """The columns to show: those not hidden, less those that must give way."""
        shown = [column for column in self.columns if column.name not in self.hidden | self._withheld]
        while (loser := max(shown, key=lambda one: one.give_way)).give_way > 0:
            if sum(self._width_of(column) for column in shown) <= room:
                break
            shown.remove(loser)
        return shown

    def _widths_of(self, shown: Sequence[Column[Any]], room: int) -> dict[str, int]:
        """As wide as the letters ask; where there is less room, words give some, down to the design's widths."""
        wide = {column.name: self._width_of(column) for column in shown}
        words = [column.name for column in shown if not _is_firm(column)]
        less = sum(wide.values()) - room
        if less > 0 and words:
            share = 1 - less / sum(wide[name] for name in words)
            wide |= {name: max(int(wide[name] * share), self._theme.px(self.widths[name])) for name in words}
        spread = self._spread(shown, wide, room)
        wide |= {name: int(wide[name] * spread) for name in wide if self._is_as_designed(name)}
        return wide | self._stretched([one for one in shown if one.stretch], wide, room)

    def _spread(self, shown: Sequence[Column[Any]], wide: dict[str, int], room: int) -> float:
        """How much wider columns become in a wide window, so that the end of a row is found from its beginning.

        What stretches doubles first. What a person has drawn stays as it is.
        """
        drawn = sum(width for name, width in wide.items() if not self._is_as_designed(name))
        stretching = sum(wide[one.name] for one in shown if one.stretch)
        others = sum(wide.values()) - drawn
        return max(1.0, (room - drawn) / (others + stretching)) if stretching else 1.0

    def _is_as_designed(self, name: str) -> bool:
        return any(one.stretch or one.width == self.widths[name] for one in self.columns if one.name == name)

    def _stretched(self, columns: Sequence[Column[Any]], wide: dict[str, int], room: int) -> dict[str, int]:
        """What the others leave; several share it as they share the design's widths, to the last pixel."""
        left = room - sum(wide.values()) + sum(wide[column.name] for column in columns)
        whole, found = sum(self.widths[column.name] for column in columns), dict[str, int]()
        for column in columns:
            share = int(left * self.widths[column.name] / whole)
            left, whole = left - share, whole - self.widths[column.name]
            found[column.name] = max(share, self._least_of(column))
        return found

    def _least_of(self, column: Column[Any]) -> int:
        """The stretching column gives more than the others: a name cut with … is better than a bar to scroll."""
        return self._theme.px(self.widths[column.name] * _LEAST_STRETCH)

    def _width_of(self, column: Column[Any]) -> int:
        return self._theme.text_px(self.widths[column.name])

    def _hover(self, row: int) -> None:
        if row != self._rows.hovered:
            self._rows.hovered = row
            self.viewport().update()

    def _copy_row(self) -> None:
        row = self.currentIndex().row()
        if row < 0:
            return
        order = (self._header.logicalIndex(at) for at in range(self._header.count()))
        cells = [self._plain(self.model().index(row, at)) for at in order if not self.isColumnHidden(at)]
        self._copy("\t".join(cells))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _plain(self, index: QModelIndex) -> str:
        cell = index.data(CELL_ROLE)
        return cell.plain if isinstance(cell, Cell) else ""

    def _row_menu(self, index: QModelIndex) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = self._plain(index)
        menu.addAction(self.tr("Copy “{text}”").format(text=text[:40].replace("&", "&&")), lambda: self._copy(text))
        menu.addAction(self.tr("Copy row"), self._copy_row)
        return menu

    @Slot(int, int, int)
    def _note_width(self, at: int, _old: int, new: int) -> None:
        """A person has drawn a column wider or narrower."""
        if not self._arranging and new and not self.columns[at].stretch:
            self.widths[self.columns[at].name] = self._theme.text_length(new)

    @Slot()
    def _restyle(self) -> None:
        """Another zoom. Columns that become wider by their new least size were not drawn by a person."""
        self._arranging = True
        self.verticalHeader().setDefaultSectionSize(self._theme.px(self._row))
        self._header.setFixedHeight(self._theme.px(tokens.TABLE_HEADER))
        self._header.setMinimumSectionSize(self._theme.px(_LEAST_COLUMN))
        self.arrange()
        self.updateGeometry()
        self.viewport().update()

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()


def _is_firm(column: Column[Any]) -> bool:
    return column.firm or column.align is Align.RIGHT
