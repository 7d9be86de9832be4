"""Refunds from the desk: of manual payments at once, of Stripe payments by a request that survives a crash.

A request is written before Stripe is asked, and each attempt before it is made. Before every attempt the charge's
refunds are read: what Stripe has made is taken over, and nothing is sent while that might make it twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing

from msgspec.structs import replace

from rentease_desk.domain.clock import Clock
from rentease_desk.domain.errors import InputError, KnownError, NotFoundError, StripeError
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.parts import Part, Parts
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Source
from rentease_desk.domain.refunds import UNSETTLED, RefundDraft, Refunded, RefundRequest, RequestState
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.refund_run import RefundRun, given_up_by
from rentease_desk.services.sync.account import Accounts
from rentease_desk.services.sync.lease import is_gone, process_name
from rentease_desk.services.sync.reads import counted
from rentease_desk.storage import refund_requests as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.parts import parts_of, rows_of
from rentease_desk.storage.payments import load_payments, lock_payment
from rentease_desk.storage.settings import read_property
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

log = logging.getLogger(__name__)

HELD_SECONDS = 15 * 60
"""How long a process may work on one request: longer than all attempts with their waiting."""


class RefundService:
    """Gives money back. ``importer`` stands in the rows that come from Stripe.

    ``open_gateway`` makes a gateway with the key that holds now, or raises StripeError.
    """

    def __init__(self, desk: Desk, importer: Desk, open_gateway: Callable[[], StripeGateway]) -> None:
        self._desk = desk
        self._importer = importer
        self._open_gateway = open_gateway
        self._accounts = Accounts()

    def refund(self, draft: RefundDraft, cancel: threading.Event) -> Saved[Refunded]:
        """Give money back, through Stripe if it came from there. Raises as ``plan``; may take minutes."""
        planned = self.plan(draft)
        return planned if planned.value.state is RequestState.DONE else self.send(draft.uid, cancel)

    def plan(self, draft: RefundDraft) -> Saved[Refunded]:
        """Write a refund down: a manual payment's is done with that, a Stripe payment's waits for ``send``.

        The same draft again, by its ``uid``, writes nothing. Raises InputError naming a field, KnownError
        ``refund.…``, NotFoundError.
        """
        draft = _checked(draft)
        with self._desk.writing() as unit:
            lock_payment(unit.connection, draft.payment_pk)
            if store.find_refund(unit.connection, draft.uid) is None:
                self._insert(unit, draft)
            _require_same(unit, draft)
            value = _refunded(unit, draft.uid)
        return Saved(value, unit.changes)

    def send(self, uid: str, cancel: threading.Event) -> Saved[Refunded]:
        """Ask Stripe for a refund that was planned, outside of any transaction, and write down what became of it."""
        return self._settle(uid, cancel, asked=True)

    def resume(self, cancel: threading.Event) -> list[Refunded]:
        """Settle what a crash or an unknown outcome left over. Costs no request where there is nothing."""
        with self._desk.db.reading() as connection:
            left_over = store.unsettled(connection)
        found = []
        for uid in left_over:
            if cancel.is_set():
                break
            found.append(self._settle(uid, cancel, asked=False).value)
        return found

    def _insert(self, unit: Unit, draft: RefundDraft) -> None:
        payment = _loaded(unit, draft.payment_pk)
        _require_refundable(payment, draft)
        part = _part(parts_of(unit.connection, payment), draft)
        _require_left(payment, draft, part)
        draft = replace(draft, booking_pk=part.booking_pk)
        settings = read_property(unit.connection) or Property()
        manual = payment.source is Source.MANUAL
        pk = store.insert_refund(unit, draft, payment, settings.days.business_date(unit.now))
        if not manual:
            store.insert_request(unit, pk, draft.uid, f"refund-{draft.uid}", str(payment.stripe_charge_id))

    def _settle(self, uid: str, cancel: threading.Event, *, asked: bool) -> Saved[Refunded]:
        """``asked``: somebody waits for it; what certainly was not sent is then refused instead of kept."""
        request = self._take(uid)
        if request is not None:
            try:
                self._run(request, cancel, asked=asked)
            except CancelledError:
                self._put_back(request)
        with self._desk.writing() as unit:
            value = _refunded(unit, uid)
        return Saved(value, unit.changes)

    def _run(self, request: RefundRequest, cancel: threading.Event, *, asked: bool) -> None:
        try:
            gateway = self._open_gateway()
        except StripeError as error:
            given_up_by(self._importer, request, error, asked=asked)
            return
        with closing(gateway), counted(self._desk, gateway, self._accounts):
            settings = self._desk.property()
            account = self._accounts.binding(self._desk, gateway, settings, cancel)
            RefundRun(self._importer, gateway, account, settings.days, cancel, asked=asked).settle(request)

    def _take(self, uid: str) -> RefundRequest | None:
        """The request, held for this process; None if it is settled, or somebody else works on it."""
        with self._desk.writing() as unit:
            request = _locked(unit, uid)
            if request is None or request.state not in UNSETTLED:
                return None
            holder = store.holder_of(unit.connection, uid)
            if holder is not None and _is_at_work(holder, self._desk.clock):
                return None
            store.hold(unit, request, process_name(self._desk), unit.now + HELD_SECONDS)
        return request

    def _put_back(self, request: RefundRequest) -> None:
        """The program ends: whatever was sent is settled by the next start."""
        with self._desk.writing() as unit:
            found = _locked(unit, request.uid)
            if found is not None:
                store.keep_planned(unit, found)


def _locked(unit: Unit, uid: str) -> RefundRequest | None:
    """The request as it is now, its payment locked."""
    request = store.find_request(unit.connection, uid)
    if request is None:
        return None
    lock_payment(unit.connection, request.payment_pk)
    return store.find_request(unit.connection, uid)


def _is_at_work(holder: tuple[str, int], clock: Clock) -> bool:
    name, until = holder
    return clock.now() < until and not is_gone(name)


def _refunded(unit: Unit, uid: str) -> Refunded:
    refund = store.find_refund(unit.connection, uid)
    if refund is None:
        raise NotFoundError("payment.not_found")
    request = store.find_request(unit.connection, uid)
    if request is None:
        return Refunded(refund, RequestState.DONE)
    return Refunded(refund, request.state, store.trouble_of(unit.connection, uid))


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
