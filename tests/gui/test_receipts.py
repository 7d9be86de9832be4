"""Receipts in the window: asked for by keys, looked at, printed, written as PDF, and told on the folio."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QTextCursor, QTextDocument, QTextTable
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from pytestqt.qtbot import QtBot

from rentease_desk.domain.paper import Paper
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.receipts import Medium, Page, Receipt, ReceiptDraft, ReceiptQuery, Row, with_person
from rentease_desk.gui.dialogs.receipt import ReceiptDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.printing import picture, write_pdf
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.reports.receipt_pages import as_html
from rentease_desk.reports.templates import printable
from tests.gui.conftest import idle
from tests.gui.test_folio_view import mark, open_folio, take, texts
from tests.tools.gui import Hotel, back_in, click, in_worker, open_dialog, press, write
from tests.unit.test_receipts import DATA, SHEET, all_names

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def receipts(hotel: Hotel) -> list[Receipt]:
    return in_worker(lambda: hotel.services.receipts.list(ReceiptQuery()))


def shown(qtbot: QtBot, window: MainWindow) -> ReceiptDialog:
    """The dialog, its page drawn."""
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ReceiptDialog)
    qtbot.waitUntil(lambda: not dialog.sheet.pixmap().isNull())
    idle(qtbot, window.context)
    return dialog


def ask(qtbot: QtBot, window: MainWindow, pk: int, line: str, key: Qt.Key = Key.Key_F7) -> ReceiptDialog:
    open_folio(qtbot, window, pk)
    mark(window, line)
    press(key)
    return shown(qtbot, window)


@pytest.fixture
def to_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A printer that is a file; nobody is asked which."""
    path = tmp_path / "paper.pdf"

    def ask_printer(self: ReceiptDialog) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        self.print_on(printer)

    monkeypatch.setattr(ReceiptDialog, "ask_printer", ask_printer)
    return path


@pytest.mark.parametrize("key", [Key.Key_F7, Key.Key_P])
def test_enter_prints_what_is_shown(qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path, key: Qt.Key) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk, "Cash", key)
    told = dialog.area.accessibleDescription()
    assert "Søren Lindqvist" in told
    assert "€202.00" in told
    assert "tax invoice" in told
    assert receipts(hotel) == [], "who only looks takes no number"
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert to_file.read_bytes().startswith(b"%PDF")
    (issued,) = receipts(hotel)
    assert (issued.label, issued.printed, issued.actor) == ("2026-0001", 1, "Elena")
    assert window.foot.words == "Receipt 2026-0001 is printed."
    qtbot.waitUntil(lambda: "Cash receipt 2026-0001" in texts(window, "text"))


def test_a_second_print_is_a_copy(qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path) -> None:
    pk = hotel.pks["soren"]
    cash = in_worker(lambda: payment(hotel, pk, "cash"))
    in_worker(lambda: hotel.services.receipts.issue(ReceiptDraft("r", cash.pk, medium=Medium.PRINTER)))
    dialog = ask(qtbot, window, pk, "Cash receipt 2026-0001")
    assert "says that it is a copy" in dialog.banner.accessibleName()
    assert "COPY" in dialog.area.accessibleDescription()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one.printed for one in receipts(hotel)] == [2]


def payment(hotel: Hotel, pk: int, method: str) -> Payment:
    lines = hotel.services.bookings.folio(pk).lines
    return next(line.item for line in lines if isinstance(line.item, Payment) and line.item.method == method)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_failed_and_is_tried_again_makes_no_copy(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path
) -> None:
    to_file.mkdir()  # nothing can be written there
    dialog = ask(qtbot, window, hotel.pks["soren"], "Cash")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "did not take it" in dialog.banner.accessibleName()
    to_file.rmdir()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one.printed for one in receipts(hotel)] == [1]


def test_without_a_printer_it_says_so(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    dialog = ask(qtbot, window, hotel.pks["soren"], "Cash")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "Save the receipt as a PDF" in dialog.banner.accessibleName()
    press(Key.Key_Escape)
    back_in(qtbot, window)
    assert receipts(hotel) == []


def test_a_pdf_is_written_for_the_paper_that_was_chosen(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, tmp_path: Path
) -> None:
    dialog = ask(qtbot, window, hotel.pks["soren"], "Cash")
    wide = dialog.sheet.pixmap().width()
    roll = dialog.paper.findChildren(type(dialog.paper._group.button(1)))[1]
    click(roll)
    qtbot.waitUntil(lambda: dialog.sheet.pixmap().width() < wide)
    target = tmp_path / "100 {percent}.pdf"
    dialog.write(str(target))
    back_in(qtbot, window)
    assert target.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.glob(".*.part")) == []
    assert window.foot.words == f"Receipt 2026-0001 is written: {target}"


