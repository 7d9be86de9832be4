"""Sync Now in a window that cannot sync: it asks the desk that can, follows it, and tells what came of it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.sync import Summary
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui.context import Context
from rentease_desk.gui.views.sync_view import SyncView
from rentease_desk.services.sync.requests import SyncRequestService
from rentease_desk.services.sync.service import SyncService
from tests.gui.conftest import idle, show_window
from tests.tools.asking import Other, elsewhere, let_pass
from tests.tools.gui import Hotel, in_worker, press

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
CANCEL = threading.Event()


@pytest.fixture
def other(hotel: Hotel) -> Other:
    return Other(hotel.services.desk)


@pytest.fixture
def view(qtbot: QtBot, hotel: Hotel, opened: Context, monkeypatch: pytest.MonkeyPatch) -> SyncView:
    """A window without a key; asking Stripe from it fails the test."""
    monkeypatch.setattr(SyncService, "sync", lambda *_: pytest.fail("it tried to sync"))
    window = show_window(qtbot, opened, "sync")
    return window.pages.sync


def ask(qtbot: QtBot, view: SyncView) -> SyncRequest:
    press(Key.Key_F5)
    qtbot.waitUntil(lambda: view._own is not None)
    idle(qtbot, view.context)
    assert view._own is not None
    return view._own


def said(view: SyncView) -> str:
    """What the card tells, in its lines that are shown."""
    return " | ".join(part.text() for part in (view.now._step, view.now._share, view.now._read) if part.isVisible())


def test_f5_without_a_key_asks_and_the_answer_is_told(qtbot: QtBot, view: SyncView, other: Other) -> None:
    one = ask(qtbot, view)
    assert (one.state, one.desk, view.is_running) == (AskState.WAITING, "Desk 1", False)
    assert said(view).startswith("Asking the desk that syncs… |")
    assert view.state.words["key"] == "none, others are asked"
    in_worker(other.take)
    qtbot.waitUntil(lambda: said(view).startswith("Back office: Asking Stripe…"))
    assert (view.now.now.isEnabled(), view.now.stop.hasFocus()) == (False, True)
    in_worker(lambda: other.read(40))
    qtbot.waitUntil(lambda: said(view) == "Back office: Reading refunds | 40 % | 120 read · what is in stays in")
    assert view.now._bar.value() == 40
    assert view.state.words["holder"].startswith("Back office, since ")
    assert view.state.words["holder"].endswith(", 40 %")
    in_worker(lambda: other.end(Summary(fetched=7, new=2, unchanged=5, unmatched=1)))
    qtbot.waitUntil(view.banner.isVisible)
    assert view.banner.accessibleName() == "Back office has synced. 7 fetched, 2 new, 1 unmatched."
    idle(qtbot, view.context)
    assert said(view) == ""
    assert (view.now.now.hasFocus(), view.now.stop.isVisible()) == (True, False)


def test_why_it_failed_at_the_other_desk_is_told_here(qtbot: QtBot, view: SyncView, other: Other) -> None:
    ask(qtbot, view)
    in_worker(other.take)
    in_worker(lambda: other.end(Summary(), KnownError("stripe.unreachable", host="api.stripe.com")))
    qtbot.waitUntil(view.banner.isVisible)
    assert view.banner.accessibleName().startswith("Stripe cannot be reached")
    idle(qtbot, view.context)


def test_where_nobody_comes_it_is_said_with_what_to_do(qtbot: QtBot, view: SyncView, hotel: Hotel) -> None:
    ask(qtbot, view)
    in_worker(lambda: let_pass(hotel.services.desk, 10))
    view.asking.look()
    qtbot.waitUntil(lambda: said(view).startswith("No desk with a key is running |"))
    assert "Start Rentease Desk at a desk that has the Stripe key" in said(view)
    assert not view.now._bar.isVisible()
    assert view.now.now.isEnabled()
    idle(qtbot, view.context)


def test_escape_withdraws_it(qtbot: QtBot, view: SyncView, hotel: Hotel) -> None:
    one = ask(qtbot, view)
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: view._own is None)
    idle(qtbot, view.context)
    assert in_worker(lambda: hotel.services.sync_requests.get(one.uid)).state is AskState.WITHDRAWN
    assert (said(view), view.banner.isVisible()) == ("", False)


def test_escape_tells_the_other_desk_to_stop(qtbot: QtBot, view: SyncView, other: Other) -> None:
    ask(qtbot, view)
    in_worker(other.take)
    qtbot.waitUntil(lambda: said(view).startswith("Back office:"))
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: said(view).startswith("Back office stops…"))
    idle(qtbot, view.context)
    assert not view.now.stop.isEnabled()


def test_another_desks_request_is_listed_and_withdrawn_with_the_keyboard(
    qtbot: QtBot, view: SyncView, hotel: Hotel
) -> None:
    assert not view.asked.isVisible()
    desk = elsewhere(hotel.services.desk, "Bar", "Paolo")
    theirs = SyncRequestService(desk, hotel.services.sync, lambda: False)
    uid = in_worker(lambda: theirs.ask(days_of(hotel)).value.uid)
    hotel.services.desk.feed.publish(Changes(asked=True))
    qtbot.waitUntil(view.asked.isVisible)
    row = view.asked.model.index(0, 1)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Bar Paolo"
    assert (view._own, view.asked.withdraw.isEnabled()) == (None, False)
    view.asked.table.setFocus()
    press(Key.Key_Down)
    assert view.asked.withdraw.isEnabled()
    press(Key.Key_Tab)
    press(Key.Key_Space)
    qtbot.waitUntil(lambda: not view.asked.withdraw.isEnabled())
    idle(qtbot, view.context)
    assert in_worker(lambda: theirs.get(uid)).state is AskState.WITHDRAWN


def test_a_window_that_is_opened_again_finds_what_it_had_asked(
    qtbot: QtBot, hotel: Hotel, opened: Context, other: Other
) -> None:
    in_worker(lambda: hotel.services.sync_requests.now(days_of(hotel), CANCEL))
    view = show_window(qtbot, opened, "sync").pages.sync
    assert view._own is not None
    assert said(view).startswith("Asking the desk that syncs…")
    in_worker(other.take)
    in_worker(lambda: other.end(Summary()))
    qtbot.waitUntil(view.banner.isVisible)
    assert "Nothing new" in view.banner.accessibleName()
    idle(qtbot, opened)


def days_of(hotel: Hotel) -> DateRange:
    today = hotel.settings.days.calendar_date(hotel.services.desk.clock.now())
    return DateRange(today, today)
