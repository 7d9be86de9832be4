"""A receipt's HTML on paper: as a picture for the screen, as PDF, and on a printer. Call it in a worker thread.

Whatever paints it is told as the document's paint device first, so that points are points on each of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
    QTextOption,
)

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.paper import Paper
from rentease_desk.services.whole_files import replace_file

_MM = 25.4
_A4 = QSizeF(210, 297)
_ROLL_WIDTH = 80.0
_MARGINS = {Paper.A4: QMarginsF(20, 18, 20, 18), Paper.ROLL: QMarginsF(4, 4, 4, 8)}
"""In millimetres. Thermal heads print 72 of 80 mm; the foot is where the paper is torn."""
_PDF_DPI = 300
_INK = (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.Dark, QPalette.ColorRole.Mid)
"""What letters and lines are drawn with."""


def picture(html: str, paper: Paper, dpi: float) -> QImage:
    """The first page on white, as large as it is at so many dots an inch."""
    screen = QImage(1, 1, QImage.Format.Format_RGB32)
    set_dpi(screen, dpi)
    document = _laid_out(html, paper, screen, dpi)
    size = _page_size(document, paper, dpi)
    image = QImage(dots(size.width(), dpi), dots(size.height(), dpi), QImage.Format.Format_RGB32)
    set_dpi(image, dpi)
    image.fill(Qt.GlobalColor.white)
    margins = _MARGINS[paper]
    painter = QPainter(image)
    painter.translate(dots(margins.left(), dpi), dots(margins.top(), dpi))
    _draw(document, painter, 0)
    painter.end()
    return image


def write_pdf(html: str, paper: Paper, path: Path, title: str) -> None:
    """Write a PDF; an older one is replaced when the new one is whole. Raises KnownError ``file.cannot_write``."""
    write_pages(path, title, lambda writer: paint(html, paper, writer))


def write_pages(path: Path, title: str, draw: Callable[[QPdfWriter], bool]) -> None:
    """Write whatever ``draw`` draws as a PDF, as ``write_pdf`` does."""
    pages = QBuffer()  # Qt says nothing of a disk that is full, and would leave a part of a file
    pages.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(pages)
    writer.setTitle(title)
    writer.setCreator("Rentease Desk")
    writer.setResolution(_PDF_DPI)
    if not draw(writer):
        raise KnownError("file.cannot_write", path=path, reason="the page could not be drawn")
    replace_file(path, lambda out: out.write(pages.data().data()))


def paint(html: str, paper: Paper, device: QPagedPaintDevice) -> bool:
    """Draw all pages; False if the device does not take them. A roll's page becomes as long as what stands on it."""
    dpi = float(device.logicalDpiX())
    document = _laid_out(html, paper, device, dpi)
    size = _page_size(document, paper, dpi)
    _set_page(device, size, _MARGINS[paper])
    painter = QPainter()
    if not painter.begin(device):
        return False
    for at in range(document.pageCount()):
        if at and not device.newPage():
            return False
        painter.save()
        _draw(document, painter, at)
        painter.restore()
    return painter.end()


def _laid_out(html: str, paper: Paper, device: QPaintDevice, dpi: float) -> QTextDocument:
    document, margins = QTextDocument(), _MARGINS[paper]
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.documentLayout().setPaintDevice(device)
    document.setHtml(html)
    if paper is Paper.A4:
        inside = QSizeF(_A4.width() - margins.left() - margins.right(), _A4.height() - margins.top() - margins.bottom())
        document.setPageSize(inside * (dpi / _MM))
    else:
        document.setTextWidth((_ROLL_WIDTH - margins.left() - margins.right()) * dpi / _MM)
    return document


def _page_size(document: QTextDocument, paper: Paper, dpi: float) -> QSizeF:
    """In millimetres, margins included."""
    if paper is Paper.A4:
        return _A4
    margins = _MARGINS[paper]
    return QSizeF(_ROLL_WIDTH, math.ceil(document.size().height() * _MM / dpi) + margins.top() + margins.bottom())


def _set_page(device: QPagedPaintDevice, size: QSizeF, margins: QMarginsF) -> None:
    page = QPageSize(QPageSize.PageSizeId.A4)
    if size != _A4:
        page = QPageSize(size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    device.setPageLayout(
        QPageLayout(page, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter, QMarginsF())
    )


def _draw(document: QTextDocument, painter: QPainter, page: int) -> None:
    """Black on white, whatever scheme the window has."""
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette = QPalette(QColor(Qt.GlobalColor.white))  # all of its roles: lines have colours of their own
    for role in _INK:
        context.palette.setColor(role, QColor(Qt.GlobalColor.black))
    height = document.pageSize().height()
    if height > 0:
        context.clip = QRectF(0, page * height, document.pageSize().width(), height)
        painter.translate(0, -page * height)
        painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)


def set_dpi(image: QImage, dpi: float) -> None:
    """Let a picture have so many dots an inch."""
    image.setDotsPerMeterX(round(dpi * 1000 / _MM))
    image.setDotsPerMeterY(round(dpi * 1000 / _MM))


def dots(millimetres: float, dpi: float) -> int:
    """A length in dots."""
    return round(millimetres * dpi / _MM)
