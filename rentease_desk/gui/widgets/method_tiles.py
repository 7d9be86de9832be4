"""The ways to pay as tiles, each with its function key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QPushButton, QVBoxLayout, QWidget

from rentease_desk.domain.payment import Method, Source
from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Icon, KeyCap, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.painting import paint_box
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.words import method_icon

_A_ROW = 4
_KEYS = 8


class MethodTile(QPushButton):
    """One way to pay."""

    def __init__(self, theme: Theme, method: Method, key: str) -> None:
        super().__init__()
        self._theme = theme
        self.method = method
        self.setCheckable(True)
        self.setAccessibleName(f"{method.label} {key}".strip())
        self._icon = Icon(theme, method_icon(Source.MANUAL, method.code), "text", tokens.TILE_ICON)
        self._label = ElidedLabel(theme, method.label, weight=QFont.Weight.Medium)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 6, 10)
        layout.addLayout(row(self._icon, None, *((KeyCap(theme, key),) if key else ())))
        layout.addStretch(1)
        layout.addWidget(self._label)
        for part in (self._icon, self._label):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        keep_size(self, theme, height=tokens.TILE)
        self.toggled.connect(self._toggled)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A quarter of the dialog."""
        return QSize(self._theme.px(112), self._theme.px(tokens.TILE))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A card; chosen, tinted and ringed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked() or self.hasFocus()
        border, width = ("focus", 2) if marked else ("edge", 1)
        tint = "select" if self.isChecked() else "hover" if self.underMouse() else "surface"
        paint_box(painter, QRectF(self.rect()), self._theme, border, tint, tokens.CONTROL_RADIUS, width)
        painter.end()

    @Slot(bool)
    def _toggled(self, checked: bool) -> None:
        self._icon.show_icon(method_icon(Source.MANUAL, self.method.code), "link" if checked else "text")


class MethodTiles(QWidget):
    """``chosen`` carries the Method that was taken."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, methods: Sequence[Method]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._tiles = [
            MethodTile(theme, method, f"F{at}" if at <= _KEYS else "") for at, method in enumerate(methods, start=1)
        ]
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(tokens.GRID)
        for at, tile in enumerate(self._tiles):
            self._group.addButton(tile, at)
            layout.addWidget(tile, at // _A_ROW, at % _A_ROW)
            layout.setColumnStretch(at % _A_ROW, 1)
        self._group.buttonClicked.connect(self._clicked)
        self._tiles[0].setChecked(True)

    @property
    def method(self) -> Method:
        """The one that is taken."""
        return self._tiles[self._group.checkedId()].method

    def choose_key(self, key: int) -> bool:
        """Take the method of a function key; False if there is none."""
        at = key - int(Qt.Key.Key_F1)
        if not 0 <= at < min(_KEYS, len(self._tiles)):
            return False
        self._tiles[at].setChecked(True)
        self.chosen.emit(self.method)
        return True

    @Slot(QAbstractButton)
    def _clicked(self, _button: QAbstractButton) -> None:
        self.chosen.emit(self.method)
