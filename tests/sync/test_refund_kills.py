"""Refunds whose process is killed at random moments of the call: exactly one at Stripe and here, or none at both."""

from __future__ import annotations

import random
import sys
import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.services.payments import PaymentService
from tests.tools.accounts import Accounts
from tests.tools.desks import sync_desk
from tests.tools.killing import Death, Killer, Task, kill_calls, tell_deaths
from tests.tools.refunding import desk_payment, refund_service
from tests.tools.syncing import Impatient, SyncDesk, check_journal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a thing of POSIX")
_PART = 100
"""Minor units of each refund."""
_DAY_AND_MORE = 30 * 3_600


def _draft(payment: Payment, moments: random.Random) -> RefundDraft:
    uid = str(uuid.UUID(int=moments.getrandbits(128)))
    return RefundDraft(uid, payment.pk, Money(_PART, payment.currency), "killed")


def _of_stripe(at: SyncDesk) -> dict[str, str]:
    """Stripe's refunds: id by the request's uid. A uid that stood there twice would be a second refund."""
    shown = at.account.dump("refunds")
    uids = [dict(one["metadata"])["request_uid"] for one in shown.values()]
    assert len(uids) == len(set(uids)), "a request was carried out twice"
    return {dict(one["metadata"])["request_uid"]: key for key, one in shown.items()}


def _of_desk(at: SyncDesk) -> dict[str, str | None]:
    service = PaymentService(at.desk)
    keys = [key for key in service.keys(PaymentQuery()) if key % 2]
    rows = service.refunds_by_keys(keys)
    assert {one.status.value for one in rows} <= {"succeeded"}
    return {one.uid: one.stripe_refund_id for one in rows}


def _kill(
    killer: Killer, fresh: Callable[[], str], accounts: Accounts, kills: int, seed: int
) -> tuple[list[Death], Counter[str]]:
    """Each killed refund is settled by a normal start, or first by a sync, or after its key was forgotten."""
    moments, account, address = random.Random(seed), accounts.open(), fresh()
    with sync_desk(address, account) as at:
        payment = desk_payment(at, 1_000_000)
        found = kill_calls(
            killer, account, moments, kills, stepwise=0.5,
            task=lambda: Task(address, account, poll=False, refund=_draft(payment, moments)),
            settle=lambda task: _settle(at, task.refund, moments),
        )  # fmt: skip
    accounts.close(account)
    return found


def _settle(at: SyncDesk, draft: RefundDraft | None, moments: random.Random) -> str:
    """Returns what had happened; checks both sides and the journal."""
    assert draft is not None
    had = draft.uid in _of_stripe(at)
    asked = draft.uid in _of_desk_or_pending(at)
    if had and moments.random() < 0.3:
        at.account.advance(_DAY_AND_MORE)
    if moments.random() < 0.3:
        at.account.advance(30)
        at.tick()
    refund_service(at).resume(Impatient())
    assert _of_desk(at) == _of_stripe(at)
    assert (draft.uid in _of_stripe(at)) == asked
    check_journal(at.desk)
    return "refunded before its death" if had else "refunded afterwards" if asked else "never written down"


def _of_desk_or_pending(at: SyncDesk) -> set[str]:
    service = PaymentService(at.desk)
    return {one.uid for one in service.refunds_by_keys([key for key in service.keys(PaymentQuery()) if key % 2])}


def _report(deaths: list[Death], ways: Counter[str], seed: int) -> None:
    tell_deaths(f"refunds {dict(ways)}", deaths, seed)
    if len(deaths) >= 50:
        assert min(ways.values()) > 0
        assert len(ways) == 3


def test_a_refund_killed_at_some_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=6, seed=3), seed=3)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_refund_killed_at_sixty_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _report(*_kill(killer, fresh, accounts, kills=60, seed=7), seed=7)
