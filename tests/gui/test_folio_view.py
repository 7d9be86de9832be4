"""A booking's folio on its page: lines, balances, what is void or went back, and what others write meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.folio import Folio
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.cell import CELL_ROLE, Cell
from rentease_desk.gui.widgets.balance_card import BalanceCard
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.bundle import Services
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write
from tests.tools.gui_stripe import Card, charge, refund
from tests.tools.homeless import Homeless, pay

Key = Qt.Key
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
NOOR = Card("noor", 30_000, "LN-2050", days_ago=2)
DECLINED = Card("declined", 9_900, "LN-2050", status="requires_payment_method", message="Your card was declined.")


def open_folio(qtbot: QtBot, window: MainWindow, pk: int) -> None:
    window.open_folio(pk)
    idle(qtbot, window.context)


def column(window: MainWindow, name: str) -> list[Cell]:
    """The cells of a column, from the first line to the last."""
    model = window.pages.folio.model
    at = [one.name for one in model.columns].index(name)
    return [model.index(row, at).data(CELL_ROLE) for row in range(model.rowCount())]


def texts(window: MainWindow, name: str) -> list[str]:
    return [cell.plain for cell in column(window, name)]


def take(services: Services, pk: int, minor: int, uid: str = "another") -> None:
    """Somebody takes cash. In a worker."""
    services.payments.take(PaymentDraft(uid, pk, "cash", Money(minor, "eur")))


@pytest.fixture
def noor(qtbot: QtBot, hotel: Hotel, context: Context) -> MainWindow:
    """A folio with a card payment, a refund of it, and a card that was declined."""

    def happen() -> None:
        charge(hotel.services, NOOR, DECLINED)
        refund(hotel.services, NOOR, 9_750)

    in_worker(happen)
    window = show_window(qtbot, context)
    open_folio(qtbot, window, hotel.pks["noor"])
    return window


def mark(window: MainWindow, text: str) -> None:
    """Go to a line by keyboard."""
    window.pages.folio.table.setFocus()
    press(Key.Key_Home)
    for _ in range(texts(window, "text").index(text)):
        press(Key.Key_Down)


# --- what it shows


def test_the_head_says_who_when_and_how_much(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    assert {"Søren Lindqvist", "206", "Sun 1 Nov", "Thu 5 Nov", "4", "€498.00", "€352.00", "€0.00", "€146.00"} <= set(
        labels(window)
    )
    about = next(text for text in labels(window) if "LN-2017" in text)
    assert about == "LN-2017 · soren@lindqvist.example · +46 70 123 · Direct · 2 guests"


def labels(window: MainWindow) -> list[str]:
    return [one.text() for one in window.pages.folio.findChildren(Label) if one.isVisible() and one.text()]


def test_each_line_says_what_is_owed_after_it(noor: MainWindow) -> None:
    assert texts(noor, "text") == [
        "Mastercard •• 4444", "Mastercard •• 4444  Your card was declined.", "Room, 2 nights",
        "Refund requested by customer",
    ]  # fmt: skip
    assert texts(noor, "payment") == ["300.00", "99.00", "", "−97.50"]
    assert texts(noor, "charge") == ["", "", "655.00", ""]
    assert texts(noor, "balance") == ["−300.00", "", "355.00", "452.50"]


def test_the_last_balance_is_that_of_the_booking(noor: MainWindow) -> None:
    assert noor.pages.folio.folio is not None
    assert noor.pages.folio.folio.booking.totals.balance == 45_250
    told = noor.pages.folio.total.accessibleName()
    assert told.endswith("Charge €655.00, Payment €202.50, Balance €452.50")


def test_a_refund_is_red_and_a_declined_card_counts_as_nothing(noor: MainWindow) -> None:
    assert [cell.colour for cell in column(noor, "payment")] == ["text", "text2", "text", "wrong"]
    assert texts(noor, "status") == ["Partially refunded", "Failed", "", "Refund succeeded"]


def test_lines_are_read_aloud(noor: MainWindow) -> None:
    model = noor.pages.folio.model
    said = [{one.name: model.index(row, at).data(SPOKEN) for at, one in enumerate(model.columns)} for row in range(4)]
    assert said[0]["date"] == "Tuesday 3 November 2026, 13:00"
    assert [one["payment"] for one in said] == ["€300.00", "€99.00", "", "minus €97.50"]
    assert [one["balance"] for one in said] == ["minus €300.00", "", "€355.00", "€452.50"]
    assert said[3]["status"] == "Refund succeeded"


def test_a_settled_booking_says_so(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["oliver"])
    assert texts(window, "balance")[-1] == "0.00"
    assert window.pages.folio.findChildren(BalanceCard)[0].accessibleName() == "Balance €0.00, Settled"


# --- voiding


def test_a_void_stays_struck_through_with_its_reason(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    in_worker(lambda: take(hotel.services, pk, 14_600))
    open_folio(qtbot, window, pk)
    before = texts(window, "balance")
    press(Key.Key_End)
    press(Key.Key_V)
    assert isinstance(open_dialog(qtbot), VoidPaymentDialog)
    write("typed twice")
    press(Key.Key_Return)
    back_in(qtbot, window)
    qtbot.waitUntil(lambda: "Voided" in texts(window, "status"))
    assert texts(window, "text")[-1] == "Cash typed twice, voided"
    assert [cell.struck for cell in column(window, "payment")] == [False, False, False, True]
    assert texts(window, "balance") == [*before[:-1], ""]
    assert "1 void" in window.pages.folio.total.accessibleName()
    assert window.foot.words == "€146.00 is void."


@pytest.mark.parametrize("line", ["Mastercard •• 4444", "Refund requested by customer"])
def test_v_on_what_cannot_be_void_says_why(qtbot: QtBot, noor: MainWindow, line: str) -> None:
    mark(noor, line)
    press(Key.Key_V)
    idle(qtbot, noor.context)
    said = noor.pages.folio.banner.accessibleName() if noor.pages.folio.banner.isVisible() else noor.foot.words
    assert ("cannot be voided" in said) if "Mastercard" in line else ("Mark a payment first" in said)
    assert QApplication.activeModalWidget() is None


def test_yesterdays_cash_cannot_be_void(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["renata"])
    mark(window, "Cash")
    press(Key.Key_V)
    dialog = open_dialog(qtbot)
    write("wrong guest")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "Its day is over" in dialog.banner.accessibleName()
    dialog.reject()
    back_in(qtbot, window)
    assert not any(cell.struck for cell in column(window, "payment"))


# --- keys


def test_f2_edits_the_booking(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["noor"])
    press(Key.Key_F2)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, BookingDialog)
    dialog.reject()
    back_in(qtbot, window)


def test_the_next_folio_has_no_message_of_the_last(qtbot: QtBot, noor: MainWindow, hotel: Hotel) -> None:
    mark(noor, "Mastercard •• 4444")
    press(Key.Key_V)
    qtbot.waitUntil(noor.pages.folio.banner.isVisible)
    press(Key.Key_Escape)
    open_folio(qtbot, noor, hotel.pks["soren"])
    assert not noor.pages.folio.banner.isVisible()


# --- what others write


def test_a_write_shows_at_once_and_the_mark_stays(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    mark(window, "Cash")
    marked = window.pages.folio.current_line
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 100))
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 4)
    idle(qtbot, window.context)
    assert marked is not None
    assert window.pages.folio.current_line is not None
    assert window.pages.folio.current_line.item == marked.item


def test_a_write_to_another_booking_reads_nothing(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    read: list[int] = []
    real = BookingService.folio

    def folio(self: BookingService, pk: int) -> Folio:
        read.append(pk)
        return real(self, pk)

    monkeypatch.setattr(BookingService, "folio", folio)
    in_worker(lambda: take(hotel.services, hotel.pks["noor"], 100))
    noor = window.pages.bookings.model.row_of(hotel.pks["noor"])
    assert noor is not None
    qtbot.waitUntil(lambda: window.pages.bookings.model.index(noor, paid_at(window)).data() == "1.00")
    idle(qtbot, window.context)
    assert read == []


def paid_at(window: MainWindow) -> int:
    return [column.name for column in window.pages.bookings.model.columns].index("paid")


def test_what_another_desk_wrote_is_there_when_the_folio_is_opened_again(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    other = hotel.again()
    in_worker(lambda: take(other, hotel.pks["soren"], 4_600))
    other.close()
    press(Key.Key_Escape)
    press(Key.Key_Return)
    idle(qtbot, window.context)
    assert texts(window, "balance")[-1] == "100.00"
    assert texts(window, "by")[-1] == "Paolo"


def test_what_another_desk_paid_meanwhile_is_not_taken_again(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    """The dialog asks for what is owed now, not for what the folio on the screen says."""
    open_folio(qtbot, window, hotel.pks["soren"])
    other = hotel.again()
    in_worker(lambda: take(other, hotel.pks["soren"], 4_600))
    other.close()
    press(Key.Key_F9)
    open_dialog(qtbot)
    press(Key.Key_Return)
    back_in(qtbot, window)
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 5)
    assert texts(window, "balance")[-1] == "0.00"


def test_a_marked_payment_that_another_desk_took_away_leaves_no_mark(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    """V and R would be about a payment that nobody chose."""
    other = hotel.again()

    def assign() -> int:
        pay(hotel.services.desk, Homeless(Card("homeless", 5_000)))
        payment = other.matching.find("pi_homeless")
        return other.matching.assign(payment.pk, hotel.pks["soren"]).value.pk

    pk = in_worker(assign)
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_End)
    press(Key.Key_Up)
    assert window.pages.folio.current_line is not None
    assert window.pages.folio.current_line.item.pk == pk
    in_worker(lambda: other.matching.undo(pk))
    other.close()
    window.context.look_for_others()
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 3)
    assert window.pages.folio.current_line is None
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 100))
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 4)
    for key in (Key.Key_V, Key.Key_R):
        press(key)
        assert window.foot.words == "Mark a payment first."
    idle(qtbot, window.context)
    assert QApplication.activeModalWidget() is None


# --- what cannot be read


def locked(*_: object) -> None:
    raise DatabaseError("database.locked", seconds=5)


def test_a_folio_that_cannot_be_read_shows_no_other_guests(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_Escape)
    real = BookingService.folio
    monkeypatch.setattr(BookingService, "folio", locked)
    open_folio(qtbot, window, hotel.pks["noor"])
    assert window.pages.folio.banner.isVisible()
    assert not {"Søren Lindqvist", "€146.00", "206"} & set(labels(window))
    assert window.pages.folio.model.rowCount() == 0
    press(Key.Key_V)
    assert "Mark a payment first" in window.foot.words
    monkeypatch.setattr(BookingService, "folio", real)
    open_folio(qtbot, window, hotel.pks["noor"])
    assert "Noor van den Berg" in labels(window)
    assert "€655.00" in labels(window)


def test_a_folio_that_cannot_be_read_again_stays(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    monkeypatch.setattr(BookingService, "folio", locked)
    open_folio(qtbot, window, hotel.pks["soren"])
    assert window.pages.folio.banner.isVisible()
    assert "Søren Lindqvist" in labels(window)
