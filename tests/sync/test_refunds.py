"""Refunds from the desk: exactly one at Stripe and here, whatever goes wrong between them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import InputError, KeychainError, KnownError, StripeError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft, PaymentStatus, RefundStatus, Source
from rentease_desk.domain.refunds import RefundDraft, Refunded
from rentease_desk.domain.requests import RequestState
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from tests.services.conftest import draft as booking_draft
from tests.tools.clocks import SetClock
from tests.tools.databases import ENGINES
from tests.tools.refunding import desk_payment, refund_service
from tests.tools.syncing import Impatient, SyncDesk, check_journal

HOUR = 3_600
CANCEL = Impatient()
"""Nobody waits between attempts."""


@pytest.fixture
def soren(bookings: BookingService) -> Booking:
    return bookings.add(booking_draft()).value


@pytest.fixture
def paid(at: SyncDesk) -> Payment:
    """A card payment of 100.00 that the desk knows."""
    return desk_payment(at, 10_000)


@pytest.fixture
def refunds(at: SyncDesk) -> RefundService:
    return refund_service(at)


def draft(payment: Payment, minor: int = 4_000, uid: str = "", reason: str = "noise") -> RefundDraft:
    return RefundDraft(
        uid or f"00000000-0000-4000-8000-{minor:012d}", payment.pk, Money(minor, payment.currency), reason
    )


def made(at: SyncDesk) -> list[tuple[int, str]]:
    """What Stripe really gave back."""
    return [(one["amount"], one["status"]) for one in at.account.dump("refunds").values()]


def left(at: SyncDesk, paid: Payment) -> int:
    """What may still be given back, minor units."""
    return PartService(at.desk).parts(paid.pk).left


def held(at: SyncDesk, paid: Payment) -> list[tuple[int, str, bool]]:
    """What stands here of it: amount, status, and whether it has Stripe's id."""
    service = PaymentService(at.desk)

    rows = service.refunds_by_keys([key for key in service.keys(PaymentQuery()) if key % 2])
    return sorted((one.amount, one.status.value, one.stripe_refund_id is not None) for one in rows)


def pass_time(at: SyncDesk, seconds: int) -> None:
    at.account.advance(seconds)
    clock: Any = at.desk.clock
    clock.advance(seconds)


def code_of(found: Refunded) -> str | None:
    return None if found.trouble is None else found.trouble.code


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_part_and_then_the_rest(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    first = refunds.refund(draft(paid, 4_000, reason="too loud"), CANCEL).value
    assert (first.state, first.refund.status, first.refund.reason) == (
        RequestState.DONE,
        RefundStatus.SUCCEEDED,
        "too loud",
    )
    assert first.refund.business_date == date(2026, 11, 5)
    assert left(at, paid) == 6_000
    refunds.refund(draft(paid, 6_000), CANCEL)
    assert made(at) == [(4_000, "succeeded"), (6_000, "succeeded")]
    payment = PaymentService(at.desk).get(paid.pk)
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, 10_000)
    with pytest.raises(InputError) as caught:
        refunds.refund(draft(paid, 1), CANCEL)
    assert (caught.value.code, caught.value.field) == ("refund.nothing_left", "amount")
    check_journal(at.desk)


