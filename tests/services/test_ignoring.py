"""Payments that belong to no booking, on both engines: ignored with a reason, taken back, and money all the time."""

from __future__ import annotations

import csv
import threading
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.payment import Ignored, IgnoreDraft, Payment, PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.exports import ExportService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.stays import StayService
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay

SHOP = Homeless(Card("shop", 4_500, payer="Web shop", days_ago=1))
ROOM = Homeless(Card("room", 47_200, payer="S Lindqvist", days_ago=2))


@pytest.fixture
def service(desk: Desk) -> MatchingService:
    return MatchingService(desk)


@pytest.fixture
def other(desk: Desk) -> MatchingService:
    return MatchingService(changed(desk, operator=Operator("Paolo", "Desk 2")))


@pytest.fixture
def shop(desk: Desk, service: MatchingService) -> Payment:
    """A payment of the web shop, beside one for a room."""
    pay(desk, SHOP, ROOM)
    return service.find("pi_shop")


def said(payment: Payment, uid: str = "i1", reason: str = "web shop") -> IgnoreDraft:
    return IgnoreDraft(uid, payment.pk, reason, payment.version)


def names(found: list[Payment]) -> list[str | None]:
    return [one.stripe_payment_id for one in found]


def test_it_leaves_the_queue_and_comes_back(desk: Desk, service: MatchingService, shop: Payment) -> None:
    saved = service.ignore(said(shop, reason="  web shop "))
    assert saved.changes == Changes(payments=frozenset({shop.pk}))
    assert saved.value.ignored == Ignored("i1", "web shop", "Elena", "Desk 1", desk.clock.now())
    assert (names(service.waiting()), names(service.ignored())) == (["pi_room"], ["pi_shop"])
    back = service.unignore(shop.pk, "u1", "i1")
    assert (back.changes, back.value.ignored) == (saved.changes, None)
    assert (names(service.waiting()), service.ignored()) == (["pi_shop", "pi_room"], [])
    assert service.ignore(said(back.value, "i2", "gift voucher")).value.ignored is not None
    told = [(kind, said) for said in ("ignore", "unignore", "ignore") for kind in ("ignore", "payment")]
    assert journal_entries(desk)[-6:] == told
    assert journal_is_whole(desk)


def test_it_stays_money_everywhere_but_in_the_queue(
    desk: Desk, service: MatchingService, payments: PaymentService, shop: Payment, tmp_path: Path
) -> None:
    before = payments.totals(PaymentQuery())
    service.ignore(said(shop, reason="=web shop"))
    assert payments.totals(PaymentQuery()) == before
    assert len(payments.keys(PaymentQuery())) == 2
    for query, wanted in ((PaymentQuery(unmatched=True), "pi_room"), (PaymentQuery(ignored=True), "pi_shop")):
        assert [one.stripe_payment_id for one in payments.page(payments.keys(query))] == [wanted]
    day = StayService(desk).day()
    assert (day.unmatched.count, day.unmatched.amounts) == (1, (Money(47_200, "eur"),))
    done = ExportService(desk).payments(PaymentQuery(), tmp_path / "p.csv")
    rows = {row["stripe_payment_id"]: row for row in csv.DictReader(StringIO((tmp_path / "p.csv").read_text()))}
    assert {key: row["ignored"] for key, row in rows.items()} == {"pi_shop": "'=web shop", "pi_room": ""}
    assert done.written.totals == {"eur": 51_700}


def test_a_reason_is_asked_for(desk: Desk, service: MatchingService, shop: Payment) -> None:
    for reason, code in (("  ", "match.no_reason"), ("card 4242 4242 4242 4242", "text.card_number")):
        with pytest.raises(InputError) as refused:
            service.ignore(said(shop, reason=reason))
        assert (refused.value.code, refused.value.field) == (code, "reason")
    assert service.ignored() == []


def test_the_same_draft_again_writes_nothing_more(desk: Desk, service: MatchingService, shop: Payment) -> None:
    for write in (lambda: service.ignore(said(shop)), lambda: service.unignore(shop.pk, "u1")):
        write()
        before = journal_entries(desk)
        assert write().changes == Changes()
        assert journal_entries(desk) == before
    room = service.find("pi_room")
    for reused in (lambda: service.ignore(said(room)), lambda: service.unignore(room.pk, "u1")):
        with pytest.raises(InputError) as refused:
            reused()
        assert refused.value.code == "match.uid_reused"


def test_who_comes_second_is_told(
    desk: Desk, soren: Booking, service: MatchingService, other: MatchingService, shop: Payment
) -> None:
    first = other.ignore(said(shop)).value
    told = r"Paolo said that it belongs to no booking: web shop\."
    for late in (lambda: service.ignore(said(shop, "i2")), lambda: service.assign(shop.pk, soren.pk, shop.version)):
        with pytest.raises(ConflictError, match=told) as refused:
            late()
        assert refused.value.code == "match.ignored"
    with pytest.raises(ConflictError) as refused:
        other.ignore(said(first, "i3"))
    assert refused.value.code == "match.ignored"
    service.unignore(shop.pk, "u1", "i1")
    with pytest.raises(KnownError) as nothing:
        other.unignore(shop.pk, "u2", "i1")
    assert nothing.value.code == "match.not_ignored"
    service.ignore(said(service.find("pi_shop"), "i4", "something else"))
    with pytest.raises(ConflictError, match="something else"):
        other.unignore(shop.pk, "u3", "i1")
    assert names(service.ignored()) == ["pi_shop"]


