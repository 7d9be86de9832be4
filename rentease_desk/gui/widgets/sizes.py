"""Lengths of the design that follow the zoom while a window is open: fixed sizes, and the distances of layouts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from rentease_desk.gui.theme import Theme

_DESIGN = "design_lengths"


class _Sizes(QObject):
    """Lives as long as its widget."""

    def __init__(self, widget: QWidget, theme: Theme, lengths: dict[str, int]) -> None:
        super().__init__(widget)
        self._widget, self._theme, self._lengths = widget, theme, lengths
        theme.changed.connect(self._apply)
        self._apply()

    @Slot()
    def _apply(self) -> None:
        for name, length in self._lengths.items():
            getattr(self._widget, name)(self._theme.px(length))


def keep_size(
    widget: QWidget,
    theme: Theme,
    *,
    width: int | None = None,
    height: int | None = None,
    least_width: int | None = None,
    most_width: int | None = None,
    least_height: int | None = None,
) -> None:
    """Give a widget sizes of the design, at whatever zoom. ``width`` and ``height`` are fixed."""
    given = {"setFixedWidth": width, "setFixedHeight": height, "setMinimumWidth": least_width,
             "setMaximumWidth": most_width, "setMinimumHeight": least_height}  # fmt: skip
    _Sizes(widget, theme, {name: length for name, length in given.items() if length is not None})


class LayoutZoom(QObject):
    """Scales margins and spacings of every layout within a widget. Layouts are made with lengths of the design."""

    def __init__(self, widget: QWidget, theme: Theme) -> None:
        super().__init__(widget)
        self._widget, self._theme = widget, theme
        theme.changed.connect(self.apply)
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Scale them now; again after layouts were added."""
        self.add(self._widget)

    @Slot(QWidget)
    def add(self, part: QWidget) -> None:
        """Scale what has come with a part of the widget."""
        for layout in part.findChildren(QLayout):
            _scale(layout, self._theme)


def _scale(layout: QLayout, theme: Theme) -> None:
    lengths = layout.property(_DESIGN)
    if lengths is None:
        lengths = _lengths(layout)
        layout.setProperty(_DESIGN, lengths)
    left, top, right, bottom, *gaps = (theme.px(int(length)) for length in lengths)
    layout.setContentsMargins(left, top, right, bottom)
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(gaps[0])
        layout.setVerticalSpacing(gaps[1])
        for column, least in enumerate(gaps[2:]):
            layout.setColumnMinimumWidth(column, least)
    else:
        layout.setSpacing(gaps[0])


def _lengths(layout: QLayout) -> Sequence[int]:
    margins = layout.contentsMargins()
    around = [margins.left(), margins.top(), margins.right(), margins.bottom()]
    if isinstance(layout, QGridLayout):
        columns = [layout.columnMinimumWidth(at) for at in range(layout.columnCount())]
        return [*around, layout.horizontalSpacing(), layout.verticalSpacing(), *columns]
    return [*around, layout.spacing()]
