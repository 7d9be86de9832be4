"""Lists of payments of a property with several Stripe accounts: each row says in which one its money is."""

from __future__ import annotations

import csv
import threading
from pathlib import Path

import pytest

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.reporting import Ask, Basis, ReportName
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import ExportService
from rentease_desk.services.reporting.service import ReportService
from tests.reports.conftest import Take, days, table
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.house_of_two import HouseOfTwo
from tests.tools.rings import MemoryRing, used_ring
from tests.tools.stories import Happening
from tests.tools.syncing import ALL

NOVEMBER = days("2026-11-01", "2026-11-30")
LISTS = {
    ReportName.PAYMENTS: "stripe_payment_id",
    ReportName.MOVEMENTS: "stripe_id",
    ReportName.DIFFERENCES: "stripe_id",
    ReportName.REFUNDS: "stripe_id",
    ReportName.FAILED: "stripe_id",
    ReportName.TRAIL: "stripe_payment_id",
}


@pytest.fixture
def house(desk: Desk, account: Account, accounts: Accounts, take: Take) -> HouseOfTwo:
    """The hotel's account holds 100 of which 10 went back and 7 that failed, the spa's 40 of which 5 were disputed and
    2 went back; 50 were taken in cash. The spa is not added.
    """
    house = HouseOfTwo(desk, account, accounts.open())
    Happening(house.hotel, amount=10_000, currency="eur").all("pay refund:1000")
    Happening(house.hotel, amount=700, currency="eur").all("create fail")
    Happening(house.spa, amount=3_500, currency="eur").all("pay refund:200")
    Happening(house.spa, amount=500, currency="eur").all("pay dispute")
    take(5_000, "2026-11-05T09:00")
    with used_ring(MemoryRing()):
        house.sync.sync(ALL, threading.Event())
    return house


@pytest.fixture
def both(house: HouseOfTwo) -> HouseOfTwo:
    """Both are here and synced; what is the spa's was paid out."""
    with used_ring(MemoryRing()):
        house.add()
        house.accounts.rename(house.hotel.id, "Hotel")
        house.spa.advance(8 * DAY)
        house.spa.do("payout")
        house.spa.advance(3_660)
        house.sync.sync(ALL, threading.Event())
    return house


def test_each_row_tells_the_account_before_the_ids_of_stripe(both: HouseOfTwo, reports: ReportService) -> None:
    found = {name: reports.preview(Ask(name, NOVEMBER, currency="eur")) for name in LISTS}
    for name, id_ in LISTS.items():
        columns = [one.name for one in found[name].columns]
        assert columns.index("account") == columns.index(id_) - 1, name
    assert sorted(table(found[ReportName.PAYMENTS], "account", "amount"), key=str) == [
        ("Hotel", 0), ("Hotel", 10_000), ("Spa", 3_500), ("Spa", 500), (None, 5_000),
    ]  # fmt: skip
    moved = [
        ("Hotel", "payment", 10_000), ("Hotel", "refund", -1_000), ("Spa", "dispute", -500), ("Spa", "payment", 3_500),
        ("Spa", "payment", 500), ("Spa", "refund", -200), (None, "payment", 5_000),
    ]  # fmt: skip
    assert sorted(table(found[ReportName.MOVEMENTS], "account", "kind", "amount"), key=str) == moved
    of_trail = table(found[ReportName.TRAIL], "account", "kind", "amount")
    assert sorted((one for one in of_trail if one[1] != "stripe"), key=str) == moved
    assert sorted(table(found[ReportName.REFUNDS], "account", "returned")) == [("Hotel", -1_000), ("Spa", -200)]
    assert table(found[ReportName.FAILED], "account", "asked_for") == [("Hotel", 700)]
    assert found[ReportName.PAYMENTS].totals == {"eur": {"amount": 19_000}}
    assert found[ReportName.MOVEMENTS].totals["eur"]["amount"] == 17_300
    assert found[ReportName.REFUNDS].totals["eur"]["returned"] == -1_200
    paid = reports.preview(Ask(ReportName.MOVEMENTS, NOVEMBER, Basis.PAYOUT, currency="eur"))
    assert sorted(table(paid, "account", "kind", "amount"), key=str) == [one for one in moved if one[0] == "Spa"]
    unpaid = reports.preview(Ask(ReportName.DIFFERENCES, NOVEMBER, Basis.BUSINESS, against=Basis.PAYOUT))
    assert sorted(table(unpaid, "account", "kind", "amount"), key=str) == moved
    others = reports.preview(Ask(ReportName.MOVEMENTS, NOVEMBER, Basis.OCCURRED, currency="jpy"))
    assert (others.rows, [one.minor for one in others.others]) == ((), [17_300])


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_files_of_one_account_are_as_they_were_and_of_two_have_one_column_more(
    house: HouseOfTwo, reports: ReportService, desk: Desk, tmp_path: Path
) -> None:
    """What bookkeeping programs read stays as it is, to the byte."""
    exports, out = ExportService(desk), tmp_path / "out.csv"
    banks = [
        Ask(ReportName.MOVEMENTS, NOVEMBER, currency="eur", preset=one) for one in (Preset.XERO, Preset.QUICKBOOKS)
    ]
    exports.payments(PaymentQuery(days=NOVEMBER), out)
    before = _read(out)
    for_banks = [reports.export(one, out)[0].control for one in banks]
    assert "account" not in before[0]
    assert not any(one.name == "account" for name in LISTS for one in reports.preview(Ask(name, NOVEMBER)).columns)
    with used_ring(MemoryRing()):
        house.add()
        assert [reports.export(one, out)[0].control for one in banks] == for_banks
        house.sync.sync(ALL, threading.Event())
    written = exports.payments(PaymentQuery(days=NOVEMBER), out).written
    after = _read(out)
    names = list(after[0])
    assert names.index("account") == names.index("stripe_payment_id") - 1
    hotel = f"…{house.hotel.id[-6:]}"
    assert sorted((one["account"], one["amount"]) for one in after) == [
        ("", "50.00"), ("Spa", "-2.00"), ("Spa", "35.00"), ("Spa", "5.00"),
        (hotel, "-10.00"), (hotel, "0.00"), (hotel, "100.00"),
    ]  # fmt: skip
    assert written.totals == {"eur": 17_800}
    told = [{name: one[name] for name in names if name != "account"} for one in after if one["account"] != "Spa"]
    assert told == before
