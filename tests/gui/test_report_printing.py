"""Reports on paper: the rows and control figures of the file, over pages with repeated titles, from real keys."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPdfWriter
from pytestqt.qtbot import QtBot

from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.report_sheet import ReportSheet
from rentease_desk.domain.reporting import Ask, Basis, Column, ColumnKind, ReportName
from rentease_desk.gui import table_printing
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.print_report import PrintReportDialog
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.paper_table import PaperTable, paper_table
from rentease_desk.gui.table_printing import paint_table, picture_table
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))
FORMATS = Formats("en_GB", Days(ZoneInfo("Europe/Rome"), 240), lambda: date(2026, 11, 5))
COLUMNS = (
    Column("day", "Business day", ColumnKind.DAY),
    Column("guest", "Guest"),
    Column("nothing", "Nothing"),
    Column("amount", "Takings", ColumnKind.MONEY, True),
)
SHEET = ReportSheet(
    ask=Ask(ReportName.MOVEMENTS, NOVEMBER, Basis.BUSINESS, currency="eur", preset=Preset.EXCEL),
    basis=Basis.BUSINESS,
    zone="Europe/Rome",
    property_name="Hotel Lanterna",
    columns=COLUMNS,
    rows=tuple((date(2026, 11, 1 + at % 30), f"Guest {at}", None, Money(-at, "eur")) for at in range(120)),
    totals={"eur": {"amount": -7_140}},
    sha256="0f" * 32,
    notes=("A note.",),
)


def paper(sheet: ReportSheet = SHEET) -> PaperTable:
    return paper_table(sheet, FORMATS, "printed now")


def pages(table: PaperTable, path: Path) -> int:
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    assert paint_table(table, writer)
    del writer
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


def test_it_says_what_the_file_says() -> None:
    table = paper()
    assert table.titles == ("Business day", "Guest", "Takings")
    assert table.figures == (False, False, True)
    assert table.rows[1] == ("Mon 2 Nov", "Guest 1", "−0.01")
    assert table.sums == (("Sum EUR", "", "−71.40"),)
    assert table.head[1] == "1 Nov 2026 – 30 Nov 2026 · by business day · Europe/Rome · EUR"
    assert table.closing == (
        "120 rows", "Control totals EUR: Takings −71.40", f"Equals the CSV (Excel) with the SHA-256 {'0f' * 32}",
        "A note.",
    )  # fmt: skip


def test_a_long_report_goes_over_pages_each_with_titles_and_number(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[list[str]] = []
    real = table_printing._Drawing._text

    def text(self: object, told: str, *args: object, **how: object) -> None:
        drawn[-1].append(told)
        real(self, told, *args, **how)  # type: ignore[arg-type]

    def page(self: object, at: int, draw: object = table_printing._Drawing.page) -> None:
        drawn.append([])
        draw(self, at)  # type: ignore[operator]

    monkeypatch.setattr(table_printing._Drawing, "_text", text)
    monkeypatch.setattr(table_printing._Drawing, "page", page)
    table = paper()
    assert pages(table, tmp_path / "long.pdf") == len(drawn) == 3
    for at, told in enumerate(drawn):
        assert {"Takings, row by row", "Business day", "Takings", f"Page {at + 1} of 3"} <= set(told)
    shown = [told for one in drawn for told in one]
    assert [one for one in shown if one.startswith("Guest ")] == [row[1] for row in table.rows], "each row once"
    assert "Sum EUR" in drawn[-1]


def test_many_columns_lie_across_and_no_figure_is_cut(qtbot: QtBot) -> None:
    names = [f"Method number {at}" for at in range(11)]
    columns = (COLUMNS[0], *(Column(name, name, ColumnKind.MONEY, True) for name in names))
    rows = tuple((date(2026, 11, 1), *(Money(123_456_789, "eur") for _ in names)) for _ in range(3))
    wide = replace(SHEET, columns=columns, rows=rows, totals={"eur": dict.fromkeys(names, 370_370_367)})
    image = picture_table(paper(wide), 1_000)
    assert image.width() > image.height()
    upright = picture_table(paper(), 800)
    assert upright.width() < upright.height()
    table = paper(wide)
    plan = table_printing._planned(table, image, image.logicalDpiX(), table_printing._CHOICES)
    font = table_printing._font(plan.size, strong=True)
    needed = QFontMetricsF(font, image).horizontalAdvance(table.sums[0][1])
    assert all(width >= needed for width in plan.widths[1:])
    assert image.format() is QImage.Format.Format_RGB32


def test_ctrl_p_shows_it_and_the_pdf_equals_the_file(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel, tmp_path: Path
) -> None:
    press(Key.Key_8, Control)
    idle(qtbot, context)
    view = window.pages.reports
    press(Key.Key_P, Control)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, PrintReportDialog)
    idle(qtbot, context)
    shown, pixmap = dialog.area.accessibleDescription(), dialog.sheet.pixmap()
    assert not pixmap.isNull()
    ask = view.ask
    (file,) = in_worker(lambda: hotel.services.reports.export(ask, tmp_path / "takings.csv"))
    assert file.control.sha256 in shown
    assert "by business day · Europe/Rome · EUR" in shown
    path = tmp_path / "takings.pdf"
    dialog.write_pdf(str(path))
    back_in(qtbot, window)
    assert path.read_bytes().startswith(b"%PDF")
    assert window.foot.words == f"Written: {path}"


def test_a_report_too_long_for_paper_says_so(hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rentease_desk.services.reporting.paper.MOST_PRINTED", 1)
    ask = Ask(ReportName.TAKINGS, NOVEMBER, currency="eur")
    with pytest.raises(KnownError) as caught:
        in_worker(lambda: hotel.services.reports.sheet(ask))
    assert caught.value.code == "report.too_long"