def test_the_call_names_the_request_and_the_sync_keeps_the_reason(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    wanted = draft(paid, reason="too loud")
    refunds.refund(wanted, CANCEL)
    (shown,) = at.account.dump("refunds").values()
    assert dict(shown["metadata"]) == {"request_uid": wanted.uid}
    at.run()
    at.tick()
    assert held(at, paid) == [(4_000, "succeeded", True)]
    assert refunds.plan(wanted).value.refund.reason == "too loud"


def test_the_same_draft_twice_refunds_once(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    refunds.refund(draft(paid), CANCEL)
    refunds.refund(draft(paid), CANCEL)
    assert made(at) == [(4_000, "succeeded")]
    with pytest.raises(InputError, match="another amount"):
        refunds.refund(draft(paid, 5_000, uid=draft(paid).uid), CANCEL)


@pytest.mark.parametrize(
    ("minor", "reason", "field"), [(10_001, "x", "amount"), (0, "x", "amount"), (100, " ", "reason")]
)
def test_what_cannot_be_refunded_is_said_beside_its_field(
    paid: Payment, refunds: RefundService, minor: int, reason: str, field: str
) -> None:
    with pytest.raises(InputError) as caught:
        refunds.plan(draft(paid, minor, reason=reason))
    assert caught.value.field == field


def test_it_is_pending_until_stripe_says_so(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    planned = refunds.plan(draft(paid)).value
    assert (planned.state, planned.refund.status) == (RequestState.PLANNED, RefundStatus.PENDING)
    assert left(at, paid) == 6_000
    assert PaymentService(at.desk).get(paid.pk).refunded == 0
    assert made(at) == []
    refunds.send(planned.refund.uid, CANCEL)
    assert PaymentService(at.desk).get(paid.pk).refunded == 4_000


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "reset", "reached": True},
        {"kind": "cut"},
        {"kind": "html"},
        {"kind": "invalid_json"},
        {"kind": "latency", "latency_ms": 300},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 409},
        {"kind": "status", "status": 429, "retry_after": 0},
        {"kind": "status", "status": 503, "reached": True},
    ],
)
@pytest.mark.parametrize("times", [1, 6])
def test_a_fault_on_the_way(
    at: SyncDesk, paid: Payment, refunds: RefundService, fault: dict[str, Any], times: int
) -> None:
    """Whether it lasts for one attempt or for all of them: there is one refund in the end, and one row."""
    planned = refunds.plan(draft(paid)).value
    at.account.fault(fault["kind"], times=times, path="/v1/refunds", **{k: v for k, v in fault.items() if k != "kind"})
    refunds.send(planned.refund.uid, CANCEL)
    at.account.control.no_faults(at.account.name)
    refunds.resume(CANCEL)
    found = refunds.plan(draft(paid)).value
    if found.state is RequestState.REFUSED:
        assert (made(at), held(at, paid)) == ([], [(4_000, "canceled", False)])
    else:
        assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])
    check_journal(at.desk)


