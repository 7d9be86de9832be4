"""Events that are tried again at once: R and Shift+R in the list, with an account of the practice server over HTTP."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.stripe_events import EventState, Retried, StoredEvent
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.domain.sync import Trigger
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.service import SyncService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.gui.conftest import Opener, Syncing, idle
from tests.tools.accounts import Account
from tests.tools.gui import NOON, click, in_worker, press
from tests.tools.gui_events import dead, keep
from tests.tools.stories import happen

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def at(open_window: Opener, account: Account) -> Syncing:
    """A window on its events: one that was given up, of a payment that is there, and one whose payment is gone."""
    syncing = open_window(account.url, account.key)
    services = syncing.context.services
    in_worker(lambda: services.sync.tick(threading.Event()))
    intent = in_worker(lambda: happen(account, "pay")).intent
    events = (dead("there", ago=100, object_id=intent), dead("missing", ago=200))
    in_worker(lambda: keep(services, NOON, *events))
    press(Key.Key_4, Control)
    idle(syncing.qtbot, syncing.context)
    press(Key.Key_Home)
    return syncing


def state_of(at: Syncing, name: str) -> StoredEvent:
    events = in_worker(at.context.services.events.latest)
    return next(one for one in events if one.id == f"evt_{name}")


def listed(at: Syncing) -> list[str]:
    model = at.window.pages.events.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one.id.removeprefix("evt_") for one in found if one is not None]


def banner(at: Syncing) -> str:
    shown = at.window.pages.events.banner
    return shown.accessibleName() if shown.isVisible() else ""


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """No payment can be understood."""

    def fetch(_: StripeGateway, key: str, _cancel: threading.Event) -> Page:
        return Page(1, unreadable=(Unreadable("payment_intent", key, "status is None"),))

    monkeypatch.setattr(StripeGateway, "fetch_intent", fetch)


def test_r_handles_the_event_now_and_says_so(at: Syncing) -> None:
    press(Key.Key_R)
    assert at.window.isEnabled()
    idle(at.qtbot, at.context)
    assert state_of(at, "there").state is EventState.DONE
    assert at.window.foot.words == "payment_intent.succeeded is handled."
    assert (listed(at), banner(at)) == (["missing"], "")
    assert at.window.pages.events.table.hasFocus()
    run = in_worker(lambda: at.context.services.sync.recent(1))[0]
    assert (run.trigger, run.actor) == (Trigger.PERSON, "Elena")


def test_the_payment_stands_in_the_list_at_once(at: Syncing) -> None:
    press(Key.Key_R)
    idle(at.qtbot, at.context)
    press(Key.Key_2, Control)
    idle(at.qtbot, at.context)
    assert at.window.pages.payments.model.rowCount() == 1


def test_what_is_gone_at_stripe_is_said(at: Syncing) -> None:
    press(Key.Key_Down)
    press(Key.Key_R)
    idle(at.qtbot, at.context)
    assert state_of(at, "missing").state is EventState.GONE
    assert "is gone at Stripe; there is nothing to do" in at.window.foot.words


def test_shift_r_handles_all_of_them(at: Syncing) -> None:
    press(Key.Key_R, Shift)
    idle(at.qtbot, at.context)
    assert at.window.foot.words == "2 events are handled."
    assert (listed(at), banner(at)) == ([], "")


def test_the_buttons_do_the_same(at: Syncing) -> None:
    click(at.window.pages.events.retry)
    idle(at.qtbot, at.context)
    assert state_of(at, "there").state is EventState.DONE
    click(at.window.pages.events.retry_all)
    idle(at.qtbot, at.context)
    assert state_of(at, "missing").state is EventState.GONE


def test_what_fails_again_says_why_and_when_it_is_tried_next(at: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    blind(monkeypatch)
    press(Key.Key_R)
    idle(at.qtbot, at.context)
    told = banner(at)
    assert told.startswith("payment_intent.succeeded could not be handled. Cannot be understood: status is missing. ")
    assert "It is tried again by itself from 13:00 on." in told
    assert (state_of(at, "there").state, state_of(at, "there").attempts) == (EventState.WAITING, 1)
    press(Key.Key_R, Shift)
    idle(at.qtbot, at.context)
    assert " events could not be handled. The newest of them: Cannot be understood: status is missing." in banner(at)


def test_a_run_that_fails_is_told_with_its_remedy(at: Syncing, account: Account) -> None:
    in_worker(lambda: account.fault("status", status=401, times=9))
    press(Key.Key_R)
    idle(at.qtbot, at.context)
    assert banner(at).startswith("Stripe does not accept the key.")
    assert at.window.foot.words == "payment_intent.succeeded will be tried again with the next sync."
    assert state_of(at, "there").state is EventState.WAITING


def test_a_database_that_is_away_is_told(at: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("database.locked", seconds=5)

    monkeypatch.setattr(SyncService, "retry", away)
    press(Key.Key_R)
    idle(at.qtbot, at.context)
    assert "database" in banner(at).lower()


def test_another_desk_that_syncs_is_waited_for(at: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    at.window.pages.events.retrier._again.setInterval(50)
    desk, days = at.context.services.desk, at.context.settings.days
    other = SyncLease(desk)
    in_worker(lambda: other.take(days))
    press(Key.Key_R)
    at.qtbot.waitUntil(lambda: "Another sync is under way" in at.window.foot.words)
    press(Key.Key_R, Shift)  # this one too, when the other has ended
    at.qtbot.wait(200)
    assert state_of(at, "there").state is EventState.WAITING
    assert banner(at) == ""
    in_worker(other.drop)
    at.qtbot.waitUntil(lambda: at.window.foot.words == "2 events are handled.")
    idle(at.qtbot, at.context)
    assert not at.window.pages.events.retrier._again.isActive()


def test_one_run_at_a_time_and_what_is_asked_meanwhile_comes_next(at: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun, real, runs = threading.Event(), threading.Event(), SyncService.retry, list[list[str]]()

    def retry(self: SyncService, ids: tuple[str, ...], cancel: threading.Event) -> Retried:
        runs.append([one.removeprefix("evt_") for one in ids])
        begun.set()
        assert go.wait(30)
        return real(self, ids, cancel)

    monkeypatch.setattr(SyncService, "retry", retry)
    press(Key.Key_R)
    at.qtbot.waitUntil(begun.is_set)
    at.qtbot.waitUntil(lambda: listed(at) == ["missing"])  # the window works on meanwhile
    press(Key.Key_R)
    at.qtbot.wait(100)
    assert runs == [["there"]]
    go.set()
    idle(at.qtbot, at.context)
    assert runs == [["there"], ["missing"]]
    assert state_of(at, "missing").state is EventState.GONE


def test_a_window_that_closes_stops_the_run_and_the_events_stay_due(
    at: Syncing, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, real = threading.Event(), SyncService.retry

    def retry(self: SyncService, ids: tuple[str, ...], cancel: threading.Event) -> Retried:
        begun.set()
        assert cancel.wait(30)
        return real(self, ids, cancel)

    monkeypatch.setattr(SyncService, "retry", retry)
    press(Key.Key_R)
    at.qtbot.waitUntil(begun.is_set)
    at.window.close()
    idle(at.qtbot, at.context)
    left = state_of(at, "there")
    assert (left.state, left.attempts, left.next_attempt_at) == (EventState.WAITING, 0, 0)
