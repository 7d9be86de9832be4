"""The card of the Sync page that compares what stands here with Stripe."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.agreement import Agreement, Check, compare
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.agreement_card import AgreementCard
from tests.gui.conftest import Opener
from tests.tools.accounts import Account
from tests.tools.gui import NOON, in_worker
from tests.tools.stories import happen

DAY = 86_400
SAME = compare({"a": ("eur", 10_000), "b": ("jpy", 5)}, {"a": ("eur", 10_000), "b": ("jpy", 5)})
AGREES = Agreement(SAME, compare({}, {}), SAME, compare({}, {}), compare({}, {}), compare({}, {}), 0, (), 0, 0)
DONE = Check(NOON, NOON - 3 * DAY, NOON, AGREES)


def lines(card: AgreementCard) -> list[list[str]]:
    model = card.model
    cells = [[model.cell_at(row, one) for one in model.columns] for row in range(model.rowCount())]
    return [[cell.plain for cell in row] for row in cells]


def test_before_the_first_check_it_says_so(opened: Context) -> None:
    card = AgreementCard(opened)
    assert (card.note.text(), card.chip.accessibleName(), lines(card)) == ("Nothing was compared yet.", "", [])


def test_a_line_for_each_kind_and_currency(opened: Context) -> None:
    card = AgreementCard(opened)
    card.show_check(DONE, DONE)
    assert lines(card)[:2] == [
        ["Payments EUR", "1", "100.00", "1", "100.00", "0.00"],
        ["Payments JPY", "1", "5", "1", "5", "0"],
    ]
    assert card.chip.accessibleName() == "All 4 lines agree"
    assert card.about.text().startswith("checked Thu 5 Nov, 13:00")
    card.show_check(Check(NOON, 0, NOON, replace(AGREES, repaired=3, unsettled=2)), DONE)
    assert card.chip.accessibleName() == "Agrees, 3 repaired"
    assert "2 not in Stripe’s balance yet" in card.note.text()


def test_what_differs_is_named_and_what_was_not_read_is_said(opened: Context) -> None:
    card = AgreementCard(opened)
    differs = compare({"ch_1": ("eur", 100), "ch_2": ("eur", 50)}, {"ch_1": ("eur", 90), "ch_2": ("eur", 50)})
    swapped = compare({"re_1": ("eur", 100)}, {"re_2": ("eur", 100)})
    found = replace(AGREES, charges=differs, refunds=swapped, transactions=None, unsettled=None)
    card.show_check(Check(NOON, 0, NOON, found), None)
    charged, returned = (line[-1] for line in lines(card))
    assert charged.endswith("0.10")
    assert returned == "–"  # the sums are alike, the ids are not
    assert card.chip.accessibleName() == "3 differ"
    assert "ch_1" in card.note.text()
    assert "re_2" in card.note.text()
    assert "may not read" in card.note.text()


def test_a_check_that_was_put_off_is_told_beside_the_last_one(opened: Context) -> None:
    card = AgreementCard(opened)
    card.show_check(DONE, Check(NOON + DAY, NOON - 2 * DAY, NOON + DAY, None, "Stripe does not answer."))
    assert card.note.text().startswith("Put off at Fri 6 Nov, 13:00: Stripe does not answer.")
    assert card.chip.accessibleName() == "All 4 lines agree"


def test_a_sync_shows_what_it_compared(open_window: Opener, account: Account) -> None:
    in_worker(lambda: happen(account, "pay refund:100"))
    at = open_window(account.url, account.key)
    assert at.sync() == ""
    page = at.window.pages.sync
    assert "agree" in page.agreement.chip.accessibleName()
    assert page.runs.cell_at(0, page.runs.columns[-1]).plain == "Agrees"
