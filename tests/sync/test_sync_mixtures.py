"""Anything that Stripe allows and anything that goes wrong, in any order: the last sync ends in the truth."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from rentease_desk.domain.agreement import COMPARED
from rentease_desk.practice.keys import PERMISSIONS
from tests.sync.test_sync_money import disputes, held_settlements, true_disputes, true_settlements
from tests.tools.accounts import DAY, Accounts
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.syncing import ALL, check_journal, check_truth, settle
from tests.tools.town import Event, Town, town

REFERENCES = ("LN-1", "LN-2", "LN-3")
BEGINNINGS = (
    "create", "create:manual", "create:debit", "create:manual authorize", "create:debit process", "pay", "charge",
    "create fail", "pay refund:100 refund:100", "pay dispute",
)  # fmt: skip
STEPS = (
    "succeed", "fail", "require-action", "process", "settle", "fail-debit", "authorize", "capture", "capture:2500",
    "cancel", "refund", "refund:100", "refund:100 refund:100", "refund:pending", "refund:requires_action",
    "update-refund:succeeded", "update-refund:failed", "update-refund:canceled", "dispute",
)  # fmt: skip
DEEDS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("dispute", "charge", {"inquiry": True}),
    ("dispute-respond", "dispute", {}),
    ("dispute-escalate", "dispute", {}),
    ("dispute-close", "dispute", {"won": True}),
    ("dispute-close", "dispute", {"won": False}),
    ("subscribe", "", {"name": "Ada", "email": "ada@example.com"}),
    ("subscribe", "", {"fails": True}),
    ("subscription-renew", "subscription", {}),
    ("subscription-renew", "subscription", {"fails": True}),
    ("subscription-renew", "subscription", {"draft": True}),
    ("subscription-describe", "subscription", {"metadata": {"booking_reference": "LN-1"}}),
    ("subscription-cancel", "subscription", {}),
    ("subscription-cancel", "subscription", {"at_period_end": True}),
    ("invoice", "", {"name": "Bo"}),
    ("invoice-finalize", "invoice", {}),
    ("invoice-pay", "invoice", {}),
    ("invoice-pay", "invoice", {"fails": True}),
    ("invoice-pay", "invoice", {"elsewhere": True}),
    ("invoice-void", "invoice", {}),
    ("invoice-give-up", "invoice", {}),
    ("checkout", "", {"metadata": {"booking_reference": "LN-2"}}),
    ("checkout", "", {"method": "sepa_debit", "session_metadata": {"booking_reference": "LN-3"}}),
    ("checkout-complete", "session", {}),
    ("checkout-fail", "session", {}),
    ("checkout-settle", "session", {}),
    ("checkout-settle", "session", {"fails": True}),
    ("checkout-expire", "session", {}),
    ("payout", "", {}),
    ("payout", "", {"amount": 500}),
    ("payout-fail", "payout", {}),
    ("customer", "", {"name": "Cy", "email": "cy@example.com"}),
)
KNOBS: tuple[tuple[str, dict[str, object]], ...] = (
    ("late-events", {"seconds": 60}),
    ("late-events", {"seconds": 7}),
    ("late-events", {"seconds": 0}),
    ("event-version", {"version": "2020-08-27"}),
    ("event-version", {"version": "2026-10-28.endive"}),
    ("late-balance", {}),
    ("balance-arrives", {}),
    ("balance-delay", {"seconds": 3_600}),
    ("balance-delay", {"seconds": 5}),
    ("balance-delay", {"seconds": 0}),
    ("partial-captures", {"counted_as_refunded": True}),
    ("partial-captures", {"counted_as_refunded": False}),
    ("payout-schedule", {"days": 1}),
    ("payout-schedule", {"days": 0}),
    ("payout-lists-itself", {"on": True}),
    ("payout-lists-itself", {"on": False}),
)
FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("latency", {"latency_ms": 2}),
    ("status", {"status": 429}),
    ("status", {"status": 429, "retry_after": 3, "reason": "endpoint-concurrency"}),
    ("status", {"status": 429, "reason": "global-rate", "should_retry": True}),
    ("status", {"status": 409}),
    ("status", {"status": 500}),
    ("status", {"status": 500, "should_retry": False}),
    ("status", {"status": 502}),
    ("status", {"status": 503}),
    ("status", {"status": 500, "reached": True}),
    ("reset", {}),
    ("reset", {"reached": True}),
    ("cut", {}),
    ("html", {}),
    ("invalid_json", {}),
    ("drip", {"chunk": 2_000, "pause_ms": 1}),
)
PATHS = ("/v1", "/v1/events", "/v1/payment_intents", "/v1/payment_intents/", "/v1/charges", "/v1/refunds",
         "/v1/balance_transactions", "/v1/disputes", "/v1/customers")  # fmt: skip

NUMBER = st.integers(0, 9)
BEGIN = st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from((None, *REFERENCES)), st.sampled_from(("eur", "jpy")))
DO = st.builds(lambda deed, number: (deed[0], deed[1], number, deed[2]), st.sampled_from(DEEDS), NUMBER)
FAULT = st.builds(
    lambda fault, path, times: (fault[0], {**fault[1], "path": path, "times": times}),
    st.sampled_from(FAULTS),
    st.sampled_from(PATHS),
    st.sampled_from((1, 2, 7, 60)),
)


VALUES: dict[str, st.SearchStrategy[object]] = {
    "begin": BEGIN,
    "step": st.tuples(NUMBER, st.sampled_from(STEPS)),
    "do": DO,
    "sync": st.sampled_from(("tick", "tick", "tick", "all", "today")),
    "wait": st.sampled_from((1, 5, 60, 3_600, DAY, 9 * DAY)),
    "fault": FAULT,
    "knob": st.sampled_from(KNOBS),
    "mend": st.none(),
    "book": st.sampled_from(REFERENCES),
    "limit": st.sampled_from((1, 3, 25)),
    "withdraw": st.sampled_from(sorted(set(PERMISSIONS.values()))),
    "down": st.booleans(),
    "write": st.tuples(NUMBER, st.sampled_from((50, 100))),
    "look": st.none(),
    "look_back": st.none(),
    "key": st.sampled_from(("stranger", "restricted", "full")),
}
OFTEN = {
    "write": 2,
    "look": 2,
    "look_back": 2,
    "begin": 5,
    "step": 9,
    "do": 9,
    "sync": 5,
    "wait": 3,
    "fault": 2,
    "knob": 2,
    "mend": 2,
}
"""How often a word comes, if not once."""
WORDS = st.sampled_from([word for word in VALUES for _ in range(OFTEN.get(word, 1))])
EVENTS = st.lists(WORDS.flatmap(lambda word: st.tuples(st.just(word), VALUES[word])), min_size=40, max_size=70)
FIRST: tuple[Event, ...] = (
    ("begin", ("pay", "LN-1", "eur")),
    ("begin", ("create:manual authorize", None, "eur")),
    ("begin", ("create:debit process", None, "eur")),
    ("do", ("subscribe", "", 0, {"name": "Ada"})),
    ("do", ("checkout", "", 0, {})),
)
"""What each account begins with, so that what comes then has something to happen to."""
UNTOLD = ("withdraw", "rak_balance_transaction_source_read")
"""A key that may not see the balance gets payments all the same; a listing brings their fees, polls do not."""
QUICK = settings(
    max_examples=5,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
SEED, LONG_SEED = 20_261_105, 20_261_106
Check = Callable[[Town], None]


def _check(address: str, accounts: Accounts, events: list[Event], polls: bool, number: int) -> None:
    """Events happen; then all is well, and the desk has the truth: by its polls alone if it has polled from the start,
    else by a listing."""
    note(f"seed {number}, {'polls' if polls else 'lists'}")
    with town(address, accounts) as place:
        if polls:
            place.sync("tick")
        for event in (*FIRST, *events):
            if not (polls and event == UNTOLD):
                place.happen(event)
        place.calm_down(by_polling=polls)
        _is_true(place)
        settle(place.at, place.booked)
        _is_true(place)
        _agrees(place)


def _is_true(place: Town) -> None:
    check_truth(place.at, place.booked)
    assert held_settlements(place.at) == true_settlements(place.at)
    assert disputes(place.at) == true_disputes(place.at)
    check_journal(place.at.desk)


def _agrees(place: Town) -> None:
    """The desk's own check finds the same: payouts, subscriptions and invoices too."""
    found = place.at.service.verify(ALL, threading.Event())
    assert found is not None
    assert set(found.compared) == set(COMPARED)
    assert (found.agrees, found.repaired, found.lost) == (True, 0, ())


