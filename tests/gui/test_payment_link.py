"""Payment links by keyboard: made, scanned, copied, mailed, cancelled; and told where a guest could pay twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import segno
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from rentease_desk.domain.links import HOUR, LinkDraft
from rentease_desk.domain.money import Money
from rentease_desk.domain.settings import Property
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.open_links import OpenLinksDialog
from rentease_desk.gui.dialogs.payment_link import PaymentLinkDialog
from rentease_desk.gui.dialogs.show_link import ShowLinkDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.qr_code import QrCode
from rentease_desk.services.bundle import Services
from tests.gui.conftest import idle, show_window
from tests.gui.test_folio_view import open_folio
from tests.tools.accounts import Account
from tests.tools.gui import Hotel, back_in, click, in_worker, open_dialog, open_services, press, write
from tests.tools.syncing import Impatient

Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def services(hotel: Hotel, account: Account) -> Iterator[Services]:
    """The hotel's desk with the key of a practice account."""
    made = in_worker(lambda: open_services(hotel.address, hotel.clock, stripe_key=account.key, stripe_base=account.url))
    in_worker(lambda: made.settings.set({"website": "https://lanterna.example"}))
    yield made
    made.close()


@pytest.fixture
def folio(qtbot: QtBot, bare: Context, services: Services, hotel: Hotel) -> MainWindow:
    """Søren's folio: 146.00 is owed."""
    bare.attach(services, in_worker(services.settings.get))
    window = show_window(qtbot, bare)
    open_folio(qtbot, window, hotel.pks["soren"])
    return window


def make(services: Services, hotel: Hotel, minor: int = 14_600, life: int | None = 2 * HOUR) -> str:
    draft = LinkDraft("l" * 36, hotel.pks["soren"], Money(minor, "eur"), life)
    return in_worker(lambda: services.links.create(draft, Impatient())).value.uid


def shown(qtbot: QtBot) -> ShowLinkDialog:
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: isinstance(open_dialog(qtbot), ShowLinkDialog))
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ShowLinkDialog)
    return dialog


def lines(folio: MainWindow) -> list[str]:
    return folio.pages.folio.links.words


def test_f6_and_enter_make_a_link_over_the_balance_to_be_scanned(
    qtbot: QtBot, folio: MainWindow, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    press(Key.Key_F6)
    asked = open_dialog(qtbot)
    assert isinstance(asked, PaymentLinkDialog)
    assert (asked.amount.text(), asked.save.text()) == ("146.00", "Make link over €146.00")
    press(Key.Key_Return)
    dialog = shown(qtbot)
    url = dialog.link.url or ""
    assert url.startswith(account.url)
    assert dialog.code.rows == [bytes(row) for row in segno.make(url, error="m", boost_error=False).matrix]
    press(Key.Key_Return)
    copied = QGuiApplication.clipboard().text()
    assert all(word in copied for word in ("Søren Lindqvist", "€146.00", "LN-2017", url, "Hotel Lanterna"))
    click(dialog.mail)
    (mail,) = opened
    assert (mail.scheme(), mail.path()) == ("mailto", "soren@lindqvist.example")
    assert url in unquote(mail.query(QUrl.ComponentFormattingOption.FullyEncoded))
    click(dialog.copy_link)
    assert QGuiApplication.clipboard().text() == url
    press(Key.Key_Escape)
    back_in(qtbot, folio)
    assert lines(folio)[0].startswith("Payment link €146.00: Open, until")


def test_it_says_when_it_is_paid_and_the_folio_shows_the_payment(
    qtbot: QtBot, folio: MainWindow, account: Account
) -> None:
    press(Key.Key_F6)
    open_dialog(qtbot)
    press(Key.Key_F4)
    press(Key.Key_Return)
    dialog = shown(qtbot)
    in_worker(lambda: account.do("payment-link-pay", link=dialog.link.stripe_id))
    in_worker(lambda: account.advance(5))
    dialog.look()
    qtbot.waitUntil(lambda: "Paid" in dialog.banner.accessibleName())
    qtbot.waitUntil(lambda: folio.pages.folio.folio is not None and folio.pages.folio.folio.booking.totals.balance == 0)
    assert not dialog.save.isEnabled()
    press(Key.Key_Escape)
    back_in(qtbot, folio)
    assert lines(folio)[0].startswith("Payment link €146.00: Paid")


def test_a_link_is_cancelled_on_the_folio(
    qtbot: QtBot, folio: MainWindow, services: Services, hotel: Hotel, account: Account
) -> None:
    make(services, hotel)
    qtbot.waitUntil(lambda: bool(lines(folio)))
    cancel = next(one for one in folio.pages.folio.links.findChildren(Button) if one.text() == "Cancel link")
    click(cancel)
    qtbot.waitUntil(lambda: ": Cancelled" in lines(folio)[0])
    assert folio.foot.words == "The payment link over €146.00 is cancelled."
    assert [one["status"] for one in in_worker(lambda: account.dump("checkout_sessions")).values()] == ["expired"]


def test_cash_that_settles_the_balance_offers_to_cancel_an_open_link(
    qtbot: QtBot, folio: MainWindow, services: Services, hotel: Hotel
) -> None:
    uid = make(services, hotel)
    idle(qtbot, folio.context)
    press(Key.Key_F9)
    open_dialog(qtbot)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(open_dialog(qtbot), OpenLinksDialog))
    dialog = open_dialog(qtbot)
    assert "twice" in dialog.windowTitle()
    press(Key.Key_Return)
    back_in(qtbot, folio)
    assert in_worker(lambda: services.links.get(uid)).state.value == "cancelled"


