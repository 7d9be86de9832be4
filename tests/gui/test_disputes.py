"""Disputes and failures where a booking is looked at: on its folio, beside the list, and on hover in Payments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.stripe_reasons import why_disputed, why_failed, why_not_refunded
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.dispute_lines import DisputeLines
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, Hotel, in_worker, press
from tests.tools.gui_stripe import Card
from tests.tools.problems import Trouble

Key = Qt.Key
TIP = int(Qt.ItemDataRole.ToolTipRole)
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
NOOR = Card("noor", 30_000, "LN-2050", days_ago=2, disputed=True)
DECLINED = Card("declined", 9_900, "LN-2050", "requires_payment_method", message="Your card was declined.")


@pytest.fixture
def trouble(hotel: Hotel) -> Trouble:
    def happen() -> Trouble:
        made = Trouble(hotel.services.desk)
        made.bind()
        made.pay(NOOR)
        return made

    return in_worker(happen)


@pytest.fixture
def folio(qtbot: QtBot, trouble: Trouble, hotel: Hotel, bare: Context) -> MainWindow:
    """The folio of a booking whose payment is disputed."""
    in_worker(lambda: trouble.dispute(NOOR))
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    window = show_window(qtbot, bare)
    window.open_folio(hotel.pks["noor"])
    idle(qtbot, bare)
    return window


def told(window: MainWindow) -> list[str]:
    return window.pages.folio.disputes.words


def tone(lines: DisputeLines) -> str:
    return str(lines._lines[0].property("tint"))


def test_the_folio_tells_a_dispute_with_its_deadline(folio: MainWindow) -> None:
    assert folio.pages.folio.disputes.isVisible()
    assert told(folio) == ["Disputed: €300.00. The cardholder did not pay this. Answer in Stripe by Thu 12 Nov."]
    assert tone(folio.pages.folio.disputes) == Tone.ATTENTION.value


def test_a_deadline_that_passes_is_wrong(qtbot: QtBot, folio: MainWindow, hotel: Hotel) -> None:
    hotel.clock.advance(7 * DAY + 1)
    folio.context.note_day()
    idle(qtbot, folio.context)
    assert told(folio) == [
        "Not answered in time: €300.00. The cardholder did not pay this. The answer was due on Thu 12 Nov."
    ]
    assert tone(folio.pages.folio.disputes) == Tone.WRONG.value


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("under_review", "Bank decides: €300.00. The cardholder did not pay this.", Tone.NEUTRAL),
        ("won", "Dispute won: €300.00. The cardholder did not pay this.", Tone.GOOD),
        ("lost", "Dispute lost: €300.00. The cardholder did not pay this.", Tone.WRONG),
        ("warning_closed", "Question closed: €300.00. The cardholder did not pay this.", Tone.NEUTRAL),
        ("brand_new", "Brand new: €300.00. The cardholder did not pay this.", Tone.NEUTRAL),
    ],
)
def test_what_becomes_of_it_shows_at_once(
    qtbot: QtBot, folio: MainWindow, trouble: Trouble, status: str, words: str, expected: Tone
) -> None:
    in_worker(lambda: trouble.dispute(NOOR, status))
    qtbot.waitUntil(lambda: told(folio) == [words])
    idle(qtbot, folio.context)
    assert tone(folio.pages.folio.disputes) == expected.value


def test_another_booking_has_none(qtbot: QtBot, folio: MainWindow, hotel: Hotel) -> None:
    folio.open_folio(hotel.pks["soren"])
    idle(qtbot, folio.context)
    assert told(folio) == []
    assert not folio.pages.folio.disputes.isVisible()


def test_beside_the_list_it_is_told_too(qtbot: QtBot, folio: MainWindow) -> None:
    folio.go("payments")
    folio.pages.payments.table.setFocus()
    idle(qtbot, folio.context)
    for _ in range(folio.pages.payments.model.rowCount()):
        shown = folio.pages.payments.current_row
        if shown is not None and shown.disputed:
            break
        press(Key.Key_Down)
    press(Key.Key_Space)
    idle(qtbot, folio.context)
    lines = folio.pages.payments.panel.disputes
    assert lines.isVisible()
    assert lines.words == ["Disputed: €300.00. The cardholder did not pay this. Answer in Stripe by Thu 12 Nov."]
    assert lines.width() <= folio.pages.payments.panel.width()


def test_the_chip_of_the_list_tells_the_deadline_on_hover(qtbot: QtBot, folio: MainWindow) -> None:
    folio.go("payments")
    idle(qtbot, folio.context)
    model = folio.pages.payments.model
    at = [one.name for one in model.columns].index("status")
    chips = {
        str(model.index(row, at).data(DISPLAY)): str(model.index(row, at).data(TIP)) for row in range(model.rowCount())
    }
    assert "Answer in Stripe by Thu 12 Nov" in chips["Disputed"]
    assert chips["Recorded"] == ""


def test_the_latest_of_two_disputes_stands_in_the_list(hotel: Hotel, trouble: Trouble) -> None:
    def happen() -> list[str | None]:
        trouble.dispute(NOOR, "warning_closed", due_in=None)
        rows = hotel.services.payments.page(hotel.services.payments.keys(PaymentQuery()))
        return [one.dispute.status if one.dispute else None for one in rows if one.disputed]

    assert in_worker(happen) == ["warning_closed"]


def test_the_folio_tells_why_a_payment_and_a_refund_failed(qtbot: QtBot, folio: MainWindow, trouble: Trouble) -> None:
    in_worker(lambda: trouble.pay(DECLINED, code="insufficient_funds"))
    in_worker(lambda: trouble.refund(NOOR, 500, "failed", "expired_or_canceled_card"))
    qtbot.waitUntil(lambda: folio.pages.folio.model.rowCount() == 4)
    idle(qtbot, folio.context)
    model = folio.pages.folio.model
    at = [one.name for one in model.columns].index("text")
    lines = [(str(model.index(row, at).data(DISPLAY)), str(model.index(row, at).data(TIP))) for row in range(4)]
    assert ("Mastercard •• 4444  Not enough money", "Your card was declined.") in lines
    assert any(text == "Refund The card has expired or was cancelled" for text, _ in lines)


# --- words


def test_codes_are_told_in_words_and_unknown_ones_in_stripes() -> None:
    assert why_failed("expired_card", "Your card has expired.") == "The card has expired"
    assert why_failed("card_declined", "Your card was declined.") == "Your card was declined."
    assert why_failed("of_tomorrow", None) == "Of tomorrow"
    assert why_failed(None, None) == "Stripe gives no reason"
    assert why_not_refunded("of_tomorrow") == "Of tomorrow"
    assert why_not_refunded(None) == "Stripe gives no reason"
    assert why_disputed("product_not_received") == "Nothing was received, says the guest"
    assert (why_disputed("of_tomorrow"), why_disputed(None)) == ("Of tomorrow", "No reason was given")
