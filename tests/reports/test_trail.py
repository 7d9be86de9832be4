"""One file that ties payments to bookings and payouts: each once, and sums that are takings and payouts."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from rentease_desk.domain.booking import Booking, Guest
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.reporting import Ask, Basis, Preview, ReportName
from rentease_desk.services.desk import Desk
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.stripe_tables import stripe_transactions
from tests.reports.conftest import Take, column, days, table, utc
from tests.tools.accounts import DAY
from tests.tools.databases import SQLITE_FIRST
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk

pytestmark = pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
"""On PostgreSQL in the long run, as the sync."""
YEAR = days("2026-01-01", "2026-12-31")
BASES = (Basis.BUSINESS, Basis.OCCURRED, Basis.PAYOUT)


def _by(found: Preview, key: str, *names: str) -> dict[object, tuple[int, ...]]:
    """The sums of columns by another one."""
    sums: defaultdict[object, list[int]] = defaultdict(lambda: [0] * len(names))
    for told, *cells in zip(column(found, key), *(column(found, name) for name in names), strict=True):
        for at, cell in enumerate(cells):
            sums[told][at] += cell if isinstance(cell, int) else 0
    return {one: tuple(told) for one, told in sums.items()}


def _payouts(reports: ReportService) -> dict[object, int]:
    found = reports.preview(Ask(ReportName.PAYOUTS, YEAR))
    return {row[0]: int(str(row[1])) for row in table(found, "payout", "amount")}


def _takings(reports: ReportService, basis: Basis) -> dict[str, int]:
    found = reports.preview(Ask(ReportName.TAKINGS, YEAR, basis))
    return {one: sums["takings"] for one, sums in found.totals.items()}


def test_a_spread_payment_its_refund_a_dispute_and_a_fee(
    at: SyncDesk, reports: ReportService, booked: Callable[..., Booking], take: Take
) -> None:
    """EUR 100.00 on two folios (fee 1.75), of which 40.00 goes back; EUR 50.00 disputed; cash; a fee of the account."""
    account, desk = at.account, at.desk
    first, second = booked(reference="LN-1", channel="direct"), booked(reference="LN-2", channel="agency")
    told = Happening(account, amount=10_000, currency="eur", metadata={"booking_reference": "LN-1"}).all("pay")
    at.run()
    payment = MatchingService(desk).find(told.intent)
    PartService(desk).split(SplitDraft("s", payment.pk, ((first.pk, 3_000), (second.pk, 7_000)), left=10_000))
    told.all("wait:60 refund:4000")
    Happening(account, amount=5_000, currency="eur", name="Ada").all("pay dispute")
    take(700, "2026-11-05T09:00", booking=first)
    account.advance(5 * DAY)
    payout = account.do("payout")["id"]
    account.advance(3_660)
    at.run()
    with desk.writing() as unit:
        mine = {"account": _account_of(desk), "livemode": False, "observed_at": 1}
        at_ten = utc("2026-11-06T10:00")
        fee = {"id": "txn_fee", "created": at_ten, "available_on": at_ten, "type": "stripe_fee", "amount": -200,
               "fee": 0, "net": -200, "currency": "eur", "source_id": None}  # fmt: skip
        unit.connection.execute(insert(stripe_transactions).values({**mine, **fee}))
        unit.connection.execute(insert(stripe_payout_lines).values({**mine, "id": "txn_fee", "payout_id": payout}))
    found = reports.preview(Ask(ReportName.TRAIL, YEAR))
    assert table(found, "business_day", "kind", "booking_reference", "part", "gross", "fee", "net", "amount") == [
        ("2026-11-05", "payment", "LN-1", None, None, None, None, 700),
        ("2026-11-05", "payment", "LN-1", "1/2", 10_000, -175, 9_825, 3_000),
        ("2026-11-05", "payment", "LN-2", "2/2", None, None, None, 7_000),
        ("2026-11-05", "payment", None, None, 5_000, -100, 4_900, 5_000),
        ("2026-11-05", "refund", "LN-1", "1/2", -4_000, 0, -4_000, -3_000),
        ("2026-11-05", "refund", "LN-2", "2/2", None, None, None, -1_000),
        ("2026-11-05", "dispute", None, None, -5_000, -2_000, -7_000, -5_000),
        ("2026-11-06", "stripe", None, None, -200, 0, -200, None),
    ]
    assert set(column(found, "payout_id")) == {None, payout}
    assert column(found, "payout_status")[1] == "in_transit"
    assert column(found, "guest")[3] == "Ada"
    assert column(found, "stripe_payment_id")[1] == told.intent
    by_payout = _by(reports.preview(Ask(ReportName.TRAIL, YEAR, Basis.PAYOUT)), "payout_id", "net", "amount")
    assert by_payout == {payout: (3_525, 6_000)}
    assert _payouts(reports)[payout] == 3_525 + 200


def _account_of(desk: Desk) -> str:
    identity = desk.property().identity
    assert identity is not None
    return identity.account


@pytest.fixture
def eventful(at: SyncDesk, take: Take, booked: Callable[..., Booking]) -> SyncDesk:
    """Everything that can happen to a payment, in two currencies; two payouts, one of which is sent back."""
    account = at.account
    booked(reference="LN-1")
    for number, story in enumerate(STORIES.values()):
        order = {"currency": ("eur", "gbp")[number % 2], "amount": 10_000}
        Happening(account, metadata={"booking_reference": "LN-1"}, **order).all(story)
    take(4_711, "2026-11-05T09:00")
    account.advance(9 * DAY)
    back = account.do("payout")["id"]
    account.advance(3_660)
    account.do("payout-fail", payout=back)
    Happening(account, amount=2_500, currency="eur").all("pay")
    account.advance(9 * DAY)
    account.do("payout")
    Happening(account, amount=900, currency="eur").all("pay")
    account.advance(3_660)
    at.run()
    return at


def test_every_payment_is_there_once_and_sums_are_the_takings_and_the_payouts(
    eventful: SyncDesk, reports: ReportService
) -> None:
    payouts = _payouts(reports)
    assert len(payouts) == 2
    for basis in BASES:
        found = reports.preview(Ask(ReportName.TRAIL, YEAR, basis), 10_000)
        taken = {one: told[0] for one, told in _by(found, "currency", "amount").items()}
        takings = _takings(reports, basis)
        assert {one: taken[one.upper()] for one in takings} == takings
        assert {one: found.totals[one]["amount"] for one in takings} == takings
        moved = reports.preview(Ask(ReportName.MOVEMENTS, YEAR, basis), 10_000)
        assert sorted(filter(None, map(str, set(column(found, "id")) - {None}))) == sorted(
            map(str, column(moved, "id"))
        )
        net = {one: told[0] for one, told in _by(found, "payout_id", "net").items() if one}
        if basis is not Basis.PAYOUT:
            assert net == payouts
    assert {one: minor for one, minor in net.items() if one in payouts} == payouts


@pytest.mark.parametrize("preset", [Preset.ISO, Preset.EXCEL])
def test_the_same_year_is_the_same_bytes_and_nothing_in_it_runs(
    eventful: SyncDesk, reports: ReportService, settings: SettingsService, booked: Callable[..., Booking], take: Take,
    tmp_path: Path, preset: Preset,
) -> None:  # fmt: skip
    for text in ('=HYPERLINK("x")', "+1", "-2+3", "@A1", "\t=1"):
        take(100, "2026-11-05T09:00", booking=booked(reference=f"{text.strip()}!", guest=Guest(text), channel=text))
    ask = Ask(ReportName.TRAIL, YEAR, preset=preset)
    [one], [again] = (reports.export(ask, tmp_path / f"{name}.csv") for name in ("one", "two"))
    content = one.path.read_bytes()
    assert content == again.path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == one.control.rows
    for cell in (cell for row in rows for cell in row.values()):
        assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
        assert not cell.startswith("-") or cell[1:2].isdigit(), cell
    assert {one: sums["amount"] for one, sums in one.control.totals.items()} == _takings(reports, Basis.BUSINESS)
    apart = [reports.export(Ask(ReportName.TRAIL, days(*months)), tmp_path / "part.csv")[0] for months in (
        ("2026-01-01", "2026-11-09"), ("2026-11-10", "2026-12-31"))]  # fmt: skip
    whole = reports.export(Ask(ReportName.TRAIL, YEAR), tmp_path / "whole.csv")[0]
    assert sum(one.control.rows for one in apart) == whole.control.rows
