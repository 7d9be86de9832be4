"""Refunds by keyboard: from the folio and the payments list, refused beside the field, pending until Stripe says so."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.refunds import Refunded
from rentease_desk.domain.requests import RequestState
from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.desk import Saved
from rentease_desk.services.refunds import RefundService
from rentease_desk.storage import refund_requests as store
from tests.gui.conftest import idle
from tests.gui.test_folio_view import DECLINED, NOOR, mark, open_folio, take, texts
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write
from tests.tools.gui_stripe import charge

Key = Qt.Key


@pytest.fixture
def soren(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    """A folio with cash of today, marked."""
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 14_600))
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_End)
    return window


@pytest.fixture
def noor(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    """A folio with a card payment through Stripe, marked."""
    in_worker(lambda: charge(hotel.services, NOOR, DECLINED))
    open_folio(qtbot, window, hotel.pks["noor"])
    mark(window, "Mastercard •• 4444")
    return window


def dialog_of(qtbot: QtBot) -> RefundPaymentDialog:
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, RefundPaymentDialog)
    return dialog


def test_cash_goes_back_whole_with_r_tab_a_reason_and_enter(qtbot: QtBot, soren: MainWindow) -> None:
    press(Key.Key_R)
    dialog = dialog_of(qtbot)
    assert dialog.amount.text() == "146.00"
    press(Key.Key_Tab)
    write("left early")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Refund left early")
    assert texts(soren, "status")[-1] == "Refund succeeded"
    assert soren.foot.words == "€146.00 refunded."


def test_a_part_is_typed_over_what_is_left(qtbot: QtBot, soren: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_R)
    dialog = dialog_of(qtbot)
    write("46")
    assert dialog.save.text() == "Refund €46.00"
    press(Key.Key_Tab)
    write("minibar")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: soren.foot.words == "€46.00 refunded.")
    idle(qtbot, soren.context)  # the payment is still marked
    press(Key.Key_R)
    assert dialog_of(qtbot).amount.text() == "100.00"
    press(Key.Key_Escape)
    back_in(qtbot, soren)


@pytest.mark.parametrize(
    ("typed", "reason", "field", "said"),
    [("146.01", "late", "amount", "€146.00 can still be refunded"), ("10", "", "reason", "needs a reason"),
     ("0", "late", "amount", ""), ("abc", "late", "amount", "")],
)  # fmt: skip
def test_what_is_refused_is_said_beside_its_field(
    qtbot: QtBot, soren: MainWindow, typed: str, reason: str, field: str, said: str
) -> None:
    press(Key.Key_R)
    dialog = dialog_of(qtbot)
    write(typed)
    press(Key.Key_Tab)
    if reason:
        write(reason)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields[field].wrong))
    assert said in dialog.form.fields[field].wrong
    assert dialog.form.fields[field].edit.hasFocus()
    press(Key.Key_Escape)
    back_in(qtbot, soren)


class Stripe:
    """Answers when the test lets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, services: Any, trouble: KnownError | None = None) -> None:
        self.go, self._trouble = threading.Event(), trouble
        monkeypatch.setattr(RefundService, "send", lambda _, uid, cancel: self._send(uid, cancel))
        self._services = services
        in_worker(lambda: services.key.use_for_session("sk_test_practice0123456789"))

    def _send(self, uid: str, _cancel: threading.Event) -> Saved[Refunded]:
        assert self.go.wait(10)
        with self._services.desk.writing() as unit:
            request = store.find_request(unit.connection, uid)
            assert request is not None
            if self._trouble is not None:
                store.refuse(unit, request, self._trouble)
            refund = store.find_refund(unit.connection, uid)
            assert refund is not None
        state = RequestState.SENT if self._trouble is None else RequestState.REFUSED
        return Saved(Refunded(refund, state, self._trouble), unit.changes)


