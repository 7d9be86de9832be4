"""How the tape chart is painted: its grid, its bars, and what is picked up. Only what is seen is painted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from rentease_desk.domain.tape import TapeBlock, TapeStay
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.tape_model import TapeModel
from rentease_desk.gui.tape_words import Look, Mark, look_of, mark_of, short_names
from rentease_desk.gui.widgets.painting import paint_box
from rentease_desk.gui.widgets.tape_bars import RADIUS, paint_bar
from rentease_desk.gui.widgets.tape_carry import Carry
from rentease_desk.gui.widgets.tape_layout import TapeLayout

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine
_LEAST_NAME = 24
_WEEKEND = 5


class TapePainter:
    """Paints one moment of the chart."""

    def __init__(self, painter: QPainter, layout: TapeLayout, model: TapeModel, context: Context, today: date) -> None:
        self._painter, self._layout, self._model = painter, layout, model
        self._context, self._theme, self._today = context, context.theme, today
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    # --- the grid

    def paint_grid(self, waiting: int) -> None:
        """Days, rows and lines. ``waiting``: how many have no room."""
        layout, fill = self._layout, self._painter.fillRect
        fill(QRect(0, 0, layout.width, layout.height), self._theme.colour("surface"))
        for at in range(layout.days):
            self._paint_day(layout.day(at))
        for row in layout.rows_seen():
            self._line(layout.row_top(row) + layout.row_height - 1, row_ends_group=self._ends_group(row))
        self._paint_labels(waiting)
        self._paint_head()
        self._paint_foot()
        for y in (layout.lanes_top - 1, layout.top - 1, layout.bottom):
            fill(QRectF(0, y, layout.width, 1), self._theme.colour("edge" if y == layout.top - 1 else "line"))
        fill(QRectF(layout.left - 1, 0, 1, layout.height), self._theme.colour("line"))

    def _paint_day(self, day: date) -> None:
        column, theme = self._layout.column(day), self._theme
        if day == self._today:
            self._painter.fillRect(column, theme.colour("today"))
        elif day.weekday() >= _WEEKEND:
            self._painter.fillRect(column, theme.colour("weekend"))
        self._painter.fillRect(QRectF(column.left(), 0, 1, column.height()), theme.colour("line"))

    def _line(self, y: int, *, row_ends_group: bool) -> None:
        if self._layout.top <= y < self._layout.bottom:
            colour = self._theme.colour("edge" if row_ends_group else "line")
            self._painter.fillRect(QRectF(0, y, self._layout.width, 1), colour)

    def _ends_group(self, row: int) -> bool:
        """Rooms 101 to 106 are one floor, 201 begins another."""
        room, after = self._model.room_at(row), self._model.room_at(row + 1)
        return bool(room and after and _floor(room.name) != _floor(after.name))

    def _paint_labels(self, waiting: int) -> None:
        layout, painter = self._layout, self._painter
        painter.fillRect(QRect(0, layout.lanes_top, layout.left, layout.top - layout.lanes_top),
                         self._theme.colour("surface"))  # fmt: skip
        top = QRectF(layout.px(24), layout.lanes_top, layout.left - layout.px(36), layout.row_height)
        self._text(top, self._context.tr("Without a room"), "text2")
        if waiting:
            self._badge(top, self._context.formats.count(waiting))
        painter.save()
        painter.setClipRect(layout.place_of_rows(0))
        for row in layout.rows_seen():
            self._paint_room(row)
        painter.restore()

    def _badge(self, place: QRectF, text: str) -> None:
        painter, px = self._painter, self._layout.px
        colour, ground = self._theme.colours.tint(tokens.Tone.ATTENTION)
        painter.setFont(self._theme.font(tokens.SMALL, QFont.Weight.DemiBold))
        width = painter.fontMetrics().horizontalAdvance(text) + px(12)
        box = QRectF(place.right() - width, place.center().y() - px(9), width, px(18))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, tokens.CHIP_RADIUS, tokens.CHIP_RADIUS)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_room(self, row: int) -> None:
        room, layout = self._model.room_at(row), self._layout
        if room is None:
            return
        place = QRectF(layout.px(24), layout.row_top(row), layout.left - layout.px(32), layout.row_height)
        self._painter.fillRect(QRectF(0, place.top(), layout.left - 1, place.height() - 1),
                               self._theme.colour("surface"))  # fmt: skip
        wide = self._text(place, room.name, "text", QFont.Weight.DemiBold)
        if room.kind:
            self._text(place.adjusted(wide + layout.px(10), 0, 0, 0), room.kind, "text2")

    def _paint_head(self) -> None:
        layout, theme = self._layout, self._theme
        room = layout.column(layout.day(0)).width() - layout.px(8)
        weekday = self._weekdays(room)
        for at in range(layout.days):
            day = layout.day(at)
            column = layout.column(day)
            is_today = day == self._today
            place = QRectF(column.left() + layout.px(6), 0, room, layout.px(22)).translated(0, layout.px(3))
            self._text(place, weekday(day), "link" if is_today else "text2", size=tokens.SMALL)
            self._text(place.translated(0, layout.px(19)), self._day_told(day, at, room),
                       "link" if is_today else "text", QFont.Weight.DemiBold)  # fmt: skip
            if is_today:
                below = QRectF(column.left(), layout.lanes_top - 3, column.width(), 3)
                self._painter.fillRect(below, theme.colour("focus"))

    def _weekdays(self, room: float) -> Callable[[date], str]:
        """All of them in one form: in the longer one where each has room."""
        formats, width = self._context.formats, QFontMetricsF(self._theme.font(tokens.SMALL)).horizontalAdvance
        days = (self._layout.day(at) for at in range(min(7, self._layout.days)))
        fits = all(width(formats.weekday(day)) <= room for day in days)
        return formats.weekday if fits else formats.two_letter_weekday

    def _day_told(self, day: date, at: int, room: float) -> str:
        """The month is told once, where there is room for it."""
        told = self._context.formats.day_month(day)
        metrics = QFontMetricsF(self._theme.font(weight=QFont.Weight.DemiBold))
        return told if (at == 0 or day.day == 1) and metrics.horizontalAdvance(told) <= room else str(day.day)

    def _paint_foot(self) -> None:
        layout, px = self._layout, self._layout.px
        foot = QRectF(0, layout.bottom, layout.width, layout.height - layout.bottom)
        self._painter.fillRect(foot, self._theme.colour("sunken"))
        self._text(foot.adjusted(px(24), 0, 0, 0), self._context.tr("Free rooms"), "text2", size=tokens.SMALL)
        for at in range(layout.days):
            free = self._model.free(layout.day(at))
            if free is not None:
                place = QRectF(layout.x(layout.day(at)) + px(6), foot.top(), layout.day_width, foot.height())
                self._text(place, self._context.formats.count(free), "text2", size=tokens.SMALL)

    # --- the bars

    def paint_stays(self, hidden: int | None) -> None:
        """All bars that are seen, but those of the booking ``hidden``."""
        for rows in (self._layout.lanes_seen(), self._layout.rows_seen()):
            for row in rows:
                self._clip(row)
                for block in self._model.blocks_in(row):
                    self._paint_block(block, self._layout.bar(row, block.first, block.last))
                for stay in self._model.stays_in(row):
                    if stay.booking.pk != hidden and self._is_seen(stay):
                        self._paint_stay(stay, self._layout.bar(row, stay.first, stay.last))
                self._painter.restore()

    def paint_ring(self, row: int, first: date, last: date) -> None:
        """A ring around what keys are about."""
        self._clip(row)
        bar = self._layout.bar(row, first, last).adjusted(-1, -2, 1, 2)
        paint_box(self._painter, bar, self._theme, "focus", "", RADIUS + 2, 2)
        self._painter.restore()

    def paint_carry(self, carry: Carry) -> None:
        """Where it was, as an outline, and where it would go."""
        for row, stay in self._model.places_of(carry.stay.booking.pk):
            self._clip(row)
            self._paint_outline(stay, self._layout.bar(row, stay.first, stay.last))
            self._painter.restore()
        self._clip(carry.row)
        self._paint_carried(carry)
        self._painter.restore()

    def _clip(self, row: int) -> None:
        layout = self._layout
        self._painter.save()
        self._painter.setClipRect(layout.place_of_rows(row).adjusted(layout.left, 0, 0, 0))

    def _is_seen(self, stay: TapeStay) -> bool:
        return stay.first < self._layout.last and stay.last >= self._layout.first

    def _paint_stay(self, stay: TapeStay, place: QRectF) -> None:
        booking, px = stay.booking, self._layout.px
        look = look_of(booking, self._today)
        self._painter.save()
        paint_bar(self._painter, place, look, self._context)
        self._painter.restore()
        inside = self._inside(place)
        taken = self._paint_mark(inside, mark_of(booking, self._context.formats, self._today))
        name = inside.adjusted(0, 0, -taken - (px(4) if taken else 0), 0)
        self._paint_name(name, booking.guest.name, "text2" if look is Look.LEFT else "text")

    def _paint_block(self, block: TapeBlock, place: QRectF) -> None:
        self._painter.save()
        paint_bar(self._painter, place, Look.BLOCKED, self._context)
        self._painter.restore()
        inside, size = self._inside(place), self._layout.px(tokens.CHIP_ICON)
        if inside.width() < size:
            return
        ratio = self._painter.device().devicePixelRatioF()
        pixmap = self._theme.icons.pixmap("lock", self._theme.colour("text2"), size, ratio)
        self._painter.drawPixmap(QPointF(inside.left(), inside.center().y() - size / 2), pixmap)
        name = inside.adjusted(size + self._layout.px(4), 0, 0, 0)
        if name.width() < self._layout.px(_LEAST_NAME):
            return
        metrics = QFontMetricsF(self._theme.font(tokens.SMALL))
        shown = metrics.elidedText(block.source, Qt.TextElideMode.ElideRight, name.width())
        under = QRectF(name.left(), name.center().y() - metrics.height() / 2, metrics.horizontalAdvance(shown) + 2,
                       metrics.height())  # fmt: skip
        self._painter.fillRect(under, self._theme.colour("sunken"))  # no line runs through the letters
        self._painter.setFont(self._theme.font(tokens.SMALL))
        self._painter.setPen(self._theme.colour("text2"))
        self._painter.drawText(name, _LEFT, shown)

    def _inside(self, place: QRectF) -> QRectF:
        """The part of a bar that is seen and may be written on."""
        px, layout = self._layout.px, self._layout
        left = max(place.left(), layout.left) + px(8)
        return QRectF(left, place.top(), min(place.right(), layout.width) - px(7) - left, place.height())

    def _paint_mark(self, place: QRectF, mark: Mark) -> float:
        """The mark, at the right, if there is room; returns its width."""
        painter, size = self._painter, self._layout.px(tokens.CHIP_ICON)
        if place.width() < size:
            return 0
        colour = self._theme.colour(mark.colour)
        pixmap = self._theme.icons.pixmap(mark.icon, colour, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(place.right() - size, place.center().y() - size / 2), pixmap)
        painter.setFont(self._theme.font(tokens.SMALL, QFont.Weight.DemiBold))
        wide = painter.fontMetrics().horizontalAdvance(mark.amount) + self._layout.px(4) if mark.amount else 0
        if wide and place.width() - size - wide >= self._layout.px(2 * _LEAST_NAME):
            painter.setPen(colour)
            painter.drawText(place.adjusted(0, 0, -size - self._layout.px(4), 0), _RIGHT, mark.amount)
            return size + wide
        return size

    def _paint_name(self, place: QRectF, name: str, colour: str) -> None:
        font = self._theme.font(tokens.SMALL, QFont.Weight.Medium)
        metrics = QFontMetricsF(font)
        fitting = (one for one in short_names(name) if metrics.horizontalAdvance(one) <= place.width())
        shown = next(fitting, None)
        if shown is None and place.width() >= self._layout.px(_LEAST_NAME):
            shown = metrics.elidedText(short_names(name)[-1], Qt.TextElideMode.ElideRight, place.width())
        if shown:
            self._painter.setFont(font)
            self._painter.setPen(self._theme.colour(colour))
            self._painter.drawText(place, _LEFT, shown)

    def _paint_outline(self, stay: TapeStay, place: QRectF) -> None:
        self._painter.setPen(QPen(self._theme.colour("edge"), 1, Qt.PenStyle.DashLine))
        self._painter.setBrush(self._theme.colour("surface"))
        self._painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        self._paint_name(self._inside(place), stay.booking.guest.name, "text2")

    def _paint_carried(self, carry: Carry) -> None:
        """Filled where it may be dropped; else an outline with a sign of its own."""
        place, size = self._layout.bar(carry.row, carry.first, carry.place.departure), self._layout.px(tokens.CHIP_ICON)
        refused = carry.trouble is not None
        ground, border = ("surface", "wrong") if refused else ("accent", "accent")
        paint_box(self._painter, place, self._theme, border, ground, RADIUS, 2)
        colour, inside = "wrong" if refused else "onaccent", self._inside(place)
        pixmap = self._theme.icons.pixmap("circle-slash" if refused else "move", self._theme.colour(colour), size,
                                          self._painter.device().devicePixelRatioF())  # fmt: skip
        self._painter.drawPixmap(QPointF(inside.left(), inside.center().y() - size / 2), pixmap)
        name = inside.adjusted(size + self._layout.px(6), 0, 0, 0)
        self._paint_name(name, carry.stay.booking.guest.name, colour)

    def _text(self, place: QRectF, text: str, colour: str, weight: QFont.Weight = QFont.Weight.Normal,
              size: int = tokens.BASE) -> float:  # fmt: skip
        """A text in one line, cut where it is too long; returns its width."""
        self._painter.setFont(self._theme.font(size, weight))
        self._painter.setPen(self._theme.colour(colour))
        metrics = self._painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()) + 1)
        self._painter.drawText(place, _LEFT, shown)
        return float(metrics.horizontalAdvance(shown))


def _floor(name: str) -> str:
    """What stands before the last two digits of a room's number; a name that is no number has none."""
    return name[:-2] if name.isdecimal() else ""
