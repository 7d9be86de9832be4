"""How many keys a deed takes, with every key really pressed; and the money that stands in the database afterwards.

The counts are those of the design: two keys from the folio for exact cash, six from Today, eight with change. What it
gives a key to (F6 to F9, the methods' F1 to F4, the letters of Unmatched) takes that key and what must be typed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.payment import Payment, PaymentStatus, Refund
from rentease_desk.domain.receipts import ReceiptQuery
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.receipt import ReceiptDialog
from tests.gui.conftest import idle, show_window
from tests.tools.accounts import Account
from tests.tools.busy_day import busy_day
from tests.tools.gui import Hotel, in_worker, open_services
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay
from tests.tools.typist import Typist

SOREN, AMARA = "LN-3008", "LN-3001"


@pytest.fixture
def today(qtbot: QtBot, context: Context, hotel: Hotel) -> tuple[Typist, dict[str, int]]:
    """At Today, as the window opens; on it, in the third column, Søren, who leaves and owes 146.00."""
    pks = in_worker(lambda: busy_day(hotel.services))
    return Typist(qtbot, show_window(qtbot, context, "today")), pks


@pytest.fixture
def folio(qtbot: QtBot, context: Context, hotel: Hotel) -> Typist:
    """At the folio of Søren, who owes 146.00."""
    window = show_window(qtbot, context)
    window.open_folio(hotel.pks["soren"])
    idle(qtbot, context)
    return Typist(qtbot, window)


def owed(hotel: Hotel, pk: int) -> int:
    """The balance of a booking, in minor units."""
    return in_worker(lambda: hotel.services.bookings.get(pk)).totals.balance


def newest(hotel: Hotel, pk: int) -> Payment:
    """The payment of a booking that was taken last."""
    lines = in_worker(lambda: hotel.services.bookings.folio(pk)).lines
    return [line.item for line in lines if isinstance(line.item, Payment)][-1]


# --- cash


def test_exact_cash_from_the_folio_takes_two_keys(folio: Typist, hotel: Hotel) -> None:
    folio.press("F9", "Return")
    taken = newest(hotel, hotel.pks["soren"])
    assert (taken.method, taken.amount, taken.tendered, owed(hotel, hotel.pks["soren"])) == ("cash", 14_600, None, 0)
    assert folio.count == 2


def test_exact_cash_from_today_takes_six_keys_at_most(today: tuple[Typist, dict[str, int]], hotel: Hotel) -> None:
    typist, pks = today
    typist.press("Right", "Right", "Down", "F9", "Return")
    taken = newest(hotel, pks[SOREN])
    assert (taken.method, taken.amount, owed(hotel, pks[SOREN])) == ("cash", 14_600, 0)
    assert typist.count <= 6


def test_cash_with_change_from_today_takes_eight_keys(today: tuple[Typist, dict[str, int]], hotel: Hotel) -> None:
    typist, pks = today
    typist.press("Right", "Right", "Down", "F9")
    typist.write("200")
    typist.press("Return")
    taken = newest(hotel, pks[SOREN])
    assert (taken.amount, taken.tendered, owed(hotel, pks[SOREN])) == (14_600, 20_000, 0)
    assert typist.count == 8


def test_a_part_in_cash_with_change_from_the_folio_takes_eight_keys(folio: Typist, hotel: Hotel) -> None:
    folio.press("F9", "Shift+Tab")
    folio.write("90")
    folio.press("Tab")
    folio.write("99")
    folio.press("Return")
    taken = newest(hotel, hotel.pks["soren"])
    assert (taken.amount, taken.tendered, owed(hotel, hotel.pks["soren"])) == (9_000, 9_900, 5_600)
    assert folio.count == 8


# --- other methods: their key, and what must be typed


@pytest.mark.parametrize(
    ("keys", "reference", "method", "count"),
    [(("F3", "Tab"), "RF18", "transfer", 8), (("F4", "Tab"), "0042", "cheque", 8),
     (("F2", "Return", "Space", "Tab", "Tab"), "", "card", 7), (("F3",), "", "transfer", 3)],
)  # fmt: skip
def test_another_method_takes_its_key_and_its_reference(
    folio: Typist, hotel: Hotel, keys: tuple[str, ...], reference: str, method: str, count: int
) -> None:
    folio.press("F9", *keys)
    folio.write(reference)
    folio.press("Return")
    taken = newest(hotel, hotel.pks["soren"])
    assert (taken.method, taken.reference, taken.amount) == (method, reference, 14_600)
    assert owed(hotel, hotel.pks["soren"]) == 0
    assert folio.count == count


# --- a booking is found, and paid


@pytest.mark.parametrize(("go", "text", "count"), [("Ctrl+K", "206", 7), ("Ctrl+F", "206", 7), ("Ctrl+K", "lind", 8)])
def test_a_booking_is_found_and_paid(
    qtbot: QtBot, context: Context, hotel: Hotel, go: str, text: str, count: int
) -> None:
    typist = Typist(qtbot, show_window(qtbot, context))
    typist.press(go)
    typist.write(text)
    typist.press("Return", "F9", "Return")
    assert (newest(hotel, hotel.pks["soren"]).amount, owed(hotel, hotel.pks["soren"])) == (14_600, 0)
    assert typist.count == count


# --- the day


def test_a_guest_is_checked_in_with_one_key_on_his_row(today: tuple[Typist, dict[str, int]], hotel: Hotel) -> None:
    typist, pks = today
    typist.press(*["Down"] * 7, "I")
    stay = in_worker(lambda: hotel.services.bookings.get(pks[AMARA]))
    assert (stay.status, stay.totals.balance) == (BookingStatus.IN_HOUSE, 27_900)
    assert typist.count == 7 + 1


# --- back


def test_cash_goes_back_whole_with_r_a_reason_and_enter(folio: Typist, hotel: Hotel) -> None:
    folio.press("F9", "Return", "End", "R", "Tab")
    folio.write("ill")
    folio.press("Return")
    lines = in_worker(lambda: hotel.services.bookings.folio(hotel.pks["soren"])).lines
    back = [line.item for line in lines if isinstance(line.item, Refund)]
    assert [(one.amount, one.reason) for one in back] == [(14_600, "ill")]
    assert owed(hotel, hotel.pks["soren"]) == 14_600
    assert folio.count == 2 + 7


def test_cash_is_void_with_v_a_reason_and_enter(folio: Typist, hotel: Hotel) -> None:
    folio.press("F9", "Return", "End", "V")
    folio.write("twice")
    folio.press("Return")
    void = newest(hotel, hotel.pks["soren"])
    assert (void.status, void.void_reason) == (PaymentStatus.VOIDED, "twice")
    assert owed(hotel, hotel.pks["soren"]) == 14_600
    assert folio.count == 2 + 8


# --- the folio's other keys


def test_a_charge_takes_f8_its_text_and_its_price(folio: Typist, hotel: Hotel) -> None:
    folio.press("F8")
    folio.write("tea")
    folio.press("Tab", "Tab")
    folio.write("4")
    folio.press("Return")
    lines = in_worker(lambda: hotel.services.bookings.folio(hotel.pks["soren"])).lines
    charged = [line.item for line in lines if isinstance(line.item, Charge)][-1]
    assert (charged.text, charged.amount, owed(hotel, hotel.pks["soren"])) == ("tea", 400, 15_000)
    assert folio.count == 8


def test_a_receipt_takes_f7_and_enter(
    folio: Typist, hotel: Hotel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The printer is a file: which one is asked by the system, in its own window."""
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "receipt.pdf"))
    monkeypatch.setattr(ReceiptDialog, "ask_printer", lambda self: self.print_on(printer))
    folio.press("F9", "Return", "End", "F7", "Return")
    (issued,) = in_worker(lambda: hotel.services.receipts.list(ReceiptQuery()))
    assert (issued.payment_pk, issued.printed) == (newest(hotel, hotel.pks["soren"]).pk, 1)
    assert folio.count == 2 + 3


