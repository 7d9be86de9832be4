"""How the sync stands on its page: requests against what Stripe allows, gaps, who syncs; and what is told by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.reads import LEAST_READS
from rentease_desk.domain.sync import RunOutcome, Summary, Trigger
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.notices import Notices
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.services.alarms import AlarmService
from rentease_desk.storage.stripe_reads import add_reads
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, begin_run, end_run, move_cursor, take_lease
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, NOON, Hotel, click, in_worker, press
from tests.tools.gui_events import dead, keep
from tests.tools.gui_stripe import Card
from tests.tools.problems import ACCOUNT, Trouble

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
NOOR = Card("noor", 30_000, "LN-2050", days_ago=9)
SOREN = Card("soren", 5_000, "LN-2017", days_ago=8)


@pytest.fixture
def trouble(hotel: Hotel) -> Trouble:
    def happen() -> Trouble:
        made = Trouble(hotel.services.desk)
        made.bind()
        made.pay(NOOR)
        made.pay(SOREN)
        return made

    made = in_worker(happen)
    end(hotel, RunOutcome.DONE)
    return made


@pytest.fixture
def opened(trouble: Trouble, hotel: Hotel, bare: Context) -> Context:
    """A context whose desk knows its account."""
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    return bare


def move(hotel: Hotel, kind: str, to: int) -> None:
    def work() -> None:
        with hotel.services.desk.writing() as unit:
            move_cursor(unit, ACCOUNT, kind, to)

    in_worker(work)


def end(hotel: Hotel, outcome: RunOutcome, code: str | None = None) -> None:
    """A run of the timer ends like this, and everybody hears."""

    def work() -> None:
        with hotel.services.desk.writing() as unit:
            pk = begin_run(unit, hotel.services.desk.ids.uid(), Trigger.TIMER)
            end_run(unit, pk, outcome, Summary(), None if code is None else (code, "so"))
            unit.changes |= Changes(syncs=True)

    in_worker(work)


def state(qtbot: QtBot, context: Context) -> MainWindow:
    """The window, on its sync."""
    window = show_window(qtbot, context)
    press(Key.Key_3, Control)
    idle(qtbot, context)
    return window


# --- the page


def test_without_gaps_and_with_few_requests(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    move(hotel, EVENTS, NOON - 300)
    move(hotel, PAYMENTS, NOON - 300)
    words = state(qtbot, opened).sync.state.words
    assert (words["gap"], words["holder"], words["reads"]) == ("None", "nobody", f"0 of {LEAST_READS:,}")
    assert (words["covered"], words["every"]) == ("Thu 5 Nov, 12:55", "every 5 minutes")


def test_near_the_end_of_the_allocation_the_timer_says_so(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    def ask() -> None:
        with hotel.services.desk.writing() as unit:
            day = hotel.settings.days.calendar_date(NOON)
            add_reads(unit, ACCOUNT, {day: 9_600})

    in_worker(ask)
    words = state(qtbot, opened).sync.state.words
    assert words["reads"] == "9,600 of 10,000"
    assert words["every"] == "every 20 minutes, not 5: see below"


def test_a_gap_is_told_until_it_is_closed(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    move(hotel, EVENTS, NOON - 26 * DAY)
    window = state(qtbot, opened)
    assert window.sync.state.words["gap"] == "Since Sat 10 Oct"
    assert window.sync.gap.isVisible()
    assert "Stripe keeps events for 30 days" in window.sync.gap.accessibleName()
    assert "Sat 10 Oct" in window.sync.gap.accessibleName()
    move(hotel, EVENTS, NOON - 300)
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: not window.sync.gap.isVisible())
    idle(qtbot, opened)


@pytest.mark.parametrize(
    ("holder", "told"), [("Bar | Terrace", "Bar | Terrace, since"), ("Desk 1", "Desk 1, this one, since")]
)
def test_who_syncs_now_is_named(qtbot: QtBot, hotel: Hotel, opened: Context, holder: str, told: str) -> None:
    def take() -> None:
        with hotel.services.desk.writing() as unit:
            assert take_lease(unit, f"{holder}|elsewhere|1|2.5", 300)

    in_worker(take)
    assert state(qtbot, opened).sync.state.words["holder"].startswith(told)


# --- what is told by itself


def heard(qtbot: QtBot, context: Context) -> None:
    """What was published has arrived, and what that made the window ask for too."""
    QApplication.processEvents()
    idle(qtbot, context)


def banner(window: MainWindow) -> str:
    return window.banner.accessibleName() if window.banner.isVisible() else ""


def test_problems_are_told_once_and_lead_to_their_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)
    assert banner(window) == ""
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: banner(window) == "A payment is disputed. Answer in Stripe by Thu 12 Nov.")
    window.banner.hide()
    for _ in range(2):
        end(hotel, RunOutcome.DONE)
        heard(qtbot, opened)
    assert banner(window) == ""
    in_worker(lambda: trouble.refund(SOREN, 500))
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: banner(window).startswith("A refund failed."))
    click(window.banner._action)
    idle(qtbot, opened)
    assert window.page == "follow_ups"
    assert banner(window) == ""


def test_a_new_window_does_not_tell_it_again(qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context) -> None:
    first = show_window(qtbot, opened)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(first))
    first.close()
    again = show_window(qtbot, opened)
    end(hotel, RunOutcome.DONE)
    heard(qtbot, opened)
    assert banner(again) == ""


def test_several_at_once_are_one_message_the_gravest_first(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    def happen() -> None:
        trouble.dispute(NOOR)
        trouble.dispute(SOREN, due_in=-DAY)
        trouble.refund(SOREN, 500)
        keep(hotel.services, NOON, dead("one"), dead("two"))

    opened.state.write("alarms", {"told": [], "begun": True})
    in_worker(happen)
    move(hotel, EVENTS, NOON - 26 * DAY)
    end(hotel, RunOutcome.FAILED, "stripe.expired_key")
    window = show_window(qtbot, opened)
    idle(qtbot, opened)
    assert banner(window) == (
        "Stripe refuses the key. No card payments come in until there is a good key in Settings. The sync has a gap. "
        "2 payments are disputed. A refund failed. 2 events need a person."
    )


def test_what_a_first_sync_finds_is_history(qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context) -> None:
    in_worker(lambda: trouble.dispute(NOOR))
    window = show_window(qtbot, opened)
    assert banner(window) == ""
    in_worker(lambda: trouble.dispute(SOREN))
    qtbot.waitUntil(lambda: banner(window).startswith("A payment is disputed."))
    idle(qtbot, opened)


def test_a_key_that_never_worked_is_told(qtbot: QtBot, hotel: Hotel, window: MainWindow) -> None:
    end(hotel, RunOutcome.FAILED, "stripe.wrong_key")
    qtbot.waitUntil(lambda: banner(window).startswith("Stripe refuses the key."))
    window.banner.hide()
    end(hotel, RunOutcome.FAILED, "stripe.wrong_key")
    heard(qtbot, window.context)
    assert banner(window) == ""


@pytest.mark.parametrize(
    ("story", "told", "page"),
    [
        ("key", "Stripe refuses the key.", "settings"),
        ("gap", "The sync has a gap. Stripe keeps events for 30 days; they were last read on Sat 10 Oct.", "sync"),
        ("dead", "An event needs a person.", "events"),
        ("late", "A payment is disputed. The answer was due on Wed 4 Nov.", "follow_ups"),
    ],
)
def test_each_kind_has_its_words_and_its_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context, story: str, told: str, page: str
) -> None:
    window = show_window(qtbot, opened)
    if story == "gap":
        move(hotel, EVENTS, NOON - 26 * DAY)
    elif story == "dead":
        in_worker(lambda: keep(hotel.services, NOON, dead("one")))
    elif story == "late":
        in_worker(lambda: trouble.dispute(NOOR, due_in=-DAY))
    key = story == "key"
    end(hotel, RunOutcome.FAILED if key else RunOutcome.DONE, "stripe.wrong_key" if key else None)
    qtbot.waitUntil(lambda: banner(window).startswith(told))
    click(window.banner._action)
    idle(qtbot, opened)
    assert window.page == page


def test_what_comes_again_is_told_again(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = show_window(qtbot, opened)
    for _ in range(2):
        end(hotel, RunOutcome.FAILED, "stripe.wrong_key")
        qtbot.waitUntil(lambda: "refuses the key" in banner(window))
        window.banner.hide()
        end(hotel, RunOutcome.DONE)
        heard(qtbot, opened)
        assert banner(window) == ""


def test_what_needs_nobody_is_not_told(qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context) -> None:
    window = show_window(qtbot, opened)

    def happen() -> None:
        trouble.dispute(NOOR, "under_review")
        trouble.pay(Card("no", 100, "LN-2017", "requires_payment_method", message="No."))

    in_worker(happen)
    end(hotel, RunOutcome.FAILED, "stripe.unreachable")
    heard(qtbot, opened)
    end(hotel, RunOutcome.CANCELLED)
    heard(qtbot, opened)
    assert banner(window) == ""
    assert in_worker(AlarmService(hotel.services.desk).standing).alarms == ()


class FakeTray(QObject):
    """A tray that notes what it shows."""

    messageClicked = Signal()  # noqa: N815 - Qt's name

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: list[tuple[str, str, bool]] = []
        self.visible = False

    def show(self) -> None:
        self.visible = True

    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None:  # noqa: N802 - Qt's name
        self.shown.append((title, msg, icon.isNull()))


def test_where_there_is_a_tray_it_says_so_and_not_the_window(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    above, trays = Banner(opened.theme), list[FakeTray]()
    qtbot.addWidget(above)

    def make(_icon: QIcon, parent: QObject) -> FakeTray:
        trays.append(FakeTray(parent))
        return trays[0]

    notices = Notices(opened, above, make)
    idle(qtbot, opened)
    assert (trays[0].shown, trays[0].visible) == ([], False)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: bool(trays[0].shown))
    idle(qtbot, opened)
    assert trays[0].shown == [("A payment is disputed", "Answer in Stripe by Thu 12 Nov.", False)]
    assert trays[0].visible
    assert not above.isVisible()
    with qtbot.waitSignal(notices.page_asked) as asked:
        trays[0].messageClicked.emit()
    assert asked.args == ["follow_ups"]
