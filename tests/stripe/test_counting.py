"""Every request that Stripe got is counted, on the day that it was by Stripe's clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.reads import ReadCount
from rentease_desk.stripe_gateway.transport import TRIES
from tests.tools.accounts import DAY, Account
from tests.tools.practice import NOON
from tests.tools.stubs import Answer, Asked, closed_port, full_port, stub
from tests.tools.syncing import HonestMonotonic, Impatient, open_gateway

WIDE = Span(0, NOON + 10 * DAY)
TODAY = date(2026, 11, 5)
EMPTY = Answer({"object": "list", "data": [], "has_more": False})


@pytest.fixture
def gateway(account: Account) -> Iterator[StripeGateway]:
    made = open_gateway(account)
    yield made
    made.close()
    account.control.no_faults(account.name)


def _list(gateway: StripeGateway) -> None:
    gateway.list_charges(WIDE, None, Impatient())


def _fail(gateway: StripeGateway) -> None:
    with pytest.raises(StripeError):
        _list(gateway)
    gateway.close()


def test_lists_and_single_objects_count_alike(gateway: StripeGateway) -> None:
    assert gateway.reads() == {}
    _list(gateway)
    gateway.fetch_charge("ch_nobody", Impatient())
    assert gateway.reads() == {TODAY: 2}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_each_try_counts(account: Account, gateway: StripeGateway, status: int) -> None:
    account.fault("status", status=status, times=2)
    _list(gateway)
    assert gateway.reads() == {TODAY: 3}
    account.fault("status", status=status, times=99)
    _fail(gateway)
    assert gateway.reads() == {TODAY: 3 + TRIES}


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_counts(account: Account, gateway: StripeGateway, status: int) -> None:
    account.fault("status", status=status)
    _fail(gateway)
    assert gateway.reads() == {TODAY: 1}


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_a_connection_that_breaks_off_counts(account: Account, gateway: StripeGateway, kind: str) -> None:
    account.fault(kind)
    _list(gateway)
    assert gateway.reads() == {TODAY: 2}


def test_silence_counts(account: Account) -> None:
    account.fault("latency", latency_ms=900, times=TRIES)
    silent = open_gateway(account, timeouts=(5, 0.05))
    _fail(silent)
    assert sum(silent.reads().values()) == TRIES
    account.control.no_faults(account.name)


def test_what_never_reached_stripe_does_not_count(account: Account) -> None:
    """A desk without internet for a month has read nothing."""
    away = open_gateway(account, base=closed_port())
    _fail(away)
    assert away.reads() == {}
    with full_port() as url:
        busy = open_gateway(account, base=url, timeouts=(0.05, 5))
        _fail(busy)
    assert busy.reads() == {}


@pytest.mark.parametrize("status", [200, 404, 511])
def test_a_sign_in_page_is_not_stripe(account: Account, status: int) -> None:
    with stub(Answer("<html>Welcome</html>", status)) as server:
        portal = open_gateway(account, base=server.url)
        _fail(portal)
    assert portal.reads() == {}


def test_the_day_is_stripes(account: Account) -> None:
    """The computer's clock is a week behind; Stripe's passes midnight between two requests."""
    account.at(NOON + 12 * 3_600 - 60)
    gateway = open_gateway(account, clock=HonestMonotonic(NOON - 7 * DAY))
    _list(gateway)
    account.at(NOON + 12 * 3_600 + 60)
    gateway._transport.time._bounds = None  # as if the minutes had passed here too
    _list(gateway)
    _list(gateway)
    gateway.close()
    assert gateway.reads() == {TODAY: 1, date(2026, 11, 6): 2}


def test_before_the_first_reply_the_day_is_the_computers(account: Account) -> None:
    account.fault("reset", times=99)
    gateway = open_gateway(account, clock=HonestMonotonic(NOON - 7 * DAY))
    _fail(gateway)
    assert gateway.reads() == {date(2026, 10, 29): TRIES}
    account.control.no_faults(account.name)


def test_as_many_are_counted_as_were_sent(account: Account) -> None:
    answers = iter([Answer({"error": {"type": "api_error"}}, 500), EMPTY, Answer({"error": {"type": "x"}}, 429)])

    def answer(_: Asked) -> Answer:
        return next(answers, EMPTY)

    with stub(answer) as server:
        gateway = open_gateway(account, base=server.url)
        for _ in range(4):
            _list(gateway)
        gateway.close()
    assert sum(gateway.reads().values()) == len(server.asked) == 6
    assert set(gateway.reads()) <= {datetime.now(UTC).date(), TODAY}


def test_what_is_written_down_is_taken_off_and_nothing_else(account: Account) -> None:
    reads = ReadCount()
    first, other = open_gateway(account, reads=reads), open_gateway(account, reads=reads, account="acct_2")
    same = open_gateway(account, reads=reads)
    reads.add(other.fingerprint, TODAY)
    _list(first)
    written = same.reads()
    _list(first)  # while it is being written
    first.forget_reads(written)
    assert (first.reads(), same.reads(), other.reads()) == ({TODAY: 1}, {TODAY: 1}, {TODAY: 1})
    for one in (first, same, other):
        one.close()


def test_threads_lose_no_count() -> None:
    reads = ReadCount()

    def work() -> None:
        for _ in range(2_000):
            reads.add("a", TODAY)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads.of("a") == {TODAY: 8_000}
