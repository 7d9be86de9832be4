"""A table on A4: with its titles on every page, upright or across, as large as its figures allow. Call it in a worker.

Figures are never cut; where even the smallest letters leave too little room, words are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPen,
)

from rentease_desk.gui.paper_table import PaperTable
from rentease_desk.gui.printing import dots, set_dpi

_FAMILIES = ["Inter", "Helvetica Neue", "Arial", "Noto Sans", "DejaVu Sans", "sans-serif"]
_MARGIN = 14.0
"""Millimetres, on each side."""
_A4 = (210.0, 297.0)
_CHOICES = ((9.0, False), (8.0, False), (9.0, True), (8.0, True), (7.0, True), (6.0, True))
"""Points of the rows, and whether the paper lies across: the first in which all has room is taken."""
_SCREEN_DPI, _MM = 96.0, 25.4
_GAP, _LINE = 0.9, 1.35
"""Between columns, and from one line to the next, in heights of a letter."""
_LONGEST = 8
"""Texts of a column that are measured: those of the most letters."""
_INK, _GREY, _RULE = QColor(Qt.GlobalColor.black), QColor("#5f5b54"), QColor("#b9b4ab")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Flags = Qt.AlignmentFlag


class _Line(Struct):
    """A line of the table: a row, a line of sums (``strong``), or one sentence over all columns."""

    cells: tuple[str, ...]
    strong: bool = False
    whole: bool = False


class _Plan(Struct):
    """How a table fits on paper: dots of the device."""

    across: bool
    size: float
    widths: list[float]
    width: float
    height: float


def paint_table(table: PaperTable, device: QPagedPaintDevice) -> bool:
    """Draw all pages; False if the device does not take them."""
    plan = _planned(table, device, float(device.logicalDpiX()), _CHOICES)
    _set_page(device, across=plan.across)
    painter = QPainter()
    if not painter.begin(device):
        return False
    drawing = _Drawing(table, plan, painter)
    for at in range(drawing.pages):
        if at and not device.newPage():
            return False
        drawing.page(at)
    return painter.end()


def picture_table(table: PaperTable, width: float, page: int = 0) -> QImage:
    """A page on white, so many dots wide."""
    screen = _screen(_SCREEN_DPI)
    plan = _planned(table, screen, _SCREEN_DPI, _CHOICES)
    dpi = width * _MM / _paper(across=plan.across)[0]
    plan = _planned(table, _screen(dpi), dpi, [(plan.size, plan.across)])
    across, down = _paper(across=plan.across)
    image = QImage(dots(across, dpi), dots(down, dpi), QImage.Format.Format_RGB32)
    set_dpi(image, dpi)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.translate(dots(_MARGIN, dpi), dots(_MARGIN, dpi))
    _Drawing(table, plan, painter).page(page)
    painter.end()
    return image


def _screen(dpi: float) -> QImage:
    """What letters are measured by."""
    screen = QImage(1, 1, QImage.Format.Format_RGB32)
    set_dpi(screen, dpi)
    return screen


class _Drawing:
    """Pages of a table that fits."""

    def __init__(self, table: PaperTable, plan: _Plan, painter: QPainter) -> None:
        self._table, self._plan, self._painter = table, plan, painter
        self._metrics = QFontMetricsF(_font(plan.size), painter.device())
        self._step = self._metrics.height() * _LINE
        self._gap = self._metrics.height() * _GAP
        self._head = self._step * (3.2 + len(table.head) + (1 if table.warning else 0))
        lines = list(self._lines())
        each = max(1, int((plan.height - self._head - 1.5 * self._step) / self._step))
        self._chunks = [lines[at : at + each] for at in range(0, len(lines), each)] or [[]]

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self._chunks)

    def page(self, at: int) -> None:
        """Draw one of them."""
        self._draw_head()
        chunk = self._chunks[at]
        if any(not line.whole for line in chunk) or not at:
            self._draw_line(_Line(self._table.titles), self._head - self._step, grey=True)
            self._rule(self._head)
        for number, line in enumerate(chunk):
            self._draw_line(line, self._head + number * self._step)
        self._draw_foot(at)

    def _lines(self) -> Iterator[_Line]:
        yield from (_Line(row) for row in self._table.rows)
        yield from (_Line(row, strong=True) for row in self._table.sums)
        yield _Line(("",), whole=True)
        for sentence in self._table.closing:
            yield from (_Line((part,), whole=True) for part in self._wrapped(sentence))

    def _wrapped(self, sentence: str) -> Iterator[str]:
        line = ""
        for word in sentence.split(" "):
            longer = f"{line} {word}" if line else word
            if line and self._metrics.horizontalAdvance(longer) > self._plan.width:
                yield line
                longer = word
            line = longer
        yield line

    def _draw_head(self) -> None:
        table, top, plan = self._table, 0.0, self._plan
        if table.warning:
            self._text(table.warning, QRectF(0, top, plan.width, self._step), _LEFT, strong=True)
            top += self._step
        self._text(table.title, QRectF(0, top, plan.width * 0.6, 1.8 * self._step), _LEFT, strong=True, larger=1.5)
        place = QRectF(plan.width * 0.6, top, plan.width * 0.4, 1.8 * self._step)
        self._text(table.house, place, _RIGHT, strong=True)
        top += 1.8 * self._step
        for sentence in table.head:
            self._text(sentence, QRectF(0, top, plan.width, self._step), _LEFT, grey=True)
            top += self._step

    def _draw_foot(self, at: int) -> None:
        place = QRectF(0, self._plan.height - self._step, self._plan.width, self._step)
        self._text(self._table.foot, place, _LEFT, grey=True)
        self._text(self._table.page.format(number=at + 1, count=self.pages), place, _RIGHT, grey=True)

    def _draw_line(self, line: _Line, top: float, *, grey: bool = False) -> None:
        if line.whole:
            self._text(line.cells[0], QRectF(0, top, self._plan.width, self._step), _LEFT, grey=True)
            return
        if line.strong:
            self._rule(top)
        left = 0.0
        for cell, width, figure in zip(line.cells, self._plan.widths, self._table.figures, strict=True):
            place = QRectF(left, top, width, self._step)
            self._text(cell, place, _RIGHT if figure else _LEFT, strong=line.strong, grey=grey)
            left += width + self._gap

    def _text(
        self, text: str, place: QRectF, flags: _Flags, *, strong: bool = False, grey: bool = False, larger: float = 1.0
    ) -> None:
        if not text:
            return
        painter = self._painter
        font = _font(self._plan.size * larger, strong=strong)
        painter.setFont(font)
        painter.setPen(_GREY if grey else _INK)
        room = QFontMetricsF(font, painter.device())
        shown = text if flags & Qt.AlignmentFlag.AlignRight else room.elidedText(
            text, Qt.TextElideMode.ElideRight, place.width() + 1)  # fmt: skip
        painter.drawText(place, int(flags | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip), shown)

    def _rule(self, top: float) -> None:
        self._painter.setPen(QPen(_RULE, max(1.0, self._metrics.height() / 24)))
        self._painter.drawLine(0, round(top), round(self._plan.width), round(top))


def _planned(table: PaperTable, device: QPaintDevice, dpi: float, choices: Sequence[tuple[float, bool]]) -> _Plan:
    """The first choice in which all of it has room, or the last."""
    plan = None
    for size, across in choices:
        width, height = (dots(side - 2 * _MARGIN, dpi) for side in _paper(across=across))
        gaps = QFontMetricsF(_font(size), device).height() * _GAP * (len(table.titles) - 1)
        natural = list(_natural(table, size, device))
        if sum(natural) + gaps <= width:
            return _Plan(across, size, _spread(natural, width - gaps), width, height)
        plan = _Plan(across, size, _squeezed(natural, table.figures, width - gaps), width, height)
    assert plan is not None
    return plan


def _natural(table: PaperTable, size: float, device: QPaintDevice) -> Iterator[float]:
    """How wide each column wants to be."""
    metrics, strong = QFontMetricsF(_font(size), device), QFontMetricsF(_font(size, strong=True), device)
    for at, title in enumerate(table.titles):
        cells = sorted({row[at] for row in table.rows}, key=len)[-_LONGEST:]
        wide = max((metrics.horizontalAdvance(one) for one in (title, *cells)), default=0)
        yield max(wide, *(strong.horizontalAdvance(row[at]) for row in table.sums), 0) + 1


def _spread(natural: Sequence[float], room: float) -> list[float]:
    """What is left is shared by all columns."""
    more = (room - sum(natural)) / len(natural)
    return [width + more for width in natural]


def _squeezed(natural: Sequence[float], figures: Sequence[bool], room: float) -> list[float]:
    """Words share what the figures leave them."""
    words = sum(width for width, figure in zip(natural, figures, strict=True) if not figure)
    share = max(0.0, room - (sum(natural) - words)) / words if words else 1.0
    return [width if figure else width * share for width, figure in zip(natural, figures, strict=True)]


def _font(size: float, *, strong: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setPointSizeF(size)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return font


def _paper(*, across: bool) -> tuple[float, float]:
    return (_A4[1], _A4[0]) if across else _A4


def _set_page(device: QPagedPaintDevice, *, across: bool) -> None:
    way = QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    page = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(page, way, margins, QPageLayout.Unit.Millimeter, QMarginsF()))