@seed(SEED)
@QUICK
@given(events=EVENTS, polls=st.booleans())
def test_any_mixture(events: list[Event], polls: bool, sqlite_maker: SqliteMaker, accounts: Accounts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _check(sqlite_maker.copy(Path(folder) / "desk.sqlite3"), accounts, events, polls, SEED)


@pytest.mark.long
@seed(SEED)
@settings(QUICK, max_examples=6)
@given(events=EVENTS, polls=st.booleans())
def test_any_mixture_on_postgresql(
    events: list[Event], polls: bool, postgresql_maker: PostgresqlMaker, accounts: Accounts
) -> None:
    _check(postgresql_maker.copy(), accounts, events, polls, SEED)


@pytest.mark.long
@pytest.mark.timeout(1200)
@seed(LONG_SEED)
@settings(QUICK, max_examples=120)
@given(events=EVENTS, polls=st.booleans())
def test_very_many_mixtures(events: list[Event], polls: bool, sqlite_maker: SqliteMaker, accounts: Accounts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _check(sqlite_maker.copy(Path(folder) / "desk.sqlite3"), accounts, events, polls, LONG_SEED)


@pytest.mark.long
@pytest.mark.timeout(1200)
@seed(LONG_SEED)
@settings(QUICK, max_examples=40)
@given(events=EVENTS, polls=st.booleans())
def test_very_many_mixtures_on_postgresql(
    events: list[Event], polls: bool, postgresql_maker: PostgresqlMaker, accounts: Accounts
) -> None:
    address = postgresql_maker.copy()
    _check(address, accounts, events, polls, LONG_SEED)
    postgresql_maker.drop(address)
