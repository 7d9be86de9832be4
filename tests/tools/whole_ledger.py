"""A ledger in which something stands in every table that the journal proves, made by the desk and a real sync."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.drawers import CloseDraft, CountDraft, MovementDraft, MovementKind, OpenDraft
from rentease_desk.domain.duplicates import PairDraft
from rentease_desk.domain.links import LinkDraft
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import SplitDraft
from rentease_desk.domain.payment import IgnoreDraft, Payment, PaymentDraft
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.receipts import Medium, ReceiptDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.staff import Pin, StaffDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.pins import Pins
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.duplicates import DuplicateService
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.receipts import ReceiptService
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.staff import StaffService
from rentease_desk.services.stays import StayService
from rentease_desk.storage.receipts import skip_numbers
from rentease_desk.storage.stripe_accounts import insert_account
from tests.tools.linking import WEBSITE, link_service
from tests.tools.refunding import refund_service
from tests.tools.syncing import Impatient, SyncDesk

CANCEL = Impatient()


class _SamePins(Pins):
    """Without a random salt, so that the same ledger has the same head."""

    def hashed(self, pin: Pin) -> str:
        """The same of every PIN."""
        return "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"


NAMED: dict[str, Any] = {"metadata": {"booking_reference": "LN-1"}}


def fill(at: SyncDesk) -> None:
    """Let all of it happen, always the same way."""
    SettingsService(at.desk).set({"website": WEBSITE})
    soren, amara, yuki = (_booking(at.desk, number) for number in (1, 2, 3))
    _at_stripe(at)
    drawer = DrawerService(at.desk)
    session = drawer.open(OpenDraft("session", (Money(20_000, "eur"),))).value
    _cash(at.desk, soren)
    drawer.move(MovementDraft("change", MovementKind.PAID_IN, Money(1_000, "eur"), "more coins"))
    _cards(at, soren, amara)
    _stays(at.desk, amara, yuki)
    link_service(at).create(LinkDraft("l" * 36, soren.pk, Money(4_000, "eur"), 7_200), CANCEL)
    _close(at.desk, drawer, session.pk)
    StaffService(at.desk, _SamePins()).add(StaffDraft("m" * 36, "Mara", Role.MANAGER, Pin("8421")))
    with at.desk.writing() as unit:
        insert_account(unit, Identity("acct_annex", livemode=False), "Annex", connected=False)


def _close(desk: Desk, drawer: DrawerService, session_pk: int) -> None:
    """The drawer, and the day: in the drawer were 200.00 of the float and nothing else."""
    named = tuple((code, Money(0, currency)) for code, _, currency in drawer.to_count(session_pk).methods)
    found = drawer.count(CountDraft("count", session_pk, (("eur", 5_000, 4),), named)).value
    drawer.close(
        CloseDraft("close", session_pk, "count", found.variances, (Money(5_000, "eur"),), "Nobody knows", accepted=True)
    )
    days = DayService(desk)
    state = days.state()
    days.close(DayDraft("closed", state.day, state.open_things))
    days.reopen(DayDraft("reopened", state.day, reason="a bill came late"))


def _booking(desk: Desk, number: int) -> Booking:
    draft = BookingDraft(
        guest=Guest(f"Søren Lindqvist {number}", f"soren{number}@lindqvist.example", "+46 70 123"),
        arrival=date(2026, 11, 4),
        departure=date(2026, 11, 8),
        reference=f"LN-{number}",
        room=str(100 + number),
        note="A late arrival",
        total=Money(40_000 + number, "eur"),
        status=BookingStatus.CONFIRMED,
    )
    return BookingService(desk).add(draft).value


def _at_stripe(at: SyncDesk) -> None:
    account = at.account
    account.do("subscribe", amount=90_000, **NAMED)
    for amount in (10_000, 11_000, 12_000):
        account.do("pay", amount=amount, currency="eur", **NAMED)
    account.do("pay", amount=13_000, currency="eur")
    account.do("pay", amount=14_000, currency="eur")
    lost = account.do("pay", amount=15_000, currency="eur", **NAMED)
    refund = account.do("refund", charge=lost["latest_charge"], amount=1_000)
    account.do("dispute", charge=lost["latest_charge"])
    account.advance(9 * 86_400)
    account.do("payout")
    at.desk.clock.at += 9 * 86_400  # type: ignore[attr-defined]
    at.run()
    account.do("update-refund", refund=refund["id"], status="failed", failure_reason="declined")
    at.run()


def _paid(desk: Desk, amount: int) -> Payment:
    service = PaymentService(desk)
    return next(one for one in service.by_keys(service.keys(PaymentQuery())) if one.amount == amount)


def _cash(desk: Desk, soren: Booking) -> None:
    payments, receipts = PaymentService(desk), ReceiptService(desk)
    taken = [
        payments.take(
            PaymentDraft(f"cash-{at}", soren.pk, "cash", Money(2_000 + at, "eur"), note="At the desk", tendered=5_000)
        ).value
        for at in range(3)
    ]
    payments.void(taken[0].pk, "typed twice")
    for uid in ("receipt", "copy"):
        receipts.issue(ReceiptDraft(uid, taken[1].pk, medium=Medium.PRINTER))
    with desk.writing() as unit:
        skip_numbers(unit, 2025, 2, "Given before a backup was put back")
    charges = ChargeService(desk)
    line = charges.add(ChargeDraft("charge", soren.pk, ChargeKind.EXTRA, Money(900, "eur"), text="Minibar")).value
    charges.reverse(ReverseDraft("reversed", line.pk, "not had"))


def _cards(at: SyncDesk, soren: Booking, amara: Booking) -> None:
    desk, matching = at.desk, MatchingService(at.desk)
    matching.assign(_paid(desk, 13_000).pk, soren.pk)
    matching.ignore(IgnoreDraft("ignored", _paid(desk, 14_000).pk, "web shop"))
    PartService(desk).split(SplitDraft("split", _paid(desk, 11_000).pk, ((soren.pk, 4_000), (amara.pk, 7_000))))
    refund_service(at).refund(RefundDraft("g" * 36, _paid(desk, 12_000).pk, Money(2_500, "eur"), "noise"), CANCEL)
    card = _paid(desk, 10_000)
    by_hand = PaymentDraft(
        "typed", soren.pk, "card", Money(10_000, "eur"), note="Visa", occurred_at=card.occurred_at + 600
    )
    typed = PaymentService(desk).take(by_hand).value
    DuplicateService(desk).merge(PairDraft("merged", typed.pk, card.pk))


def _stays(desk: Desk, amara: Booking, yuki: Booking) -> None:
    bookings, stays = BookingService(desk), StayService(desk)
    amara = bookings.get(amara.pk)
    edited = BookingDraft(**{name: getattr(amara, name) for name in ("guest", "arrival", "departure", "reference")})
    bookings.edit(amara.pk, amara.version, replace(edited, room="102", currency="eur", note="Moved", total=None))
    done = stays.do(Deed.CANCEL, yuki.pk)
    stays.undo(yuki.pk, done.value.uid)
    stays.do(Deed.CANCEL, yuki.pk)