def test_a_payment_link_takes_f6_and_enter(qtbot: QtBot, bare: Context, hotel: Hotel, account: Account) -> None:
    key, base = account.key, account.url
    services = in_worker(lambda: open_services(hotel.address, hotel.clock, stripe_key=key, stripe_base=base))
    in_worker(lambda: services.settings.set({"website": "https://lanterna.example"}))
    bare.attach(services, in_worker(services.settings.get))
    window = show_window(qtbot, bare)
    window.open_folio(hotel.pks["soren"])
    idle(qtbot, bare)
    typist = Typist(qtbot, window)
    typist.press("F6", "Return")
    (made,) = in_worker(lambda: services.links.latest())
    assert (made.amount, made.currency, made.url is None) == (14_600, "eur", False)
    assert typist.count == 2
    typist.press("Escape")
    services.close()


# --- unmatched


@pytest.fixture
def unmatched(qtbot: QtBot, hotel: Hotel, bare: Context) -> Typist:
    """Two card payments wait, of Noor's whole balance and of Søren's; the window stands on Bookings."""
    noor = Homeless(Card("noor", 65_500, payer="Noor Vandenberg", days_ago=1))
    soren = Homeless(Card("soren", 14_600, payer="S LINDQVIST", days_ago=2), "soren@lindqvist.example")
    in_worker(lambda: pay(hotel.services.desk, noor, soren))
    bare.attach(hotel.services, hotel.settings)
    window = show_window(qtbot, bare)
    window.pages.unmatched.deeds.burst.setInterval(0)
    return Typist(qtbot, window)


def test_enter_accepts_one_payment_after_another(unmatched: Typist, hotel: Hotel) -> None:
    unmatched.press("Ctrl+U", "Return", "Return")
    assert (owed(hotel, hotel.pks["noor"]), owed(hotel, hotel.pks["soren"])) == (0, 0)
    assert unmatched.count == 3


def test_down_leaves_one_and_u_takes_the_last_back(unmatched: Typist, hotel: Hotel) -> None:
    unmatched.press("Ctrl+U", "Down", "Return")
    assert (owed(hotel, hotel.pks["noor"]), owed(hotel, hotel.pks["soren"])) == (65_500, 0)
    unmatched.press("U")
    assert owed(hotel, hotel.pks["soren"]) == 14_600
    assert unmatched.count == 4


def test_s_searches_and_enter_puts_it_where_it_was_found(unmatched: Typist, hotel: Hotel) -> None:
    unmatched.press("Ctrl+U", "S")
    unmatched.write("bennett")
    unmatched.press("Return", "Return")
    assert owed(hotel, hotel.pks["oliver"]) == -65_500
    assert unmatched.count == 2 + 7 + 2
