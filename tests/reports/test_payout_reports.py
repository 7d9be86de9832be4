"""Payouts tied out by hand: whole, partial, manual, sent back; account fees, conversion, disputes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, insert

from rentease_desk.domain.reporting import Ask, ReportName
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.settings import write_property
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_transactions
from tests.reports.conftest import column, days, table, utc
from tests.tools.accounts import DAY
from tests.tools.databases import SQLITE_FIRST
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk

pytestmark = pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
"""On PostgreSQL in the long run, as the sync."""

MINE = {"account": "acct_1", "livemode": False, "observed_at": 1}
NOVEMBER = days("2026-11-01", "2026-11-30")
BUCKETS = ("charges", "refunds", "disputes", "account_fees", "other", "fees")


def _payout(connection: Connection, id_: str, amount: int, day: str, **more: Any) -> None:
    arrival = utc(f"{day}T00:00")
    row = {"id": id_, "created": arrival - 2 * DAY, "amount": amount, "currency": "eur", "status": "paid",
           "arrival_date": arrival, "automatic": True, "reconciliation_status": "completed"}  # fmt: skip
    connection.execute(insert(stripe_payouts).values({**MINE, **row, **more}))


def _line(connection: Connection, payout: str, id_: str, type_: str, amount: int, fee: int = 0, **more: Any) -> None:
    moved = {"id": id_, "created": utc("2026-11-01T10:00"), "available_on": utc("2026-11-04T00:00"), "type": type_,
             "amount": amount, "fee": fee, "net": amount - fee, "currency": "eur", "source_id": None}  # fmt: skip
    connection.execute(insert(stripe_transactions).values({**MINE, **moved, **more}))
    connection.execute(insert(stripe_payout_lines).values({**MINE, "id": id_, "payout_id": payout}))


def _charge(connection: Connection, id_: str) -> None:
    row: dict[str, Any] = dict.fromkeys((one.name for one in stripe_charges.columns if one.nullable), None)
    row |= {"id": id_, "created": 1, "amount": 100, "amount_captured": 100, "currency": "eur", "status": "succeeded"}
    row |= dict.fromkeys(("released", "manual_capture", "disputed"), False) | {"captured": True, "metadata": "{}"}
    connection.execute(insert(stripe_charges).values({**row, **MINE}))


@pytest.fixture
def bank(desk: Desk) -> None:
    """Four payouts: one that began before the first sync, a manual one, one without lines yet, one sent back."""
    with desk.writing() as unit:
        write_property(unit, replace(Property(zone="Europe/Rome"), identity=Identity("acct_1", False)))
        connection = unit.connection
        _charge(connection, "ch_here")
        _payout(connection, "po_partial", 10_545, "2026-11-04")
        _line(connection, "po_partial", "t1", "charge", 10_000, 175, source_id="ch_before")
        _line(connection, "po_partial", "t2", "payment", 2_000, 55, source_id="ch_here")
        _line(connection, "po_partial", "t3", "refund", -800, source_id="re_1")
        _line(connection, "po_partial", "t4", "stripe_fee", -300)
        _line(connection, "po_partial", "t5", "payout_failure", -125, source_id="po_other")
        _line(connection, "po_partial", "t6", "payout", -10_545, source_id="po_partial")
        _payout(connection, "po_manual", 5_000, "2026-11-05", automatic=False, reconciliation_status="not_applicable")
        _payout(connection, "po_new", 700, "2026-11-30", status="in_transit", reconciliation_status="in_progress")
        _payout(connection, "po_back", 900, "2026-11-30", status="failed")
        _line(connection, "po_back", "t7", "charge", 900, source_id="ch_here")
        _payout(connection, "po_later", 1, "2026-12-01")


def test_payouts_tie_out_by_hand(bank: None, reports: ReportService) -> None:
    found = reports.preview(Ask(ReportName.PAYOUTS, NOVEMBER))
    assert table(found, "payout_day", "payout", "told", "lines", "lines_net", "not_explained", "amount") == [
        ("2026-11-04", "po_partial", "partial: 1 of its payments are not here", 5, 10_545, 0, 10_545),
        ("2026-11-05", "po_manual", "manual: Stripe does not say which payments", 0, None, None, 5_000),
        ("2026-11-30", "po_back", "ties out", 1, 900, 0, 900),
        ("2026-11-30", "po_new", "Stripe has not told its lines yet", 0, None, None, 700),
    ]
    assert table(found, *BUCKETS)[0] == (12_000, -800, 0, -300, -125, -230)
    assert column(found, "status") == ["paid", "paid", "failed: sent back by the bank", "in_transit"]
    lines = reports.preview(Ask(ReportName.PAYOUT_LINES, NOVEMBER))
    assert table(lines, "payout", "transaction", "counts_as", "gross", "fee", "net") == [
        ("po_partial", "t1", "charges", 10_000, -175, 9_825),
        ("po_partial", "t2", "charges", 2_000, -55, 1_945),
        ("po_partial", "t3", "refunds", -800, 0, -800),
        ("po_partial", "t4", "account_fees", -300, 0, -300),
        ("po_partial", "t5", "other", -125, 0, -125),
        ("po_manual", None, "manual: Stripe does not say which payments", 5_000, 0, 5_000),
        ("po_back", "t7", "charges", 900, 0, 900),
        ("po_new", None, "Stripe has not told its lines yet", 700, 0, 700),
    ]
    assert lines.totals == {"eur": {"gross": 17_375, "fee": -230, "net": 17_145}}
    assert lines.count == len(lines.rows) == 8


def test_a_synced_payout_ties_out_in_its_own_currency(at: SyncDesk, reports: ReportService) -> None:
    """EUR 100.00 (fee 1.5 % + 0.25), GBP 30.00 converted, a dispute of EUR 50.00 that costs EUR 20.00."""
    account = at.account
    Happening(account, amount=10_000, currency="eur").all("pay refund:1000")
    Happening(account, amount=3_000, currency="gbp").all("pay")
    Happening(account, amount=5_000, currency="eur").all("pay dispute")
    account.advance(5 * DAY)
    payout = account.do("payout")
    account.advance(3_660)
    at.run()
    found = reports.preview(Ask(ReportName.PAYOUTS, NOVEMBER))
    assert column(found, "payout_day") == [date(2026, 11, 12)]
    assert column(found, "told") == ["ties out"]
    assert column(found, "not_explained") == [0]
    assert column(found, "amount") == [payout["amount"]]
    assert table(found, "refunds", "disputes") == [(-1_000, -5_000)]
    assert column(found, "charges") == [18_446], "GBP 30.00 at 1.1485 are EUR 34.455"
    lines = reports.preview(Ask(ReportName.PAYOUT_LINES, NOVEMBER))
    told = table(lines, "counts_as", "paid_currency", "paid", "gross", "fee")
    assert ("charges", "EUR", 10_000, 10_000, -175) in told
    assert ("charges", "GBP", 3_000, 3_446, -76) in told
    assert ("disputes", "EUR", -5_000, -5_000, -2_000) in told
    assert ("refunds", "EUR", -1_000, -1_000, 0) in told
    assert lines.totals["eur"]["net"] == payout["amount"]
