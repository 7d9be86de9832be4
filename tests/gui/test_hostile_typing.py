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
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QListWidget, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Guest
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.charge import ChargeDialog
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.dialogs.dismiss_event import DismissEventDialog
from rentease_desk.gui.dialogs.export_view import ExportDialog
from rentease_desk.gui.dialogs.follow_up_note import FollowUpNoteDialog
from rentease_desk.gui.dialogs.import_bookings import ImportDialog
from rentease_desk.gui.dialogs.move_payment import MovePaymentDialog
from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog
from rentease_desk.gui.dialogs.reverse_charge import ReverseChargeDialog
from rentease_desk.gui.dialogs.split_payment import SplitPaymentDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.import_what import Known
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.search_field import SearchField
from tests.gui.conftest import idle, show_window
from tests.gui.test_folio_view import open_folio, take
from tests.tools.gui import NOON, Hotel, back_in, drafts, in_worker, open_dialog, press
from tests.tools.gui_events import dead, keep
from tests.tools.gui_stripe import Card
from tests.tools.problems import Trouble
from tests.tools.texts import needs_texts, packed, texts

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
    assert BOLD in list(tips(window.pages.folio.model))
    label = ElidedLabel(window.context.theme, BOLD)
    qtbot.addWidget(label)
    label.resize(40, 20)
    label.show()
    assert seen(label.toolTip()) == BOLD
    press(Key.Key_6, Mod.ControlModifier)
    idle(qtbot, window.context)
    chart = window.pages.tape.chart
    chart.show_booking(in_worker(lambda: hotel.services.bookings.get(pk)))
    idle(qtbot, window.context)
    assert BOLD in hovered(chart.viewport(), QPoint(*middle(window)))


def middle(window: MainWindow) -> tuple[int, int]:
    """Where the marked night is on the tape chart."""
    chart = window.pages.tape.chart
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
    window.pages.bookings.search.setText(text)
    window.top.command.setText(text)
    idle(qtbot, window.context)
    assert (window.pages.bookings.model.rowCount(), window.pages.bookings.banner.isVisible()) == (0, False)
    assert window.command_bar.model.rowCount() == 0


def test_a_search_in_payments_for_what_cannot_be_finds_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.go("payments")
    window.pages.payments.search.setText("nobody\x00\udfff")
    idle(qtbot, window.context)
    assert (window.pages.payments.model.rowCount(), window.pages.payments.banner.isVisible()) == (0, False)


# --- every text, in every field

every = pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.long)])
"""Of the texts, each sixth part in the ordinary run; all in the long one."""


@pytest.fixture
def failing(opened: Context, hotel: Hotel, trouble: Trouble) -> Context:
    """A desk on which a card was declined, and an event needs a person."""
    declined = Card("declined", 9_900, "LN-2050", status="requires_payment_method", message="Your card was declined.")
    in_worker(lambda: trouble.pay(declined))
    in_worker(lambda: keep(hotel.services, NOON, dead("strange")))
    return opened


def dialogs(context: Context, window: MainWindow, hotel: Hotel) -> Iterator[DeskDialog]:
    """Every dialog with a field for text, on Søren's booking. Made one after another."""
    services, pk = hotel.services, hotel.pks["soren"]
    folio = in_worker(lambda: services.bookings.folio(pk))
    items = [line.item for line in folio.lines]
    paid, line = (
        next(one for one in items if isinstance(one, Payment)),
        next(one for one in items if isinstance(one, Charge)),
    )
    parts = in_worker(lambda: services.parts.parts(paid.pk))
    yield BookingDialog(context, window, ["101", "206"], folio.booking)
    yield TakePaymentDialog(context, window, folio.booking)
    yield ChargeDialog(context, window, folio.booking)
    yield VoidPaymentDialog(context, window, paid)
    yield ReverseChargeDialog(context, window, line, "eur")
    yield RefundPaymentDialog(context, window, parts, parts.parts)
    yield MovePaymentDialog(context, window, parts, parts.parts[0])
    yield SplitPaymentDialog(context, window, parts)
    yield FollowUpNoteDialog(context, window, in_worker(services.follow_ups.listed)[0])
    yield DismissEventDialog(context, window, in_worker(services.events.latest)[0])
    yield ImportDialog(context, window, Known((), (), ("101",)))
    yield ExportDialog(context, window, window.pages.payments.query, 5)