def test_through_stripe_it_is_pending_and_the_desk_goes_on(
    qtbot: QtBot, noor: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe = Stripe(monkeypatch, hotel.services)
    press(Key.Key_R)
    dialog_of(qtbot)
    write("100")
    press(Key.Key_Tab)
    write("too loud")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    qtbot.waitUntil(lambda: "Refund pending" in texts(noor, "status"))
    assert "pending at Stripe" in noor.foot.words
    in_worker(lambda: take(hotel.services, hotel.pks["noor"], 500))  # while Stripe is silent
    qtbot.waitUntil(lambda: "Cash" in texts(noor, "text"))
    noor.go("payments")
    model = noor.pages.payments.model

    def pending() -> bool:
        rows = [model.item_at(row) for row in range(model.rowCount())]
        return RefundStatus.PENDING in {one.status for one in rows if one is not None}

    qtbot.waitUntil(pending)
    stripe.go.set()
    idle(qtbot, noor.context)


def test_a_locked_keyring_is_said_in_the_dialog_and_nothing_is_pending(
    qtbot: QtBot, noor: MainWindow, secrets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> str:
        raise KeyringLocked("the keyring is locked")

    monkeypatch.setattr(type(secrets), "get_password", locked)
    press(Key.Key_R)
    dialog = dialog_of(qtbot)
    press(Key.Key_Tab)
    write("too loud")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "the keyring is locked" in dialog.banner.accessibleName()
    press(Key.Key_Escape)
    back_in(qtbot, noor)
    assert not [text for text in texts(noor, "status") if text.startswith("Refund")]


def test_at_a_desk_without_a_key_it_is_said_that_one_is_needed_here(qtbot: QtBot, noor: MainWindow) -> None:
    press(Key.Key_R)
    dialog = dialog_of(qtbot)
    press(Key.Key_Tab)
    write("too loud")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    told = dialog.banner.accessibleName()
    assert told.startswith("No Stripe key. This desk has no key for the property's Stripe account.")
    assert "or do this at a desk that has one" in told
    press(Key.Key_Escape)
    back_in(qtbot, noor)
    assert not [text for text in texts(noor, "status") if text.startswith("Refund")]


def test_a_missing_permission_is_named_with_the_way_around_it(
    qtbot: QtBot, noor: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = KnownError("refund.no_permission", key="rk_…", permission="rak_charge_write", charge="ch_noor")
    Stripe(monkeypatch, hotel.services, trouble).go.set()
    press(Key.Key_R)
    dialog_of(qtbot)
    press(Key.Key_Tab)
    write("too loud")
    press(Key.Key_Return)
    back_in(qtbot, noor)
    qtbot.waitUntil(noor.pages.folio.banner.isVisible)
    said = noor.pages.folio.banner.accessibleName()
    assert "rak_charge_write" in said
    assert "dashboard" in said
    qtbot.waitUntil(lambda: "Refund cancelled" in texts(noor, "status"))


def test_from_the_payments_list_by_key_and_menu(qtbot: QtBot, soren: MainWindow, hotel: Hotel) -> None:
    soren.go("payments")
    idle(qtbot, soren.context)
    row = next(
        row
        for row in range(soren.pages.payments.model.rowCount())
        if (shown := soren.pages.payments.model.item_at(row)) is not None and shown.gross == 14_600
    )
    soren.pages.payments.table.setCurrentIndex(soren.pages.payments.model.index(row, 0))
    soren.pages.payments.table.setFocus()
    press(Key.Key_R)
    assert dialog_of(qtbot).amount.text() == "146.00"
    press(Key.Key_Escape)
    back_in(qtbot, soren)


@pytest.mark.parametrize("line", ["Mastercard •• 4444 Your card was declined", "Room, 2 nights"])
def test_r_on_what_cannot_be_refunded_says_why(qtbot: QtBot, noor: MainWindow, line: str) -> None:
    words, declined = line.split(" Your")[0], "declined" in line
    fits = [words in text and ("declined" in text) == declined for text in texts(noor, "text")]
    at = fits.index(True)
    noor.pages.folio.table.setCurrentIndex(noor.pages.folio.model.index(at, 0))
    press(Key.Key_R)
    idle(qtbot, noor.context)
    said = noor.pages.folio.banner.accessibleName() if noor.pages.folio.banner.isVisible() else noor.foot.words
    assert ("no money to give back" in said) if "declined" in line else ("Mark a payment first" in said)
    assert QApplication.activeModalWidget() is None
