"""Texts that nobody expects, typed or pasted: shown as they stand, kept as they are, never an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextDocumentFragment
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QApplication, QListWidget, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Guest
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.note_edit import NoteEdit
from tests.gui.conftest import idle
from tests.gui.test_folio_view import open_folio, take
from tests.tools.gui import Hotel, back_in, drafts, in_worker, open_dialog, press

Key, Mod = Qt.Key, Qt.KeyboardModifier
BOLD = "<b>Ada</b> <img src=x onerror=alert(1)> & Sons"
TIP = int(Qt.ItemDataRole.ToolTipRole)


def seen(tip: str) -> str:
    """What Qt shows of a tip."""
    return QTextDocumentFragment.fromHtml(tip).toPlainText() if GuiQt.mightBeRichText(tip) else tip


def paste(text: str) -> None:
    """Ctrl+V where the keyboard is."""
    QApplication.clipboard().setText(text)
    press(Key.Key_V, Mod.ControlModifier)


@pytest.mark.parametrize("text", [BOLD, "<b>", "a < b", "&lt;b&gt;", "<!--", "<b>one\ntwo</b>", "Ada & Sons", ""])
def test_a_tip_shows_its_text_and_no_html(text: str) -> None:
    assert seen(plain_tip(text)) == text


def rename(hotel: Hotel, name: str, guest: str) -> int:
    """Another name for the guest of a booking; returns its key."""
    pk, bookings = hotel.pks[name], hotel.services.bookings
    in_worker(lambda: bookings.edit(pk, bookings.get(pk).version, replace(drafts()[name], guest=Guest(guest))))
    return pk


def tips(model: CellModel[Any]) -> Iterator[str]:
    """What the cells say on hover."""
    for row in range(model.rowCount()):
        for at in range(model.columnCount()):
            yield seen(model.index(row, at).data(TIP) or "")


def test_what_people_wrote_is_no_html_on_hover(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = rename(hotel, "haruto", BOLD)
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("noted", pk, "cash", Money(5, "jpy"), note=BOLD)))
    window.open_folio(pk)
    idle(qtbot, window.context)
    assert BOLD in list(tips(window.folio.model))
    label = ElidedLabel(window.context.theme, BOLD)
    qtbot.addWidget(label)
    label.resize(40, 20)
    label.show()
    assert seen(label.toolTip()) == BOLD
    press(Key.Key_6, Mod.ControlModifier)
    idle(qtbot, window.context)
    chart = window.tape.chart
    chart.show_booking(in_worker(lambda: hotel.services.bookings.get(pk)))
    idle(qtbot, window.context)
    assert BOLD in hovered(chart.viewport(), QPoint(*middle(window)))


def middle(window: MainWindow) -> tuple[int, int]:
    """Where the marked night is on the tape chart."""
    chart = window.tape.chart
    assert chart.spot is not None
    row, night = chart.spot
    layout = chart.place
    return round(layout.x(night) + layout.day_width), layout.row_top(row) + layout.row_height // 2


def hovered(viewport: QWidget, place: QPoint) -> str:
    """What is said where the mouse rests."""
    QApplication.sendEvent(viewport, QHelpEvent(QHelpEvent.Type.ToolTip, place, viewport.mapToGlobal(place)))
    said = QToolTip.text()
    QToolTip.hideText()
    return seen(said)


def test_bookings_to_choose_from_are_no_html_on_hover(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    rename(hotel, "noor", BOLD)
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 14_600))
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_End)
    press(Key.Key_M)
    dialog = open_dialog(qtbot)
    found = dialog.findChild(QListWidget)
    assert isinstance(found, QListWidget)
    paste("sons")
    qtbot.waitUntil(lambda: found.count() == 1)
    assert BOLD in seen(found.item(0).toolTip())
    dialog.reject()
    back_in(qtbot, window)


def test_no_break_spaces_of_a_note_are_kept(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    note = "1\u00a0234,00\u202f€\u2007due\nsecond\u2028line"
    press(Key.Key_N, Mod.ControlModifier)
    dialog = open_dialog(qtbot)
    paste("Ada")
    field = dialog.findChild(NoteEdit)
    assert isinstance(field, NoteEdit)
    field.setFocus()
    paste(note)
    press(Key.Key_Return, Mod.ShiftModifier)
    paste("\u00a0end")
    dialog.submit()
    back_in(qtbot, window)
    pks = in_worker(lambda: hotel.services.bookings.keys(BookingQuery(date(2026, 11, 5), "ada")))
    assert in_worker(lambda: hotel.services.bookings.get(pks[0])).note == f"{note}\n\u00a0end"


@pytest.mark.parametrize("text", ["x\ud800y", "a\x00b\udfff", "call me ishmael " * 500])
def test_a_search_for_what_cannot_be_finds_nothing(qtbot: QtBot, window: MainWindow, text: str) -> None:
    window.bookings.search.setText(text)
    window.top.command.setText(text)
    idle(qtbot, window.context)
    assert (window.bookings.model.rowCount(), window.bookings.banner.isVisible()) == (0, False)
    assert window.command_bar.model.rowCount() == 0


def test_a_search_in_payments_for_what_cannot_be_finds_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.go("payments")
    window.payments.search.setText("nobody\x00\udfff")
    idle(qtbot, window.context)
    assert (window.payments.model.rowCount(), window.payments.banner.isVisible()) == (0, False)
