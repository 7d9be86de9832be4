"""The Practice menu on a practice server: every entry makes happen what it says, and says it in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.practice_items import Item, Switch, first_items, groups
from rentease_desk.gui.practice_menu import PracticeMenu
from rentease_desk.gui.practice_troubles import troubles
from rentease_desk.practice.client import ControlAddress
from rentease_desk.practice.spec import Kind
from tests.gui.conftest import idle
from tests.tools.gui import in_worker
from tests.tools.practice import Json, RunningServer, running_server

HOLD, DEBIT, MONTHLY = "A card is held for a guest", "A guest pays by bank debit", "A guest pays by the month"
QUESTION, PAGE = "A bank asks about a payment", "A guest gets a page to pay on"
DECLINED = "The next month's card is declined"
LINKED = {"A guest pays by the payment link", "A guest opens the payment link", "The link is switched off in Stripe"}
"""What happens to a link that a desk has made."""
BEFORE = {
    "The hold is captured": (HOLD,),
    "One euro of the hold is captured": (HOLD,),
    "The hold is let go": (HOLD,),
    "The debit arrives": (DEBIT,),
    "The debit comes back": (DEBIT,),
    "The refund arrives": ("A refund is under way",),
    "The refund fails": ("A refund is under way",),
    "The refund is given up": ("A refund is under way",),
    "The hotel answers": (QUESTION,),
    "The question becomes a dispute": (QUESTION,),
    "The hotel wins": ("A payment is disputed",),
    "The hotel loses": ("A payment is disputed",),
    "The next month is paid": (MONTHLY,),
    DECLINED: (MONTHLY,),
    "The invoice is paid after all": (MONTHLY, DECLINED),
    "The invoice is paid at the desk": (MONTHLY, DECLINED),
    "The invoice is withdrawn": (MONTHLY, DECLINED),
    "The invoice is given up": (MONTHLY, DECLINED),
    "The guest leaves": (MONTHLY,),
    "The guest pays there": (PAGE,),
    "The card is declined there": (PAGE,),
    "The page expires": (PAGE,),
    "Stripe pays out": ("A guest pays by card", "A week"),
    "The payout comes back": ("A guest pays by card", "A week", "Stripe pays out"),
}
"""What has to have happened before an entry, so that there is something to which it can happen."""
ENTRIES = [*first_items(), *(entry for group in (*groups(), *troubles()) for entry in group.entries if entry)]
ITEMS = [one for one in ENTRIES if isinstance(one, Item)]
SWITCHES = [one for one in ENTRIES if isinstance(one, Switch)]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """One account for all: an entry never needs that nothing happened before."""
    with running_server(kind=Kind.SAMPLE) as running:
        running.control.worlds()  # connected before the first test looks which threads there are
        yield running


@dataclass
class Learner:
    """Somebody who uses the menu."""

    qtbot: QtBot
    context: Context
    menu: PracticeMenu
    server: RunningServer
    window: QWidget
    said: list[str] = field(default_factory=list)
    refused: list[KnownError] = field(default_factory=list)

    def choose(self, words: str) -> str:
        """Choose an entry; returns the sentence that was said."""
        action = self.action(words)
        action.trigger()
        idle(self.qtbot, self.context)
        assert self.refused == []
        return self.said[-1]

    def action(self, words: str) -> QAction:
        """The entry with these words."""
        return next(one for one in actions(self.menu.menu) if one.text() == words)

    def state(self) -> Json:
        """What the account is."""
        return in_worker(self.server.control.state)

    def objects(self) -> list[Json]:
        """Everything it holds."""
        return in_worker(self.server.control.dump)


def actions(menu: QMenu) -> Iterator[QAction]:
    """Every entry, those of submenus too."""
    for action in menu.actions():
        inside = action.menu()
        if isinstance(inside, QMenu):
            yield from actions(inside)
        elif not action.isSeparator():
            yield action


@pytest.fixture
def learner(qtbot: QtBot, context: Context, server: RunningServer) -> Learner:
    window = QWidget()
    qtbot.addWidget(window)
    in_worker(lambda: server.control.act("mend"))
    told = server.handshake
    menu = PracticeMenu(context, ControlAddress(told.base_url, told.control_token), lambda: None, window)
    made = Learner(qtbot, context, menu, server, window)
    menu.happened.connect(made.said.append)
    menu.failed.connect(made.refused.append)
    idle(qtbot, context)
    return made


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.words)
def test_every_entry_makes_something_happen_and_says_it(learner: Learner, item: Item) -> None:
    for words in BEFORE.get(item.words, ()):
        learner.choose(words)
    if item.words in LINKED:
        in_worker(lambda: learner.server.control.operate("payment-link"))
    before = learner.state(), learner.objects()
    said = learner.choose(item.words)
    assert (learner.state(), learner.objects()) != before
    assert said.endswith((".", "(F5)."))
    assert not set("{}") & set(said)
    assert ("{amount}" in item.said) <= ("€" in said), said


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.words)
def test_every_switch_stands_as_the_account_has_it(learner: Learner, switch: Switch) -> None:
    action = learner.action(switch.words)
    assert action.isChecked() is switch.begins is switch.stands(learner.state())
    first = learner.choose(switch.words)
    assert action.isChecked() is not switch.begins
    assert switch.stands(learner.state()) is not switch.begins
    learner.menu.use(learner.menu._control)
    idle(learner.qtbot, learner.context)
    assert action.isChecked() is not switch.begins  # as an account of last week shows itself
    assert first != learner.choose(switch.words)
    assert action.isChecked() is switch.begins is switch.stands(learner.state())


def test_all_is_well_again(learner: Learner) -> None:
    for words in ("Stripe is down", "Events", "Two requests a second, no more", "Are garbled"):
        learner.choose(words)
    assert learner.menu.down.isChecked()
    assert learner.choose("All is well again") == "All is well again."
    state = learner.state()
    assert (state["down"], state["withdrawn"], state["faults"]) == (False, [], 0)
    assert not learner.menu.down.isChecked()
    assert learner.action("Events").isChecked()


def test_what_cannot_happen_is_told_and_nothing_else_said(learner: Learner) -> None:
    in_worker(lambda: learner.server.control.clock(advance=40 * 86_400))
    in_worker(lambda: _close_all_disputes(learner.server))
    learner.action("The hotel wins").trigger()
    idle(learner.qtbot, learner.context)
    [error] = learner.refused
    assert (error.code, learner.said) == ("practice.refused", [])
    assert "There is nothing in the account just now" in str(error.explain())


def _close_all_disputes(server: RunningServer) -> None:
    for dispute in server.control.dump("disputes"):
        if dispute["status"] not in {"won", "lost", "warning_closed"}:
            server.control.operate("dispute-close", dispute=dispute["id"], won=True)


def test_a_server_that_is_gone_is_told_once(qtbot: QtBot, context: Context) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    refused: list[KnownError] = []
    menu = PracticeMenu(context, ControlAddress("http://127.0.0.1:9", "t"), lambda: None, window)
    menu.failed.connect(refused.append)
    idle(qtbot, context)
    assert [error.code for error in refused] == ["practice.gone"]


def test_words_stand_once_and_every_prerequisite_is_an_entry() -> None:
    words = [one.words for one in ENTRIES if not isinstance(one, Switch) or one.path != "permissions"]
    assert len(words) == len(set(words))
    assert set(BEFORE) | {one for some in BEFORE.values() for one in some} <= set(words)
