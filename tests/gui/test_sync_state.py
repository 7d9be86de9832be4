"""How the sync stands on its page: requests against what Stripe allows, gaps, who syncs; and what is told by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.reads import LEAST_READS
from rentease_desk.domain.sync import RunOutcome, Summary, Trigger
from rentease_desk.gui import notices
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.alarms import AlarmService
from rentease_desk.storage.stripe_reads import add_reads
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, SWEPT, begin_run, end_run, move_cursor, take_lease
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


def end(hotel: Hotel, outcome: RunOutcome, failed: str | KnownError | None = None) -> None:
    """A run of the timer ends like this, and everybody hears."""
    told = (failed.code, str(failed)) if isinstance(failed, KnownError) else failed and (failed, "so")

    def work() -> None:
        with hotel.services.desk.writing() as unit:
            pk = begin_run(unit, hotel.services.desk.ids.uid(), Trigger.TIMER)
            end_run(unit, pk, outcome, Summary(), told or None)
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
    assert (words["covered"], words["next"]) == ("Thu 5 Nov, 12:55", "every 5 minutes")
    assert words["sweep"] == "with the next run"


def test_what_comes_next_is_told(qtbot: QtBot, hotel: Hotel, trouble: Trouble, bare: Context) -> None:
    move(hotel, EVENTS, NOON - 300)
    move(hotel, SWEPT, NOON - 3_600)
    bare.attach(hotel.services, in_worker(hotel.services.settings.get), lambda: NOON + 240)
    words = state(qtbot, bare).sync.state.words
    assert words["next"] == "13:04, every 5 minutes"
    assert words["sweep"] == "next Fri 6 Nov, 12:00"


def test_a_timer_that_is_off_says_so_and_before_a_poll_nothing_is_swept(
    qtbot: QtBot, hotel: Hotel, opened: Context
) -> None:
    in_worker(lambda: hotel.services.settings.set({"sync_minutes": "0"}))
    window = state(qtbot, opened)
    qtbot.waitUntil(lambda: window.sync.state.words["next"] == "by hand only")
    idle(qtbot, opened)
    assert window.sync.state.words["sweep"] == "never yet"


def test_near_the_end_of_the_allocation_the_timer_says_so(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    def ask() -> None:
        with hotel.services.desk.writing() as unit:
            day = hotel.settings.days.calendar_date(NOON)
            add_reads(unit, ACCOUNT, {day: 9_600})

    in_worker(ask)
    words = state(qtbot, opened).sync.state.words
    assert words["reads"] == "9,600 of 10,000"
    assert words["next"] == "every 20 minutes, not 5: see below"


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
    return window.notice.accessibleName() if window.notice.isVisible() else ""


def test_problems_are_told_once_and_lead_to_their_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)
    assert banner(window) == ""
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: banner(window) == "A payment is disputed. Answer in Stripe by Thu 12 Nov.")
    window.notice.hide()
    for _ in range(2):
        end(hotel, RunOutcome.DONE)
        heard(qtbot, opened)
    assert banner(window) == ""
    in_worker(lambda: trouble.refund(SOREN, 500))
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: banner(window).startswith("A refund failed."))
    click(window.notice._action)
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
    window.notice.hide()
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
    click(window.notice._action)
    idle(qtbot, opened)
    assert window.page == page


def test_what_comes_again_is_told_again(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = show_window(qtbot, opened)
    for _ in range(2):
        end(hotel, RunOutcome.FAILED, "stripe.wrong_key")
        qtbot.waitUntil(lambda: "refuses the key" in banner(window))
        window.notice.hide()
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


def test_a_gap_stands_in_one_place(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    """Above every page but the one that tells it itself."""
    move(hotel, EVENTS, NOON - 26 * DAY)
    window = show_window(qtbot, opened)
    qtbot.waitUntil(lambda: banner(window).startswith("The sync has a gap."))
    press(Key.Key_2, Control)
    idle(qtbot, opened)
    assert banner(window).startswith("The sync has a gap.")
    press(Key.Key_3, Control)
    idle(qtbot, opened)
    assert banner(window) == ""
    assert window.sync.gap.isVisible()
    assert window.sync.gap.accessibleName().startswith("The sync has a gap.")
    press(Key.Key_2, Control)
    idle(qtbot, opened)
    assert banner(window) == ""  # it was seen


def test_a_gap_that_comes_while_its_page_is_on_show_is_told_there(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = state(qtbot, opened)
    move(hotel, EVENTS, NOON - 26 * DAY)
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(window.sync.gap.isVisible)
    heard(qtbot, opened)
    assert banner(window) == ""


def test_with_a_gap_the_other_problems_stay_above_its_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    opened.state.write("alarms", {"told": [], "begun": True})
    move(hotel, EVENTS, NOON - 26 * DAY)
    in_worker(lambda: trouble.dispute(NOOR))
    window = show_window(qtbot, opened)
    qtbot.waitUntil(lambda: banner(window).endswith("takes longer. A payment is disputed."))
    press(Key.Key_3, Control)
    idle(qtbot, opened)
    assert banner(window) == "A payment is disputed. Answer in Stripe by Thu 12 Nov."
    press(Key.Key_5, Control)
    idle(qtbot, opened)
    assert banner(window) == ""


def test_what_comes_later_joins_what_was_not_closed(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    in_worker(lambda: keep(hotel.services, NOON, dead("one")))
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: "event" in banner(window))
    assert banner(window) == "A payment is disputed. Answer in Stripe by Thu 12 Nov. An event needs a person."


def test_what_has_ended_is_taken_back(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = show_window(qtbot, opened)
    end(hotel, RunOutcome.FAILED, "stripe.expired_key")
    qtbot.waitUntil(lambda: "refuses the key" in banner(window))
    end(hotel, RunOutcome.FAILED, "stripe.unreachable")
    heard(qtbot, opened)
    assert "refuses the key" in banner(window)  # nobody knows better
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: banner(window) == "")
    heard(qtbot, opened)


def test_of_several_disputes_the_nearest_day_ahead_is_named(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)

    def happen() -> None:
        trouble.dispute(NOOR)
        trouble.dispute(SOREN, due_in=-DAY)

    in_worker(happen)
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: banner(window) == "2 payments are disputed. Answer in Stripe by Thu 12 Nov.")
    idle(qtbot, opened)


def test_a_missing_permission_is_not_a_bad_key(qtbot: QtBot, hotel: Hotel, window: MainWindow) -> None:
    error = StripeError("stripe.no_permission", key="rk_test_…f3Qa", permission="rak_refund_read")
    end(hotel, RunOutcome.FAILED, error)
    qtbot.waitUntil(lambda: banner(window).startswith("The Stripe key may not read everything. The key rk_test_…f3Qa"))
    assert "lacks the permission “rak_refund_read”" in banner(window)
    heard(qtbot, window.context)


def test_a_page_that_is_on_show_needs_no_way_to_it(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)
    press(Key.Key_5, Control)
    idle(qtbot, opened)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    idle(qtbot, opened)
    assert not window.notice._action.isVisible()


def test_an_error_of_the_window_and_a_notice_do_not_hide_each_other(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    window.show_error(KnownError("follow_up.settled"))
    idle(qtbot, opened)
    assert window.banner.isVisible()
    assert "disputed" in banner(window)


def test_in_a_database_begun_afresh_the_first_sync_is_history_again(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, bare: Context
) -> None:
    bare.state.write("alarms", {"told": ["dispute of another database"], "begun": False})
    in_worker(lambda: trouble.dispute(NOOR))
    bare.attach(hotel.services, in_worker(hotel.services.settings.get))
    window = show_window(qtbot, bare)
    heard(qtbot, bare)
    assert banner(window) == ""


class FakeTray(QObject):
    """A tray that notes what it shows."""

    messageClicked = Signal()  # noqa: N815 - Qt's name
    activated = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: list[tuple[str, str, bool]] = []
        self.visible = False
        self.tip = ""

    def show(self) -> None:
        self.visible = True

    def hide(self) -> None:
        self.visible = False

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        self.tip = tip

    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None:  # noqa: N802 - Qt's name
        self.shown.append((title, msg, icon.isNull()))


@dataclass
class Away:
    """A window in the background of a system that has a tray."""

    qtbot: QtBot
    window: MainWindow
    trays: list[FakeTray]

    @property
    def tray(self) -> FakeTray:
        """The one that was made."""
        (made,) = self.trays
        return made

    def hear(self, story: Callable[[], object]) -> None:
        """Something happens, and the tray says so."""
        before = len(self.tray.shown) if self.trays else 0
        in_worker(story)
        self.qtbot.waitUntil(lambda: bool(self.trays) and len(self.tray.shown) > before)
        idle(self.qtbot, self.window.context)


@pytest.fixture
def away(qtbot: QtBot, opened: Context, monkeypatch: pytest.MonkeyPatch) -> Away:
    trays: list[FakeTray] = []

    def make(_icon: QIcon, parent: QObject) -> FakeTray:
        trays.append(FakeTray(parent))
        return trays[-1]

    monkeypatch.setattr(notices, "system_tray", make)
    window = show_window(qtbot, opened)
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    return Away(qtbot, window, trays)


def test_a_window_in_the_background_tells_in_the_tray(away: Away, trouble: Trouble, hotel: Hotel) -> None:
    assert away.trays == []  # in quiet times there is no icon
    away.hear(lambda: trouble.dispute(NOOR))
    assert away.tray.shown == [("A payment is disputed", "Answer in Stripe by Thu 12 Nov.", False)]
    assert (away.tray.visible, away.tray.tip) == (True, "A payment is disputed")
    assert banner(away.window) == ""
    end(hotel, RunOutcome.DONE)
    heard(away.qtbot, away.window.context)
    assert len(away.tray.shown) == 1


@pytest.mark.parametrize("reason", [None, QSystemTrayIcon.ActivationReason.Trigger])
def test_a_press_of_the_message_or_the_icon_leads_to_the_page(
    away: Away, trouble: Trouble, reason: QSystemTrayIcon.ActivationReason | None
) -> None:
    away.hear(lambda: trouble.dispute(NOOR))
    away.window.showMinimized()
    if reason is None:
        away.tray.messageClicked.emit()
    else:
        away.tray.activated.emit(reason)
    idle(away.qtbot, away.window.context)
    assert (away.window.page, away.window.isMinimized(), away.tray.visible) == ("follow_ups", False, False)
    press_again = away.tray.messageClicked.emit
    away.window.go("bookings")
    press_again()
    assert away.window.page == "bookings"


def test_the_right_button_of_the_mouse_asks_for_nothing(away: Away, trouble: Trouble) -> None:
    away.hear(lambda: trouble.dispute(NOOR))
    away.tray.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert (away.window.page, away.tray.visible) == ("bookings", True)


def test_the_icon_goes_with_the_last_problem(away: Away, trouble: Trouble, hotel: Hotel) -> None:
    move(hotel, EVENTS, NOON - 26 * DAY)
    away.hear(lambda: end(hotel, RunOutcome.DONE))
    assert away.tray.tip == "The sync has a gap"
    move(hotel, EVENTS, NOON - 300)
    end(hotel, RunOutcome.DONE)
    heard(away.qtbot, away.window.context)
    assert not away.tray.visible


def test_without_a_tray_the_window_tells_in_the_background_too(
    qtbot: QtBot, opened: Context, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    window = show_window(qtbot, opened)
    with monkeypatch.context() as behind:
        behind.setattr(QApplication, "activeWindow", lambda: None)
        in_worker(lambda: trouble.dispute(NOOR))
        qtbot.waitUntil(lambda: "disputed" in banner(window))
        idle(qtbot, opened)
