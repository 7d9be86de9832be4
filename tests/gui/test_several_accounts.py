"""Of which Stripe account a row is: told on every list as soon as a property has more than one, and not before."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.folio_model import FolioModel
from rentease_desk.gui.views.action_page import ActionPage
from rentease_desk.gui.widgets.waiting_card import WaitingCard
from tests.gui.conftest import idle, show_window
from tests.tools.gui import NOON, Hotel, in_worker
from tests.tools.gui_events import dead, keep
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay
from tests.tools.problems import Trouble
from tests.tools.screenshots.accounts import second_account

SPA = Identity("acct_1WellnessLanter", livemode=False)
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def _happen(hotel: Hotel, trouble: Trouble, name: str) -> None:
    """Of one account: a payment failed, another belongs to no booking, an event needs a person. In a worker."""
    trouble.pay(Card(name, 9_900, "LN-2017", "requires_payment_method"), code="insufficient_funds")
    pay(hotel.services.desk, Homeless(Card(f"lost_{name}", 500, payer=name)), identity=trouble.identity)
    keep(hotel.services, NOON, dead(name), account=trouble.identity)


def _column(page: ActionPage) -> tuple[bool, list[str]]:
    """Whether the column of accounts can be chosen, and what stands in it where it is on the screen."""
    table, model = page.table, page.table.model()
    (at,) = (place for place, one in enumerate(table.columns) if one.name == "account")
    rows = () if table.isColumnHidden(at) else range(model.rowCount())
    found = sorted(str(model.index(row, at).data(SPOKEN)) for row in rows)
    return table.column_menu.actions()[at].isVisible(), found


def _go(qtbot: QtBot, window: MainWindow, page: str) -> Any:
    window.go(page)
    idle(qtbot, window.context)
    return getattr(window.pages, page)


def _folio(hotel: Hotel, context: Context) -> list[str]:
    """What stands small beside the card payments of a folio."""
    folio = in_worker(lambda: hotel.services.bookings.folio(hotel.pks["soren"]))
    model = FolioModel(context, parent=context)
    model.show_folio(folio)
    (text,) = (one for one in model.columns if one.name == "text")
    cells = [model.cell_at(row, text) for row in range(model.rowCount())]
    return [one.aside for one in cells if "••" in one.aside]


def test_each_list_says_of_which_account_a_row_is_only_where_there_are_several(
    qtbot: QtBot, hotel: Hotel, bare: Context
) -> None:
    first = Trouble(hotel.services.desk)
    in_worker(first.bind)
    in_worker(lambda: _happen(hotel, first, "hotel"))
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    window = show_window(qtbot, bare, "today")
    window.resize(1700, 900)
    assert _column(_go(qtbot, window, "follow_ups")) == (False, [])
    assert _column(_go(qtbot, window, "events")) == (False, [])
    (alone,) = _folio(hotel, bare)
    assert " · " not in alone

    in_worker(lambda: second_account(hotel.services))
    in_worker(lambda: _happen(hotel, Trouble(hotel.services.desk, SPA), "spa"))
    qtbot.waitUntil(lambda: len(bare.settings.accounts) == 2)
    for name in ("follow_ups", "events"):
        assert _column(_go(qtbot, window, name)) == (True, ["Hotel", "Wellness"])
    table = _go(qtbot, window, "follow_ups").table
    window.resize(1350, 900)
    shown = lambda: [one.name for at, one in enumerate(table.columns) if not table.isColumnHidden(at)]  # noqa: E731
    qtbot.waitUntil(lambda: "account" not in shown())
    assert "reason" in shown(), "where there is less room the account gives way before the reason does"
    page = _go(qtbot, window, "unmatched")
    waiting, card = page.waiting, page.findChild(WaitingCard)
    told = {one.payer_name: waiting.parts(one)[3].rpartition(" · ")[2] for one in waiting.items}
    assert told == {"hotel": "Hotel", "spa": "Wellness"}
    assert f", {told[page.current.payer_name]}, Paid by: {page.current.payer_name}" in card.accessibleName()
    assert sorted(one.rpartition(" · ")[2] for one in _folio(hotel, bare)) == ["Hotel", "Wellness"]


def test_what_is_told_of_a_marked_row_names_its_account(qtbot: QtBot, hotel: Hotel, bare: Context) -> None:
    spa = Trouble(hotel.services.desk, SPA)
    in_worker(Trouble(hotel.services.desk).bind)
    in_worker(lambda: second_account(hotel.services))
    in_worker(lambda: _happen(hotel, spa, "spa"))
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    window = show_window(qtbot, bare, "today")
    for name in ("follow_ups", "events"):
        page = _go(qtbot, window, name)
        page.table.selectRow(0)
        assert "Wellness" in page.detail.words
