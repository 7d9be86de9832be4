"""Takings of money that came through Stripe: refunds, disputes, payouts and what bounced."""

from __future__ import annotations

import pytest

from rentease_desk.domain.reporting import Ask, Basis, Grouping, ReportName
from rentease_desk.services.reporting.service import ReportService
from tests.reports.conftest import Take, column, days, table, utc
from tests.tools.accounts import DAY
from tests.tools.databases import SQLITE_FIRST
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk

pytestmark = pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
"""On PostgreSQL in the long run, as the sync."""

HOUR = 3_600
NOVEMBER = days("2026-11-01", "2026-12-31")


def test_failed_money_is_not_revenue_and_disputes_lower_takings(at: SyncDesk, reports: ReportService) -> None:
    """On Thu 5 Nov, 13:00 in Trieste: 100.00 paid; a dispute of it on the 6th, won on the 9th."""
    account = at.account
    Happening(account, amount=5_000, currency="eur").all("create fail")
    Happening(account, amount=3_000, currency="eur").all("create:manual authorize cancel")
    Happening(account, amount=2_000, currency="eur").all("pay refund:500 refund:pending update-refund:failed")
    asked = Happening(account, amount=4_000, currency="eur").all("pay")
    disputed = Happening(account, amount=10_000, currency="eur").all("pay")
    yen = Happening(account, amount=9_000, currency="jpy").all("pay")
    account.do("dispute", charge=asked.charge, inquiry=True)
    account.advance(DAY)
    dispute = account.do("dispute", charge=disputed.charge)["id"]
    account.do("dispute", charge=yen.charge)
    at.run()
    found = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER))
    names = ("business_day", "currency", "received_stripe-card", "returned", "disputed", "takings")
    assert table(found, *names) == [
        ("2026-11-05", "EUR", 16_000, -500, 0, 15_500),
        ("2026-11-05", "JPY", 9_000, 0, 0, 9_000),
        ("2026-11-06", "EUR", 0, 0, -10_000, -10_000),
        ("2026-11-06", "JPY", 0, 0, -9_000, -9_000),
    ]
    account.advance(3 * DAY)
    account.do("dispute-close", dispute=dispute, won=True)
    account.advance(60)
    at.run()
    rows = reports.preview(Ask(ReportName.MOVEMENTS, NOVEMBER, currency="eur"))
    assert table(rows, "business_day", "kind", "payment_date", "amount")[-2:] == [
        ("2026-11-06", "dispute", "2026-11-05", -10_000),
        ("2026-11-09", "dispute", "2026-11-05", 10_000),
    ]
    assert rows.totals["eur"]["amount"] == 15_500
    people = reports.preview(Ask(ReportName.TAKINGS_BY, NOVEMBER, by=Grouping.PERSON))
    assert table(people, "person", "currency", "takings") == [("Stripe", "EUR", 15_500), ("Stripe", "JPY", 0)]


def test_by_payout_the_day_is_the_banks(at: SyncDesk, reports: ReportService, take: Take) -> None:
    """Paid on the 5th, in a payout that arrives on the 11th; a second payment waits for one."""
    account = at.account
    Happening(account, amount=10_000, currency="eur").all("pay refund:1000")
    account.advance(4 * DAY)
    payout = account.do("payout")["id"]
    account.advance(HOUR + 60)
    Happening(account, amount=700, currency="eur").all("pay")
    account.advance(60)
    take(5_000, "2026-11-05T09:00")
    at.run()
    found = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER, Basis.PAYOUT, currency="eur"))
    assert table(found, "payout", "received", "returned", "takings") == [("2026-11-11", 10_000, -1_000, 9_000)]
    assert "cash" in found.notes[0].lower()
    told = reports.preview(Ask(ReportName.DIFFERENCES, NOVEMBER, Basis.BUSINESS, against=Basis.PAYOUT))
    assert table(told, "business_day", "payout", "kind", "method", "amount", "difference") == [
        ("2026-11-05", None, "payment", "Cash", 5_000, -5_000),
        ("2026-11-05", "2026-11-11", "payment", "Card · Stripe", 10_000, 0),
        ("2026-11-05", "2026-11-11", "refund", "Card · Stripe", -1_000, 0),
        ("2026-11-09", None, "payment", "Card · Stripe", 700, -700),
    ]
    assert sum(column(told, "difference")) == told.totals["eur"]["difference"] == 9_000 - 14_700  # type: ignore[arg-type]
    early = reports.preview(
        Ask(ReportName.DIFFERENCES, days("2026-11-10", "2026-11-12"), Basis.PAYOUT, against=Basis.BUSINESS)
    )
    assert column(early, "difference") == [-10_000, 1_000]
    account.do("payout-fail", payout=payout)
    account.advance(60)
    at.run()
    bounced = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER, Basis.PAYOUT, currency="eur"))
    assert bounced.rows == ()
    account.advance(5 * DAY)
    account.do("payout")
    account.advance(HOUR + 60)
    at.run()
    again = reports.preview(Ask(ReportName.TAKINGS, NOVEMBER, Basis.PAYOUT, currency="eur"))
    assert table(again, "payout", "takings") == [("2026-11-16", 9_700)]
    assert utc("2026-11-05T12:00") == 1_793_880_000
