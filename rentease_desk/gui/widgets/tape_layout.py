"""Where everything of the tape chart stands: days beside each other, rooms below each other, bars from noon to noon."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor

from msgspec import Struct
from PySide6.QtCore import QRect, QRectF

ROW, BAR, HEAD, FOOT, LABEL = 34, 26, 48, 30, 172
LANES = 3
"""So many rows of those without a room are seen at once."""


class TapeLayout(Struct, frozen=True):
    """One size of the chart, at one place of it, in pixels; ``scale`` is the zoom (1 is that of the design).

    ``days`` are seen from ``first`` on; ``rooms`` rows, of which ``scroll`` pixels are above the top; ``lanes`` rows
    without a room, of which ``lane`` are above the top.
    """

    width: int
    height: int
    scale: float
    first: date
    days: int
    rooms: int
    lanes: int
    scroll: int = 0
    lane: int = 0

    def px(self, length: float) -> int:
        """A length of the design."""
        return round(length * self.scale)

    @property
    def row_height(self) -> int:
        """Of every row."""
        return self.px(ROW)

    @property
    def left(self) -> int:
        """Where the days begin."""
        return self.px(LABEL)

    @property
    def day_width(self) -> float:
        """Of every day."""
        return max(1.0, (self.width - self.left) / self.days)

    @property
    def lanes_top(self) -> int:
        """Where those without a room begin."""
        return self.px(HEAD)

    @property
    def lanes_shown(self) -> int:
        """One row at least, though it be empty."""
        return min(max(self.lanes, 1), LANES)

    @property
    def top(self) -> int:
        """Where the rooms begin."""
        return self.lanes_top + self.lanes_shown * self.row_height

    @property
    def bottom(self) -> int:
        """Where they end."""
        return max(self.top, self.height - self.px(FOOT))

    @property
    def most_scroll(self) -> int:
        """How far it can be scrolled."""
        return max(0, self.rooms * self.row_height - (self.bottom - self.top))

    @property
    def last(self) -> date:
        """The day after the last one that is seen."""
        return self.first + timedelta(days=self.days)

    def day(self, at: int) -> date:
        """The ``at``-th day that is seen."""
        return self.first + timedelta(days=at)

    def x(self, day: date) -> float:
        """The left edge of a day."""
        return self.left + (day - self.first).days * self.day_width

    def column(self, day: date) -> QRectF:
        """A day from top to bottom."""
        return QRectF(self.x(day), 0, self.day_width, self.height)

    def row_top(self, row: int) -> int:
        """The upper edge of a row, seen or not."""
        if row < 0:
            return self.lanes_top + (row + max(self.lanes, 1) - self.lane) * self.row_height
        return self.top + row * self.row_height - self.scroll

    def rows_seen(self) -> range:
        """The rooms of which something is seen."""
        first = self.scroll // self.row_height
        last = -(-(self.scroll + self.bottom - self.top) // self.row_height)
        return range(first, min(last, self.rooms))

    def lanes_seen(self) -> range:
        """The rows without a room that are seen."""
        top = -max(self.lanes, 1) + self.lane
        return range(top, top + self.lanes_shown)

    def row_at(self, y: float) -> int | None:
        """The row at a height; None in the head, in the foot, and below the last one."""
        if self.lanes_top <= y < self.top:
            return self.lanes_seen()[0] + int(y - self.lanes_top) // self.row_height
        row = int(y - self.top + self.scroll) // self.row_height
        return row if self.top <= y < self.bottom and row < self.rooms else None

    def night_at(self, x: float) -> date:
        """The night at a place: it begins in the middle of its day."""
        return self.first + timedelta(days=floor((x - self.left) / self.day_width - 0.5))

    def bar(self, row: int, first: date, last: date) -> QRectF:
        """A stay in a row, from noon to noon, whether it is seen or not."""
        left, right = self.x(first) + self.day_width / 2, self.x(last) + self.day_width / 2
        top = self.row_top(row) + (self.row_height - self.px(BAR)) / 2
        return QRectF(left + 2, top, right - left - 4, self.px(BAR))

    def place_of_rows(self, row: int) -> QRect:
        """Where rows of its kind may be painted."""
        top, bottom = (self.lanes_top, self.top) if row < 0 else (self.top, self.bottom)
        return QRect(0, top, self.width, bottom - top)

    def nearest_scroll(self, row: int) -> int:
        """How far to scroll, at least, so that the whole room is seen."""
        top = row * self.row_height
        return min(max(self.scroll, top + self.row_height - (self.bottom - self.top)), top)
