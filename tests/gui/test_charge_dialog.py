"""Charging and taking back by keyboard, from the folio."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.dialogs.charge import ChargeDialog
from rentease_desk.gui.dialogs.reverse_charge import ReverseChargeDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.gui.test_folio_view import mark, open_folio, texts
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key = Qt.Key


@pytest.fixture
def soren(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    in_worker(lambda: hotel.services.settings.set({"extras_tax": "22", "city_tax": "2.50", "city_tax_age": "14"}))
    qtbot.waitUntil(lambda: window.context.settings.city_tax == 250)
    open_folio(qtbot, window, hotel.pks["soren"])
    return window


def asked(qtbot: QtBot) -> ChargeDialog:
    press(Key.Key_F8)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ChargeDialog)
    return dialog


def test_an_extra_then_taken_back(qtbot: QtBot, soren: MainWindow) -> None:
    dialog = asked(qtbot)
    write("Breakfast")
    press(Key.Key_Tab)
    write("2")
    press(Key.Key_Tab)
    write("14")
    assert dialog.save.text() == "Charge €28.00"
    assert "€5.05 tax in it" in dialog._sum.text()
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Breakfast 2 × 14.00")
    assert soren.foot.words == "€28.00 charged to Søren Lindqvist."
    assert texts(soren, "balance")[-1] == "174.00"
    mark(soren, "Breakfast 2 × 14.00")
    press(Key.Key_V)
    reversal = open_dialog(qtbot)
    assert isinstance(reversal, ReverseChargeDialog)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "needs a reason" in reversal.form.fields["reason"].wrong)
    write("wrong room")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Breakfast, reversed 2 × 14.00 · wrong room")
    assert texts(soren, "balance")[-2:] == ["", ""]
    assert soren.pages.folio.folio is not None
    assert [line.struck for line in soren.pages.folio.folio.lines][-2:] == [True, True]
    press(Key.Key_V)
    qtbot.waitUntil(soren.pages.folio.banner.isVisible)
    assert "is taken back already" in soren.pages.folio.banner.accessibleName()


def test_city_tax_is_that_of_the_stay_and_a_discount_is_taken_off(qtbot: QtBot, soren: MainWindow) -> None:
    dialog = asked(qtbot)
    press(Key.Key_F3)
    assert dialog.save.text() == "Charge €20.00"  # 2 adults, 4 nights
    assert "Children under 14 do not count" in dialog._who.text()
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: "City tax, 2 guests × 4 nights 8 × 2.50" in texts(soren, "text"))
    dialog = asked(qtbot)
    press(Key.Key_F4)
    write("20")
    assert dialog.save.text() == "Charge −€20.00"
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "needs a reason" in dialog.form.fields["reason"].wrong)
    write("wine not served")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: "Discount wine not served" in texts(soren, "text"))
    assert texts(soren, "charge")[-1] == "−20.00"
    assert texts(soren, "balance")[-1] == "146.00"


def test_an_unknown_commit_is_sent_again_and_charged_once(
    qtbot: QtBot, soren: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    charges = hotel.services.charges
    real = type(charges).add

    def lost(self: object, draft: object) -> object:
        real(charges, draft)  # type: ignore[arg-type]
        monkeypatch.undo()
        raise KnownError("database.failed", reason="the line was cut")

    monkeypatch.setattr(type(charges), "add", lost)
    dialog = asked(qtbot)
    write("Parking")
    press(Key.Key_Tab)
    press(Key.Key_Tab)
    write("18")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    press(Key.Key_Return)
    back_in(qtbot, soren)
    idle(qtbot, soren.context)
    assert texts(soren, "text").count("Parking") == 1
