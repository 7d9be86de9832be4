"""Sync Now in the window, with an account of the practice server over HTTP."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.payment import Source
from rentease_desk.services.sync.service import SyncService
from rentease_desk.stripe_gateway import transport
from tests.gui.conftest import Opener, idle
from tests.tools.accounts import Account
from tests.tools.gui import NOON, in_worker, press
from tests.tools.stories import happen
from tests.tools.stubs import Answer, closed_port, stub


def test_a_sync_brings_what_stripe_has_and_then_nothing(open_window: Opener, account: Account) -> None:
    for _ in range(3):
        in_worker(lambda: happen(account, "pay"))
    in_worker(lambda: happen(account, "pay refund:100"))
    at = open_window(account.url, account.key)
    assert at.sync() == ""
    assert at.counts() == {"fetched": 5, "new": 5, "updated": 0, "unchanged": 0, "failed": 0}
    assert at.sync() == ""
    assert at.counts() == {"fetched": 5, "new": 0, "updated": 0, "unchanged": 5, "failed": 0}
    at.window.go("payments")
    idle(at.qtbot, at.context)
    model = at.window.pages.payments.model
    items = [model.item_at(row) for row in range(model.rowCount())]
    assert len(items) == 5
    assert all(one is not None and one.source is Source.STRIPE for one in items)
    assert "last sync" in at.window.foot.corner


@pytest.mark.parametrize(
    ("base", "key", "told"),
    [
        ("closed", "rk_test_1", "cannot be reached"),
        ("html", "rk_test_1", "sign-in page"),
        ("account", "rk_test_wrong", "key"),
        ("account", None, "key"),
    ],
)
def test_what_goes_wrong_is_a_sentence_on_the_page(
    open_window: Opener, account: Account, base: str, key: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_wait_before", lambda *_: 0.0)
    with stub(Answer("<html>Welcome to our Wi-Fi</html>")) as portal:
        bases = {"closed": closed_port(), "html": portal.url, "account": account.url}
        at = open_window(bases[base], key)
        sentence = at.sync()
    assert told in sentence, sentence
    query = at.window.pages.payments.query
    assert in_worker(lambda: at.context.services.payments.keys(query)).tolist() == []


def test_one_sync_at_a_time_and_escape_stops_it(
    open_window: Opener, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, real, runs = threading.Event(), SyncService.sync, []

    def sync(self: SyncService, days: object, cancel: threading.Event, report: object) -> object:
        runs.append(days)
        begun.set()
        assert cancel.wait(30)
        return real(self, days, cancel, report)  # type: ignore[arg-type]

    monkeypatch.setattr(SyncService, "sync", sync)
    at = open_window(account.url, account.key)
    press(Qt.Key.Key_F5)
    assert begun.wait(30)
    assert at.window.pages.sync.is_running
    card = at.window.pages.sync.now
    assert not card.now.isEnabled()
    told = card._range.text()
    assert told.startswith("Being read now: Fri 30 Oct – Thu 5 Nov, whole days"), told
    card.spans.chosen.emit("30")  # for the next run; this one reads what it reads
    assert card._range.text() == told
    press(Qt.Key.Key_F5)
    press(Qt.Key.Key_Escape)
    at.qtbot.waitUntil(lambda: not at.window.pages.sync.is_running)
    idle(at.qtbot, at.context)
    assert len(runs) == 1
    assert card._range.text().endswith("everything made in this range")
    assert "Stopped" in at.window.pages.sync.banner.accessibleName()


def test_the_timers_result_shows_in_the_corners(open_window: Opener, account: Account) -> None:
    in_worker(lambda: happen(account, "pay"))
    at = open_window(account.url, account.key)
    assert "not synced yet" in at.window.foot.corner
    in_worker(lambda: at.context.services.sync.tick(threading.Event()))
    at.qtbot.waitUntil(lambda: "last sync" in at.window.foot.corner)
    idle(at.qtbot, at.context)


def test_another_range_is_chosen_by_hand(open_window: Opener, account: Account) -> None:
    in_worker(lambda: account.at(NOON - 20 * 86_400))
    in_worker(lambda: happen(account, "pay"))
    in_worker(lambda: account.at(NOON))
    at = open_window(account.url, account.key)
    at.sync()
    assert at.counts()["new"] == 0
    at.window.pages.sync.now.spans.choose("30")
    at.window.pages.sync.now.spans.chosen.emit("30")
    at.sync()
    assert at.counts()["new"] == 1


def test_a_key_that_is_refused_is_told_in_one_place(open_window: Opener, account: Account) -> None:
    """By the page whose run it was, and not above it too; what the timer was told before goes with it."""
    at = open_window(account.url, "rk_test_wrong")
    with pytest.raises(StripeError):
        in_worker(lambda: at.context.services.sync.tick(threading.Event()))
    at.qtbot.waitUntil(at.window.notice.isVisible)
    assert at.window.notice.accessibleName().startswith("Stripe refuses the key.")
    assert at.sync().startswith("Stripe does not accept the key.")
    assert not at.window.notice.isVisible()
    press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    idle(at.qtbot, at.context)
    assert not at.window.notice.isVisible()
