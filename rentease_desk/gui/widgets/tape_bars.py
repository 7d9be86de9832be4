"""The bars of the tape chart: each state of a stay, and a block, has a shape of its own."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from rentease_desk.gui.context import Context
from rentease_desk.gui.tape_words import Look

_GROUNDS = {Look.IN_HOUSE: "bar_in", Look.TO_COME: "bar_fut", Look.LEFT: "bar_out", Look.BLOCKED: "sunken"}
_BORDERS = {Look.ARRIVES: "focus", Look.TENTATIVE: "edge", Look.LEFT: "line", Look.BLOCKED: "edge"}
_HATCH = 6
_EDGE = 3
"""The thick left edge of who is in the house."""
RADIUS = 4


def paint_bar(painter: QPainter, place: QRectF, look: Look, context: Context) -> None:
    """A bar without anything on it."""
    theme = context.theme
    ground = theme.colour(_GROUNDS.get(look, "surface"))
    painter.setBrush(ground)
    border = _BORDERS.get(look)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        width = 1.5 if look is Look.ARRIVES else 1
        painter.setPen(
            QPen(theme.colour(border), width, Qt.PenStyle.DashLine if look is Look.TENTATIVE else Qt.PenStyle.SolidLine)
        )
        place = place.adjusted(0.75, 0.75, -0.75, -0.75)
    painter.drawRoundedRect(place, RADIUS, RADIUS)
    if look is Look.BLOCKED:
        _hatch(painter, place, context)
    if look is Look.IN_HOUSE:
        edge = QRectF(place.left(), place.top(), theme.px(_EDGE), place.height())
        painter.setClipRect(edge, Qt.ClipOperation.IntersectClip)
        painter.setBrush(theme.colour("focus"))
        painter.drawRoundedRect(place, RADIUS, RADIUS)


def _hatch(painter: QPainter, place: QRectF, context: Context) -> None:
    """Lines across: nobody's stay."""
    painter.save()
    outline = QPainterPath()
    outline.addRoundedRect(place, RADIUS, RADIUS)
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(context.theme.colour("line"), 1))
    step, high = context.theme.px(_HATCH), place.height()
    left = place.left() - high
    while left < place.right():
        painter.drawLine(QPointF(left, place.bottom()), QPointF(left + high, place.top()))
        left += step
    painter.restore()
