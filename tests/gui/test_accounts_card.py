"""Stripe accounts in the settings, and their badges: shown only where there is more than one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TypeVar

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import StripeError
from rentease_desk.gui.dialogs.edit_account import AccountKeyDialog, AccountNameDialog, AddAccountDialog
from rentease_desk.gui.dialogs.payment_link import PaymentLinkDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.accounts_card import AccountsCard
from tests.gui.conftest import Opener, Syncing, idle
from tests.services.conftest import draft
from tests.tools.accounts import Account, Accounts
from tests.tools.gui import back_in, click, in_worker, open_dialog, press
from tests.tools.keyrings import MemoryKeyring


@pytest.fixture
def spa(account: Account, accounts: Accounts) -> Iterator[Account]:
    """A second account, connected to the first."""
    made = in_worker(lambda: accounts.open(platform=account.name))
    yield made
    in_worker(lambda: accounts.close(made))


@pytest.fixture
def at(open_window: Opener, account: Account, spa: Account) -> Syncing:
    """A desk that has read the first account, in its settings."""
    in_worker(lambda: account.do("pay", amount=10_000, currency="eur"))
    in_worker(lambda: spa.do("pay", amount=4_000, currency="eur"))
    at = open_window(account.url, account.key)
    at.sync()
    _go(at, "settings")
    return at


def _go(at: Syncing, page: str) -> None:
    at.window.go(page)
    idle(at.qtbot, at.context)


def _card(at: Syncing) -> AccountsCard:
    return at.window.pages.settings.accounts


def _lines(at: Syncing) -> list[str]:
    return [_card(at).list.item(row).text() for row in range(_card(at).list.count())]


D = TypeVar("D")


def _opened(at: Syncing, kind: type[D]) -> D:
    found = open_dialog(at.qtbot)
    assert isinstance(found, kind)
    return found


def _add(at: Syncing, account: Account, spa: Account) -> AddAccountDialog:
    click(_card(at).add)
    dialog = _opened(at, AddAccountDialog)
    dialog.name.setText("Spa")
    dialog.connected.setText(spa.id)
    dialog.entry.edit.setText(account.key)
    dialog.entry.edit.setFocus()
    press(Qt.Key.Key_Return)
    idle(at.qtbot, at.context)
    return dialog


def _sources(at: Syncing) -> set[str]:
    _go(at, "payments")
    model = at.window.pages.payments.model
    at.qtbot.waitUntil(lambda: model.rowCount() > 0)
    (column,) = (one for one in model.columns if one.name == "source")
    rows = range(model.rowCount())
    at.qtbot.waitUntil(lambda: all(model.cell_at(row, column).text for row in rows))
    return {model.cell_at(row, column).text for row in rows}


def test_a_second_account_is_added_named_and_badged(
    at: Syncing, account: Account, spa: Account, secrets: MemoryKeyring
) -> None:
    assert (len(_lines(at)), _card(at).remove.isVisible()) == (1, False)
    assert _sources(at) == {"Stripe"}
    _go(at, "settings")
    dialog = _add(at, account, spa)
    assert dialog.is_closed
    assert [name for _, name in secrets.kept] == [f"stripe-key {spa.id}"]
    assert _lines(at)[1].startswith(f"Spa · {spa.id} · connected · sk_test_…")
    _card(at).list.setCurrentRow(0)
    click(_card(at).name)
    name = _opened(at, AccountNameDialog)
    name.name.setText("spa")
    press(Qt.Key.Key_Return)
    idle(at.qtbot, at.context)
    assert name.form.fields["name"].wrong
    name.name.setText("Hotel")
    press(Qt.Key.Key_Return)
    idle(at.qtbot, at.context)
    back_in(at.qtbot, at.window)
    assert at.sync() == ""
    assert _sources(at) == {"Hotel", "Spa"}


def test_the_default_changes_and_a_removed_account_stays_listed(
    at: Syncing, account: Account, spa: Account, secrets: MemoryKeyring
) -> None:
    _add(at, account, spa)
    card = _card(at)
    card.list.setCurrentRow(1)
    click(card.default)
    idle(at.qtbot, at.context)
    assert _lines(at)[1].endswith("makes new links")
    click(card.remove)
    assert "Remove Spa?" in card.banner.accessibleName()
    click(card.banner._action)
    idle(at.qtbot, at.context)
    assert _lines(at)[1] == f"Spa · {spa.id} · removed, its payments stay"
    assert _lines(at)[0].endswith("makes new links")
    assert secrets.kept == {}
    assert not card.remove.isVisible()


def test_the_key_of_a_further_account_is_tested_as_that_accounts(at: Syncing, account: Account, spa: Account) -> None:
    _add(at, account, spa)
    _card(at).list.setCurrentRow(1)
    click(_card(at).key)
    dialog = _opened(at, AccountKeyDialog)
    dialog.entry.edit.setText("rk_test_" + "a1" * 12)
    click(dialog.entry.test)
    idle(at.qtbot, at.context)
    assert "does not accept the key" in dialog.entry.banner.accessibleName()
    dialog.entry.edit.setText(spa.key)
    click(dialog.entry.test)
    idle(at.qtbot, at.context)
    assert spa.id in dialog.entry.banner.accessibleName()
    press(Qt.Key.Key_Escape)


def test_without_a_keyring_a_key_is_for_this_session(
    qtbot: QtBot, at: Syncing, account: Account, spa: Account, secrets: MemoryKeyring
) -> None:
    keyring.set_keyring(NoKeyring())
    dialog = _add(at, account, spa)
    assert "no keyring" in dialog.banner.accessibleName()
    click(dialog.banner._action)
    idle(qtbot, at.context)
    assert dialog.is_closed
    assert "for this session only" in _lines(at)[1]
    assert secrets.kept == {}


def test_a_link_asks_in_which_account_it_is_made(qtbot: QtBot, at: Syncing, account: Account, spa: Account) -> None:
    booking = in_worker(lambda: at.context.services.bookings.add(draft()).value)
    alone = PaymentLinkDialog(at.context, at.window, booking, (), threading.Event())
    assert (alone.account.isVisibleTo(alone), alone._account()) == (False, None)
    alone.deleteLater()
    _add(at, account, spa)
    dialog = PaymentLinkDialog(at.context, at.window, booking, (), threading.Event())
    assert dialog.account.isVisibleTo(dialog)
    assert (dialog.account.currentText(), dialog._account()) == (f"…{account.id[-6:]}", account.id)
    dialog.account.setCurrentIndex(1)
    dialog.amount.show_minor(500)
    dialog.submit()
    idle(qtbot, at.context)
    assert [one.account for one in in_worker(at.context.services.links.latest)] == [spa.id]
    assert len(in_worker(lambda: spa.dump("payment_links"))) == 1


def test_a_message_tells_what_each_account_met_with(window: MainWindow) -> None:
    error, other = StripeError("stripe.no_key"), StripeError("stripe.account_no_key", name="Spa", account="acct_2")
    error.whose, other.whose = "Hotel", "Spa"
    error.beside = (other,)
    window.show_error(error)
    told = window.banner.accessibleName()
    assert told.startswith("Hotel: No Stripe key. This desk has no key")
    assert told.endswith(f"\n{other}")
    assert str(other).startswith("Spa: ")
