"""What has to be followed up, as Stripe's own objects say it: from lists, from events, and when it resolves itself."""

from __future__ import annotations

import pytest

from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.follow_ups import FollowUpService
from tests.services.conftest import draft
from tests.tools.accounts import DAY, Account
from tests.tools.billing_stories import STORIES as BILLING
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk, check_journal

NAMED = {"booking_reference": "LN-2017"}
_TROUBLED = ("open", "uncollectible")
_UNDECIDED = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")


def true_troubles(account: Account) -> dict[str, tuple[FollowUpKind, int]]:
    """What went wrong and has not resolved itself: kind and amount by Stripe's id, from the account's own objects."""
    kinds = FollowUpKind
    intents, charges = account.dump("payment_intents"), account.dump("charges")
    invoices, refunds, disputes = account.dump("invoices"), account.dump("refunds"), account.dump("disputes")
    billed = {one["intent"] for one in account.dump("invoice_payments").values()}
    tried = {one["intent"] for one in charges.values() if one["status"] == "failed"}
    waiting = {"requires_payment_method", "requires_action", "requires_confirmation"}
    found = {
        key: (kinds.PAYMENT, one["order"]["amount"])
        for key, one in intents.items()
        if key in tried and one["status"] in waiting and key not in billed
    }
    found |= {key: (kinds.REFUND, one["amount"]) for key, one in refunds.items() if one["status"] == "failed"}
    found |= {key: (kinds.DISPUTE, one["amount"]) for key, one in disputes.items() if one["status"] in _UNDECIDED}
    return found | {
        key: (kinds.INVOICE, one["order"]["amount"] - one["amount_paid"])
        for key, one in invoices.items()
        if one["status"] in _TROUBLED and one["attempt_count"]
    }


def listed(at: SyncDesk, *, done: bool = False) -> list[FollowUp]:
    return FollowUpService(at.desk).listed(done=done)


def ids(found: list[FollowUp]) -> list[str]:
    return [one.problem.object_id for one in found]


def held_troubles(at: SyncDesk) -> dict[str, tuple[FollowUpKind, int]]:
    found = listed(at)
    assert len(set(ids(found))) == len(found)
    return {one.problem.object_id: (one.problem.kind, one.problem.amount) for one in found}


def poll(at: SyncDesk, seconds: int = 60) -> None:
    """Time passes in Stripe and at the desk, and the timer looks."""
    at.account.advance(seconds)
    at.desk.clock.at = at.account.control.clock(at.account.name)  # type: ignore[attr-defined]
    at.tick()


@pytest.fixture
def polled(at: SyncDesk) -> SyncDesk:
    """A desk with a booking whose first poll is behind it."""
    BookingService(at.desk).add(draft())
    at.tick()
    at.account.advance(300)
    return at


def test_every_story_leaves_what_stripe_still_shows_as_wrong(at: SyncDesk) -> None:
    for story in STORIES.values():
        Happening(at.account).all(story)
    for tell in BILLING.values():
        list(tell(at.account))
    at.run()
    truth = true_troubles(at.account)
    assert {kind for kind, _ in truth.values()} == set(FollowUpKind)
    assert held_troubles(at) == truth


def test_a_declined_card_stands_here_until_another_attempt_succeeds(polled: SyncDesk) -> None:
    payment = Happening(polled.account, metadata=NAMED, amount=9_900).all("create fail")
    poll(polled)
    (found,) = listed(polled)
    problem, home = found.problem, found.problem.home
    truth = polled.account.dump("charges")[payment.charge]
    assert (problem.object_id, problem.phase, problem.at) == (payment.intent, payment.charge, truth["created"])
    assert (problem.code, problem.message) == (truth["decline"]["decline_code"], truth["decline"]["message"])
    assert (problem.amount, problem.contact.phone) == (9_900, "+46 70 123")
    assert home is not None
    assert (home.reference, home.balance) == ("LN-2017", 47_200)
    payment.all("succeed")
    poll(polled)
    assert listed(polled) == listed(polled, done=True) == []


