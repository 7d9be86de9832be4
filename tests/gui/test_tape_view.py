"""The tape chart, by keys and by mouse: what is seen before the drop is what is written, and nothing else ever is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, Guest
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Place, place_of
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.tape import TapeChart, TapeQuery
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.tape_words import short_names
from rentease_desk.gui.views.tape_view import TapeView
from rentease_desk.gui.widgets.tape_chart import TapeChart as Chart
from rentease_desk.gui.widgets.tape_layout import TapeLayout
from rentease_desk.services.tape import TapeService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, in_worker, press

Key, Mod = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton


def nov(day: int) -> date:
    return date(2026, 11, day)


@pytest.fixture
def tape(qtbot: QtBot, context: Context) -> TapeView:
    """The page, as Ctrl+6 shows it. Today is Thursday 5 November; Haruto arrives in room 102 for three nights."""
    window = show_window(qtbot, context, "today")
    press(Key.Key_6, Mod.ControlModifier)
    idle(qtbot, context)
    return window.pages.tape


def window_of(tape: TapeView) -> MainWindow:
    window = tape.window()
    assert isinstance(window, MainWindow)
    return window


def booking(hotel: Hotel, name: str) -> Booking:
    return in_worker(lambda: hotel.services.bookings.get(hotel.pks[name]))


def at(hotel: Hotel, name: str) -> Place:
    return place_of(booking(hotel, name))


def go_to(qtbot: QtBot, tape: TapeView, hotel: Hotel, name: str) -> None:
    tape.chart.show_booking(booking(hotel, name))
    idle(qtbot, tape.context)
    assert tape.current_booking == hotel.pks[name]


def rows(chart: Chart) -> dict[str, list[str]]:
    """Guests by room."""
    found = {"": [one.booking.guest.name for one in chart.model.roomless]}
    for row, room in enumerate(chart.model.rooms):
        found[room.name] = [one.booking.guest.name for one in chart.model.stays_in(row)]
    return found


def card(chart: Chart) -> str:
    return chart.card.words if chart.card.isVisible() else ""


def meanwhile(qtbot: QtBot, tape: TapeView, work: Callable[[], object]) -> None:
    """Something is written by somebody else, and this window has heard of it."""
    with qtbot.waitSignal(tape.context.changed):
        in_worker(work)
    idle(qtbot, tape.context)


HARUTO = Place("102", nov(5), nov(8))


def test_rooms_by_days_with_who_is_where(qtbot: QtBot, tape: TapeView) -> None:
    assert window_of(tape).page == "tape"
    assert tape.home().hasFocus()
    assert (tape.chart.first, tape.chart.days) == (nov(2), 14)
    assert rows(tape.chart) == {
        "": ["Renata Cavalcanti"], "101": [], "102": ["Haruto Nakamura"], "104": [], "203": ["Fatima El Mansouri"],
        "206": ["Søren Lindqvist"],
    }  # fmt: skip
    assert tape.chart.model.free(nov(4)) == 3
    assert "101 is free on Thu 5 Nov" in window_of(tape).foot.words
    press(Key.Key_Down)
    told = "Haruto Nakamura · room 102 · Thu 5 Nov – Sun 8 Nov · 3 nights · Arrives today · JPY 25,200 due"
    assert window_of(tape).foot.words.replace("\xa0", " ").replace("JP¥", "JPY ") == told
    assert tape.chart.accessibleDescription().startswith("Haruto Nakamura")


def test_arrows_go_from_guest_to_guest_and_past_the_edge(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    press(Key.Key_Up)
    assert tape.current_booking is None  # the row of those without a room; Renata comes later
    for _ in range(5):
        press(Key.Key_Right)
    idle(qtbot, tape.context)
    assert tape.current_booking == hotel.pks["renata"]
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_Right)  # past all of the stay
    assert tape.chart.spot == (1, nov(8))
    press(Key.Key_Left)
    press(Key.Key_Left)
    assert tape.chart.spot == (1, nov(4))
    for _ in range(3):
        press(Key.Key_Left)
    idle(qtbot, tape.context)
    assert tape.chart.first == nov(1)
    press(Key.Key_Right, Mod.ControlModifier)
    assert (tape.chart.first, tape.chart.spot) == (nov(8), (1, nov(8)))
    press(Key.Key_T)
    assert (tape.chart.first, tape.chart.spot) == (nov(2), (1, nov(5)))
    press(Key.Key_Minus)
    assert (tape.chart.days, tape.zoom.value) == (30, 30)
    press(Key.Key_Plus)
    press(Key.Key_Plus)
    idle(qtbot, tape.context)
    assert (tape.chart.days, tape.zoom.value, tape.chart.spot) == (7, 7, (1, nov(5)))


def test_enter_opens_the_folio_and_escape_comes_back(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_Return)
    idle(qtbot, tape.context)
    assert (window_of(tape).page, window_of(tape).pages.folio.booking_pk) == ("folio", hotel.pks["haruto"])
    press(Key.Key_Escape)
    idle(qtbot, tape.context)
    assert (window_of(tape).page, tape.current_booking) == ("tape", hotel.pks["haruto"])


def test_a_stay_is_carried_by_keys_and_its_price_told_before_it_is_dropped(
    qtbot: QtBot, tape: TapeView, hotel: Hotel
) -> None:
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_M)
    assert "same price" in card(tape.chart)
    press(Key.Key_Down)
    press(Key.Key_Right, Mod.ShiftModifier)
    assert "102 → 104" in card(tape.chart)
    assert "4 nights instead of 3" in card(tape.chart)
    assert "66,667" in card(tape.chart)
    assert tape.chart.card.difference.text().endswith("16,667")
    assert at(hotel, "haruto") == HARUTO
    press(Key.Key_Return)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("104", nov(5), nov(9))
    assert booking(hotel, "haruto").totals.charged == 66_667
    assert (card(tape.chart), tape.chart.carry, tape.current_booking) == ("", None, hotel.pks["haruto"])
    assert rows(tape.chart)["104"] == ["Haruto Nakamura"]
    assert "Ctrl+Z undoes it" in window_of(tape).foot.words
    press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, tape.context)
    assert (at(hotel, "haruto"), booking(hotel, "haruto").totals.charged) == (HARUTO, 50_000)
    assert tape.chart.spot == (1, nov(5))
    press(Key.Key_M)
    press(Key.Key_Left, Mod.ControlModifier)
    press(Key.Key_Left)
    assert "Tue 3 Nov – Sat 7 Nov, 4 nights instead of 3" in card(tape.chart)
    press(Key.Key_Escape)
    assert (card(tape.chart), at(hotel, "haruto")) == ("", HARUTO)


def drag(chart: Chart, from_day: date, to_day: date, *, rows: int = 0, edge: float = 0.5) -> None:
    """Down in the row of room 102, moved in steps; ``edge``: where the mouse stands in a night, of its width."""
    layout = chart.place
    place = lambda day, row: QPoint(  # noqa: E731 - a word
        round(layout.x(day) + (0.5 + edge) * layout.day_width), layout.row_top(row) + layout.row_height // 2
    )
    start, end = place(from_day, 1), place(to_day, 1 + rows)
    QTest.mousePress(chart.viewport(), LEFT, Mod.NoModifier, start)
    for part in (0.4, 0.8, 1.0):
        QTest.mouseMove(chart.viewport(), start + (end - start) * part)


def sideways(chart: Chart, days: int) -> QWheelEvent:
    """The wheel turned towards later days."""
    middle = QPointF(chart.viewport().rect().center())
    turned = QPoint(-120 * days, 0)
    return QWheelEvent(middle, middle, QPoint(), turned, Qt.MouseButton.NoButton, Mod.NoModifier,
                       Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip


def release(chart: Chart) -> None:
    QTest.mouseRelease(chart.viewport(), LEFT, Mod.NoModifier, QPoint(5, 5))


def test_a_stay_is_dragged_to_another_room_and_other_days(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    drag(tape.chart, nov(6), nov(7), rows=1)
    assert "102 → 104" in card(tape.chart)
    assert "Fri 6 Nov – Mon 9 Nov, 3 nights" in card(tape.chart)
    assert at(hotel, "haruto") == HARUTO
    release(tape.chart)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("104", nov(6), nov(9))


def test_an_edge_is_dragged_to_stay_longer_or_come_later(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    drag(tape.chart, nov(7), nov(9), rows=2, edge=0.97)  # the hand slips down: an edge has no other room
    assert "5 nights instead of 3" in card(tape.chart)
    release(tape.chart)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("102", nov(5), nov(10))
    drag(tape.chart, nov(5), nov(6), edge=0.04)
    release(tape.chart)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("102", nov(6), nov(10))
    drag(tape.chart, nov(6), nov(8))
    press(Key.Key_Escape)
    release(tape.chart)
    idle(qtbot, tape.context)
    assert (at(hotel, "haruto"), tape.chart.carry) == (Place("102", nov(6), nov(10)), None)


def test_the_chart_moves_below_what_is_dragged_to_its_edge(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    drag(tape.chart, nov(6), nov(15), edge=0.45)
    qtbot.waitUntil(lambda: tape.chart.first >= nov(4))
    tape.chart.put_back()
    drag(tape.chart, nov(6), nov(7))
    tape.chart.wheelEvent(sideways(tape.chart, days=3))
    place = tape.chart.place
    QTest.mouseMove(tape.chart.viewport(), QPoint(round(place.x(nov(12))), place.row_top(1) + 9))
    release(tape.chart)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("102", nov(10), nov(13))


def test_a_taken_room_is_refused_with_the_guests_name(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    drag(tape.chart, nov(6), nov(6), rows=2)
    assert "203 is Fatima El Mansouri's on the night of Thu 5 Nov" in card(tape.chart)
    release(tape.chart)
    assert "Fatima El Mansouri" in tape.banner.accessibleName()
    assert (tape.chart.carry, at(hotel, "haruto")) == (None, HARUTO)
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_M)
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Return)
    assert tape.chart.carry is not None  # by keys it is still held, and can go on
    press(Key.Key_Up)
    press(Key.Key_Return)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("104", nov(5), nov(8))
    assert not tape.banner.isVisible()


def _elsewhere(hotel: Hotel, room: str) -> None:
    """Another desk books a room, and this window has not heard of it."""
    draft = BookingDraft(Guest("Otto Fischer"), nov(7), nov(9), reference="X-1", room=room, total=Money(100, "eur"))

    def book() -> None:
        other = hotel.again()
        other.bookings.add(draft)
        other.close()

    in_worker(book)


def test_a_free_night_that_another_desk_gave_away_is_not_marked_any_more(
    qtbot: QtBot, tape: TapeView, hotel: Hotel
) -> None:
    draft = BookingDraft(Guest("Otto Fischer"), nov(5), nov(6), reference="X-2", room="101", total=Money(100, "eur"))
    assert "101 is free on Thu 5 Nov" in window_of(tape).foot.words
    meanwhile(qtbot, tape, lambda: hotel.services.bookings.add(draft))
    assert rows(tape.chart)["101"] == ["Otto Fischer"]
    assert (tape.chart.spot, tape.current_booking) == (None, None)
    press(Key.Key_I)
    idle(qtbot, tape.context)
    found = in_worker(lambda: hotel.services.bookings.find("X-2"))
    assert found.status is BookingStatus.CONFIRMED
    press(Key.Key_Down)
    assert tape.current_booking == found.pk


def test_what_another_desk_took_just_now_is_refused_by_the_database(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_M)
    press(Key.Key_Down)
    _elsewhere(hotel, "104")
    press(Key.Key_Return)
    idle(qtbot, tape.context)
    assert "104 is Otto Fischer's" in tape.banner.accessibleName()
    assert (tape.chart.carry, at(hotel, "haruto")) == (None, HARUTO)
    assert rows(tape.chart)["104"] == ["Otto Fischer"]


def test_who_is_here_cannot_arrive_later_and_who_has_left_stays_put(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    meanwhile(qtbot, tape, lambda: hotel.services.stays.do(Deed.CHECK_IN, hotel.pks["haruto"]))
    drag(tape.chart, nov(6), nov(7))
    assert "arrived already" in card(tape.chart)
    release(tape.chart)
    assert at(hotel, "haruto") == HARUTO
    drag(tape.chart, nov(6), nov(7), rows=1)  # to another room, whatever the hand does sideways
    release(tape.chart)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == Place("104", nov(5), nov(8))
    meanwhile(qtbot, tape, lambda: hotel.services.stays.do(Deed.CHECK_IN, hotel.pks["fatima"]))
    meanwhile(qtbot, tape, lambda: hotel.services.stays.do(Deed.CHECK_OUT, hotel.pks["fatima"]))
    go_to(qtbot, tape, hotel, "fatima")
    press(Key.Key_M)
    assert "has left already" in card(tape.chart)
    press(Key.Key_Right)
    press(Key.Key_Return)
    assert "has left already" in tape.banner.accessibleName()
    press(Key.Key_Escape)
    assert booking(hotel, "fatima").status is BookingStatus.DEPARTED


def test_what_another_changes_while_it_is_held_is_put_back(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_M)
    press(Key.Key_Down)
    meanwhile(qtbot, tape, lambda: hotel.services.stays.do(Deed.CHECK_IN, hotel.pks["haruto"]))
    assert (tape.chart.carry, card(tape.chart)) == (None, "")
    assert "was changed just now" in window_of(tape).foot.words
    press(Key.Key_Return)  # not a drop any more
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == HARUTO


def test_who_marks_another_stay_before_the_answer_keeps_it(
    qtbot: QtBot, tape: TapeView, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = threading.Event(), TapeService.move

    def slowly(self: TapeService, pk: int, version: int | None, to: Place) -> object:
        assert gate.wait(60)
        return real(self, pk, version, to)

    monkeypatch.setattr(TapeService, "move", slowly)
    go_to(qtbot, tape, hotel, "haruto")
    press(Key.Key_M)
    press(Key.Key_Down)
    press(Key.Key_Return)
    assert tape.chart.is_saving
    press(Key.Key_Down)
    press(Key.Key_Down)
    assert tape.current_booking == hotel.pks["fatima"]
    press(Key.Key_M)
    assert "Just now a stay is being moved" in window_of(tape).foot.words
    press(Key.Key_Z, Mod.ControlModifier)  # waits for the answer, and undoes this and nothing else
    gate.set()
    idle(qtbot, tape.context)
    qtbot.waitUntil(lambda: not tape.chart.is_saving)
    idle(qtbot, tape.context)
    assert at(hotel, "haruto") == HARUTO
    assert booking(hotel, "haruto").version == 3
    assert booking(hotel, "fatima").version == 1


def test_a_mark_whose_guest_has_gone_marks_nobody(qtbot: QtBot, tape: TapeView, hotel: Hotel) -> None:
    go_to(qtbot, tape, hotel, "haruto")

    def swap() -> None:
        services = hotel.services
        services.tape.move(hotel.pks["haruto"], None, Place("102", date(2027, 5, 1), date(2027, 5, 4)))
        services.tape.move(hotel.pks["fatima"], None, Place("102", nov(5), nov(12)))

    in_worker(swap)
    qtbot.waitUntil(lambda: rows(tape.chart)["102"] == ["Fatima El Mansouri"])
    assert tape.current_booking is None
    press(Key.Key_M)
    assert "Mark a stay first" in window_of(tape).foot.words


def test_only_what_is_seen_is_read(qtbot: QtBot, tape: TapeView, hotel: Hotel, monkeypatch: pytest.MonkeyPatch) -> None:
    def many() -> None:
        plain = BookingDraft(Guest("Guest"), nov(5), nov(6), total=Money(100, "eur"))
        for number in range(90):
            hotel.services.bookings.add(replace(plain, room=str(1000 + number)))

    in_worker(many)
    qtbot.waitUntil(lambda: len(tape.chart.model.rooms) == 95)
    idle(qtbot, tape.context)
    asked: list[TapeQuery] = []
    real = TapeService.chart

    def noted(self: TapeService, query: TapeQuery) -> TapeChart:
        asked.append(query)
        return real(self, query)

    monkeypatch.setattr(TapeService, "chart", noted)
    assert tape.chart.model.stays_in(94) == ()
    press(Key.Key_End)
    idle(qtbot, tape.context)
    assert tape.current_booking is not None
    assert [(query.first, query.days) for query in asked] == [(date(2026, 10, 25), 29)]
    assert 40 < asked[-1].row < 70
    press(Key.Key_PageUp)
    idle(qtbot, tape.context)
    assert tape.chart.spot is not None
    assert 60 < tape.chart.spot[0] < 80


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("days", [7, 14, 30])
def test_what_is_painted_somewhere_is_found_there(scale: float, days: int) -> None:
    layout = TapeLayout(1212, 730, scale, nov(2), days, 40, 5, scroll=300, lane=1)
    for row in (*layout.lanes_seen(), *list(layout.rows_seen())[1:-1]):
        bar = layout.bar(row, nov(3), nov(5))
        assert layout.row_at(bar.center().y()) == row
        assert layout.night_at(bar.left() + 1) == nov(3)
        assert layout.night_at(bar.right() - 1) == nov(4)
        assert layout.place_of_rows(row).contains(bar.center().toPoint())
    assert layout.row_at(2) is None
    assert list(layout.lanes_seen()) == [-4, -3, -2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Mihály Szabó", ("Mihály Szabó", "M. Szabó", "Szabó")),
     ("Renata de la Cruz", ("Renata de la Cruz", "R. Cruz", "Cruz")), ("李伟", ("李伟",)), ("Cher ", ("Cher ",))],
)  # fmt: skip
def test_long_names_fall_back_to_shorter_ones(name: str, shown: tuple[str, ...]) -> None:
    assert short_names(name) == shown
