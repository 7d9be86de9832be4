"""A table's header: small grey titles, and the direction of sorting beside the column that is sorted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import cell_place

_CHEVRON = 12


class DeskHeader(QHeaderView):
    """Painted whole, so that it is the same on every system. ``edge``: where the first column's text begins."""

    def __init__(self, theme: Theme, edge: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self.edge = theme, edge
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setMinimumSectionSize(48)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sorted_section = -1
        self.descending = False

    def show_sorting(self, section: int, *, descending: bool) -> None:
        """Mark the sorted column."""
        self.sorted_section, self.descending = section, descending
        self.viewport().update()

    def paintSection(self, painter: QPainter, place: QRect, section: int) -> None:  # noqa: N802 - Qt's name
        """One title."""
        theme = self._theme
        painter.save()
        painter.fillRect(place, theme.colour("sunken"))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, theme.colour("line"))
        painter.setFont(theme.font(tokens.SMALL))
        painter.setPen(theme.colour("text2"))
        title = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        aligned = (
            self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
            or self.defaultAlignment()
        )
        inside = cell_place(self, section, place, theme, self.edge)
        if section == self.sorted_section:
            inside = self._paint_chevron(painter, inside, title, Qt.AlignmentFlag(aligned))
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag(aligned) | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_chevron(self, painter: QPainter, inside: QRect, title: str, aligned: Qt.AlignmentFlag) -> QRect:
        size = self._theme.px(_CHEVRON)
        name = "chevron-down" if self.descending else "chevron-up"
        pixmap = self._theme.icons.pixmap(name, self._theme.colour("text2"), size, self.devicePixelRatioF())
        top = inside.center().y() - size / 2 + 1
        if aligned & Qt.AlignmentFlag.AlignRight:
            painter.drawPixmap(QPointF(inside.right() - size + 1, top), pixmap)
            return inside.adjusted(0, 0, -size - 2, 0)
        width = painter.fontMetrics().horizontalAdvance(title)
        painter.drawPixmap(QPointF(min(inside.left() + width + 4, inside.right() - size), top), pixmap)
        return inside
