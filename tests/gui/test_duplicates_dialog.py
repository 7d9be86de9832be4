"""Payments that stand there twice, compared and merged by keyboard: from the list, its button, and the folio."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.duplicates import PairDraft, Verdict
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft, PaymentStatus
from rentease_desk.gui.dialogs.duplicates import DuplicatesDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.basics import ChipLabel, Label
from tests.gui.conftest import idle
from tests.gui.test_folio_view import mark, open_folio, texts
from tests.tools.gui import DAY, NOON, Hotel, back_in, click, in_worker, open_dialog, press
from tests.tools.gui_stripe import Card, charge

Key = Qt.Key


@pytest.fixture
def doubled(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    """Noor's card was typed by hand while the internet was away; Stripe's payment has come since, and another pair."""

    def happen() -> None:
        for uid, name, minor in (("typed", "noor", 12_000), ("other", "fatima", 9_900)):
            draft = PaymentDraft(uid, hotel.pks[name], "card", Money(minor, "eur"), "slip 0815", "sent it by post",
                                 occurred_at=NOON - DAY - 600)  # fmt: skip
            hotel.services.payments.take(draft)
        charge(hotel.services, Card("noor", 12_000, payer="N. van den Berg"), Card("fatima", 9_900, "LN-1998"))

    in_worker(happen)
    window.go("payments")
    qtbot.waitUntil(window.pages.payments.find_doubles.isVisible)
    idle(qtbot, window.context)
    return window


def opened(qtbot: QtBot) -> DuplicatesDialog:
    """The dialog, as soon as a person can have seen what it shows."""
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, DuplicatesDialog)
    seen(qtbot, dialog)
    return dialog


def seen(qtbot: QtBot, dialog: DuplicatesDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.burst.isActive())


def words(dialog: DuplicatesDialog) -> str:
    assert dialog.card is not None
    told = [one.text() for one in dialog.card.findChildren(Label)]
    return " | ".join(told + [one.accessibleName() for one in dialog.card.findChildren(ChipLabel)])


def go_to(window: MainWindow, uid: str) -> None:
    """Mark a payment, with the keyboard on it."""
    model = window.pages.payments.model
    at = next(at for at in range(model.rowCount()) if (one := model.item_at(at)) is not None and one.uid == uid)
    window.pages.payments.table.setCurrentIndex(model.index(at, 0))
    window.pages.payments.table.setFocus()


def test_all_pairs_are_gone_through_by_keys_and_the_list_says_how_many_wait(
    qtbot: QtBot, doubled: MainWindow, hotel: Hotel
) -> None:
    button = doubled.pages.payments.find_doubles
    assert button.text() == "2 possible duplicates"
    click(button)
    dialog = opened(qtbot)
    first = dialog.pair
    for part in ("slip 0815", "sent it by post", "Elena · Desk 1", "pi_", "10 minutes apart"):
        assert part in words(dialog)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.pair.said is not None)
    assert "Elena merged the two" in words(dialog)
    press(Key.Key_Return)
    press(Key.Key_U)
    idle(qtbot, doubled.context)
    assert dialog.pair.said is not None, "keys of the same burst do nothing"
    assert dialog.pair.manual.pk == first.manual.pk
    seen(qtbot, dialog)
    assert dialog.save.text() == "Next pair"
    press(Key.Key_Return)
    assert dialog.pair.manual.pk != first.manual.pk
    seen(qtbot, dialog)
    press(Key.Key_T)
    qtbot.waitUntil(lambda: dialog.pair.said is not None)
    assert dialog.pair.said is not None
    assert dialog.pair.said.verdict is Verdict.TWO
    seen(qtbot, dialog)
    assert dialog.save.text() == "Done"
    press(Key.Key_Return)
    back_in(qtbot, doubled)
    assert not button.isVisible()
    assert "stay two payments" in doubled.foot.words
    assert in_worker(lambda: hotel.services.payments.get(first.manual.pk)).status is PaymentStatus.VOIDED


def test_a_payment_is_compared_from_its_row_merged_and_taken_back(
    qtbot: QtBot, doubled: MainWindow, hotel: Hotel
) -> None:
    go_to(doubled, "typed")
    press(Key.Key_D)
    dialog = opened(qtbot)
    assert len(dialog.pairs) == 1
    assert "on no booking" in words(dialog)
    assert "put on LN-2050, so what Noor van den Berg owes stays" in words(dialog)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.pair.said is not None)
    press(Key.Key_Escape)
    back_in(qtbot, doubled)
    stripe = in_worker(lambda: hotel.services.matching.find("pi_noor"))
    assert (stripe.booking_pk, stripe.note, stripe.reference) == (hotel.pks["noor"], "sent it by post", "slip 0815")
    open_folio(qtbot, doubled, hotel.pks["noor"])
    struck = next(one for one in texts(doubled, "text") if "The same as Stripe payment pi_noor, voided" in one)
    mark(doubled, struck)
    press(Key.Key_D)
    dialog = opened(qtbot)
    assert dialog.save.text() == "Done"
    press(Key.Key_U)
    qtbot.waitUntil(lambda: dialog.pair.said is None)
    press(Key.Key_Escape)
    back_in(qtbot, doubled)
    assert in_worker(lambda: hotel.services.matching.find("pi_noor")).booking_pk is None
    qtbot.waitUntil(lambda: not any("voided" in one for one in texts(doubled, "text")))


def test_a_desk_that_was_first_is_told_and_shown(qtbot: QtBot, doubled: MainWindow, hotel: Hotel) -> None:
    go_to(doubled, "typed")
    press(Key.Key_D)
    dialog = opened(qtbot)
    there = hotel.again()
    pks = (dialog.pair.manual.pk, dialog.pair.stripe.pk)
    in_worker(lambda: there.duplicates.merge(PairDraft("theirs", *pks)))
    in_worker(there.close)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.pair.said is not None)
    assert "Paolo has merged" in dialog.banner.accessibleName()
    assert "Paolo merged the two" in words(dialog)
    press(Key.Key_Escape)
    back_in(qtbot, doubled)


def test_what_has_no_double_says_so(qtbot: QtBot, doubled: MainWindow) -> None:
    go_to(doubled, "renata-cash-14200")
    press(Key.Key_D)
    qtbot.waitUntil(lambda: "No payment looks like this one" in doubled.foot.words)
    assert QApplication.activeModalWidget() is None
    idle(qtbot, doubled.context)
