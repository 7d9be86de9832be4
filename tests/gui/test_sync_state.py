"""How the sync stands on its page: requests against what Stripe allows, gaps, who syncs, what comes next."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.reads import LEAST_READS
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.storage.stripe_reads import add_reads
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, SWEPT, take_lease
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, NOON, Hotel, in_worker, press
from tests.tools.gui_runs import end, move
from tests.tools.problems import ACCOUNT, Trouble

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def state(qtbot: QtBot, context: Context) -> MainWindow:
    """The window, on its sync."""
    window = show_window(qtbot, context, "today")
    press(Key.Key_3, Control)
    idle(qtbot, context)
    return window


def test_without_gaps_and_with_few_requests(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    move(hotel, EVENTS, NOON - 300)
    move(hotel, PAYMENTS, NOON - 300)
    words = state(qtbot, opened).pages.sync.state.words
    assert (words["gap"], words["holder"], words["reads"]) == ("None", "Desk 1, last 13:00", f"0 of {LEAST_READS:,}")
    assert (words["covered"], words["next"]) == ("Thu 5 Nov, 12:55", "every 5 minutes")
    assert words["sweep"] == "with the next run"


def test_what_comes_next_is_told(qtbot: QtBot, hotel: Hotel, trouble: Trouble, bare: Context) -> None:
    move(hotel, EVENTS, NOON - 300)
    move(hotel, SWEPT, NOON - 3_600)
    bare.attach(hotel.services, in_worker(hotel.services.settings.get), lambda: NOON + 240)
    words = state(qtbot, bare).pages.sync.state.words
    assert words["next"] == "13:04, every 5 minutes"
    assert words["sweep"] == "next Fri 6 Nov, 12:00"


def test_a_timer_that_is_off_says_so_and_before_a_poll_nothing_is_swept(
    qtbot: QtBot, hotel: Hotel, opened: Context
) -> None:
    in_worker(lambda: hotel.services.settings.set({"sync_minutes": "0"}))
    window = state(qtbot, opened)
    qtbot.waitUntil(lambda: window.pages.sync.state.words["next"] == "by hand only")
    idle(qtbot, opened)
    assert window.pages.sync.state.words["sweep"] == "never yet"


def test_near_the_end_of_the_allocation_the_timer_says_so(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    def ask() -> None:
        with hotel.services.desk.writing() as unit:
            day = hotel.settings.days.calendar_date(NOON)
            add_reads(unit, ACCOUNT, {day: 9_600})

    in_worker(ask)
    words = state(qtbot, opened).pages.sync.state.words
    assert words["reads"] == "9,600 of 10,000"
    assert words["next"] == "every 20 minutes, not 5: see below"


def test_a_gap_is_told_until_it_is_closed(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    move(hotel, EVENTS, NOON - 26 * DAY)
    window = state(qtbot, opened)
    assert window.pages.sync.state.words["gap"] == "Since Sat 10 Oct"
    assert window.pages.sync.gap.isVisible()
    assert "Stripe keeps events for 30 days" in window.pages.sync.gap.accessibleName()
    assert "Sat 10 Oct" in window.pages.sync.gap.accessibleName()
    move(hotel, EVENTS, NOON - 300)
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: not window.pages.sync.gap.isVisible())
    idle(qtbot, opened)


@pytest.mark.parametrize(
    ("holder", "told"), [("Bar | Terrace", "Bar | Terrace, since"), ("Desk 1", "Desk 1, this one, since")]
)
def test_who_syncs_now_is_named(qtbot: QtBot, hotel: Hotel, opened: Context, holder: str, told: str) -> None:
    def take() -> None:
        with hotel.services.desk.writing() as unit:
            assert take_lease(unit, f"{holder}|elsewhere|1|2.5", 300)

    in_worker(take)
    assert state(qtbot, opened).pages.sync.state.words["holder"].startswith(told)
