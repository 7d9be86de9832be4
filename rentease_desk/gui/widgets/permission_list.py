"""The permissions of a restricted key with what each is for, and what a test has found. Painted whole."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.key_permissions import KEY_PERMISSIONS, KeyPermission, KeyReport, Need, Probed
from rentease_desk.gui import tokens
from rentease_desk.gui.key_words import need_words, permission_words, state_words
from rentease_desk.gui.theme import Theme

_ROW, _HEAD, _GAP = 24, 28, 12
_V = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class PermissionList(QWidget):
    """By what is missing without them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._found: Mapping[KeyPermission, Probed] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What a restricted key should be allowed"))
        theme.changed.connect(self.updateGeometry)
        self.show_report(None)

    def show_report(self, report: KeyReport | None) -> None:
        """Show what a test has found; None: nothing yet."""
        self._found = {one.permission: one for one in report.probed} if report else {}
        told = (f"{permission_words(one)}, {one.purpose}: {self._state(one)[0]}" for one in KEY_PERMISSIONS)
        self.setAccessibleDescription("\n".join(told))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All rows, and a head for each kind of them."""
        height = len(KEY_PERMISSIONS) * self._theme.px(_ROW) + len(Need) * self._theme.px(_HEAD)
        return QSize(self._theme.px(400), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The rows below their heads."""
        painter, top = QPainter(self), 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for need in Need:
            head = QRect(0, top, self.width(), self._theme.px(_HEAD))
            self._write(painter, head, need_words(need), "text", self._theme.font(weight=QFont.Weight.DemiBold))
            top += head.height()
            for one in KEY_PERMISSIONS:
                if one.need is need:
                    self._paint_row(painter, QRect(0, top, self.width(), self._theme.px(_ROW)), one)
                    top += self._theme.px(_ROW)
        painter.end()

    def _state(self, one: KeyPermission) -> tuple[str, str, str]:
        return state_words(self._found.get(one))

    def _paint_row(self, painter: QPainter, place: QRect, one: KeyPermission) -> None:
        """What was found, the row of Stripe's page, what it is for; the least important first gives way."""
        theme, (word, icon, tone) = self._theme, self._state(one)
        size, gap = theme.px(tokens.CHIP_ICON), theme.px(_GAP)
        pixmap = theme.icons.pixmap(icon, theme.colour(tone), size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(place.left(), place.center().y() - size / 2 + 1), pixmap)
        left = place.left() + size + gap // 2
        name = QFontMetrics(theme.font())
        first = max(name.horizontalAdvance(permission_words(of)) for of in KEY_PERMISSIONS) + gap
        last = max(name.horizontalAdvance(state_words(of)[0]) for of in (None, *self._found.values())) + gap
        self._write(painter, QRect(left, place.top(), first, place.height()), permission_words(one), "text")
        middle = QRect(left + first, place.top(), place.right() - last - left - first, place.height())
        self._write(painter, middle, one.purpose, "text2")
        painter.setPen(theme.colour(tone))
        painter.setFont(theme.font())
        painter.drawText(place, _V | Qt.AlignmentFlag.AlignRight, word)

    def _write(self, painter: QPainter, place: QRect, text: str, tone: str, font: QFont | None = None) -> None:
        painter.setFont(font or self._theme.font())
        painter.setPen(self._theme.colour(tone))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, _V, shown)
