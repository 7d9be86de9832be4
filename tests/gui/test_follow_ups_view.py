"""The page of what went wrong at Stripe: what it lists, what its keys do, and what happens meanwhile."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.follow_ups import FollowUp
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.follow_up_note import FollowUpNoteDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.follow_ups import FollowUpService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, NEVER_OVER, Hotel, back_in, click, in_worker, open_dialog, press, write
from tests.tools.gui_stripe import Card
from tests.tools.problems import Trouble

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
NOOR = Card("noor", 30_000, "LN-2050", days_ago=9)
SOREN = Card("soren", 5_000, "LN-2017", days_ago=8)
DECLINED = Card("declined", 9_900, "LN-2017", "requires_payment_method", message="Your card has insufficient funds.")
STRANGER = Card("stranger", 5_000, "", "requires_payment_method", days_ago=3, message="Ask us.", payer="Ines Prado")
LONG_STAY = Card("stay", 80_000, "LN-1998", "requires_payment_method", message="Your card has expired.")
ALL = ["du_noor", "re_soren_500", "pi_declined", "in_stay", "pi_stranger"]


def happen(hotel: Hotel) -> Trouble:
    """One of each kind. In a worker."""
    trouble = Trouble(hotel.services.desk)
    trouble.bind()
    trouble.pay(NOOR)
    trouble.pay(SOREN)
    trouble.pay(DECLINED, code="insufficient_funds")
    trouble.pay(STRANGER, code="unheard_of")
    trouble.pay(LONG_STAY)
    trouble.dispute(NOOR)
    trouble.refund(SOREN, 500)
    trouble.invoice(LONG_STAY, attempts=2)
    return trouble


@pytest.fixture
def trouble(hotel: Hotel) -> Trouble:
    return in_worker(lambda: happen(hotel))


@pytest.fixture
def listed(qtbot: QtBot, trouble: Trouble, hotel: Hotel, bare: Context) -> MainWindow:
    """The window, on what is to be followed up."""
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    window = show_window(qtbot, bare, "today")
    press(Key.Key_5, Control)
    idle(qtbot, bare)
    return window


def items(window: MainWindow) -> list[FollowUp]:
    model = window.pages.follow_ups.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one for one in found if one is not None]


def names(window: MainWindow) -> list[str]:
    return [one.problem.object_id for one in items(window)]


def marked(window: MainWindow) -> str:
    shown = window.pages.follow_ups.current
    return shown.problem.object_id if shown else ""


def mark(window: MainWindow, name: str) -> None:
    """Go down to a row by keyboard."""
    press(Key.Key_Home)
    for _ in range(window.pages.follow_ups.model.rowCount()):
        if marked(window) == name:
            return
        press(Key.Key_Down)
    raise AssertionError(f"no row of {name}")


def spoken(window: MainWindow, name: str) -> dict[str, str]:
    """What a screen reader says of a row, by column."""
    model = window.pages.follow_ups.model
    row = names(window).index(name)
    return {one.name: str(model.index(row, at).data(SPOKEN)) for at, one in enumerate(model.columns)}


def stands_as(window: MainWindow, name: str, told: str) -> bool:
    return spoken(window, name)["now"] == told


def choose(qtbot: QtBot, window: MainWindow, word: str) -> None:
    """Press a segment with the mouse, and go back to the list by keyboard."""
    buttons = window.pages.follow_ups.segments.findChildren(QAbstractButton)
    click(next(one for one in buttons if one.text() == word))
    idle(qtbot, window.context)
    window.pages.follow_ups.table.setFocus()


def badge(window: MainWindow) -> str:
    told = (one.accessibleName() for one in window.rail.findChildren(QAbstractButton))
    return next(name for name in told if name.startswith("Follow up"))


def take(hotel: Hotel, minor: int) -> None:
    """Somebody pays in cash. In a worker."""
    draft = PaymentDraft(f"cash-{minor}", hotel.pks["soren"], "cash", Money(minor, "eur"))
    hotel.services.payments.take(draft)


def stored(hotel: Hotel, name: str) -> FollowUp:
    return in_worker(lambda: hotel.services.follow_ups.find(name))


# --- what is listed


def test_the_most_urgent_stands_first_and_is_marked(listed: MainWindow) -> None:
    assert names(listed) == ALL
    assert marked(listed) == "du_noor"
    assert (
        listed.pages.follow_ups.subtitle.text() == "1 dispute · 2 failed payments · 1 failed refund · 1 unpaid invoice"
    )
    assert badge(listed) == "Follow up, 5 waiting"
    assert listed.pages.follow_ups.table.hasFocus()
    assert not listed.pages.follow_ups.empty.isVisible()


def test_rows_say_what_why_who_and_until_when(listed: MainWindow) -> None:
    dispute = spoken(listed, "du_noor")
    assert dispute["time"] == "Wednesday 4 November 2026, 13:00"  # in Trieste, where the hotel is
    assert (dispute["what"], dispute["now"]) == ("Disputed", "Answer by Thu 12 Nov")
    assert dispute["reason"] == "The cardholder did not pay this"
    assert (dispute["guest"], dispute["amount"]) == ("Noor van den Berg LN-2050", "€300.00")
    refund = spoken(listed, "re_soren_500")
    assert (refund["what"], refund["reason"]) == ("Refund failed", "Card reported lost or stolen")
    assert refund["now"] == "€96.00 owed"
    payment = spoken(listed, "pi_declined")
    assert (payment["what"], payment["reason"]) == ("Payment failed", "Not enough money")
    invoice = spoken(listed, "in_stay")
    assert (invoice["what"], invoice["now"]) == ("Invoice not paid", "Next try Sun 8 Nov")
    assert invoice["reason"] == "Your card has expired."
    stranger = spoken(listed, "pi_stranger")
    assert (stranger["guest"], stranger["reason"], stranger["now"]) == ("Ines Prado no booking", "Ask us.", "none")


def test_what_is_owed_on_the_booking_tells_whether_it_still_matters(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    for minor, told in ((8_600, "€10.00 owed"), (1_000, "Booking settled"), (500, "€5.00 to give back")):
        in_worker(partial(take, hotel, minor))
        qtbot.waitUntil(partial(stands_as, listed, "pi_declined", told))
    mark(listed, "pi_declined")
    assert "LN-2017 · €5.00 to give back" in listed.pages.follow_ups.detail.words
    idle(qtbot, listed.context)


def test_below_stands_whom_to_ask_and_what_helps(listed: MainWindow) -> None:
    mark(listed, "pi_declined")
    words = listed.pages.follow_ups.detail.words
    for part in (
        "Søren Lindqvist", "LN-2017 · €", "soren@lindqvist.example", "+46 70 123", "Not enough money.",
        "Stripe says: “Your card has insufficient funds.”", "Ask for another card", "Mastercard •• 4444", "pi_declined",
        "insufficient_funds",
    ):  # fmt: skip
        assert part in words
    mark(listed, "du_noor")
    words = listed.pages.follow_ups.detail.words
    assert "Answer in Stripe by Thu 12 Nov." in words
    assert "to be answered until Thu 12 Nov, 13:00" in words
    assert "What proves the stay" in words
    assert "No telephone and no e-mail is known." in words
    mark(listed, "in_stay")
    assert "2 attempts" in listed.pages.follow_ups.detail.words
    mark(listed, "pi_stranger")
    assert "belongs to no booking" in listed.pages.follow_ups.detail.words


def test_a_deadline_that_has_passed_says_so(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    hotel.clock.advance(7 * DAY - 3_600)
    listed.pages.follow_ups.reload()
    idle(qtbot, listed.context)
    assert spoken(listed, "du_noor")["now"] == "Answer today by 13:00"
    hotel.clock.advance(3_601)
    listed.pages.follow_ups.reload()
    idle(qtbot, listed.context)
    told = spoken(listed, "du_noor")
    assert (told["what"], told["now"]) == ("Not answered in time", "Was due Thu 12 Nov")
    assert "The bank decides now." in listed.pages.follow_ups.detail.words


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("amount", ["re_soren_500", "pi_stranger", "pi_declined", "du_noor", "in_stay"]),
        ("guest", ["in_stay", "pi_stranger", "du_noor", "re_soren_500", "pi_declined"]),
        ("what", ["pi_declined", "pi_stranger", "re_soren_500", "du_noor", "in_stay"]),
        ("time", ["pi_stranger", "in_stay", "du_noor", "pi_declined", "re_soren_500"]),
        ("now", ALL[::-1]),
    ],
)
def test_a_click_on_the_header_sorts(qtbot: QtBot, listed: MainWindow, column: str, order: list[str]) -> None:
    table = listed.pages.follow_ups.table
    at = [one.name for one in table.columns].index(column)
    place = QPoint(table.header.sectionViewportPosition(at) + 20, table.header.height() // 2)
    click(table.header.viewport(), place)
    idle(qtbot, listed.context)
    assert names(listed) == order


def test_an_empty_list_says_what_would_be_here(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_5, Control)
    idle(qtbot, window.context)
    empty = window.pages.follow_ups.empty
    assert empty.isVisible()
    assert "Nothing to follow up" in empty.accessibleName()
    assert badge(window) == "Follow up"
    choose(qtbot, window, "Done")
    assert "Nothing was done yet" in empty.accessibleName()
    for key in (Key.Key_N, Key.Key_D, Key.Key_U, Key.Key_Return):
        press(key)
    assert "nothing to take back" in window.foot.words
    assert QApplication.activeModalWidget() is None
    idle(qtbot, window.context)


def test_the_model_keeps_qts_rules(qtbot: QtBot, listed: MainWindow) -> None:
    view = listed.pages.follow_ups
    tester = QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.Fatal, view)
    choose(qtbot, listed, "Done")
    assert tester.model() is view.model


# --- what can be done


def test_d_is_done_and_marks_the_next(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "pi_declined")
    press(Key.Key_D)
    idle(qtbot, listed.context)
    assert stored(hotel, "pi_declined").care.done_by == "Elena"
    assert "Done: Søren Lindqvist. U takes it back." in listed.foot.words
    assert (names(listed), marked(listed)) == ([one for one in ALL if one != "pi_declined"], "in_stay")
    assert badge(listed) == "Follow up, 4 waiting"
    choose(qtbot, listed, "Done")
    assert names(listed) == ["pi_declined"]
    assert spoken(listed, "pi_declined")["now"] == "Done 13:00"
    assert "Done Thu 5 Nov, 13:00 by Elena" in listed.pages.follow_ups.detail.words
    assert "Ask for another card" not in listed.pages.follow_ups.detail.words
    assert not listed.pages.follow_ups.done.isEnabled()
    press(Key.Key_D)
    idle(qtbot, listed.context)
    assert "nothing left to do" in listed.foot.words


def test_d_pressed_again_in_one_burst_is_about_one_row(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "pi_declined")
    listed.pages.follow_ups.burst.setInterval(NEVER_OVER)
    for _ in range(3):
        press(Key.Key_D)
        idle(qtbot, listed.context)
    assert marked(listed) == "in_stay"
    assert stored(hotel, "in_stay").is_open
    press(Key.Key_Up)  # who moves the mark means the row
    upper = marked(listed)
    press(Key.Key_D)
    idle(qtbot, listed.context)
    assert not stored(hotel, upper).is_open


def test_a_mark_whose_row_another_desk_was_done_with_falls_on_none(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    mark(listed, "pi_declined")
    other = hotel.again()
    in_worker(lambda: other.follow_ups.set_done(other.follow_ups.find("pi_declined")))
    other.close()
    for _ in range(2):
        listed.pages.follow_ups.reload()
        idle(qtbot, listed.context)
        press(Key.Key_D)
        idle(qtbot, listed.context)
    assert "pi_declined" not in names(listed)
    assert listed.pages.follow_ups.current is None
    assert all(stored(hotel, name).is_open for name in names(listed))


@pytest.mark.parametrize("where", ["Open", "Done"])
def test_u_takes_it_back(qtbot: QtBot, listed: MainWindow, hotel: Hotel, where: str) -> None:
    mark(listed, "re_soren_500")
    press(Key.Key_D)
    idle(qtbot, listed.context)
    choose(qtbot, listed, where)
    press(Key.Key_U)
    idle(qtbot, listed.context)
    assert stored(hotel, "re_soren_500").is_open
    assert "Open again" in listed.foot.words
    choose(qtbot, listed, "Open")
    assert names(listed) == ALL
    press(Key.Key_U)
    assert "nothing to take back" in listed.foot.words


def test_n_keeps_a_note(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "du_noor")
    press(Key.Key_N)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, FollowUpNoteDialog)
    write("called")
    press(Key.Key_Return, Shift)
    write("sends the invoice")
    press(Key.Key_Return)
    back_in(qtbot, listed)
    assert stored(hotel, "du_noor").care.note == "called\nsends the invoice"
    assert "The note is kept" in listed.foot.words
    assert spoken(listed, "du_noor")["note"] == "called"
    assert "sends the invoice" in listed.pages.follow_ups.detail.words
    press(Key.Key_N)
    again = open_dialog(qtbot)
    assert isinstance(again, FollowUpNoteDialog)
    assert again.note.text() == "called\nsends the invoice"
    write(" 4242 4242 4242 4242")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "card number" in again.form.fields["note"].wrong)
    press(Key.Key_Escape)
    back_in(qtbot, listed)
    assert stored(hotel, "du_noor").care.version == 1


def test_a_note_that_another_desk_wrote_meanwhile_is_not_lost(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "du_noor")
    press(Key.Key_N)
    dialog = open_dialog(qtbot)
    other = hotel.again()
    in_worker(lambda: other.follow_ups.write_note(other.follow_ups.find("du_noor"), "Paolo called"))
    other.close()
    write("mine")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "Somebody else was here" in dialog.banner.accessibleName()
    press(Key.Key_Escape)
    back_in(qtbot, listed)
    assert stored(hotel, "du_noor").care.note == "Paolo called"


def test_what_another_desk_did_shows_and_is_told(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "pi_declined")
    other = hotel.again()
    in_worker(lambda: other.follow_ups.set_done(other.follow_ups.find("pi_declined")))
    press(Key.Key_D)
    qtbot.waitUntil(listed.pages.follow_ups.banner.isVisible)
    idle(qtbot, listed.context)
    assert "Somebody else was here" in listed.pages.follow_ups.banner.accessibleName()
    assert "pi_declined" not in names(listed)
    in_worker(lambda: other.follow_ups.set_done(other.follow_ups.find("du_noor")))
    other.close()
    listed.context.look_for_others()
    qtbot.waitUntil(lambda: "du_noor" not in names(listed))
    idle(qtbot, listed.context)


def test_enter_opens_the_folio_and_escape_comes_back(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "re_soren_500")
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    assert (listed.page, listed.pages.folio.booking_pk) == ("folio", hotel.pks["soren"])
    press(Key.Key_Escape)
    idle(qtbot, listed.context)
    assert listed.page == "follow_ups"
    assert marked(listed) == "re_soren_500"
    mark(listed, "pi_stranger")
    press(Key.Key_Return)
    assert "no folio" in listed.foot.words
    assert listed.page == "follow_ups"


def test_buttons_do_the_same_and_give_the_keyboard_back(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    view = listed.pages.follow_ups
    mark(listed, "pi_stranger")
    assert not view.folio.isEnabled()
    assert not view.undo.isEnabled()
    click(view.done)
    idle(qtbot, listed.context)
    assert stored(hotel, "pi_stranger").is_done
    assert view.table.hasFocus()
    click(view.undo)
    idle(qtbot, listed.context)
    assert stored(hotel, "pi_stranger").is_open
    mark(listed, "in_stay")
    click(view.folio)
    idle(qtbot, listed.context)
    assert listed.pages.folio.booking_pk == hotel.pks["fatima"]


def test_letters_act_in_the_list_only(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "du_noor")
    listed.pages.follow_ups.segments.findChildren(QAbstractButton)[0].setFocus()
    press(Key.Key_D)
    press(Key.Key_N)
    idle(qtbot, listed.context)
    assert QApplication.activeModalWidget() is None
    assert stored(hotel, "du_noor").is_open


def test_a_menu_of_the_row_holds_every_action_with_its_key(qtbot: QtBot, listed: MainWindow) -> None:
    table = listed.pages.follow_ups.table
    place = table.visualRect(table.currentIndex()).center()
    QApplication.sendEvent(table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = [(one.text(), one.shortcut().toString()) for one in menu.actions() if not one.isSeparator()]
    assert entries[:3] == [("Note", "N"), ("Done", "D"), ("Undo", "U")]
    menu.close()
    idle(qtbot, listed.context)


# --- what happens meanwhile


def test_what_resolves_by_itself_leaves_the_list(qtbot: QtBot, listed: MainWindow, trouble: Trouble) -> None:
    mark(listed, "pi_stranger")
    in_worker(lambda: trouble.pay(Card("declined", 9_900, "LN-2017"), charge="ch_second"))
    qtbot.waitUntil(lambda: "pi_declined" not in names(listed))
    in_worker(lambda: trouble.dispute(NOOR, "won", due_in=None))
    qtbot.waitUntil(lambda: "du_noor" not in names(listed))
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_stranger"
    choose(qtbot, listed, "Done")
    assert names(listed) == ["du_noor"]
    told = spoken(listed, "du_noor")
    assert (told["what"], told["now"]) == ("Dispute won", "Resolved by itself")


def test_while_another_page_is_shown_the_rail_counts(qtbot: QtBot, listed: MainWindow, trouble: Trouble) -> None:
    press(Key.Key_1, Control)
    in_worker(lambda: trouble.dispute(SOREN))
    qtbot.waitUntil(lambda: badge(listed) == "Follow up, 6 waiting")
    press(Key.Key_5, Control)
    idle(qtbot, listed.context)
    assert set(names(listed)) == {*ALL, "du_soren"}


@pytest.mark.parametrize("part", ["listed", "counts"])
def test_a_list_that_cannot_be_read_is_a_sentence_and_comes_back(
    qtbot: QtBot, listed: MainWindow, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    with monkeypatch.context() as broken:

        def away(*_: object, **__: object) -> None:
            raise DatabaseError("database.locked", seconds=5)

        broken.setattr(FollowUpService, part, away)
        listed.pages.follow_ups.reload()
        qtbot.waitUntil(listed.pages.follow_ups.banner.isVisible)
        idle(qtbot, listed.context)
    assert names(listed) == ALL
    listed.pages.follow_ups.reload()
    idle(qtbot, listed.context)
    assert not listed.pages.follow_ups.banner.isVisible()
