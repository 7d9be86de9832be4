"""What the window tells by itself: each problem once, in one place, with a way to its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.theme import Theme
from rentease_desk.storage.sync_state import EVENTS
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, NOON, Hotel, click, in_worker, press
from tests.tools.gui_events import dead, keep
from tests.tools.gui_runs import NOOR, SOREN, banner, end, heard, move
from tests.tools.gui_stripe import Card
from tests.tools.problems import Trouble

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_problems_are_told_once_and_lead_to_their_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened, "today")
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
    first = show_window(qtbot, opened, "today")
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(first))
    first.close()
    again = show_window(qtbot, opened, "today")
    end(hotel, RunOutcome.DONE)
    heard(qtbot, opened)
    assert banner(again) == ""


def test_another_start_of_the_program_does_not_tell_it_again(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context, theme: Theme, tmp_path: Path
) -> None:
    first = show_window(qtbot, opened, "today")
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(first))
    first.close()
    later = Context(opened.tasks, theme, WindowState(tmp_path / "window.ini"), first)
    later.attach(hotel.services, in_worker(hotel.services.settings.get))
    again = show_window(qtbot, later, "today")
    heard(qtbot, later)
    assert banner(again) == ""
    assert "dispute du_noor" in (tmp_path / "window.ini").read_text()


def test_what_was_done_and_is_open_again_is_no_news(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened, "today")
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    press(Key.Key_5, Control)
    idle(qtbot, opened)
    press(Key.Key_Home)
    press(Key.Key_D)
    idle(qtbot, opened)
    assert in_worker(hotel.services.alarms.standing).alarms == ()
    press(Key.Key_U)
    idle(qtbot, opened)
    assert banner(window) == ""


def test_a_key_that_may_not_read_all_does_not_keep_disputes_quiet(
    qtbot: QtBot, hotel: Hotel, window: MainWindow
) -> None:
    made = in_worker(lambda: Trouble(hotel.services.desk))
    for step in (made.bind, lambda: made.pay(NOOR)):
        in_worker(step)
    error = StripeError("stripe.no_permission", key="rk_test_…f3Qa", permission="rak_refund_read")
    end(hotel, RunOutcome.FAILED, error)
    qtbot.waitUntil(lambda: "may not read everything" in banner(window))
    in_worker(lambda: made.dispute(NOOR))
    qtbot.waitUntil(lambda: banner(window).endswith("A payment is disputed."))
    heard(qtbot, window.context)


def test_the_way_to_the_page_is_walked_by_keyboard_too(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened, "today")
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    for _ in range(60):
        if window.notice._action.hasFocus():
            break
        press(Key.Key_Tab)
    press(Key.Key_Space)
    idle(qtbot, opened)
    assert (window.page, banner(window)) == ("follow_ups", "")


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
    window = show_window(qtbot, opened, "today")
    idle(qtbot, opened)
    assert banner(window) == (
        "Stripe refuses the key. No card payments come in until there is a good key in Settings. The sync has a gap. "
        "2 payments are disputed. A refund failed. 2 events need a person."
    )


def test_what_a_first_sync_finds_is_history(qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context) -> None:
    in_worker(lambda: trouble.dispute(NOOR))
    window = show_window(qtbot, opened, "today")
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
    window = show_window(qtbot, opened, "today")
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
    window = show_window(qtbot, opened, "today")
    for _ in range(2):
        end(hotel, RunOutcome.FAILED, "stripe.wrong_key")
        qtbot.waitUntil(lambda: "refuses the key" in banner(window))
        window.notice.hide()
        end(hotel, RunOutcome.DONE)
        heard(qtbot, opened)
        assert banner(window) == ""


def test_what_needs_nobody_is_not_told(qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context) -> None:
    window = show_window(qtbot, opened, "today")

    def happen() -> None:
        trouble.dispute(NOOR, "under_review")
        trouble.pay(Card("no", 100, "LN-2017", "requires_payment_method", message="No."))

    in_worker(happen)
    end(hotel, RunOutcome.FAILED, "stripe.unreachable")
    heard(qtbot, opened)
    end(hotel, RunOutcome.CANCELLED)
    heard(qtbot, opened)
    assert banner(window) == ""
    assert in_worker(hotel.services.alarms.standing).alarms == ()


def test_a_gap_stands_in_one_place(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    """Above every page but the one that tells it itself."""
    move(hotel, EVENTS, NOON - 26 * DAY)
    window = show_window(qtbot, opened, "today")
    qtbot.waitUntil(lambda: banner(window).startswith("The sync has a gap."))
    press(Key.Key_2, Control)
    idle(qtbot, opened)
    assert banner(window).startswith("The sync has a gap.")
    press(Key.Key_3, Control)
    idle(qtbot, opened)
    assert banner(window) == ""
    assert window.pages.sync.gap.isVisible()
    assert window.pages.sync.gap.accessibleName().startswith("The sync has a gap.")
    press(Key.Key_2, Control)
    idle(qtbot, opened)
    assert banner(window) == ""  # it was seen


def test_a_gap_that_comes_while_its_page_is_on_show_is_told_there(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = show_window(qtbot, opened, "today")
    press(Key.Key_3, Control)
    idle(qtbot, opened)
    move(hotel, EVENTS, NOON - 26 * DAY)
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(window.pages.sync.gap.isVisible)
    heard(qtbot, opened)
    assert banner(window) == ""


def test_with_a_gap_the_other_problems_stay_above_its_page(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    opened.state.write("alarms", {"told": [], "begun": True})
    move(hotel, EVENTS, NOON - 26 * DAY)
    in_worker(lambda: trouble.dispute(NOOR))
    window = show_window(qtbot, opened, "today")
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
    window = show_window(qtbot, opened, "today")
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    in_worker(lambda: keep(hotel.services, NOON, dead("one")))
    end(hotel, RunOutcome.DONE)
    qtbot.waitUntil(lambda: "event" in banner(window))
    assert banner(window) == "A payment is disputed. Answer in Stripe by Thu 12 Nov. An event needs a person."


def test_what_has_ended_is_taken_back(qtbot: QtBot, hotel: Hotel, opened: Context) -> None:
    window = show_window(qtbot, opened, "today")
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
    window = show_window(qtbot, opened, "today")

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
    window = show_window(qtbot, opened, "today")
    press(Key.Key_5, Control)
    idle(qtbot, opened)
    in_worker(lambda: trouble.dispute(NOOR))
    qtbot.waitUntil(lambda: "disputed" in banner(window))
    idle(qtbot, opened)
    assert not window.notice._action.isVisible()


def test_an_error_of_the_window_and_a_notice_do_not_hide_each_other(
    qtbot: QtBot, hotel: Hotel, trouble: Trouble, opened: Context
) -> None:
    window = show_window(qtbot, opened, "today")
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
    window = show_window(qtbot, bare, "today")
    heard(qtbot, bare)
    assert banner(window) == ""
