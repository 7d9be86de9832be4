"""Refunds from the desk: of manual payments at once, of Stripe payments by a request that survives a crash.

A request is written before Stripe is asked, and each attempt before it is made. Before every attempt the charge's
refunds are read: what Stripe has made is taken over, and nothing is sent while that might make it twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from rentease_desk.domain.errors import InputError, KnownError, NotFoundError
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.open_days import Counted
from rentease_desk.domain.parts import Part, Parts
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Source
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.refunds import RefundDraft, Refunded, RefundRequest
from rentease_desk.domain.requests import RequestState
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approvable, Approval, ApprovedDeed
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.refund_run import RefundBook, RefundRun
from rentease_desk.services.requests import Asking, Settler
from rentease_desk.storage import refund_requests as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.drawers import hold_drawer
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.parts import parts_of, rows_of
from rentease_desk.storage.payments import load_payments, lock_payment
from rentease_desk.storage.settings import read_property


def _nothing(_whose: Identity) -> None:
    """Nothing is looked at before a request is written down."""


class RefundService:
    """Gives money back. ``importer`` stands in the rows that come from Stripe.

    ``open_for`` makes a gateway to an account, or raises StripeError, KeychainError: a payment is given back by its
    own. ``need_key`` raises those where there is no key of an account to be had: then nothing is written that could not
    be sent.
    """

    def __init__(
        self,
        desk: Desk,
        importer: Desk,
        open_for: OpenFor,
        need_key: Callable[[Identity], object] = _nothing,
    ) -> None:
        self._desk = desk
        self._need_key = need_key
        book = RefundBook(importer)

        def run(asking: Asking, request: RefundRequest) -> None:
            RefundRun(book, asking).settle(request)

        self._settler = Settler(desk, book, open_for, run)

    def refund(self, draft: RefundDraft, cancel: threading.Event, approval: Approval | None = None) -> Saved[Refunded]:
        """Give money back, through Stripe if it came from there. Raises as ``plan``; may take minutes."""
        planned = self.plan(draft, approval)
        return planned if planned.value.state is RequestState.DONE else self.send(draft.uid, cancel)

    def plan(self, draft: RefundDraft, approval: Approval | None = None) -> Saved[Refunded]:
        """Write a refund down: a manual payment's is done with that, a Stripe payment's waits for ``send``.

        The same draft again, by its ``uid``, writes nothing. Raises InputError naming a field, KnownError
        ``refund.…``, NotFoundError; of a Stripe payment, StripeError and KeychainError where there is no key;
        ApprovalNeededError where all that was given back of the payment comes above the property's limit.
        """
        draft = _checked(draft)
        self._need_key_for(draft)
        with self._desk.doing(Permission.REFUND, approval) as unit:
            settings = read_property(unit.connection) or Property()
            place = open_days(unit, settings.days).counted(unit.now), hold_drawer(unit)
            lock_payment(unit.connection, draft.payment_pk)
            if store.find_refund(unit.connection, draft.uid) is None:
                self._insert(unit, draft, settings, place)
            _require_same(unit, draft)
            value = _refunded(unit, draft.uid)
        return Saved(value, unit.changes)

    def send(self, uid: str, cancel: threading.Event) -> Saved[Refunded]:
        """Ask Stripe for a refund that was planned, outside of any transaction, and write down what became of it."""
        self._desk.require(Permission.REFUND)
        self._settler.settle(uid, cancel, asked=True)
        with self._desk.writing() as unit:
            value = _refunded(unit, uid)
        return Saved(value, unit.changes)

    def resume(self, cancel: threading.Event) -> list[Refunded]:
        """Settle what a crash or an unknown outcome left over. Costs no request where there is nothing."""
        self._desk.require(Permission.SYNC)
        settled = self._settler.settle_all(cancel)
        if not settled:
            return []
        with self._desk.writing() as unit:
            return [_refunded(unit, uid) for uid in settled]

    def _need_key_for(self, draft: RefundDraft) -> None:
        with self._desk.db.reading() as connection:
            found = load_payments(connection, [draft.payment_pk])
        if found and found[0].source is Source.STRIPE:
            self._need_key(Identity(str(found[0].stripe_account), bool(found[0].livemode)))

    def _insert(self, unit: Unit, draft: RefundDraft, settings: Property, place: tuple[Counted, int | None]) -> None:
        payment = _loaded(unit, draft.payment_pk)
        _require_refundable(payment, draft)
        spread = parts_of(unit.connection, payment)
        part = _part(spread, draft)
        _require_left(payment, draft, part)
        draft = replace(draft, booking_pk=part.booking_pk)
        back = sum(one.back for one in spread.parts) + draft.amount.minor
        if settings.is_above(settings.refund_limit, Money(back, payment.currency)):
            about = Approvable(ApprovedDeed.REFUND, (draft.amount,), part.reference or "")
            unit.require(Permission.REFUND_ABOVE_LIMIT, f"refund {draft.uid} {draft.amount} of {payment.uid}", about)
        manual = payment.source is Source.MANUAL
        handed_out = settings.cash_back(payment.method, draft.amount) if manual else draft.amount.minor
        _require_told(draft, handed_out)
        pk = store.insert_refund(unit, draft, payment, *place, handed_out)
        if not manual:
            charge = str(payment.stripe_charge_id)
            store.REQUESTS.plan(unit, pk, draft.uid, f"refund-{draft.uid}", charge_id=charge)


def _refunded(unit: Unit, uid: str) -> Refunded:
    refund = store.find_refund(unit.connection, uid)
    if refund is None:
        raise NotFoundError("payment.not_found")
    request = store.find_request(unit.connection, uid)
    if request is None:
        return Refunded(refund, RequestState.DONE)
    return Refunded(refund, request.state, store.REQUESTS.trouble_of(unit.connection, uid))


def _checked(draft: RefundDraft) -> RefundDraft:
    reason = clean_text(draft.reason, "reason", 200)
    require_positive(draft.amount)
    if not reason:
        raise InputError("refund.reason_missing", field="reason")
    return replace(draft, reason=reason)


def _loaded(unit: Unit, pk: int) -> Payment:
    found = load_payments(unit.connection, [pk])
    if not found:
        raise NotFoundError("payment.not_found")
    return found[0]


def _require_refundable(payment: Payment, draft: RefundDraft) -> None:
    if payment.status is PaymentStatus.VOIDED:
        raise KnownError("refund.void")
    if payment.state is not PaymentState.SUCCEEDED or (
        payment.source is Source.STRIPE and not payment.stripe_charge_id
    ):
        raise KnownError("refund.not_paid")
    if draft.amount.currency != payment.currency:
        names = {"payment": payment.currency.upper(), "refund": draft.amount.currency.upper()}
        raise InputError("refund.other_currency", field="amount", **names)


def _part(found: Parts, draft: RefundDraft) -> Part:
    """Whose money goes back; of several bookings that have some, a person says which."""
    if draft.booking_pk is not None:
        return found.part_on(draft.booking_pk)
    some = found.open_parts
    if len(some) > 1:
        raise InputError("refund.which", field="booking", references=", ".join(one.reference or "" for one in some))
    return some[0] if some else found.parts[0]


def _require_left(payment: Payment, draft: RefundDraft, part: Part) -> None:
    if part.left <= 0:
        raise InputError("refund.nothing_left", field="amount")
    if draft.amount.minor > part.left:
        raise InputError("refund.too_much", field="amount", left=Money(part.left, payment.currency))


def _require_told(draft: RefundDraft, handed_out: int) -> None:
    """Nothing else is handed out than the person was told."""
    if draft.handed_out not in {None, handed_out}:
        out = Money(handed_out, draft.amount.currency)
        raise InputError("refund.cash_back", field="amount", out=out, amount=draft.amount)


def _require_same(unit: Unit, draft: RefundDraft) -> None:
    """What was written under this ``uid`` is this refund. Raises InputError ``refund.uid_reused``."""
    found = store.find_refund(unit.connection, draft.uid)
    wanted = (draft.payment_pk, draft.amount.minor, draft.amount.currency)
    if found is None or (found.payment_pk, found.amount, found.currency) != wanted:
        raise InputError("refund.uid_reused", field="amount")
    home = _loaded(unit, draft.payment_pk).booking_pk
    others = {row.to_booking_pk for row in rows_of(unit.connection, draft.uid)}
    if draft.booking_pk is not None and (others or {home}) != {draft.booking_pk}:
        raise InputError("refund.uid_reused", field="booking")