def test_what_is_done_is_open_again_when_the_next_attempt_fails(polled: SyncDesk) -> None:
    service = FollowUpService(polled.desk)
    payment = Happening(polled.account, metadata=NAMED).all("create fail")
    poll(polled)
    (shown,) = listed(polled)
    service.set_done(service.write_note(shown, "pays cash"))
    poll(polled)
    assert listed(polled) == []
    payment.all("fail")
    poll(polled)
    (again,) = listed(polled)
    assert (again.problem.object_id, again.care.note, again.is_done) == (payment.intent, "pays cash", False)
    check_journal(polled.desk)


def test_a_refund_that_fails_late_stands_here(polled: SyncDesk) -> None:
    back = Happening(polled.account, metadata=NAMED).all("pay wait:60 refund:3000")
    poll(polled)
    assert listed(polled) == []
    polled.account.do("update-refund", refund=back.refund, status="failed", failure_reason="lost_or_stolen_card")
    poll(polled, DAY)
    (found,) = listed(polled)
    problem = found.problem
    assert (problem.kind, problem.object_id, problem.amount) == (FollowUpKind.REFUND, back.refund, 3_000)
    assert problem.code == "lost_or_stolen_card"
    assert problem.home is not None
    assert problem.home.balance == 47_200 - 10_000  # the guest has not got it back


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_a_dispute_has_its_deadline_until_the_bank_decides(polled: SyncDesk, won: bool, status: str) -> None:
    paid = Happening(polled.account, metadata=NAMED).all("pay")
    dispute = polled.account.do("dispute", charge=paid.charge, reason="unrecognized")["id"]
    poll(polled)
    (found,) = listed(polled)
    truth = polled.account.dump("disputes")[dispute]
    told = found.problem
    assert (told.object_id, told.amount, told.code) == (dispute, truth["amount"], "unrecognized")
    assert (told.due_by, told.to_answer) == (truth["due_by"], True)
    polled.account.do("dispute-respond", dispute=dispute)
    poll(polled)
    assert [(one.problem.status, one.problem.to_answer) for one in listed(polled)] == [("under_review", False)]
    polled.account.do("dispute-close", dispute=dispute, won=won)
    poll(polled)
    assert listed(polled) == []
    assert [(one.problem.status, one.is_done) for one in listed(polled, done=True)] == [(status, False)]


def test_a_question_of_the_bank_that_was_done_with_is_open_again_as_a_dispute(polled: SyncDesk) -> None:
    paid = Happening(polled.account, metadata=NAMED).all("pay")
    dispute = polled.account.do("dispute", charge=paid.charge, inquiry=True)["id"]
    poll(polled)
    (asked,) = listed(polled)
    FollowUpService(polled.desk).set_done(asked)
    polled.account.do("dispute-respond", dispute=dispute)
    poll(polled)
    assert listed(polled) == []
    polled.account.do("dispute-escalate", dispute=dispute)
    poll(polled)
    assert [(one.problem.object_id, one.problem.status) for one in listed(polled)] == [(dispute, "needs_response")]


@pytest.mark.parametrize("end", ["paid", "void"])
def test_an_invoice_counts_its_attempts_until_it_is_paid_or_void(polled: SyncDesk, end: str) -> None:
    stay = polled.account.do("subscribe", amount=90_000, metadata=NAMED)["id"]
    invoice = polled.account.do("subscription-renew", subscription=stay, fails=True)["id"]
    for attempts in (1, 2):
        poll(polled)
        (found,) = listed(polled)
        truth, told = polled.account.dump("invoices")[invoice], found.problem
        assert (told.kind, told.object_id, told.attempts) == (FollowUpKind.INVOICE, invoice, attempts)
        assert (told.amount, told.next_attempt) == (90_000, truth["next_payment_attempt"])
        assert told.home is not None
        assert told.home.reference == "LN-2017"
        if attempts == 1:
            polled.account.advance(3 * DAY)
            polled.account.do("invoice-pay", invoice=invoice, fails=True)
    polled.account.do(*(("invoice-pay",) if end == "paid" else ("invoice-void",)), invoice=invoice)
    poll(polled)
    assert polled.account.dump("invoices")[invoice]["status"] == end
    assert listed(polled) == []
