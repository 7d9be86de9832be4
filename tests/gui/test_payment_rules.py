"""Taking a payment with as few keys as promised; rounded cash; amounts of another currency; the chosen note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key = Qt.Key


class KeyCounter(QObject):
    """Counts the keys that arrive at any window of the program: a shortcut is told as such, any other key as a press.

    (A release would come too late where what the key began has closed its window already.)
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        self.keys += kind == QEvent.Type.Shortcut or (isinstance(watched, QWindow) and kind == QEvent.Type.KeyPress)
        return False


@pytest.fixture
def counter(qapp: QApplication) -> Iterator[KeyCounter]:
    made = KeyCounter()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def strike(key: Qt.Key) -> None:
    """A key as the window system sends it: to the window that has the keyboard."""
    window = QApplication.focusWindow()
    assert window is not None
    QTest.keyClick(window, key)


def of(hotel: Hotel, pk: int) -> list[Payment]:
    folio = in_worker(lambda: hotel.services.bookings.folio(pk))
    return [line.item for line in folio.lines if isinstance(line.item, Payment)]


def ask(qtbot: QtBot) -> TakePaymentDialog:
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    return dialog


@pytest.mark.parametrize(
    ("keys", "tendered"),
    [
        ([Key.Key_F9, Key.Key_Return], None),
        ([Key.Key_F9, Key.Key_2, Key.Key_0, Key.Key_0, Key.Key_Period, Key.Key_0, Key.Key_0, Key.Key_Return], 20_000),
    ],
    ids=["exact cash", "with change"],
)
def test_cash_takes_so_many_keys(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, counter: KeyCounter, keys: list[Qt.Key], tendered: int | None
) -> None:
    pk = hotel.pks["soren"]
    window.open_folio(pk)
    idle(qtbot, window.context)
    strike(keys[0])
    dialog = ask(qtbot)
    assert (dialog.amount.text(), dialog.focusWidget()) == ("146.00", dialog.cash.edit)
    for key in keys[1:]:
        strike(key)
    back_in(qtbot, window)
    taken = of(hotel, pk)[2:]
    assert [(one.method, one.amount, one.tendered) for one in taken] == [("cash", 14_600, tendered)]
    assert counter.keys == len(keys) <= 8
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.totals.balance == 0


def test_a_like_payment_needs_one_more_key_and_another_amount_none(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    pk = hotel.pks["noor"]
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("first", pk, "transfer", Money(65_500, "eur"))))
    window.open_folio(pk)
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = ask(qtbot)
    write("655")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "by Bank transfer" in dialog.banner.accessibleName()
    dialog.amount.setText("600")
    assert not dialog.banner.isVisible()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one.amount for one in of(hotel, pk)] == [65_500, 60_000]


@pytest.fixture
def swiss(hotel: Hotel) -> int:
    """A booking of CHF 99.98, where cash is rounded to five Rappen."""

    def make() -> int:
        hotel.services.settings.set({"cash_rounding": "CHF 0.05"})
        draft = BookingDraft(
            Guest("Ueli Frei"), date(2026, 11, 5), date(2026, 11, 8), currency="chf", total=Money(9_998, "chf")
        )
        return hotel.services.bookings.add(draft).value.pk

    return in_worker(make)


def test_rounded_cash_is_told_before_and_after(qtbot: QtBot, window: MainWindow, hotel: Hotel, swiss: int) -> None:
    qtbot.waitUntil(lambda: bool(window.context.settings.cash_rounding))
    window.open_folio(swiss)
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = ask(qtbot)
    told = "In cash CHF 100.00: rounded by +0.02. On the folio it counts as CHF 99.98."
    assert dialog._rounding.text().replace("\u00a0", " ") == told
    press(Key.Key_F3)
    assert not dialog._rounding.isVisible()
    assert "99.98" in dialog.save.text()
    press(Key.Key_F1)
    assert "100.00" in dialog.save.text()
    write("200")
    press(Key.Key_Return)
    back_in(qtbot, window)
    (taken,) = of(hotel, swiss)
    assert (taken.amount, taken.rounding, taken.tendered) == (9_998, 2, 20_000)
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.totals.balance == 0
    shown = window.pages.folio.model.cell_at(1, window.pages.folio.model.columns[1])
    assert shown.aside == "rounded by +0.02"
    window.pages.folio.table.setCurrentIndex(window.pages.folio.model.index(1, 0))
    window.pages.folio.table.setFocus()
    press(Key.Key_R)
    back = open_dialog(qtbot)
    assert isinstance(back, RefundPaymentDialog)
    assert back.rounding.text().replace("\u00a0", " ") == told
    write("50")
    assert not back.rounding.isVisible()
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_an_amount_of_another_currency_is_not_taken(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.open_folio(hotel.pks["noor"])
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = ask(qtbot)
    dialog.amount.setText("$20")
    assert dialog.amount.money_or_none() is None
    for text in ("20 USD", "usd20", "£20"):
        dialog.amount.setText(text)
        press(Key.Key_Return)
        assert "is not in EUR" in dialog.form.fields["amount"].wrong
        assert dialog.amount.text() == text
    for text in ("20 EUR", "€ 20", "eur20.00"):
        dialog.amount.setText(text)
        assert dialog.amount.money() == Money(2_000, "eur")
    dialog.reject()
    back_in(qtbot, window)
    assert of(hotel, hotel.pks["noor"]) == []


def test_the_note_that_was_handed_over_looks_chosen(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.open_folio(hotel.pks["soren"])
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = ask(qtbot)
    write("150")
    assert [one.text() for one in dialog.cash._offered if one.isChecked()] == ["150.00"]
    write("0")
    assert not any(one.isChecked() for one in dialog.cash._offered)
    dialog.reject()
    back_in(qtbot, window)
