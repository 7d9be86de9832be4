"""Taking a payment from the folio, key by key: what is written, what is refused, and what a person is told."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.services.payments import PaymentService
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, click, in_worker, open_dialog, press, write

Key = Qt.Key


def payments(hotel: Hotel, pk: int) -> list[Payment]:
    """All payments of a booking, oldest first."""
    folio = in_worker(lambda: hotel.services.bookings.folio(pk))
    return [line.item for line in folio.lines if isinstance(line.item, Payment)]


def ask(qtbot: QtBot, window: MainWindow, pk: int) -> TakePaymentDialog:
    """The dialog as F9 opens it on a folio."""
    window.open_folio(pk)
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    return dialog


@pytest.fixture
def other(hotel: Hotel) -> dict[str, int]:
    """A booking in dinars (three decimals)."""
    draft = BookingDraft(
        Guest("Layla Haddad"), date(2026, 11, 5), date(2026, 11, 8), currency="bhd", total=Money(120_500, "bhd")
    )
    return {"bhd": in_worker(lambda: hotel.services.bookings.add(draft).value.pk)}


def test_exact_cash_takes_two_keys(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    window.open_folio(pk)
    idle(qtbot, window.context)
    before = len(payments(hotel, pk))
    press(Key.Key_F9)
    open_dialog(qtbot)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == before + 1)
    idle(qtbot, window.context)
    taken = payments(hotel, pk)[-1]
    assert (taken.method, taken.money, taken.stripe_payment_id) == ("cash", Money(14_600, "eur"), None)
    assert window.folio.folio is not None
    assert window.folio.folio.booking.totals.balance == 0
    assert window.folio.model.rowCount() == 4


def test_a_part_in_cash_takes_eight_keys_and_tells_the_change(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk)  # 1: F9
    press(Key.Key_Backtab)  # 2: to the amount
    write("90")  # 4
    press(Key.Key_Tab)  # 5
    write("99")  # 7
    assert "€9.00" in [one.text() for one in dialog.cash.findChildren(Label)]
    press(Key.Key_Return)  # 8
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == 3)
    idle(qtbot, window.context)
    taken = payments(hotel, pk)[-1]
    assert (taken.money.minor, taken.tendered) == (9_000, 9_900)


def test_enter_twice_takes_it_once(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    ask(qtbot, window, pk)
    for _ in range(3):
        press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) > 2)
    back_in(qtbot, window)
    assert len(payments(hotel, pk)) == 3


def test_a_twin_is_told_before_it_is_taken(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("first", pk, "transfer", Money(5_000, "eur"))))
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F3)
    dialog.amount.setText("50")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.banner.isVisible())
    assert "stands here already" in dialog.banner.accessibleName()
    assert len(payments(hotel, pk)) == 1
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == 2)
    back_in(qtbot, window)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("0", "is zero"), ("-5", "is negative"), ("12.345", "Too many decimals"), ("12345678901", "digits"),
     ("", "amount"), ("twelve", "twelve"), ("1.2.3", "1.2.3")],
)  # fmt: skip
def test_a_refused_amount_is_explained_beside_its_field(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, typed: str, told: str
) -> None:
    pk = hotel.pks["noor"]
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F3)
    dialog.amount.setFocus()
    dialog.amount.selectAll()
    press(Key.Key_Delete)
    write(typed)
    press(Key.Key_Return)
    assert told in dialog.form.fields["amount"].wrong
    assert dialog.amount.accessibleDescription() == dialog.form.fields["amount"].wrong
    assert dialog.amount.text() == typed
    dialog.reject()
    back_in(qtbot, window)
    assert payments(hotel, pk) == []


@pytest.mark.parametrize(("name", "typed", "minor"), [("haruto", "25200", 25_200), ("bhd", "1.234", 1_234)])
def test_a_currency_has_its_own_decimals(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, other: dict[str, int], name: str, typed: str, minor: int
) -> None:
    pk = {**hotel.pks, **other}[name]
    before = len(payments(hotel, pk))
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F3)
    dialog.amount.setFocus()
    dialog.amount.selectAll()
    write(typed)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == before + 1)
    back_in(qtbot, window)
    assert payments(hotel, pk)[-1].money.minor == minor


def test_yen_have_no_decimals(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = ask(qtbot, window, hotel.pks["haruto"])
    dialog.amount.setText("100.5")
    press(Key.Key_Return)
    assert "JPY has 0 decimals" in dialog.form.fields["amount"].wrong
    dialog.reject()
    back_in(qtbot, window)


def test_less_than_the_amount_cannot_be_tendered(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk)
    write("100")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["tendered"].wrong))
    dialog.reject()
    back_in(qtbot, window)
    assert len(payments(hotel, pk)) == 2


def test_a_card_by_hand_asks_first_whether_stripe_took_it(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F2)
    assert dialog.question.isVisible()
    assert not dialog.save.isEnabled()
    press(Key.Key_Return)
    assert payments(hotel, pk) == []
    click(dialog.question.no)
    assert dialog.save.isEnabled()
    dialog.submit()
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == 1)
    back_in(qtbot, window)
    assert payments(hotel, pk)[0].method == "card"


def test_a_card_that_stripe_took_will_come_by_itself(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F2)
    click(dialog.question.yes)
    back_in(qtbot, window)
    assert payments(hotel, pk) == []


def test_escape_writes_nothing(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    ask(qtbot, window, hotel.pks["soren"])
    press(Key.Key_Escape)
    back_in(qtbot, window)
    assert len(payments(hotel, hotel.pks["soren"])) == 2


def test_what_the_database_refuses_is_sent_again_as_the_same_payment(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk, real = hotel.pks["soren"], PaymentService.take
    sent: list[str] = []

    def take(self: PaymentService, draft: PaymentDraft) -> object:
        sent.append(draft.uid)
        done = real(self, draft)
        if len(sent) == 1:  # it was written, but the answer is lost
            raise DatabaseError("database.locked", seconds=5)
        return done

    monkeypatch.setattr(PaymentService, "take", take)
    dialog = ask(qtbot, window, pk)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.banner.isVisible())
    assert dialog.amount.text()
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(sent) == 2)
    back_in(qtbot, window)
    assert len(set(sent)) == 1
    assert len(payments(hotel, pk)) == 3


def test_the_context_tells_every_page(qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel) -> None:
    """What was taken on the folio is in the payments list without a key pressed."""
    window.go("payments")
    idle(qtbot, context)
    before = window.payments.model.rowCount()
    ask(qtbot, window, hotel.pks["soren"])
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: window.payments.model.rowCount() == before + 1)
    back_in(qtbot, window)
