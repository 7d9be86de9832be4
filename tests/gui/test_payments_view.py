"""The payments list with Stripe's payments in it: filters, sums that tie with the rows, and what a row says."""

from __future__ import annotations

from collections import defaultdict

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.config import resources_dir
from rentease_desk.domain.lists import MoneyRow
from rentease_desk.domain.payment import PaymentStatus, RefundStatus, Source
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.tasks import Tasks
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.widgets.painting import chip_size
from rentease_desk.gui.words import method_group, payment_chip, refund_chip
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write
from tests.tools.gui_stripe import Card, charge, refund

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
NOOR = Card("noor", 30_000, "LN-2050")
CARDS = (
    NOOR,
    Card("homeless", 12_345),
    Card("old", 4_000, "LN-2017", days_ago=40, brand="visa", last4="4242"),
    Card("on-its-way", 7_000, "LN-1998", status="processing"),
    Card("declined", 9_900, status="requires_payment_method", message="Your card was declined."),
    Card("disputed", 5_500, "LN-1990", disputed=True),
    Card("yen", 5_000, "LN-2060", currency="jpy"),
)


@pytest.fixture
def stripe(hotel: Hotel) -> None:
    """Stripe has shown some payments, and refunds of one; a manual one is void."""

    def happen() -> None:
        charge(hotel.services, *CARDS)
        refund(hotel.services, NOOR, 9_750)
        refund(hotel.services, NOOR, 1_000, "pending")

    in_worker(happen)


@pytest.fixture
def listed(qtbot: QtBot, stripe: None, context: Context) -> MainWindow:
    """The window, on its payments."""
    window = show_window(qtbot, context, "today")
    press(Key.Key_2, Control)
    idle(qtbot, context)
    return window


def rows(window: MainWindow) -> list[MoneyRow]:
    model = window.pages.payments.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    assert None not in found
    return [one for one in found if one is not None]


def names(window: MainWindow) -> set[str]:
    """Stripe's rows by the names of the cards, refunds as ``back``; manual ones by their method."""
    return {_name(row) for row in rows(window)}


def _name(row: MoneyRow) -> str:
    if row.stripe_refund_id:
        return "back"
    return row.stripe_payment_id.removeprefix("pi_") if row.stripe_payment_id else row.method


def choose(qtbot: QtBot, window: MainWindow, button: Button, word: str) -> None:
    """Take an entry of a filter's menu."""
    next(action for action in button.menu().actions() if action.text() == word).trigger()
    idle(qtbot, window.context)


def mark(window: MainWindow, name: str) -> None:
    """Go down to a row by keyboard."""
    window.pages.payments.table.setFocus()
    press(Key.Key_Home)
    for _ in range(window.pages.payments.model.rowCount()):
        row = window.pages.payments.current_row
        if row is not None and _name(row) == name:
            return
        press(Key.Key_Down)
    raise AssertionError(f"no row of {name}")


# --- filters


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Without a booking", {"homeless"}),
        ("Processing", {"on-its-way"}),
        ("Failed", {"declined"}),
        ("Partially refunded", {"noor"}),
        ("Voided", set()),
    ],
)
def test_a_state_shows_its_payments_only(qtbot: QtBot, listed: MainWindow, word: str, found: set[str]) -> None:
    choose(qtbot, listed, listed.pages.payments.states, word)
    assert names(listed) == found


def test_what_came_through_stripe_has_an_entry_of_its_own(qtbot: QtBot, listed: MainWindow) -> None:
    choose(qtbot, listed, listed.pages.payments.methods, "Everything through Stripe")
    assert names(listed) == {"noor", "homeless", "on-its-way", "declined", "disputed", "yen", "back"}
    choose(qtbot, listed, listed.pages.payments.methods, "Card terminal")
    assert names(listed) == {"card"}


def test_days_bring_back_what_is_older(qtbot: QtBot, listed: MainWindow) -> None:
    assert "old" not in names(listed)
    choose(qtbot, listed, listed.pages.payments.days, "All time")
    assert "old" in names(listed)
    choose(qtbot, listed, listed.pages.payments.days, "Today")
    assert names(listed) == {"back"}


def test_filters_are_all_true_at_once(qtbot: QtBot, listed: MainWindow) -> None:
    choose(qtbot, listed, listed.pages.payments.methods, "Everything through Stripe")
    choose(qtbot, listed, listed.pages.payments.states, "Succeeded")
    press(Key.Key_F, Control)
    write("muller 123")
    idle(qtbot, listed.context)
    assert names(listed) == set()
    assert "Nothing found" in listed.pages.payments.empty.accessibleName()
    press(Key.Key_Escape)
    idle(qtbot, listed.context)
    assert names(listed) == {"homeless", "disputed", "yen"}
    assert not listed.pages.payments.empty.isVisible()


def test_days_without_a_payment_say_how_payments_come(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_2, Control)
    choose(qtbot, window, window.pages.payments.days, "Today")
    assert "F9" in window.pages.payments.empty.accessibleName()
    assert not window.pages.payments.foot.isVisible()


