"""New and changed bookings, void payments: what is typed is saved once, or stays with a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Booking, BookingStatus
from rentease_desk.domain.lists import BookingQuery, BookingView
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentStatus
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.both_versions import BothVersionsDialog
from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.version_rows import Side
from tests.gui.conftest import idle
from tests.tools.gui import DAY, Hotel, back_in, drafts, in_worker, open_dialog, press, write

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def new(qtbot: QtBot) -> BookingDialog:
    press(Key.Key_N, Control)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, BookingDialog)
    return dialog


def edit(qtbot: QtBot, window: MainWindow, pk: int) -> BookingDialog:
    window.deeds.edit_booking(pk)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, BookingDialog)
    return dialog


def booking(hotel: Hotel, reference: str) -> Booking:
    return in_worker(lambda: hotel.services.bookings.find(reference))


def submitted(qtbot: QtBot, window: MainWindow, dialog: BookingDialog | VoidPaymentDialog) -> None:
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.is_closed)
    idle(qtbot, window.context)


def test_a_booking_by_keyboard(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = new(qtbot)
    write("Åsa Öberg")
    press(Key.Key_Tab)
    write("LN-3000")
    dialog.room.setCurrentText("301")
    dialog.arrival.setDate(date(2026, 11, 20))  # type: ignore[arg-type]
    dialog.departure.setDate(date(2026, 11, 23))  # type: ignore[arg-type]
    dialog.total.setText("354.00")
    dialog.name.setFocus()
    submitted(qtbot, window, dialog)
    made = booking(hotel, "LN-3000")
    assert (made.guest.name, made.rooms, made.nights) == ("Åsa Öberg", ("301",), 3)
    assert (made.totals.charged, made.status) == (35_400, BookingStatus.CONFIRMED)
    qtbot.waitUntil(lambda: window.pages.bookings.current_booking == made.pk)
    assert "LN-3000" in window.foot.words


def test_a_room_that_is_typed_is_not_completed_to_another(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    """There are 101, 102 and 104; nobody has meant any of them."""
    dialog = new(qtbot)
    write("Somebody")
    for field, typed in ((dialog.room, "10"), (dialog.channel, "direct")):
        field.setFocus()
        write(typed)
        press(Key.Key_Tab)
    submitted(qtbot, window, dialog)
    (pk,) = in_worker(lambda: hotel.services.bookings.keys(BookingQuery(date(2026, 11, 5), "somebody")))
    made = in_worker(lambda: hotel.services.bookings.get(pk))
    assert (made.rooms, made.channel) == (("10",), "direct")


def test_an_impatient_enter_saves_once(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = new(qtbot)
    write("Somebody")
    for _ in range(3):
        dialog.save.click()
    qtbot.waitUntil(lambda: dialog.is_closed)
    back_in(qtbot, window)
    found = in_worker(lambda: hotel.services.bookings.keys(BookingQuery(date(2026, 11, 5), "somebody")))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("guest", lambda dialog: dialog.name.setText("  ")),
        ("total", lambda dialog: dialog.total.setText("12.345")),
        ("reference", lambda dialog: dialog.reference.setText("ln-2017")),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, field: str, change: object
) -> None:
    dialog = new(qtbot)
    write("Somebody")
    dialog.room.setCurrentText("301")
    dialog.arrival.setDate(date(2026, 11, 3))  # type: ignore[arg-type]
    dialog.departure.setDate(date(2026, 11, 6))  # type: ignore[arg-type]
    change(dialog)  # type: ignore[operator]
    press(Key.Key_Return)
    idle(qtbot, window.context)
    told = [name for name, one in dialog.form.fields.items() if one.wrong]
    heights = {dialog.form.fields[name].edit.height() for name in ("guest", "reference", "total")}
    assert len(heights) == 1  # a field with its red ring is no higher than the others
    assert told == [field]
    assert not dialog.is_closed
    assert dialog.save.isEnabled()
    assert booking_count(hotel) == 6
    leave(qtbot, dialog)


def booking_count(hotel: Hotel) -> int:
    query = BookingQuery(date(2026, 11, 5), view=BookingView.ALL)
    return len(in_worker(lambda: hotel.services.bookings.keys(query)))


def test_dates_are_typed_and_the_departure_moves_along(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = new(qtbot)
    write("Somebody")
    dialog.arrival.setFocus()
    press(Key.Key_Home)
    press(Key.Key_Right, Control)  # to the day of the month
    press(Key.Key_Up)
    press(Key.Key_Up)
    assert (dialog.arrival.day, dialog.departure.day) == (date(2026, 11, 7), date(2026, 11, 8))
    dialog.departure.day = date(2026, 11, 7)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: any(one.wrong for one in dialog.form.fields.values()))
    assert "is not after the arrival" in dialog.form.fields["departure"].wrong
    leave(qtbot, dialog)


def test_a_room_that_is_taken_is_told_with_its_guest(qtbot: QtBot, window: MainWindow) -> None:
    dialog = new(qtbot)
    write("Somebody")
    dialog.room.setCurrentText("206")
    dialog.arrival.setDate(date(2026, 11, 3))  # type: ignore[arg-type]
    dialog.departure.setDate(date(2026, 11, 6))  # type: ignore[arg-type]
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "Søren Lindqvist" in dialog.banner.accessibleName()
    assert dialog.name.text() == "Somebody"
    leave(qtbot, dialog)


def test_an_edit_keeps_what_is_not_touched(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    before = booking(hotel, "LN-2017")
    dialog = edit(qtbot, window, before.pk)
    assert dialog.name.text() == "Søren Lindqvist"
    dialog.phone.setText("+46 1")
    submitted(qtbot, window, dialog)
    after = booking(hotel, "LN-2017")
    assert after == replace(before, guest=replace(before.guest, phone="+46 1"), version=2)


def overtake(qtbot: QtBot, hotel: Hotel, **theirs: object) -> BothVersionsDialog:
    """Paolo saves the same booking five seconds before Enter is pressed here."""
    other = hotel.again()
    in_worker(lambda: other.bookings.edit(hotel.pks["soren"], 1, replace(drafts()["soren"], **theirs)))
    other.close()
    hotel.clock.advance(5)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), BothVersionsDialog))
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, BothVersionsDialog)
    return dialog


def back(qtbot: QtBot, dialog: BookingDialog) -> None:
    """Escape leads to what was typed."""
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


@pytest.fixture
def edited(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> BookingDialog:
    """A booking whose telephone and note were typed."""
    dialog = edit(qtbot, window, hotel.pks["soren"])
    dialog.phone.setText("+46 1")
    dialog.note.setPlainText("early")
    return dialog


def test_a_second_desk_was_first_and_both_versions_are_shown(qtbot: QtBot, edited: BookingDialog, hotel: Hotel) -> None:
    both = overtake(qtbot, hotel, note="late arrival", channel="Airbnb")
    assert "Paolo changed this 5 s ago" in both.banner.accessibleName()
    assert both.rows.choices == {"phone": Side.MINE, "channel": Side.THEIRS, "note": None}
    assert booking(hotel, "LN-2017").guest.phone == "+46 70 123"
    back(qtbot, edited)
    assert (edited.phone.text(), edited.note.text(), edited.channel.currentText()) == ("+46 1", "early", "Direct")
    leave(qtbot, edited)


@pytest.mark.parametrize(("key", "note"), [(Key.Key_Left, "late arrival"), (Key.Key_Right, "early")])
def test_what_both_changed_is_chosen_by_a_key_before_it_is_saved(
    qtbot: QtBot, window: MainWindow, edited: BookingDialog, hotel: Hotel, key: Qt.Key, note: str
) -> None:
    both = overtake(qtbot, hotel, note="late arrival", channel="Airbnb")
    press(Key.Key_Return)
    assert both.isVisible()
    assert "Whose “Note” holds?" in both.banner.accessibleName()
    press(key)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: edited.is_closed)
    idle(qtbot, window.context)
    saved = booking(hotel, "LN-2017")
    assert (saved.guest.phone, saved.note, saved.channel, saved.version) == ("+46 1", note, "Airbnb", 3)


def test_what_each_changed_alone_is_saved_of_both_by_the_next_enter(
    qtbot: QtBot, window: MainWindow, edited: BookingDialog, hotel: Hotel
) -> None:
    overtake(qtbot, hotel, channel="Airbnb", total=Money(52_000, "eur"))
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: edited.is_closed)
    idle(qtbot, window.context)
    saved = booking(hotel, "LN-2017")
    assert (saved.guest.phone, saved.note, saved.channel) == ("+46 1", "early", "Airbnb")
    assert saved.totals.charged == 52_000


@pytest.mark.parametrize(("key", "total"), [(Key.Key_T, 52_000), (Key.Key_M, 50_000)])
def test_two_prices_are_never_both_written(
    qtbot: QtBot, window: MainWindow, edited: BookingDialog, hotel: Hotel, key: Qt.Key, total: int
) -> None:
    edited.total.setText("500")
    both = overtake(qtbot, hotel, total=Money(52_000, "eur"))
    assert both.rows.choices["total"] is None
    press(key)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: edited.is_closed)
    idle(qtbot, window.context)
    assert booking(hotel, "LN-2017").totals.charged == total


def test_arrows_go_from_field_to_field(qtbot: QtBot, edited: BookingDialog, hotel: Hotel) -> None:
    both = overtake(qtbot, hotel, channel="Airbnb", room="207")
    press(Key.Key_Right)
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Left)
    assert list(both.rows.choices.items()) == [
        ("phone", Side.MINE), ("room", Side.THEIRS), ("channel", Side.THEIRS), ("note", Side.MINE),
    ]  # fmt: skip
    back(qtbot, edited)
    leave(qtbot, edited)


# --- what is not saved yet


def leave(qtbot: QtBot, dialog: BookingDialog) -> None:
    """Close without saving what was typed."""
    press(Key.Key_Escape)
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.is_closed)


def test_escape_does_not_throw_away_what_was_typed(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = new(qtbot)
    write("Somebody")
    press(Key.Key_Escape)
    assert not dialog.is_closed
    assert "What you typed is not saved" in dialog.banner.accessibleName()
    submitted(qtbot, window, dialog)
    assert "Somebody" in window_guests(window)


def window_guests(window: MainWindow) -> list[str]:
    model = window.pages.bookings.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one.guest.name for one in found if one is not None]


def test_a_second_escape_throws_it_away(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = edit(qtbot, window, hotel.pks["soren"])
    dialog.phone.setText("+46 1")
    leave(qtbot, dialog)
    assert booking(hotel, "LN-2017").version == 1


def test_what_was_typed_after_the_warning_is_warned_of_again(qtbot: QtBot, window: MainWindow) -> None:
    dialog = new(qtbot)
    write("Somebody")
    press(Key.Key_Escape)
    write(" else")
    press(Key.Key_Escape)
    assert not dialog.is_closed
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.is_closed)


def test_escape_closes_at_once_what_nobody_has_touched(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = edit(qtbot, window, hotel.pks["soren"])
    press(Key.Key_Escape)
    assert dialog.is_closed
    idle(qtbot, window.context)


# --- void


def cash_of(hotel: Hotel, name: str) -> Payment:
    folio = in_worker(lambda: hotel.services.bookings.folio(hotel.pks[name]))
    return [line.item for line in folio.lines if isinstance(line.item, Payment)][-1]


def take_today(qtbot: QtBot, window: MainWindow, pk: int) -> None:
    window.open_folio(pk)
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.is_closed)
    back_in(qtbot, window)


def test_a_void_needs_a_reason_and_stays_on_the_folio(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    take_today(qtbot, window, hotel.pks["soren"])
    window.pages.folio.table.setFocus()
    press(Key.Key_End)
    press(Key.Key_V)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, VoidPaymentDialog)
    press(Key.Key_Return)
    idle(qtbot, window.context)
    assert not dialog.is_closed
    assert cash_of(hotel, "soren").status is not PaymentStatus.VOIDED
    write("typed twice")
    submitted(qtbot, window, dialog)
    void = cash_of(hotel, "soren")
    assert (void.status, void.void_reason) == (PaymentStatus.VOIDED, "typed twice")
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.totals.balance == 14_600
    assert window.pages.folio.folio.lines[-1].struck


def test_yesterdays_payment_is_not_voided(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    take_today(qtbot, window, hotel.pks["soren"])
    hotel.clock.advance(DAY)
    window.pages.folio.table.setFocus()
    press(Key.Key_End)
    press(Key.Key_V)
    dialog = open_dialog(qtbot)
    write("too late")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "day" in dialog.banner.accessibleName()
    dialog.reject()
    idle(qtbot, window.context)
    assert cash_of(hotel, "soren").status is not PaymentStatus.VOIDED
