"""Taking a payment from the folio, key by key: what is written, what is refused, and what a person is told."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.widgets.method_tiles import MethodTile
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


def wait_for(qtbot: QtBot, window: MainWindow, hotel: Hotel, pk: int, count: int) -> Payment:
    """The newest payment of a booking that has so many, and no more."""
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) >= count)
    back_in(qtbot, window)
    found = payments(hotel, pk)
    assert len(found) == count
    return found[-1]


def test_folio_and_list_follow_and_the_window_says_so(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    ask(qtbot, window, pk)
    press(Key.Key_Return)
    wait_for(qtbot, window, hotel, pk, 3)
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.totals.balance == 0
    assert window.pages.folio.model.rowCount() == 4
    assert window.foot.words == "€146.00 taken from Søren Lindqvist."
    item = window.pages.bookings.model.item_at(window.pages.bookings.model.row_of(pk) or 0)
    assert item is not None
    assert item.totals.balance == 0


def test_a_part_in_cash_tells_the_change(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk)
    press(Key.Key_Backtab)  # to the amount
    write("90")
    press(Key.Key_Tab)
    write("99")
    assert change(dialog) == "Change to give €9.00"
    press(Key.Key_Return)
    taken = wait_for(qtbot, window, hotel, pk, 3)
    assert (taken.money.minor, taken.tendered) == (9_000, 9_900)


def change(dialog: TakePaymentDialog) -> str:
    """What a screen reader says of the band with the change."""
    told = [one.accessibleName() for one in dialog.cash.findChildren(QFrame) if one.accessibleName()]
    return next(text for text in told if "€" in text)


def test_a_transfer_with_its_reference(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    ask(qtbot, window, pk)
    press(Key.Key_F3)
    press(Key.Key_Tab)
    write("RF18 5390")
    press(Key.Key_Tab)
    write("from her mother")
    press(Key.Key_Return)
    taken = wait_for(qtbot, window, hotel, pk, 1)
    assert (taken.method, taken.reference, taken.note) == ("transfer", "RF18 5390", "from her mother")
    assert (taken.money, taken.tendered) == (Money(65_500, "eur"), None)


def test_a_reference_that_no_longer_shows_is_not_saved(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F4)
    dialog.reference.setText("1234")
    press(Key.Key_F1)
    press(Key.Key_Return)
    taken = wait_for(qtbot, window, hotel, pk, 1)
    assert (taken.method, taken.reference) == ("cash", "")


def test_who_has_paid_too_much_is_offered_no_amount(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = ask(qtbot, window, hotel.pks["renata"])
    assert dialog.amount.text() == ""
    assert dialog.amount.hasFocus()
    dialog.reject()
    back_in(qtbot, window)


def test_enter_twice_takes_it_once(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    ask(qtbot, window, pk)
    for _ in range(3):
        press(Key.Key_Return)
    wait_for(qtbot, window, hotel, pk, 3)


def test_a_twin_is_told_before_it_is_taken(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("first", pk, "transfer", Money(5_000, "eur"))))
    dialog = ask(qtbot, window, pk)
    press(Key.Key_F3)
    dialog.amount.setText("50")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.banner.isVisible())
    assert "stands here already" in dialog.banner.accessibleName()
    for _ in range(3):
        press(Key.Key_Return)  # a second Enter is pressed by mistake as easily as the first
    assert (dialog.save.text(), dialog.amount.text()) == ("Take €50.00", "50")
    assert len(payments(hotel, pk)) == 1
    press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(payments(hotel, pk)) == 2)
    back_in(qtbot, window)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("0", "is zero"), ("-5", "is negative"), ("12.345", "Too many decimals"), ("12345678.90", "digits"),
     ("12345678901", "digits"), ("", "amount"), ("twelve", "twelve"), ("1.2.3", "1.2.3"), ("1e5", "1e5")],
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


def test_dinars_have_three_decimals_and_no_more(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, other: dict[str, int]
) -> None:
    dialog = ask(qtbot, window, other["bhd"])
    dialog.amount.setText("1.2345")
    press(Key.Key_Return)
    assert "BHD has 3 decimals" in dialog.form.fields["amount"].wrong
    dialog.reject()
    back_in(qtbot, window)
    assert payments(hotel, other["bhd"]) == []


@pytest.mark.parametrize(("amount", "tendered"), [("146.00", "1oo"), ("twelve", "150"), ("", "")])
def test_no_change_is_told_of_what_cannot_be_read(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, amount: str, tendered: str
) -> None:
    dialog = ask(qtbot, window, hotel.pks["soren"])
    dialog.amount.setText(amount)
    dialog.cash.edit.setText(tendered)
    said = [one.text() for one in dialog.cash.findChildren(Label) if one.text()]
    assert said == ["Change to give", "–"]
    dialog.reject()
    back_in(qtbot, window)


def test_less_than_the_amount_cannot_be_tendered(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk)
    write("100")
    assert change(dialog) == "Still missing €46.00"
    press(Key.Key_Return)
    tendered = dialog.form.fields["tendered"]
    qtbot.waitUntil(lambda: "€100.00 is less than €146.00" in tendered.wrong)
    assert dialog.cash.edit.hasFocus()
    assert dialog.cash.edit.accessibleDescription() == tendered.wrong
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
    assert dialog.question.no.hasFocus()
    press(Key.Key_Return)  # an answer is not given by mistake
    assert not dialog.question.is_answered
    press(Key.Key_Space)
    assert dialog.save.isEnabled()
    press(Key.Key_Return)
    assert wait_for(qtbot, window, hotel, pk, 1).method == "card"


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


@pytest.mark.parametrize("written", ["nothing", "but the answer is lost"])
def test_what_the_database_refuses_is_sent_again_as_the_same_payment(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    pk, real = hotel.pks["soren"], PaymentService.take
    sent: list[str] = []

    def take(self: PaymentService, draft: PaymentDraft, told: frozenset[str]) -> object:
        sent.append(draft.uid)
        done = None if written == "nothing" and len(sent) == 1 else real(self, draft, told)
        if len(sent) == 1:
            raise DatabaseError("database.locked", seconds=5)
        return done

    monkeypatch.setattr(PaymentService, "take", take)
    dialog = ask(qtbot, window, pk)
    write("150")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert dialog.banner.accessibleName()
    assert (dialog.amount.text(), dialog.cash.edit.text()) == ("146.00", "150")
    press(Key.Key_Return)
    assert wait_for(qtbot, window, hotel, pk, 3).tendered == 15_000
    assert len(sent) == 2
    assert len(set(sent)) == 1


def test_after_a_lost_answer_another_amount_is_not_taken_in_silence(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk, real = hotel.pks["soren"], PaymentService.take
    answers = iter([DatabaseError("database.locked", seconds=5)])

    def take(self: PaymentService, draft: PaymentDraft, told: frozenset[str]) -> object:
        done = real(self, draft, told)
        for error in answers:
            raise error
        return done

    monkeypatch.setattr(PaymentService, "take", take)
    dialog = ask(qtbot, window, pk)
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    dialog.amount.setText("20")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "saved already" in told(dialog))
    dialog.reject()
    back_in(qtbot, window)
    assert [one.money.minor for one in payments(hotel, pk)[2:]] == [14_600]


def told(dialog: TakePaymentDialog) -> str:
    """Everything that the dialog says to be wrong."""
    return " ".join([dialog.banner.accessibleName(), *(field.wrong for field in dialog.form.fields.values())])


def test_after_a_bug_it_can_be_sent_again(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch, bugs: list[Exception]
) -> None:
    pk, real = hotel.pks["soren"], PaymentService.take
    monkeypatch.setattr(PaymentService, "take", lambda *_: 1 / 0)
    dialog = ask(qtbot, window, pk)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(bugs))
    assert dialog.save.isEnabled()
    monkeypatch.setattr(PaymentService, "take", real)
    press(Key.Key_Return)
    wait_for(qtbot, window, hotel, pk, 3)
    bugs.clear()


def test_escape_while_it_is_being_saved_says_so_first(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk, real, gate, begun = hotel.pks["soren"], PaymentService.take, threading.Event(), threading.Event()

    def take(self: PaymentService, draft: PaymentDraft, told: frozenset[str]) -> object:
        begun.set()
        assert gate.wait(30)
        return real(self, draft, told)

    monkeypatch.setattr(PaymentService, "take", take)
    dialog = ask(qtbot, window, pk)
    press(Key.Key_Return)
    qtbot.waitUntil(begun.is_set)
    press(Key.Key_Escape)
    assert "It may be saved already" in dialog.banner.accessibleName()
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    gate.set()
    wait_for(qtbot, window, hotel, pk, 3)


def test_enter_presses_the_button_that_the_keyboard_is_on(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = ask(qtbot, window, hotel.pks["soren"])
    buttons = {one.text(): one for one in dialog.findChildren(Button)}
    buttons["150.00"].setFocus()
    press(Key.Key_Return)
    assert dialog.cash.edit.text() == "150.00"
    buttons["Exact"].setFocus()
    press(Key.Key_Return)
    assert dialog.cash.edit.text() == ""
    buttons["Cancel"].setFocus()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert len(payments(hotel, hotel.pks["soren"])) == 2


def test_enter_on_a_tile_chooses_it(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    dialog = ask(qtbot, window, hotel.pks["soren"])
    tile = next(one for one in dialog.findChildren(MethodTile) if one.method.code == "transfer")
    tile.setFocus()
    press(Key.Key_Return)
    assert dialog.methods.method.code == "transfer"
    dialog.reject()
    back_in(qtbot, window)
    assert len(payments(hotel, hotel.pks["soren"])) == 2


def test_a_card_number_in_the_note_is_refused_beside_it(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["soren"]
    dialog = ask(qtbot, window, pk)
    dialog.note.setText("card 4242 4242 4242 4242")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["note"].wrong))
    assert "4242" not in dialog.form.fields["note"].wrong
    dialog.reject()
    back_in(qtbot, window)
    assert len(payments(hotel, pk)) == 2


@pytest.mark.parametrize("language", ["en_GB", "de_DE", "fr_FR", "de_CH", "sv_SE", "ja_JP", "en_IN", "hi_IN"])
def test_an_amount_in_the_field_is_read_back_as_it_was_written(
    qtbot: QtBot, bare: Context, hotel: Hotel, language: str
) -> None:
    bare.attach(hotel.services, replace(hotel.settings, language=language))
    for currency in ("eur", "jpy", "kwd"):
        edit = AmountEdit(bare, currency)
        qtbot.addWidget(edit)
        for minor in (5, 1_234, 123_456, 12_345_678, 123_456_789):
            edit.show_minor(minor)
            assert edit.money() == Money(minor, currency)


def test_the_context_tells_every_page(qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel) -> None:
    """What was taken on the folio is in the payments list without a key pressed."""
    window.go("payments")
    idle(qtbot, context)
    before = window.pages.payments.model.rowCount()
    ask(qtbot, window, hotel.pks["soren"])
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.payments.model.rowCount() == before + 1)
    back_in(qtbot, window)