# --- sums


def sums_of(rows: list[MoneyRow], window: MainWindow) -> dict[str, tuple[int, int, int, int]]:
    """Rows, received, returned and their sum by method and currency, added up here."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        if row.counted:
            group = method_group(row.source, row.method, window.context.settings)
            line = found[f"{group}  {row.currency.upper()}"]
            line[0] += 1
            line[1 if row.counted > 0 else 2] += row.counted
            line[3] += row.counted
    return {name: (line[0], line[1], line[2], line[3]) for name, line in found.items()}


def sums_shown(window: MainWindow) -> dict[str, tuple[str, ...]]:
    """The lines of the foot, as they are read."""
    layout = window.pages.payments.foot.grid
    assert layout is not None
    cells = [item.widget() for at in range(layout.count()) if (item := layout.itemAt(at)) is not None]
    texts = [one.text() if isinstance(one, Label) else _joined(one) for one in cells if one is not None]
    lines = [texts[at : at + 5] for at in range(5, len(texts), 5)]
    return {line[0]: tuple(line[1:]) for line in lines}


def _joined(cell: QWidget) -> str:
    """A method and its currency."""
    return "  ".join(one.text() for one in cell.findChildren(Label))


@pytest.mark.parametrize("days", ["Last 30 days", "All time", "Today"])
@pytest.mark.parametrize("method", ["All methods", "Everything through Stripe", "Cash"])
def test_the_foot_ties_with_the_rows(qtbot: QtBot, listed: MainWindow, days: str, method: str) -> None:
    choose(qtbot, listed, listed.pages.payments.days, days)
    choose(qtbot, listed, listed.pages.payments.methods, method)
    amount = listed.context.formats.amount
    expected = {
        name: (str(count), *(amount(minor, name[-3:]) if minor else "–" for minor in (received, returned)),
               amount(total, name[-3:]))
        for name, (count, received, returned, total) in sums_of(rows(listed), listed).items()
    }  # fmt: skip
    shown = sums_shown(listed)
    assert {name: (line[0], _or_dash(line[1]), _or_dash(line[2]), line[3]) for name, line in shown.items()} == expected


def _or_dash(text: str) -> str:
    return "–" if text in {"0.00", "0"} else text


def test_what_counts_as_nothing_is_told_apart(qtbot: QtBot, listed: MainWindow) -> None:
    told = listed.pages.payments.standing
    assert listed.foot.words == told
    assert "1 failed €99.00" in told
    assert "1 processing €70.00" in told


# --- rows


@pytest.mark.parametrize("name", ["noor", "homeless", "back"])
def test_v_on_a_row_of_stripe_says_why_not(qtbot: QtBot, listed: MainWindow, name: str) -> None:
    mark(listed, name)
    press(Key.Key_V)
    qtbot.waitUntil(listed.pages.payments.banner.isVisible)
    assert "A Stripe payment cannot be voided" in listed.pages.payments.banner.accessibleName()
    assert "Refund it instead" in listed.pages.payments.banner.accessibleName()
    assert QApplication.activeModalWidget() is None
    idle(qtbot, listed.context)


def row_menu(window: MainWindow) -> QMenu:
    """The menu of the marked row."""
    table = window.pages.payments.table
    place = table.visualRect(table.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, table.viewport().mapToGlobal(place))
    QApplication.sendEvent(table.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_of_a_row_gives_back_and_voids(qtbot: QtBot, listed: MainWindow) -> None:
    mark(listed, "back")
    menu = row_menu(listed)
    shown = [(one.text(), one.shortcut().toString(), one.isEnabled()) for one in menu.actions()[:2]]
    assert shown == [("Void payment", "V", True), ("Refund…", "R", False)]
    menu.close()
    mark(listed, "homeless")
    menu = row_menu(listed)
    refund = menu.actions()[1]
    assert (refund.text(), refund.isEnabled(), refund.isShortcutVisibleInContextMenu()) == ("Refund…", True, True)
    mark(listed, "noor")  # wherever the mark is by then
    refund.trigger()
    menu.close()
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, RefundPaymentDialog)
    assert "123.45" in dialog.amount.text()
    press(Key.Key_Escape)
    back_in(qtbot, listed)


def test_v_without_a_row_says_what_to_do(qtbot: QtBot, listed: MainWindow) -> None:
    choose(qtbot, listed, listed.pages.payments.states, "Voided")
    listed.pages.payments.table.setFocus()
    press(Key.Key_V)
    assert "Mark a payment first" in listed.foot.words


def test_v_in_the_filter_is_a_letter(qtbot: QtBot, listed: MainWindow) -> None:
    press(Key.Key_F, Control)
    write("v")
    assert listed.pages.payments.search.text() == "v"
    idle(qtbot, listed.context)
    assert not listed.pages.payments.banner.isVisible()


def test_enter_opens_the_folio_of_the_payment_and_escape_comes_back(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    mark(listed, "noor")
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    assert (listed.page, listed.pages.folio.booking_pk) == ("folio", hotel.pks["noor"])
    press(Key.Key_Escape)
    assert listed.page == "payments"
    assert listed.pages.payments.current_row is not None
    assert _name(listed.pages.payments.current_row) == "noor"


def test_a_payment_without_a_booking_leads_to_its_candidates_and_takes_no_money(
    qtbot: QtBot, listed: MainWindow
) -> None:
    mark(listed, "homeless")
    press(Key.Key_F9)
    back_in(qtbot, listed)
    assert listed.page == "payments"
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    shown = listed.pages.unmatched.current
    assert (listed.page, shown and shown.stripe_payment_id) == ("unmatched", "pi_homeless")
    assert "Mark a booking first" in listed.foot.words


def test_the_folio_beside_tells_the_payment_that_is_marked(qtbot: QtBot, listed: MainWindow) -> None:
    mark(listed, "noor")
    press(Key.Key_Space)
    idle(qtbot, listed.context)
    words = [one.text() for one in listed.pages.payments.panel.findChildren(Label) if one.isVisible()]
    assert {"Mastercard •• 4444", "300.00 EUR", "Stripe", "Noor van den Berg"} <= set(words)
    mark(listed, "homeless")
    idle(qtbot, listed.context)
    words = [one.text() for one in listed.pages.payments.panel.findChildren(Label) if one.isVisible()]
    assert words == ["Choose a row that belongs to a booking."]


def test_rows_are_read_aloud(qtbot: QtBot, listed: MainWindow) -> None:
    assert spoken(listed, "noor") == {
        "date": "Wednesday 4 November 2026, 13:00", "guest": "Noor van den Berg LN-2050",
        "status": "Partially refunded", "method": "Mastercard ending in 4444", "gross": "€300.00", "source": "Stripe",
    }  # fmt: skip
    assert spoken(listed, "declined")["gross"] == "€99.00, not counted"
    assert spoken(listed, "declined")["status"] == "Failed"
    assert spoken(listed, "homeless")["guest"] == "Jürgen Müller no booking"
    assert spoken(listed, "disputed")["status"] == "Disputed"
    assert spoken(listed, "yen")["gross"] == "JP¥5,000"


def test_refunds_are_read_aloud_as_less(qtbot: QtBot, listed: MainWindow) -> None:
    said = [
        (one["status"], one["gross"])
        for one in (_said(listed, at) for at, row in enumerate(rows(listed)) if row.stripe_refund_id)
    ]
    assert sorted(said) == [
        ("Refund pending", "minus €10.00, not counted"),
        ("Refund succeeded", "minus €97.50"),
    ]


def spoken(window: MainWindow, name: str) -> dict[str, str]:
    """What a screen reader says of a row, by column."""
    return _said(window, next(at for at, row in enumerate(rows(window)) if _name(row) == name))


def _said(window: MainWindow, row: int) -> dict[str, str]:
    table, model = window.pages.payments.table, window.pages.payments.model
    shown = [at for at in range(len(model.columns)) if not table.isColumnHidden(at)]
    return {model.columns[at].name: str(model.index(row, at).data(SPOKEN)) for at in shown}


# --- in any font


@pytest.fixture(params=[100, 120])
def stretched(request: pytest.FixtureRequest, qapp: QApplication, tasks: Tasks, state: WindowState) -> Context:
    """A context whose font is so many per cent as wide as that of this computer."""
    before, font = qapp.font(), QFont(qapp.font())
    font.setStretch(request.param)
    qapp.setFont(font)
    theme = Theme(qapp, resources_dir() / "icons", tasks)
    qapp.setFont(before)
    return Context(tasks, theme, state, tasks)


def test_methods_and_states_are_never_cut(qtbot: QtBot, stretched: Context, stripe: None, hotel: Hotel) -> None:
    stretched.attach(hotel.services, hotel.settings)
    window, theme = show_window(qtbot, stretched), stretched.theme
    window.open_folio(hotel.pks["noor"])
    idle(qtbot, stretched)
    chips = [payment_chip(one, Source.STRIPE) for one in PaymentStatus if one is not PaymentStatus.VOIDED]
    widest = max(chip_size(one, theme).width() for one in [*chips, refund_chip(RefundStatus.SUCCEEDED)])
    assert room(window, "payments", "status") >= widest
    assert room(window, "folio", "status") >= widest
    method = QFontMetrics(theme.font()).horizontalAdvance("Mastercard") + theme.px(tokens.ICON + 8 + 6)
    digits = QFontMetrics(theme.font(tokens.SMALL)).horizontalAdvance("•• 4444")
    assert room(window, "payments", "method") >= method + digits


def room(window: MainWindow, page: str, name: str) -> int:
    """How wide what stands in a column may be."""
    window.go(page)
    table = window.pages.payments.table if page == "payments" else window.pages.folio.table
    at = [column.name for column in table.columns].index(name)
    return table.columnWidth(at) - 2 * window.context.theme.px(tokens.GRID)
