"""What came in and what went back, day by day, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.money import Money, digits
from rentease_desk.domain.reporting import Bar
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context

_HEIGHT, _FOOT, _HEAD, _LEFT = 176, 24, 20, 64
_SHARE = 0.5
_LEAST_LABEL = 78
_LINES = 4
_LEGEND = 34
_COLOURS = ("accent", "wrong")
_LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


class ChartLegend(QWidget):
    """What the colours of the chart mean."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._words = (self.tr("received"), self.tr("returned"), self.tr("day still open"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line."""
        px = self._context.theme.px
        metrics = QFontMetrics(self._context.theme.font(tokens.SMALL))
        return QSize(sum(metrics.horizontalAdvance(word) + px(_LEGEND) for word in self._words), px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A square and a word each."""
        painter, theme = QPainter(self), self._context.theme
        painter.setFont(theme.font(tokens.SMALL))
        left, side = 0, theme.px(11)
        for at, word in enumerate(self._words):
            place = QRectF(left + 0.5, (self.height() - side) / 2 + 0.5, side, side)
            if at < len(_COLOURS):
                painter.fillRect(place, theme.colour(_COLOURS[at]))
            else:
                painter.setBrush(theme.colour("select"))
                painter.setPen(QPen(theme.colour("focus"), 1, Qt.PenStyle.DashLine))
                painter.drawRect(place)
            painter.setPen(theme.colour("text2"))
            width = painter.fontMetrics().horizontalAdvance(word)
            painter.drawText(QRectF(left + side + theme.px(6), 0, width + 2, self.height()), _LEFT_MIDDLE, word)
            left += width + theme.px(_LEGEND)
        painter.end()


class TakingsChart(QWidget):
    """Painted whole. The figures stand in the table below; a screen reader is told the highest and the lowest day."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._bars: Sequence[Bar] = ()
        self._currency = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self.updateGeometry)

    def show_bars(self, bars: Sequence[Bar], currency: str) -> None:
        """Show other days."""
        self._bars, self._currency = bars, currency
        best = max(bars, key=lambda one: one.received, default=None)
        formats = self._context.formats
        told = (
            "" if best is None else f"{formats.short_date(best.day)}, {formats.money(Money(best.received, currency))}"
        )
        self.setAccessibleName(self.tr("Chart by day; most on {day}").format(day=told))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A third of a page."""
        return QSize(400, self._context.theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Lines, bars, and what they say."""
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = nice_step(max(self._top(), -self._bottom(), 1))
        self._paint_lines(painter, step)
        for at, bar in enumerate(self._bars):
            self._paint_bar(painter, at, bar)
        self._paint_axis(painter)
        painter.end()

    def _top(self) -> int:
        return max(one.received for one in self._bars)

    def _bottom(self) -> int:
        return min(0, *(one.returned for one in self._bars))

    def _field(self) -> QRectF:
        """Where bars stand."""
        px = self._context.theme.px
        return QRectF(px(_LEFT), px(_HEAD), self.width() - px(_LEFT), self.height() - px(_HEAD) - px(_FOOT))

    def _y(self, minor: int) -> float:
        field, top, bottom = self._field(), max(self._top(), 1), self._bottom()
        return field.top() + field.height() * (top - minor) / (top - bottom)

    def _paint_lines(self, painter: QPainter, step: int) -> None:
        theme, field = self._context.theme, self._field()
        painter.setFont(theme.font(tokens.SMALL))
        for minor in range(0, self._top() + 1, step):
            y = self._y(minor)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(theme.colour("text2"))
            place = QRectF(0, y - theme.px(9), field.left() - theme.px(12), theme.px(18))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._whole(minor))

    def _paint_axis(self, painter: QPainter) -> None:
        field, y = self._field(), self._y(0)
        painter.setPen(QPen(self._context.theme.colour("edge"), 1))
        painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))

    def _paint_bar(self, painter: QPainter, at: int, bar: Bar) -> None:
        theme, field = self._context.theme, self._field()
        room = field.width() / len(self._bars)
        width = max(2.0, min(room * _SHARE, theme.px(54)))
        left, zero = field.left() + room * at + (room - width) / 2, self._y(0)
        if bar.received:
            top = self._y(bar.received)
            self._paint_received(painter, QRectF(left, top, width, zero - top), is_open=bar.is_open)
        if bar.returned:
            painter.fillRect(QRectF(left, zero + 1, width, self._y(bar.returned) - zero), theme.colour("wrong"))
        if self._says(at, room):
            self._paint_words(painter, QRectF(field.left() + room * at, 0, room, 0), bar)

    def _paint_received(self, painter: QPainter, place: QRectF, *, is_open: bool) -> None:
        """Dashed while the day is not over: it will be more."""
        theme = self._context.theme
        if not is_open:
            painter.fillRect(place, theme.colour("accent"))
            return
        painter.setBrush(theme.colour("select"))
        painter.setPen(QPen(theme.colour("focus"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, 0))

    def _says(self, at: int, room: float) -> bool:
        """Where bars are narrow, some of the days are named."""
        every = max(1, -(-self._context.theme.px(_LEAST_LABEL) // max(1, int(room))))
        return at % every == 0

    def _paint_words(self, painter: QPainter, place: QRectF, bar: Bar) -> None:
        theme, wide = self._context.theme, self._context.theme.px(90)
        middle = place.center().x()
        painter.setPen(theme.colour("text2"))
        painter.setFont(theme.font(tokens.SMALL))
        foot = QRectF(middle - wide / 2, self.height() - theme.px(_FOOT) + 4, wide, theme.px(18))
        painter.drawText(foot, _CENTRE, self._context.formats.short_date(bar.day))
        if bar.received:
            painter.setPen(theme.colour("text"))
            painter.setFont(theme.font(tokens.SMALL, QFont.Weight.DemiBold))
            head = QRectF(middle - wide / 2, self._y(bar.received) - theme.px(19), wide, theme.px(18))
            painter.drawText(head, _CENTRE, self._whole(bar.received))

    def _whole(self, minor: int) -> str:
        """Without decimals: the table has them."""
        return self._context.formats.count(round_to_whole(minor, self._currency))


def nice_step(most: int) -> int:
    """A round distance of lines, so that there are a few of them."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if most <= unit * factor * _LINES:
                return unit * factor
        unit *= 10


def round_to_whole(minor: int, currency: str) -> int:
    """Minor units as whole ones, half away from nothing."""
    unit = int(10 ** digits(currency))
    return (2 * abs(minor) + unit) // (2 * unit) * (-1 if minor < 0 else 1)