def test_an_answer_that_is_lost_leaves_it_pending_and_the_next_start_adopts_it(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    lossy = refund_service(at, lose_answers=True)
    found = lossy.refund(draft(paid), CANCEL).value
    assert (found.state, found.refund.status, code_of(found)) == (
        RequestState.UNKNOWN,
        RefundStatus.PENDING,
        "refund.unknown",
    )
    assert made(at) == [(4_000, "succeeded")]
    assert left(at, paid) == 6_000
    (settled,) = refunds.resume(CANCEL)
    assert (settled.state, settled.refund.status) == (RequestState.DONE, RefundStatus.SUCCEEDED)
    assert refunds.resume(CANCEL) == []
    assert made(at) == [(4_000, "succeeded")]


def test_a_lost_answer_is_settled_by_a_sync_too(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    refund_service(at, lose_answers=True).refund(draft(paid), CANCEL)
    at.account.advance(60)
    at.tick()
    assert held(at, paid) == [(4_000, "succeeded", True)]
    assert refunds.resume(CANCEL) == []


def test_a_lost_request_is_sent_again_with_its_key_within_20_hours(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    assert refund_service(at, lose_requests=True).refund(draft(paid), CANCEL).value.state is RequestState.UNKNOWN
    pass_time(at, 19 * HOUR)
    refunds.resume(CANCEL)
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


def test_after_30_hours_what_happened_is_taken_over(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    """Stripe has forgotten the key: sent again, the money would go back twice."""
    refund_service(at, lose_answers=True).refund(draft(paid), CANCEL)
    pass_time(at, 30 * HOUR)
    refunds.resume(CANCEL)
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


def test_after_30_hours_what_did_not_happen_is_given_up_and_not_sent(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    refund_service(at, lose_requests=True).refund(draft(paid), CANCEL)
    pass_time(at, 30 * HOUR)
    (found,) = refunds.resume(CANCEL)
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.not_made")
    assert (made(at), held(at, paid)) == ([], [(4_000, "canceled", False)])
    assert left(at, paid) == 10_000


def test_after_30_hours_nothing_is_decided_while_the_refunds_cannot_be_read(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    refund_service(at, lose_requests=True).refund(draft(paid), CANCEL)
    pass_time(at, 30 * HOUR)
    blind = SyncDesk(at.desk, at.account, {"key": at.account.restricted("rak_balance_transaction_source_read")})
    (found,) = refund_service(blind).resume(CANCEL)
    assert (found.state, left(at, paid)) == (RequestState.UNKNOWN, 6_000)


def test_a_replayed_500_is_not_sent_again(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    """Stripe repeats it under this key for a day. It had happened: the charge's refunds tell."""
    planned = refunds.plan(draft(paid)).value
    found = refund_service(at, fault_posts={"kind": "status", "status": 500, "reached": True}).send(
        planned.refund.uid, CANCEL
    )
    assert (found.value.state, made(at)) == (RequestState.UNKNOWN, [(4_000, "succeeded")])
    refunds.resume(CANCEL)
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


def test_a_request_that_was_never_sent_is_not_sent_a_day_later(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    refunds.plan(draft(paid))
    pass_time(at, 21 * HOUR)
    (found,) = refunds.resume(CANCEL)
    assert (code_of(found), made(at)) == ("refund.too_late", [])


def test_a_planned_request_is_sent_by_the_next_start(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    refunds.plan(draft(paid))
    refunds.resume(CANCEL)
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


def test_without_the_permission_it_says_which_and_how_to_do_it_instead(at: SyncDesk, paid: Payment) -> None:
    key = at.account.restricted("rak_charge_read", "rak_payment_intent_read", "rak_event_read")
    weak = SyncDesk(at.desk, at.account, {"key": key})
    found = refund_service(weak).refund(draft(paid), CANCEL).value
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.no_permission")
    assert "rak_charge_write" in str(found.trouble)
    assert str(paid.stripe_charge_id) in str(found.trouble)
    assert "dashboard" in str(found.trouble)
    assert (made(at), held(at, paid)) == ([], [(4_000, "canceled", False)])


def test_a_permission_that_goes_after_an_unknown_outcome_decides_nothing(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    refund_service(at, lose_requests=True).refund(draft(paid), CANCEL)
    weak = SyncDesk(at.desk, at.account, {"key": at.account.restricted("rak_charge_read")})
    (found,) = refund_service(weak).resume(CANCEL)
    assert (found.state, left(at, paid)) == (RequestState.UNKNOWN, 6_000)


def test_another_accounts_key_refunds_nothing(at: SyncDesk, paid: Payment, accounts: Any) -> None:
    other = accounts.open()
    found = refund_service(SyncDesk(at.desk, other)).refund(draft(paid), CANCEL).value
    assert (found.state, made(at)) == (RequestState.REFUSED, [])
    accounts.close(other)


def test_what_the_dashboard_refunded_is_taken_over(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    at.account.do("refund", charge=paid.stripe_charge_id)
    found = refunds.refund(draft(paid), CANCEL).value
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.already")
    assert held(at, paid) == [(4_000, "canceled", False), (10_000, "succeeded", True)]
    assert PaymentService(at.desk).get(paid.pk).status is PaymentStatus.REFUNDED


@pytest.mark.parametrize("amount", [10_000, 7_000])
def test_what_the_dashboard_refunds_between_reading_and_sending(at: SyncDesk, paid: Payment, amount: int) -> None:
    between = lambda: at.account.do("refund", charge=paid.stripe_charge_id, amount=amount)  # noqa: E731
    found = refund_service(at, before_post=between).refund(draft(paid), CANCEL).value
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.already")
    assert held(at, paid) == [(4_000, "canceled", False), (amount, "succeeded", True)]


def test_a_disputed_charge(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    at.account.do("dispute", charge=paid.stripe_charge_id)
    found = refunds.refund(draft(paid), CANCEL).value
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.stripe_refused")
    assert "charged back" in str(found.trouble)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_desks_at_once_refund_what_is_left_once(at: SyncDesk, paid: Payment) -> None:
    """Both want all of it at the same moment."""
    other = SyncDesk(replace(at.desk, operator=Operator("Ada", "Desk 2")), at.account)
    barrier = threading.Barrier(2)

    def attempt(pair: tuple[SyncDesk, str]) -> str:
        barrier.wait(10)
        try:
            wanted = draft(paid, 10_000, uid=pair[1])
            return refund_service(pair[0]).refund(wanted, CANCEL).value.state.value
        except KnownError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(attempt, [(at, "a" * 36), (other, "b" * 36)]))
    assert told == ["done", "refund.nothing_left"]
    assert made(at) == [(10_000, "succeeded")]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_desks_that_resume_at_once(at: SyncDesk, paid: Payment) -> None:
    refund_service(at, lose_requests=True).refund(draft(paid), CANCEL)
    barrier = threading.Barrier(2)

    def attempt(service: RefundService) -> None:
        barrier.wait(10)
        service.resume(CANCEL)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(attempt, [refund_service(at), refund_service(at)]))
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


def test_a_copied_request_uid_is_a_refund_of_its_own(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    wanted = draft(paid)
    refunds.plan(wanted)
    at.account.do("refund", charge=paid.stripe_charge_id, amount=123, metadata={"request_uid": wanted.uid})
    at.run()
    assert held(at, paid) == [(123, "succeeded", True), (4_000, "pending", False)]


def test_a_refund_that_fails_later_gives_the_money_free(at: SyncDesk, paid: Payment, refunds: RefundService) -> None:
    found = refunds.refund(draft(paid), CANCEL).value
    at.account.advance(60)
    at.account.do("update-refund", refund=found.refund.stripe_refund_id, status="failed", failure_reason="declined")
    at.account.advance(60)
    at.run()
    assert held(at, paid) == [(4_000, "failed", True)]
    assert left(at, paid) == 10_000


@pytest.mark.parametrize("method", ["cash", "transfer"])
def test_a_manual_payment_is_refunded_by_its_method(
    at: SyncDesk, desk: Desk, soren: Booking, clock: SetClock, refunds: RefundService, method: str
) -> None:
    payments = PaymentService(desk)
    taken = payments.take(PaymentDraft("m" * 36, soren.pk, method, Money(5_000, "eur"), reference="R1")).value
    clock.advance(24 * HOUR)
    found = refunds.refund(draft(taken, 2_000), CANCEL)
    back = found.value.refund
    assert (back.method, back.status, back.business_date) == (method, RefundStatus.SUCCEEDED, date(2026, 11, 6))
    assert (taken.source, back.stripe_account, made(at)) == (Source.MANUAL, None, [])
    assert found.changes.bookings == {soren.pk}
    assert payments.get(taken.pk).status is PaymentStatus.PARTIALLY_REFUNDED
    with pytest.raises(KnownError, match="given back"):
        payments.void(taken.pk, "wrong")
    check_journal(desk)


def test_a_void_payment_is_not_refunded(desk: Desk, soren: Booking, refunds: RefundService) -> None:
    payments = PaymentService(desk)
    taken = payments.take(PaymentDraft("m" * 36, soren.pk, "cash", Money(5_000, "eur"))).value
    payments.void(taken.pk, "typed twice")
    with pytest.raises(KnownError, match="void"):
        refunds.plan(draft(taken, 2_000))


@pytest.mark.parametrize("code", ["keychain.silent", "keychain.failed", "stripe.no_key"])
def test_without_a_key_to_be_had_nothing_is_written_down(at: SyncDesk, paid: Payment, code: str) -> None:
    """A locked or silent keyring: it is said at once, and no refund stands as pending that was never sent."""
    error: KnownError = (
        StripeError(code) if code == "stripe.no_key" else KeychainError(code, seconds=5, reason="it is locked")
    )

    def refuse(_whose: object) -> Any:
        raise error

    service = RefundService(at.desk, at.desk, refuse, refuse)
    with pytest.raises(KnownError) as caught:
        service.refund(draft(paid), CANCEL)
    assert caught.value is error
    assert (made(at), held(at, paid), left(at, paid)) == ([], [], 10_000)


def test_a_keyring_that_locks_between_planning_and_sending_refuses(at: SyncDesk, paid: Payment) -> None:
    def locked(_account: object) -> Any:
        raise KeychainError("keychain.failed", reason="it is locked")

    found = RefundService(at.desk, at.desk, locked).refund(draft(paid), CANCEL).value
    assert (found.state, code_of(found)) == (RequestState.REFUSED, "refund.not_sent")
    assert "it is locked" in str(found.trouble)
    assert held(at, paid) == [(4_000, "canceled", False)]


def test_a_keyring_that_is_locked_at_the_start_keeps_what_was_left_over(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    def locked(_account: object) -> Any:
        raise KeychainError("keychain.silent", seconds=5)

    refunds.plan(draft(paid))
    (kept,) = RefundService(at.desk, at.desk, locked).resume(CANCEL)
    assert kept.state is RequestState.PLANNED
    refunds.resume(CANCEL)
    assert (made(at), held(at, paid)) == ([(4_000, "succeeded")], [(4_000, "succeeded", True)])


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_desk_without_a_key_leaves_what_another_has_planned(
    at: SyncDesk, paid: Payment, refunds: RefundService
) -> None:
    """Its timer neither refuses it, nor holds it, nor writes why it cannot."""

    def without_key(_account: object) -> Any:
        raise StripeError("stripe.no_key")

    refunds.plan(draft(paid))
    length = at.journal_length()
    assert RefundService(at.desk, at.desk, without_key).resume(CANCEL) == []
    assert at.journal_length() == length
    (found,) = refunds.resume(CANCEL)
    assert (found.state, held(at, paid)) == (RequestState.DONE, [(4_000, "succeeded", True)])