def fields(page: QWidget) -> list[QLineEdit | NoteEdit]:
    """Where text can be typed now: amounts too, but no dates and counts."""
    lines = [one for one in page.findChildren(QLineEdit) if not isinstance(one.parent(), QAbstractSpinBox)]
    found: list[QLineEdit | NoteEdit] = [*lines, *page.findChildren(NoteEdit)]
    return [one for one in found if one.isVisible() and one.isEnabled() and not one.isReadOnly()]


def gives_back(field: QLineEdit | NoteEdit, text: str) -> bool:
    """Ctrl+A, Ctrl+V: what stands there is what was pasted; the end of a paragraph is one of a line."""
    field.setFocus()
    press(Key.Key_A, Mod.ControlModifier)
    paste(text)
    return field.text() == (text.replace("\u2029", "\n") if isinstance(field, NoteEdit) else text)


@needs_texts
@every
def test_every_field_of_every_dialog_gives_back_every_text(
    qtbot: QtBot, failing: Context, hotel: Hotel, step: int
) -> None:
    window, seen = show_window(qtbot, failing), 0
    for dialog in dialogs(failing, window, hotel):
        dialog.open()
        assert open_dialog(qtbot) is dialog
        press(Key.Key_F3)  # a way to pay that has a reference
        for field in fields(dialog):
            seen += 1
            for text in list(packed(2000))[::step]:
                assert gives_back(field, text), (type(dialog).__name__, field.accessibleName(), text)
        idle(qtbot, failing)
        assert not dialog.banner.isVisible(), type(dialog).__name__
        dialog.done(0)
        back_in(qtbot, window)
    assert seen >= 25


@needs_texts
@every
def test_every_field_and_search_of_every_page_gives_back_every_text(
    qtbot: QtBot, failing: Context, hotel: Hotel, step: int
) -> None:
    window = show_window(qtbot, failing)
    some = list(packed(200))[:: 6 * step]
    for page in ("settings", "bookings", "payments", "unmatched"):
        window.go(page)
        idle(qtbot, failing)
        view = getattr(window.pages, page)
        for field in fields(view):
            for text in some[:2] if isinstance(field, SearchField) else some:
                assert gives_back(field, text), (page, field.accessibleName(), text)
        idle(qtbot, failing)
        assert not view.banner.isVisible(), page


@needs_texts
def test_texts_typed_into_a_booking_are_saved_and_shown_as_they_are(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    """All of the Big List's worst in a few bookings: control characters, both directions, HTML, quotes, zero widths."""
    for at, name in enumerate(list(packed(200))[-40::20]):
        short, note = list(packed(40))[at], list(packed(2000))[-1 - at]
        press(Key.Key_N, Mod.ControlModifier)
        dialog = open_dialog(qtbot)
        assert isinstance(dialog, BookingDialog)
        wanted = (name, short, name, short, short, short, note)
        edits = (dialog.name, dialog.reference, dialog.email, dialog.phone, dialog.room, dialog.channel, dialog.note)
        for edit, text in zip(edits, wanted, strict=True):
            edit.setFocus()
            paste(text)
        dialog.name.setFocus()
        press(Key.Key_Return)
        back_in(qtbot, window)
        made = in_worker(lambda reference=short: hotel.services.bookings.find(reference))  # type: ignore[misc]
        guest = made.guest
        kept = (guest.name, made.reference, guest.email, guest.phone, made.rooms[0], made.channel, made.note)
        assert kept == wanted
        assert found_by(qtbot, window, short) == made.pk
        assert plain(name) in {plain(one.text()) for one in window.pages.folio.findChildren(Label)}
        for page in ("bookings", "today", "tape"):
            window.go(page)
            idle(qtbot, window.context)
            assert not window.grab().isNull()


def found_by(qtbot: QtBot, window: MainWindow, text: str) -> int | None:
    """The booking whose folio Enter opens in the command bar."""
    press(Key.Key_K, Mod.ControlModifier)
    paste(text)
    idle(qtbot, window.context)
    press(Key.Key_Return)
    idle(qtbot, window.context)
    return window.pages.folio.booking_pk


def plain(text: str) -> str:
    """In one line, as labels show it."""
    return " ".join(text.split())


@needs_texts
def test_every_text_is_painted_and_told_in_a_label(qtbot: QtBot, window: MainWindow) -> None:
    label = ElidedLabel(window.context.theme)
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    for text in texts():
        label.setText(text)
        assert seen(label.toolTip()) in {plain(text), ""}
    for text in packed(200):
        label.setText(text)
        assert seen(label.toolTip()) == plain(text)
        assert not label.grab().isNull()
