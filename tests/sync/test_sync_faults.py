"""Whatever breaks a sync: a sentence is told, nothing is lost or doubled, and the next run ends in the truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, text, update

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import ConflictError, DatabaseError, KnownError, StripeError
from rentease_desk.domain.stripe_objects import StripeIntent
from rentease_desk.domain.sync import Progress, RunOutcome, Summary
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.run import WHENEVER
from rentease_desk.storage import engine as engine_module
from rentease_desk.storage.stripe_tables import sync_lease
from rentease_desk.storage.sync_ranges import open_ranges
from rentease_desk.stripe_gateway import pages as gateway_pages
from rentease_desk.stripe_gateway.mapping import intent_from
from tests.tools.accounts import DAY, Account
from tests.tools.databases import ENGINES
from tests.tools.stories import Happening
from tests.tools.stubs import Answer, closed_port, stub
from tests.tools.syncing import ALL, Impatient, SyncDesk, check_journal, check_truth, is_sum, settle
from tests.tools.truth import Books, held_books, true_books

LISTS = ("/v1/payment_intents", "/v1/charges", "/v1/refunds", "/v1/customers")


@pytest.fixture
def busy(at: SyncDesk) -> SyncDesk:
    """A desk that has synced once; since then much has happened in the account."""
    at.cancel = Impatient()
    first = [Happening(at.account).all("pay refund:100") for _ in range(3)]
    waiting = Happening(at.account).all("create:manual authorize")
    at.run()
    at.account.advance(3600)
    first[0].all("refund:200")
    first[1].all("dispute")
    waiting.all("capture")
    for _ in range(120):
        at.account.do("pay")
    Happening(at.account).all("create fail wait:5 succeed refund:100 refund:100")
    at.account.do("customer", name="Ada")
    return at


def _fails(at: SyncDesk) -> KnownError:
    """A run that fails; what stood in the database before stands there still."""
    before = held_books(at.desk)
    with pytest.raises(KnownError) as caught:
        at.run()
    after = held_books(at.desk)
    assert set(before.payments) <= set(after.payments)
    assert set(before.refunds) <= set(after.refunds)
    check_journal(at.desk)
    explained = caught.value.explain()
    assert explained.title
    assert explained.happened
    run = at.service.recent(1)[0]
    assert (run.outcome, run.error_code, run.error_text) == (RunOutcome.FAILED, caught.value.code, str(caught.value))
    return caught.value


def _recovers(at: SyncDesk) -> None:
    at.account.control.no_faults(at.account.name)
    at.changes.pop("key", None)
    at.changes.pop("base", None)
    settle(at)


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("reset", {}, "stripe.unreachable"),
    ("cut", {}, "stripe.unreachable"),
    ("html", {}, "stripe.not_stripe"),
    ("invalid_json", {}, "stripe.not_stripe"),
    ("status", {"status": 500}, "stripe.down"),
    ("status", {"status": 429, "retry_after": 7}, "stripe.busy"),
    ("status", {"status": 401}, "stripe.wrong_key"),
    ("status", {"status": 403}, "stripe.no_permission"),
    ("status", {"status": 400}, "stripe.refused"),
    ("status", {"status": 404}, "stripe.refused"),
]


@pytest.mark.parametrize(("kind", "how", "code"), FAULTS, ids=[f"{kind} {how}" for kind, how, _ in FAULTS])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_fault_that_stays_in_each_list(busy: SyncDesk, kind: str, how: dict[str, Any], code: str) -> None:
    for path in LISTS:
        busy.account.fault(kind, path=path, times=999, **how)
        assert _fails(busy).code == code
        busy.account.control.no_faults(busy.account.name)
    _recovers(busy)


@pytest.mark.parametrize("kind", ["reset", "cut", "status"])
def test_a_fault_that_passes_in_each_list_is_not_even_noticed(busy: SyncDesk, kind: str) -> None:
    for path in ("/v1/account", *LISTS, "/v1/balance_transactions"):
        busy.account.fault(kind, path=path, times=2)
    settle(busy)
    assert busy.account.faults_left == 0


def _left(at: SyncDesk, kind: str) -> int:
    """Where what is left to be listed of a kind ends (UTC seconds)."""
    identity = at.desk.property().identity
    assert identity is not None
    with at.desk.db.reading() as connection:
        return max(one.span.end for one in open_ranges(connection, identity, WHENEVER) if one.kind == kind)


def _seconds_of_intents(at: SyncDesk) -> list[int]:
    return [int(one["created"]) for one in at.account.dump("payment_intents").values()]


def test_the_second_page_fails(busy: SyncDesk) -> None:
    """The first page of a hundred is kept; the next run takes the rest."""
    before = len(held_books(busy.desk).payments)
    busy.account.fault("latency", path="/v1/payment_intents", times=1)  # the first page only waits
    busy.account.fault("html", path="/v1/payment_intents", times=99)
    with pytest.raises(StripeError):
        busy.run()
    assert len(held_books(busy.desk).payments) == before + 100 > before
    assert _left(busy, "payments") == sorted(_seconds_of_intents(busy))[-100] + 1
    check_journal(busy.desk)
    _recovers(busy)


def test_a_list_that_is_refused_for_good_holds_no_event_back(busy: SyncDesk) -> None:
    """The range that was left over fails with every poll, and is told; what has happened since is in all the same."""
    busy.tick()
    busy.account.fault("status", path="/v1/refunds", times=999, status=400)
    assert _fails(busy).code == "stripe.refused"
    busy.account.advance(60)
    Happening(busy.account).all("pay")
    with pytest.raises(StripeError, match="refused"):
        busy.tick()
    assert held_books(busy.desk).payments == true_books(busy.account).payments
    _recovers(busy)


def test_the_balance_transaction_of_a_capture_cannot_be_had(busy: SyncDesk) -> None:
    busy.account.fault("status", status=500, path="/v1/balance_transactions", times=99)
    assert _fails(busy).code == "stripe.down"
    _recovers(busy)


@pytest.mark.parametrize(
    "allowed",
    [
        (),
        ("rak_charge_read", "rak_customer_read"),
        ("rak_payment_intent_read", "rak_customer_read"),
        ("rak_payment_intent_read", "rak_charge_read", "rak_balance_transaction_source_read"),
    ],
)
def test_a_key_that_lacks_a_permission(busy: SyncDesk, allowed: tuple[str, ...]) -> None:
    busy.changes["key"] = busy.account.restricted(*allowed)
    error = _fails(busy)
    assert error.code == "stripe.no_permission"
    needed = {"rak_payment_intent_read", "rak_charge_read", "rak_customer_read"}
    assert any(name in str(error) for name in needed - set(allowed))
    _recovers(busy)


def test_a_restricted_key_with_what_it_needs(busy: SyncDesk) -> None:
    names = ("payment_intent", "charge", "customer", "balance_transaction_source")
    busy.changes["key"] = busy.account.restricted(*(f"rak_{name}_read" for name in names))
    settle(busy)


def test_a_key_without_balance_transactions_does_not_guess_when_money_moved(busy: SyncDesk) -> None:
    busy.changes["key"] = busy.account.restricted("rak_payment_intent_read", "rak_charge_read", "rak_customer_read")
    Happening(busy.account).all("create:manual authorize wait:90000 capture wait:60")
    result = busy.run()
    named = [str(one) for one in result.limits] + [one.reason for one in result.failures]
    assert sum("rak_balance_transaction_source_read" in one for one in named) >= 2
    undated = {one.id for one in result.failures}
    true, held = true_books(busy.account).payments, held_books(busy.desk).payments
    assert set(true) - set(held) <= undated
    assert {key: held[key] for key in set(held) - undated} == {key: true[key] for key in set(true) - undated}
    _recovers(busy)


def test_a_wrong_key_and_an_expired_one(busy: SyncDesk) -> None:
    busy.changes["key"] = "rk_test_0000000000000000000"
    assert _fails(busy).code == "stripe.wrong_key"
    busy.changes["key"] = busy.account.restricted("rak_charge_read", expired=True)
    assert _fails(busy).code == "stripe.expired_key"
    _recovers(busy)


def test_nobody_is_there_and_a_sign_in_page_is(busy: SyncDesk) -> None:
    busy.changes["base"] = closed_port()
    assert _fails(busy).code == "stripe.unreachable"
    with stub(Answer("<html>sign in</html>")) as portal:
        busy.changes["base"] = portal.url
        assert _fails(busy).code == "stripe.not_stripe"
    with stub(Answer("", 302, {"Location": "http://127.0.0.1:9/login"})) as portal:
        busy.changes["base"] = portal.url
        assert _fails(busy).code == "stripe.not_stripe"
    _recovers(busy)


def test_a_cancelled_run_keeps_what_it_read_and_the_next_goes_on(busy: SyncDesk) -> None:
    for name in ("payments", "charges", "refunds", "customers"):
        cancel = busy.cancel = Impatient()

        def report(step: Progress, name: str = name, cancel: Impatient = cancel) -> None:
            if step.step == name:
                cancel.set()

        result = busy.run(report=report)
        assert result.outcome is RunOutcome.CANCELLED
        assert is_sum(result.summary)
        assert busy.service.recent(1)[0].outcome is result.outcome
        check_journal(busy.desk)
    busy.cancel = Impatient()
    settle(busy)


def test_a_run_that_is_cancelled_before_it_begins(busy: SyncDesk) -> None:
    before = held_books(busy.desk)
    busy.cancel.set()
    assert busy.run().outcome is RunOutcome.CANCELLED
    assert held_books(busy.desk) == before


def _lose_lease(desk: Desk) -> None:
    with desk.writing() as unit:
        values = {"holder": "another|desk|1|2", "fence": sync_lease.c.fence + 1, "expires_at": 2**40}
        unit.connection.execute(update(sync_lease).values(values))


def _free_lease(desk: Desk) -> None:
    with desk.writing() as unit:
        unit.connection.execute(update(sync_lease).values(holder="", expires_at=0))


@pytest.mark.parametrize("engine_name", ENGINES)
@pytest.mark.parametrize("where", ["payments", "charges", "refunds"])
def test_a_lease_that_is_lost_in_the_middle(busy: SyncDesk, where: str) -> None:
    """Nothing is written after it, and the lease of the other desk stays."""
    held: list[Books] = []

    def report(step: Progress) -> None:
        if step.step == where and not held:
            _lose_lease(busy.desk)
            held.append(held_books(busy.desk))

    with pytest.raises(ConflictError) as caught:
        busy.run(report=report)
    assert caught.value.code == "sync.lost_lease"
    assert held_books(busy.desk) == held[0]
    with busy.desk.db.reading() as connection:
        assert connection.execute(text("SELECT holder FROM sync_lease")).scalar_one() == "another|desk|1|2"
    with pytest.raises(ConflictError) as caught:
        busy.run()
    assert caught.value.code == "sync.running"
    assert str(caught.value).startswith("A sync is running already. another began it at ")
    _free_lease(busy.desk)
    settle(busy)


@contextmanager
def _locked(desk: Desk) -> Iterator[None]:
    """Another program holds what a sync has to write."""
    other = create_engine(desk.db.url)
    with other.connect() as connection:
        if other.dialect.name == "sqlite":
            connection.connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT * FROM sync_lease FOR UPDATE"))
        yield
        connection.rollback()
    other.dispose()


@pytest.fixture
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.3)


@pytest.mark.usefixtures("_short_patience")
def test_a_database_that_stays_locked_in_the_middle(busy: SyncDesk) -> None:
    """One service, as the window has it: its next run must not find its own lease in the way."""
    service = busy.service
    with pytest.raises(DatabaseError) as caught, _unlocking(busy) as report:
        service.sync(ALL, busy.cancel, report)
    assert caught.value.code == "database.locked"
    assert "Nothing was lost" in str(caught.value)
    check_journal(busy.desk)
    service.sync(ALL, busy.cancel)
    check_truth(busy)
    settle(busy)
    assert [run.outcome for run in busy.service.recent(9)].count(RunOutcome.RUNNING) == 0


@contextmanager
def _unlocking(at: SyncDesk) -> Iterator[Any]:
    """A report that locks the database after the first list; it is free again at the end."""
    holding: list[Any] = []

    def report(step: Progress) -> None:
        if not holding and step.step == "charges":
            holding.append(_locked(at.desk))
            holding[0].__enter__()

    try:
        yield report
    finally:
        for one in holding:
            one.__exit__(None, None, None)


@pytest.mark.usefixtures("_short_patience")
def test_a_database_that_is_locked_before_the_run(busy: SyncDesk) -> None:
    with _locked(busy.desk), pytest.raises(DatabaseError) as caught:
        busy.run()
    assert caught.value.code == "database.locked"
    settle(busy)


def test_a_bug_in_the_middle_leaves_its_mark_and_no_lease(busy: SyncDesk) -> None:
    def report(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        busy.run(report=report)
    run = busy.service.recent(1)[0]
    assert (run.outcome, run.error_code, run.error_text) == (RunOutcome.FAILED, "bug", "ZeroDivisionError")
    settle(busy)


def test_an_interrupt_in_the_middle_leaves_no_lease(busy: SyncDesk) -> None:
    def report(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        busy.run(report=report)
    settle(busy)
    assert busy.service.recent(9)[-2].outcome is RunOutcome.FAILED


def _strange(account: Account, story: str) -> Happening:
    """A payment in a currency that nobody knows."""
    return Happening(account, currency="zzz").all(story)


@pytest.mark.parametrize(
    ("story", "failed"),
    [
        ("pay", 1),
        ("charge", 1),
        ("create", 1),
        ("create fail succeed", 1),
        ("pay refund:100 refund:200", 3),
        ("charge refund", 2),
    ],
)
def test_a_payment_that_cannot_be_understood_fails_once_and_the_rest_goes_on(
    at: SyncDesk, story: str, failed: int
) -> None:
    good = Happening(at.account).all("pay refund:100")
    bad = _strange(at.account, story)
    last = Happening(at.account).all("pay")
    for expected in (Summary(3 + failed, 3, 0, 0, 0, 2, failed), Summary(3 + failed, 0, 0, 3, 0, 0, failed)):
        result = at.run()
        assert (result.outcome, result.summary) == (RunOutcome.DONE, expected)
        assert {one.id for one in result.failures} >= {bad.intent or bad.charge}
        assert all("zzz" in one.reason or one.kind == "refund" for one in result.failures)
        assert at.service.recent(1)[0].failures == result.failures
    assert set(held_books(at.desk).payments) == {good.intent, last.intent}
    assert set(held_books(at.desk).refunds) == {good.refund}
    check_journal(at.desk)


def test_a_refund_whose_payment_cannot_be_understood_fails_with_it_alone(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year later only the refund is listed; its payment is fetched for it."""
    bad, good = (Happening(at.account).all("pay") for _ in range(2))
    at.account.advance(400 * DAY)
    bad.all("refund:100")
    good.all("refund:100")

    def reading(data: dict[str, Any], livemode: bool) -> StripeIntent:
        return intent_from(data | ({"status": "new"} if data["id"] == bad.intent else {}), livemode)

    monkeypatch.setattr(gateway_pages, "intent_from", reading)
    result = at.run(DateRange(date(2027, 6, 1), ALL.last))
    assert result.summary == Summary(fetched=4, new=2, unmatched=1, failed=2)
    assert {one.id for one in result.failures} == {bad.intent, bad.refund}
    assert set(held_books(at.desk).refunds) == {good.refund}
    monkeypatch.undo()
    settle(at)


def test_changes_are_told_for_what_was_kept(busy: SyncDesk) -> None:
    """Views hear of every page, also of a run that fails after it."""
    heard: set[int] = set()
    busy.desk.feed.subscribe(lambda changes: heard.update(changes.payments))
    busy.account.fault("html", path="/v1/charges", times=9)
    _fails(busy)
    with busy.desk.db.reading() as connection:
        stored = set(
            connection.execute(text("SELECT pk FROM payments WHERE created_at > 0 AND version >= 1")).scalars()
        )
    assert len(heard) >= 120
    assert heard <= stored
