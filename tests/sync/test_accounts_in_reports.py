"""What is listed and reported of several Stripe accounts: all of them, each line once and in its own account."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

import pytest

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.follow_ups import FollowUpKind
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Ask, Basis, Preview, ReportName
from rentease_desk.services.billing import BillingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.follow_ups import FollowUpService
from rentease_desk.services.reporting.service import ReportService
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.house_of_two import HouseOfTwo
from tests.tools.stories import Happening
from tests.tools.syncing import ALL

CANCEL = threading.Event()
DAYS = DateRange(date(2026, 10, 1), date(2026, 12, 31))


def _month(account: Account, amount: int) -> None:
    """Two payments, of which one is refunded in part and one disputed, paid out; and one that failed."""
    Happening(account, amount=amount).all("pay wait:60 refund:100 wait:60")
    Happening(account, amount=amount).all("pay wait:60 dispute")
    Happening(account, amount=amount).all("create wait:60 fail")
    account.advance(8 * DAY)
    account.do("payout")
    account.advance(5 * DAY)


@pytest.fixture
def house(desk: Desk, account: Account, accounts: Accounts) -> HouseOfTwo:
    """The same month in both accounts, of 100 and of 40 a payment."""
    house = HouseOfTwo(desk, account, accounts.open())
    _month(house.hotel, 10_000)
    _month(house.spa, 4_000)
    house.sync.sync(ALL, CANCEL)
    house.add()
    house.sync.sync(ALL, CANCEL)
    return house


def _report(house: HouseOfTwo, name: ReportName, basis: Basis | None = None, against: Basis | None = None) -> Preview:
    return ReportService(house.desk).preview(Ask(name, DAYS, basis, against=against))


def _cells(shown: Preview, name: str) -> list[object]:
    at = [one.name for one in shown.columns].index(name)
    return [row[at] for row in shown.rows]


def _minor(shown: Preview, name: str) -> int:
    return sum(cell.minor for cell in _cells(shown, name) if isinstance(cell, Money))


def test_payouts_tie_out_account_by_account(house: HouseOfTwo) -> None:
    made = {one.id: next(iter(one.dump("payouts").values()))["amount"] for one in (house.hotel, house.spa)}
    badge = house.desk.property().badge
    shown = _report(house, ReportName.PAYOUTS)
    paid = dict(zip(_cells(shown, "account"), _cells(shown, "amount"), strict=True))
    assert paid == {badge(name): Money(minor, "eur") for name, minor in made.items()}
    assert _cells(shown, "told") == ["ties out"] * 2
    assert _minor(shown, "not_explained") == 0
    lines = _report(house, ReportName.PAYOUT_LINES)
    sums: Counter[object] = Counter()
    for of, net in zip(_cells(lines, "account"), _cells(lines, "net"), strict=True):
        assert isinstance(net, Money)
        sums[of] += net.minor
    assert sums == {badge(name): minor for name, minor in made.items()}


@pytest.mark.parametrize("basis", [Basis.BUSINESS, Basis.OCCURRED, Basis.PAYOUT])
def test_takings_are_those_of_both_each_once(house: HouseOfTwo, basis: Basis) -> None:
    """Two payments of each, less a refund of 1 and a dispute of one."""
    whole = 2 * (10_000 + 4_000) - 2 * 100 - (10_000 + 4_000)
    for name in (ReportName.TAKINGS, ReportName.TAKINGS_BY):
        shown = _report(house, name, basis)
        assert _minor(shown, "takings") == whole
    moved = _report(house, ReportName.MOVEMENTS, basis)
    assert _minor(moved, "amount") == whole
    assert len(moved.rows) == 8
    trail = _report(house, ReportName.TRAIL, basis)
    assert _minor(trail, "amount") == whole


def test_what_counts_on_another_day_by_payout_is_found_in_both(house: HouseOfTwo) -> None:
    shown = _report(house, ReportName.DIFFERENCES, Basis.BUSINESS, Basis.PAYOUT)
    assert len(shown.rows) == 8
    assert all(row[1] for row in shown.rows)  # each was paid out, by its own account


def test_failed_payments_follow_ups_and_payouts_are_those_of_both(house: HouseOfTwo) -> None:
    assert len(_report(house, ReportName.FAILED).rows) == 2
    follow_ups, billing = FollowUpService(house.desk), BillingService(house.desk)
    assert follow_ups.counts() == {FollowUpKind.PAYMENT: 2, FollowUpKind.DISPUTE: 2}
    ids = {next(iter(one.dump("payouts"))) for one in (house.hotel, house.spa)}
    assert {one.id for one in billing.payouts()} == ids
    for one in ids:
        assert billing.payout_lines(one)
    for listed in follow_ups.listed():
        assert follow_ups.set_done(follow_ups.find(listed.problem.object_id)).is_done
    assert follow_ups.listed() == []
    assert len(follow_ups.listed(done=True)) == 4


def test_agreement_is_told_of_each(house: HouseOfTwo) -> None:
    house.sync.compare_balance(DAYS, CANCEL, account="Spa")
    shown = _report(house, ReportName.AGREEMENT)
    assert set(_cells(shown, "account")) == {"Spa"}
    assert any(note.endswith("were not compared with Stripe's balance yet.") for note in shown.notes)
    house.sync.compare_balance(DAYS, CANCEL, account=house.hotel.id)
    assert len(set(_cells(_report(house, ReportName.AGREEMENT), "account"))) == 2
