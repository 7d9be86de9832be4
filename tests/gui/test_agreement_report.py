"""The report that compares with Stripe's balance, by keys: compared, what differs, fetched, and without a key."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import delete

from rentease_desk.domain.reporting import ReportName
from rentease_desk.gui.views.reports_view import ReportsView
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage.stripe_tables import stripe_charges
from tests.gui.conftest import Opener, Syncing, idle
from tests.tools.accounts import Account
from tests.tools.gui import in_worker, press
from tests.tools.stories import happen

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def page(at: Syncing) -> ReportsView:
    """The report, reached by keys and its menu."""
    press(Key.Key_8, Control)
    idle(at.qtbot, at.context)
    view = at.window.pages.reports
    title = next(word for one, word in view.report._choices if one is ReportName.AGREEMENT)
    next(one for one in view.report.menu().actions() if one.text() == title).trigger()
    idle(at.qtbot, at.context)
    return view


def rows(view: ReportsView, which: str = "table") -> list[list[str]]:
    model = getattr(view, which).model
    assert model is not None
    cells = [[model.cell_at(row, column) for column in model.columns] for row in range(model.rowCount())]
    return [[cell.text for cell in row] for row in cells]


def test_what_differs_is_found_listed_and_fetched(open_window: Opener, account: Account) -> None:
    paid = in_worker(lambda: happen(account, "pay"))
    in_worker(lambda: happen(account, "wait:60 pay wait:60 refund:3000 wait:1"))
    at = open_window(account.url, account.key)
    assert at.sync() == ""

    def lose() -> None:
        with at.context.services.desk.writing() as unit:
            unit.connection.execute(delete(stripe_charges).where(stripe_charges.c.id == paid.charge))

    in_worker(lose)
    view = page(at)
    assert (view.agreement.verdict.text(), view.apart.isVisible()) == ("Not compared with Stripe yet", False)
    press(Key.Key_C)
    assert view.comparing.is_running
    assert not view.agreement.compare.isEnabled()
    idle(at.qtbot, at.context)
    assert view.agreement.verdict.text() == "1 entry differs"
    assert rows(view)[0] == ["Payments", "EUR", "1", "100.00", "2", "200.00", "−100.00"]
    (apart,) = rows(view, "apart")
    assert apart[:3] == ["missing here", "Payments", paid.charge]
    assert view.apart.isVisible()
    press(Key.Key_F)
    idle(at.qtbot, at.context)
    assert view.agreement.verdict.text() == "Everything agrees"
    assert "1 repaired" in view.agreement.told.text()
    assert rows(view)[0] == ["Payments", "EUR", "2", "200.00", "2", "200.00", "–"]
    assert not view.apart.isVisible()
    assert view.agreement.fetch.isHidden()


def test_without_a_key_the_page_says_so(open_window: Opener, account: Account) -> None:
    at = open_window(account.url, None)
    view = page(at)
    press(Key.Key_C)
    idle(at.qtbot, at.context)
    assert "key" in view.banner.accessibleName()
    assert view.agreement.verdict.text() == "Not compared with Stripe yet"
    assert view.agreement.compare.isEnabled()


def test_escape_stops_a_comparison(open_window: Opener, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, real = threading.Event(), SyncService.compare_balance

    def compare(self: SyncService, days: object, cancel: threading.Event, report: object) -> object:
        begun.set()
        assert cancel.wait(30)
        return real(self, days, cancel, report)  # type: ignore[arg-type]

    monkeypatch.setattr(SyncService, "compare_balance", compare)
    at = open_window(account.url, account.key)
    view = page(at)
    press(Key.Key_C)
    assert begun.wait(30)
    press(Key.Key_Escape)
    at.qtbot.waitUntil(lambda: not view.comparing.is_running)
    idle(at.qtbot, at.context)
    assert "Nothing was compared" in view.banner.accessibleName()