def test_two_desks_at_once_ignore_it_once(
    desk: Desk, service: MatchingService, other: MatchingService, shop: Payment
) -> None:
    gate, told = threading.Barrier(2), []

    def run(at: MatchingService, uid: str) -> None:
        gate.wait()
        try:
            at.ignore(IgnoreDraft(uid, shop.pk, "web shop"))
            told.append("done")
        except ConflictError as error:
            told.append(error.code)

    threads = [threading.Thread(target=run, args=pair) for pair in ((service, "a"), (other, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "match.ignored"]
    assert journal_entries(desk).count(("ignore", "ignore")) == 1


def test_only_what_waits_is_ignored(
    desk: Desk, soren: Booking, payments: PaymentService, service: MatchingService, shop: Payment
) -> None:
    pay(desk, Homeless(Card("failed", 100, status="requires_payment_method")), Homeless(Card("named", 100, "LN-2017")))
    cash = payments.take(PaymentDraft("c", soren.pk, "cash", Money(100, "eur"))).value
    found = {name: service.find(f"pi_{name}") for name in ("failed", "named")}
    for payment, code in (
        (cash, "match.manual"), (found["named"], "match.taken"), (found["failed"], "match.not_waiting"),
    ):  # fmt: skip
        with pytest.raises(KnownError) as refused:
            service.ignore(said(payment))
        assert refused.value.code == code
    with pytest.raises(NotFoundError):
        service.ignore(IgnoreDraft("n", 999, "web shop"))
    with pytest.raises(ConflictError) as moved:
        service.unignore(found["named"].pk, "u")
    assert moved.value.code == "match.moved"
    with pytest.raises(KnownError) as nothing:
        service.unignore(shop.pk, "u")
    assert nothing.value.code == "match.not_ignored"


# --- every way to a booking ends it


def ended(desk: Desk, service: MatchingService, payment: Payment, booking: Booking) -> None:
    """It has its booking, and is ignored no more; were it taken from there, it would wait."""
    now = service.find(payment.stripe_payment_id or "")
    assert (now.ignored, now.booking_pk) == (None, booking.pk)
    assert journal_entries(desk).count(("ignore", "unignore")) == 1
    assert service.ignored() == []
    assert journal_is_whole(desk)


def test_assigning_ends_it(desk: Desk, soren: Booking, service: MatchingService, shop: Payment) -> None:
    seen = service.ignore(said(shop)).value
    service.assign(shop.pk, soren.pk, seen.version)
    ended(desk, service, shop, soren)
    service.undo(shop.pk)
    assert "pi_shop" in names(service.waiting()), "nothing is ignored by itself"


def test_metadata_that_names_a_booking_ends_it(
    desk: Desk, soren: Booking, service: MatchingService, shop: Payment
) -> None:
    service.ignore(said(shop))
    pay(desk, Homeless(Card("shop", 4_500, "LN-2017", payer="Web shop", days_ago=1)))
    ended(desk, service, shop, soren)


def test_a_booking_that_it_names_and_that_comes_later_ends_it(
    desk: Desk, bookings: BookingService, service: MatchingService
) -> None:
    pay(desk, Homeless(Card("early", 4_500, "LN-2017", payer="S Lindqvist", days_ago=1)))
    early = service.find("pi_early")
    service.ignore(said(early))
    ended(desk, service, early, bookings.add(draft()).value)


def test_splitting_it_ends_it(desk: Desk, others: list[Booking], service: MatchingService, shop: Payment) -> None:
    service.ignore(said(shop))
    first, second = others
    PartService(desk).split(SplitDraft("s", shop.pk, ((first.pk, 4_000), (second.pk, 500))))
    ended(desk, service, shop, first)


def test_merging_it_ends_it(
    desk: Desk, soren: Booking, payments: PaymentService, service: MatchingService, shop: Payment
) -> None:
    service.ignore(said(shop))
    by_hand = payments.take(PaymentDraft("c", soren.pk, "card", Money(4_500, "eur"))).value
    merging = DuplicateService(desk)
    merging.merge(PairDraft("m", by_hand.pk, shop.pk))
    ended(desk, service, shop, soren)
    merging.undo(PairDraft("b", by_hand.pk, shop.pk))
    assert "pi_shop" in names(service.waiting())


def test_what_stripe_tells_of_it_leaves_it_ignored(desk: Desk, service: MatchingService, shop: Payment) -> None:
    """Nor does a sync that reads it again count it as waiting."""
    service.ignore(said(shop))
    outcome = pay(desk, Homeless(Card("shop", 4_500, payer="The web shop", days_ago=1)), ROOM)
    assert (outcome.updated, outcome.unmatched) == ({"pi_shop"}, set())
    assert service.find("pi_shop").ignored is not None


def test_other_desks_hear_of_it(desk: Desk, service: MatchingService, other: MatchingService, shop: Payment) -> None:
    looking = OtherDesks(changed(desk, feed=type(desk.feed)()))
    looking.look()
    heard: list[Changes] = []
    looking._desk.feed.subscribe(heard.append)
    other.ignore(said(shop))
    looking.look()
    assert heard == [Changes(payments=frozenset({shop.pk}))]


def test_what_was_said_is_never_changed(desk: Desk, service: MatchingService, shop: Payment) -> None:
    service.ignore(said(shop))
    for statement in ("UPDATE payment_ignores SET reason = 'x'", "DELETE FROM payment_ignores"):
        with pytest.raises((DBAPIError, KnownError)), desk.writing() as unit:
            unit.connection.execute(text(statement))
