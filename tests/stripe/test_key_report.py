"""What a key may do is asked for and named, and nothing is done by asking; foreign keys are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rentease_desk.config import Config
from rentease_desk.domain.dates import DateRange, parse_day
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.key_permissions import KEY_PERMISSIONS, Need
from rentease_desk.practice.keys import PERMISSIONS, WRITES
from rentease_desk.services.bundle import Services
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.wiring import build
from tests.tools.accounts import Account, Accounts
from tests.tools.databases import SqliteMaker
from tests.tools.rings import MemoryRing, used_ring

ALL = [one.code for one in KEY_PERMISSIONS]


@pytest.fixture
def ring() -> Iterator[MemoryRing]:
    made = MemoryRing()
    with used_ring(made):
        yield made


@pytest.fixture
def services(account: Account, sqlite_maker: SqliteMaker, tmp_path: Path, ring: MemoryRing) -> Iterator[Services]:
    config = Config(tmp_path, sqlite_maker.copy(tmp_path / "desk.sqlite3"), "elena", "Desk 1", stripe_base=account.url)
    made = build(config)
    yield made
    made.close()


@pytest.fixture
def key(services: Services) -> StripeKeyService:
    return services.key


def test_the_permissions_are_those_that_stripe_asks_for() -> None:
    assert set(ALL) <= {*PERMISSIONS.values(), *WRITES.values()}
    assert len(set(ALL)) == len(ALL)


def test_a_key_with_everything_lacks_nothing_and_does_nothing(
    account: Account, key: StripeKeyService, cancel: threading.Event, ring: MemoryRing
) -> None:
    account.do("pay")
    before = account.counts()
    report = key.test(account.restricted(*ALL), cancel)
    assert report.lacking() == ()
    assert report.restricted
    assert not report.live
    assert report.identity is not None
    assert report.identity.account == account.id
    assert account.counts() == before
    assert ring.kept == {}


@pytest.mark.parametrize("first", [0, 1])
def test_each_missing_permission_is_named(
    account: Account, key: StripeKeyService, cancel: threading.Event, first: int
) -> None:
    """Every other one is allowed. Writing includes reading, as on Stripe's page for keys."""
    allowed = set(ALL[first::2])
    allowed |= {one.replace("_write", "_read") for one in allowed}
    report = key.test(account.restricted(*(one for one in allowed if one in ALL)), cancel)
    assert [one.missing for one in report.lacking()] == [one for one in ALL if one not in allowed]
    assert all(one.permission.code == one.missing for one in report.lacking())


def test_what_is_missing_is_told_by_how_much_it_matters(
    account: Account, key: StripeKeyService, cancel: threading.Event
) -> None:
    report = key.test(account.restricted("rak_charge_read"), cancel)
    missing = {one.missing for one in report.lacking(Need.PAYMENTS)}
    assert missing == {"rak_payment_intent_read", "rak_customer_read", "rak_event_read"}
    assert len(report.lacking()) == len(ALL) - 1


def test_a_key_of_another_account_or_mode_is_refused(
    account: Account, accounts: Accounts, services: Services, cancel: threading.Event, tmp_path: Path
) -> None:
    services.key.use_for_session(account.key)
    day = parse_day("2026-11-05")
    services.sync.sync(DateRange(day, day), cancel)
    other = accounts.open()
    stranger = build(Config(tmp_path, f"sqlite:///{services.desk.db.place}", "paolo", "Desk 2", stripe_base=other.url))
    with pytest.raises(StripeError, match="belongs to another Stripe account"):
        stranger.key.test(other.key, cancel)
    stranger.close()
    accounts.close(other)
    for attempt in (services.key.keep, services.key.use_for_session, lambda key: services.key.test(key, cancel)):
        with pytest.raises(StripeError, match="Test and live never mix") as caught:
            attempt(account.key.replace("_test_", "_live_"))
        assert caught.value.code == "stripe.other_mode"
    assert services.key.test(None, cancel).lacking() == ()


def test_a_live_secret_key_is_meant_or_not_taken(key: StripeKeyService, ring: MemoryRing) -> None:
    live = "sk_live_" + "a1" * 12
    for attempt in (key.keep, key.use_for_session):
        with pytest.raises(StripeError) as caught:
            attempt(live)
        assert caught.value.code == "stripe.live_secret"
        assert live not in str(caught.value)
    assert ring.kept == {}
    kept = key.keep(live, meant=True)
    assert kept is not None
    assert (kept.live, kept.restricted) == (True, False)


def test_a_test_that_is_stopped_says_so(account: Account, key: StripeKeyService, cancel: threading.Event) -> None:
    cancel.set()
    with pytest.raises(StripeError) as caught:
        key.test(account.key, cancel)
    assert caught.value.code == "stripe.stopped"