def test_an_open_link_is_told_before_another_is_made_beside_it(
    qtbot: QtBot, folio: MainWindow, services: Services, hotel: Hotel
) -> None:
    make(services, hotel)
    idle(qtbot, folio.context)
    press(Key.Key_F6)
    dialog = open_dialog(qtbot)
    assert any("could pay both" in text for text in _texts(dialog))
    write("10")
    press(Key.Key_Return)
    shown(qtbot)
    press(Key.Key_Escape)
    back_in(qtbot, folio)
    assert len(lines(folio)) == 2


def test_one_made_meanwhile_at_another_desk_is_told_and_then_meant(
    qtbot: QtBot, folio: MainWindow, services: Services, hotel: Hotel
) -> None:
    press(Key.Key_F6)
    dialog = open_dialog(qtbot)
    make(services, hotel)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["amount"].wrong))
    assert "more than is owed" in dialog.form.fields["amount"].wrong
    press(Key.Key_Return)
    shown(qtbot)
    press(Key.Key_Escape)
    back_in(qtbot, folio)


def test_what_stripe_refuses_is_said_and_can_be_tried_again(qtbot: QtBot, folio: MainWindow, account: Account) -> None:
    press(Key.Key_F6)
    dialog = open_dialog(qtbot)
    write("0.10")
    press(Key.Key_Return)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "Stripe refused" in dialog.banner.accessibleName()
    press(Key.Key_A, Ctrl)
    write("10")
    press(Key.Key_Return)
    shown(qtbot)
    press(Key.Key_Escape)
    back_in(qtbot, folio)


def test_without_a_website_it_lives_until_it_is_paid(qtbot: QtBot, folio: MainWindow, services: Services) -> None:
    in_worker(lambda: services.settings.set({"website": ""}))
    qtbot.waitUntil(lambda: not folio.context.settings.website)
    press(Key.Key_F6)
    dialog: Any = open_dialog(qtbot)
    assert dialog.life.value is None
    press(Key.Key_F1)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["life"].wrong))
    assert "Settings" in dialog.form.fields["life"].wrong
    press(Key.Key_Escape)
    back_in(qtbot, folio)


@pytest.mark.parametrize("length", [40, 420])
def test_the_code_is_painted_in_whole_pixels(qtbot: QtBot, theme: Theme, length: int) -> None:
    """Read back module by module: each is all dark or all light, with four light ones around."""
    code = QrCode(theme, 280)
    qtbot.addWidget(code)
    code.show_text("h" * length)
    code.resize(code.sizeHint())
    image = code.grab().toImage()
    across = len(code.rows) + 8
    wide = image.width() // across
    assert wide * across == image.width()
    for y in range(across):
        for x in range(across):
            inside = 4 <= x < across - 4 and 4 <= y < across - 4
            dark = inside and code.rows[y - 4][x - 4] == 1
            corners = ((dx, dy) for dx in (0, wide - 1) for dy in (0, wide - 1))
            colours = {image.pixelColor(x * wide + dx, y * wide + dy).lightness() for dx, dy in corners}
            assert colours == ({0} if dark else {255})


def _texts(dialog: Any) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_the_website_is_an_address(services: Services) -> None:
    found = in_worker(lambda: services.settings.set({"website": " hotel.example/danke "}))
    assert isinstance(found.value, Property)
    assert found.value.website == "https://hotel.example/danke"


def test_at_a_desk_without_a_key_it_is_said_that_one_is_needed_here(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_F6)
    asked = open_dialog(qtbot)
    assert isinstance(asked, PaymentLinkDialog)
    press(Key.Key_Return)
    qtbot.waitUntil(asked.banner.isVisible)
    told = asked.banner.accessibleName()
    assert told.startswith("No Stripe key.")
    assert "or do this at a desk that has one" in told
    press(Key.Key_Escape)
    back_in(qtbot, window)
    assert lines(window) == []