def test_a_charge_has_no_receipt(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    mark(window, "Room, 4 nights")
    press(Key.Key_F7)
    assert window.foot.words == "Mark a payment first."


def test_the_list_of_payments_has_it_too(qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    press(Key.Key_Home)
    press(Key.Key_F7)
    shown(qtbot, window)
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one.label for one in receipts(hotel)] == ["2026-0001"]


def test_the_folio_beside_a_payment_has_a_button_for_it(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    for page, has_one in (("bookings", False), ("payments", True)):
        window.go(page)
        idle(qtbot, window.context)
        press(Key.Key_Home)
        press(Key.Key_Space)
        idle(qtbot, window.context)
        panel = (window.pages.payments if has_one else window.pages.bookings).panel
        assert (panel.isVisible(), panel.receipt.isVisible()) == (True, has_one)
    click(panel.receipt)
    assert "JP¥24,800" in shown(qtbot, window).area.accessibleDescription()


def test_ctrl_enter_takes_a_payment_and_prints(qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path) -> None:
    pk = hotel.pks["soren"]
    open_folio(qtbot, window, pk)
    press(Key.Key_F9)
    assert isinstance(open_dialog(qtbot), TakePaymentDialog)
    press(Key.Key_Return, CTRL)
    qtbot.waitUntil(to_file.exists)
    back_in(qtbot, window)
    (issued,) = receipts(hotel)
    assert (issued.amount, issued.booking_reference, issued.printed) == (14_600, "LN-2017", 1)


def test_a_like_payment_is_told_before_anything_is_printed(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, to_file: Path
) -> None:
    pk = hotel.pks["soren"]
    in_worker(lambda: take(hotel.services, pk, 5_000))
    open_folio(qtbot, window, pk)
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    press(Key.Key_Backtab)
    write("50")
    press(Key.Key_Return, CTRL)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert not dialog.receipt.isVisible()
    assert receipts(hotel) == []
    press(Key.Key_Return, CTRL)
    qtbot.waitUntil(to_file.exists)
    back_in(qtbot, window)
    assert [one.amount for one in receipts(hotel)] == [5_000]


# --- on paper


def row_of_ink(image: QImage) -> tuple[int, int]:
    """The leftmost and rightmost column with anything but white, of the whole picture."""
    dark = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).lightness() < 200 for y in range(0, image.height(), 2))
    ]
    return dark[0], dark[-1]


@pytest.mark.parametrize("paper", list(Paper))
def test_nothing_is_cut_at_the_edge(qapp: QGuiApplication, paper: Paper) -> None:
    sheet = with_person(SHEET, {"guest": "W" * 200, "reference": "0815 " * 24})
    image = picture(as_html(Page("2026-0001", sheet), paper), paper, 72)
    width = image.width()
    first, last = row_of_ink(image)
    margin = width * (20 if paper is Paper.A4 else 4) / (210 if paper is Paper.A4 else 80)
    assert first >= margin - 2
    assert last <= width - margin + 2


@pytest.mark.parametrize("paper", list(Paper))
def test_paper_is_the_same_whatever_the_window_wears(qapp: QGuiApplication, theme: Theme, paper: Paper) -> None:
    pictures = []
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        theme.set_appearance(appearance)
        pictures.append(picture(as_html(Page("2026-0001", SHEET), paper), paper, 72))
    assert pictures[0] == pictures[1]


def test_a_roll_is_as_long_as_what_stands_on_it(qapp: QGuiApplication, tmp_path: Path) -> None:
    def height(name: str) -> int:
        page = Page("2026-0001", with_person(SHEET, {"guest": name}))
        return picture(as_html(page, Paper.ROLL), Paper.ROLL, 72).height()

    assert height("Ada " * 50) > height("Ada") + 20
    write_pdf(as_html(Page("2026-0001", SHEET), Paper.ROLL), Paper.ROLL, tmp_path / "roll.pdf", "Receipt")
    assert b"/MediaBox [0 0 22" in (tmp_path / "roll.pdf").read_bytes().replace(b"\n", b" "), "80 mm are 227 points"


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
def test_every_name_is_set_as_it_is(qapp: QGuiApplication) -> None:
    """Qt's rich text keeps every letter; in which direction a name runs is told by its own letters."""
    names = [name for name in all_names() if name.strip()]
    sheet = replace(SHEET, rows=tuple(Row(f"Guest {at}", name) for at, name in enumerate(names)))
    for paper in Paper:
        document = QTextDocument()
        document.setHtml(as_html(Page("2026-0001", sheet), paper))
        assert cells(document, len(names)) == [printable(name) for name in names]


def cells(document: QTextDocument, count: int) -> list[str]:
    """The second column of the table with so many rows."""
    frames = document.rootFrame().childFrames()
    table = next(one for one in frames if isinstance(one, QTextTable) and one.rows() == count)
    found = []
    for at in range(count):
        cell = table.cellAt(at, 1)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        found.append(cursor.selectedText())
    return found
