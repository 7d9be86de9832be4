"""What went wrong at Stripe, on both engines: what is listed, what resolves by itself, and what people do about it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.services.follow_ups import FollowUpService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.storage.journal import read_rows
from tests.services.conftest import journal_entries, journal_is_whole
from tests.tools.gui import DAY, NOON
from tests.tools.gui_stripe import Card
from tests.tools.problems import Trouble

DECLINED = Card("declined", 9_900, "LN-2017", "requires_payment_method", message="Your card has insufficient funds.")
PAID = Card("paid", 9_900, "LN-2017")
STRANGER = Card("stranger", 5_000, "", "requires_payment_method", message="No.", days_ago=3, payer="Ines Prado")
LATER = Card("later", 30_000, "LN-2017", days_ago=9)


@pytest.fixture
def trouble(desk: Desk, soren: Booking) -> Trouble:
    made = Trouble(desk)
    made.bind()
    return made


@pytest.fixture
def service(desk: Desk) -> FollowUpService:
    return FollowUpService(desk)


def ids(found: list[FollowUp]) -> list[str]:
    return [one.problem.object_id for one in found]


# --- what is listed


def test_without_an_account_there_is_nothing(service: FollowUpService) -> None:
    assert service.listed() == service.listed(done=True) == []
    with pytest.raises(NotFoundError):
        service.find("pi_declined")


def test_a_failed_payment_tells_why_and_whom_to_ask(trouble: Trouble, service: FollowUpService, soren: Booking) -> None:
    trouble.pay(DECLINED, code="insufficient_funds")
    (found,) = service.listed()
    problem = found.problem
    assert (problem.kind, problem.object_id, problem.status) == (
        FollowUpKind.PAYMENT, "pi_declined", "requires_payment_method"
    )  # fmt: skip
    assert (problem.code, problem.message) == ("insufficient_funds", "Your card has insufficient funds.")
    assert (problem.amount, problem.currency, problem.at) == (9_900, "eur", NOON - DAY)
    contact = problem.contact
    assert (contact.name, contact.email, contact.phone) == ("Søren Lindqvist", "soren@lindqvist.example", "+46 70 123")
    assert problem.home is not None
    assert (problem.home.pk, problem.home.reference, problem.home.balance) == (soren.pk, "LN-2017", 47_200)
    assert (found.is_open, found.care.version) == (True, 0)


def test_without_a_booking_who_paid_is_asked(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(STRANGER)
    (found,) = service.listed()
    assert (found.problem.contact.name, found.problem.home) == ("Ines Prado", None)


def test_what_has_a_deadline_comes_first_then_the_newest(trouble: Trouble, service: FollowUpService) -> None:
    cards = [Card(name, 1_000, "LN-2017", days_ago=20) for name in ("soon", "late", "seen")]
    for card in (PAID, LATER, *cards):
        trouble.pay(card)
    trouble.pay(STRANGER)
    trouble.pay(DECLINED)
    back = trouble.refund(LATER, 500)
    late, soon = trouble.dispute(cards[1], due_in=-DAY), trouble.dispute(cards[0], due_in=2 * DAY)
    far = trouble.dispute(PAID, due_in=9 * DAY)
    seen = trouble.dispute(cards[2], "under_review")
    assert ids(service.listed()) == [late, soon, far, back, seen, "pi_declined", "pi_stranger"]
    kinds = [one.problem.kind for one in service.listed()]
    assert kinds.count(FollowUpKind.DISPUTE) == 4
    assert kinds.count(FollowUpKind.REFUND) == 1


def test_an_invoice_that_failed_stands_for_its_payment(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(DECLINED)
    invoice = trouble.invoice(DECLINED, attempts=2)
    (found,) = service.listed()
    problem = found.problem
    assert (problem.object_id, problem.attempts, problem.next_attempt) == (invoice, 2, NOON + 3 * DAY)
    assert (problem.amount, problem.message) == (9_900, "Your card has insufficient funds.")
    assert problem.home is not None
    assert problem.home.reference == "LN-2017"


def test_an_invoice_that_nobody_has_tried_waits(trouble: Trouble, service: FollowUpService) -> None:
    trouble.invoice(Card("fresh", 100), attempts=0)
    assert service.listed() == []


@pytest.mark.parametrize("status", ["succeeded", "processing"])
def test_other_payments_and_refunds_are_no_trouble(trouble: Trouble, service: FollowUpService, status: str) -> None:
    trouble.pay(Card("paid", 9_900, "LN-2017", status))
    trouble.refund(PAID, 100, "succeeded", None)
    trouble.refund(PAID, 200, "canceled", None)
    trouble.refund(PAID, 300, "pending", None)
    assert service.listed() == service.listed(done=True) == []
    with pytest.raises(NotFoundError):
        service.find("pi_paid")


def test_another_account_is_not_told(trouble: Trouble, service: FollowUpService, desk: Desk) -> None:
    other = Trouble(desk, Identity("acct_other", livemode=False))
    for one in (other, Trouble(desk, Identity("acct_window", livemode=True))):
        one.pay(DECLINED)
        one.pay(PAID)
        one.refund(PAID, 100)
        one.dispute(PAID)
        one.invoice(STRANGER)
    assert service.listed() == []


# --- what resolves by itself


def test_an_attempt_that_succeeds_later_is_no_trouble_any_more(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(DECLINED)
    trouble.pay(Card("declined", 9_900, "LN-2017"), charge="ch_second")
    assert service.listed() == service.listed(done=True) == []


def test_what_was_written_about_is_found_when_it_resolves(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(DECLINED)
    service.write_note(service.find("pi_declined"), "called, tries another card")
    trouble.pay(Card("declined", 9_900, "LN-2017"), charge="ch_second")
    (found,) = service.listed(done=True)
    assert (found.problem.is_open, found.is_done, found.care.note) == (False, False, "called, tries another card")
    with pytest.raises(KnownError, match="resolved by itself"):
        service.set_done(found)
    with pytest.raises(KnownError, match="resolved by itself"):
        service.set_open(found)


@pytest.mark.parametrize("end", ["won", "lost", "warning_closed"])
def test_a_dispute_that_is_decided_is_told_among_the_done(trouble: Trouble, service: FollowUpService, end: str) -> None:
    trouble.pay(PAID)
    dispute = trouble.dispute(PAID)
    assert ids(service.listed()) == [dispute]
    trouble.dispute(PAID, end, due_in=None)
    assert service.listed() == []
    (found,) = service.listed(done=True)
    assert (found.problem.object_id, found.problem.status, found.is_open) == (dispute, end, False)


# --- what people do


def test_done_and_undone(trouble: Trouble, service: FollowUpService, desk: Desk) -> None:
    trouble.pay(DECLINED)
    trouble.pay(STRANGER)
    done = service.set_done(service.find("pi_declined"))
    assert (done.is_done, done.care.done_by, done.care.version) == (True, "Elena", 1)
    assert ids(service.listed()) == ["pi_stranger"]
    assert ids(service.listed(done=True)) == ["pi_declined"]
    with pytest.raises(KnownError, match="has marked it as done"):
        service.set_done(done)
    again = service.set_open(done)
    assert (again.is_done, again.care.done_at, again.care.version) == (False, None, 2)
    assert set(ids(service.listed())) == {"pi_declined", "pi_stranger"}
    assert service.listed(done=True) == []
    assert [one for one in journal_entries(desk) if one[0] == "follow_up"] == [
        ("follow_up", "done"), ("follow_up", "reopen")
    ]  # fmt: skip
    assert journal_is_whole(desk)


def test_a_further_attempt_that_fails_is_open_again_with_its_note(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(DECLINED)
    noted = service.write_note(service.find("pi_declined"), "pays cash")
    service.set_done(noted)
    trouble.pay(DECLINED, charge="ch_second")
    (found,) = service.listed()
    assert (found.is_open, found.care.note) == (True, "pays cash")
    assert service.listed(done=True) == []


def test_a_question_that_becomes_a_dispute_is_open_again(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(PAID)
    dispute = trouble.dispute(PAID, "warning_needs_response")
    service.set_done(service.find(dispute))
    trouble.dispute(PAID, "warning_under_review")
    assert service.listed() == []
    trouble.dispute(PAID, "needs_response")
    assert ids(service.listed()) == [dispute]


def test_a_further_attempt_of_an_invoice_is_open_again(trouble: Trouble, service: FollowUpService) -> None:
    trouble.pay(DECLINED)
    invoice = trouble.invoice(DECLINED, attempts=1)
    service.set_done(service.find(invoice))
    assert service.listed() == []
    trouble.invoice(DECLINED, attempts=2)
    assert ids(service.listed()) == [invoice]
    trouble.invoice(DECLINED, attempts=2, status="paid", next_in=None)
    assert service.listed() == []
    assert ids(service.listed(done=True)) == [invoice]


def test_a_note_holds_no_card_number_and_the_journal_not_its_words(
    trouble: Trouble, service: FollowUpService, desk: Desk
) -> None:
    trouble.pay(DECLINED)
    shown = service.find("pi_declined")
    with pytest.raises(InputError, match="card number"):
        service.write_note(shown, "has 4242 4242 4242 4242")
    noted = service.write_note(shown, "  Søren calls back  ")
    assert noted.care.note == "Søren calls back"
    service.write_note(noted, "")
    assert service.find("pi_declined").care.note == ""
    with desk.db.reading() as connection:
        texts = [row.entry.after or "" for row in read_rows(connection) if row.entry.entity == "follow_up"]
    assert len(texts) == 2
    assert not any("Søren" in text for text in texts)
    assert all("sha256:" in text or '"note":""' in text for text in texts)


def test_who_was_second_is_told_and_nothing_is_lost(trouble: Trouble, service: FollowUpService, desk: Desk) -> None:
    other = FollowUpService(changed(desk, operator=Operator("Paolo", "Desk 2")))
    trouble.pay(DECLINED)
    shown = service.find("pi_declined")
    other.write_note(shown, "Paolo called")
    for late in (lambda: service.write_note(shown, "mine"), lambda: service.set_done(shown)):
        with pytest.raises(ConflictError, match="Somebody else"):
            late()
    found = service.find("pi_declined")
    assert (found.care.note, found.care.version, found.is_done) == ("Paolo called", 1, False)
    other.set_done(found)
    with pytest.raises(ConflictError):
        service.write_note(found, "mine")


def test_everybody_hears_of_it(trouble: Trouble, service: FollowUpService, desk: Desk) -> None:
    trouble.pay(PAID)
    others = OtherDesks(desk)
    others.look()
    heard: list[Changes] = []
    desk.feed.subscribe(heard.append)
    dispute = trouble.dispute(PAID)
    service.set_done(service.find(dispute))
    assert heard[-1] == Changes(follow_ups=True)
    desk.feed.take_own()
    heard.clear()
    others.look()
    assert [one.follow_ups for one in heard] == [True]
