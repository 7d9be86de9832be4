"""One request for a refund, settled with Stripe: read first, send if that is safe, write down what became of it."""

from __future__ import annotations

import threading

from msgspec import Struct

from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.money import Money
from rentease_desk.domain.refunds import KEY_SECONDS, RefundRequest, RequestState, Step, left_of, next_step
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import AccountBinding
from rentease_desk.storage import refund_requests as store
from rentease_desk.storage.payments import lock_payment
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.storage.sync_state import OBSERVED, read_cursor
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.transport import PostFailure

_TAKEN = frozenset({"charge_already_refunded"})


class RefundRun(Struct, frozen=True):
    """Settles requests that this process holds. ``asked``: somebody waits for the answer.

    Calls raise DatabaseError, and CancelledError when nothing was sent. What Stripe refuses is written, not raised.
    """

    desk: Desk
    gateway: StripeGateway
    account: AccountBinding
    days: Days
    cancel: threading.Event
    asked: bool

    def settle(self, request: RefundRequest) -> None:
        """Read the charge's refunds, then decide."""
        try:
            identity = self._identity(request)
            page = self.gateway.refunds.of_charge(request.charge_id, self.cancel)
        except StripeError as error:
            given_up_by(self.desk, request, error, asked=self.asked)
            return
        self._store(request, identity, page)
        if _shows(page, request):
            return
        if page.unreadable:  # ours may be among them
            _unknown(self.desk, request, StripeError("stripe.refused", reason=page.unreadable[0].reason))
            return
        self._decide(request, identity, page)

    def _identity(self, request: RefundRequest) -> Identity:
        """Raises StripeError where the key is another account's than the payment."""
        found = self.account.identity()
        if found.livemode != request.livemode:
            names = {True: "live", False: "test"}
            raise StripeError("stripe.other_mode", expected=names[request.livemode], found=names[found.livemode])
        if found.account != request.account:
            raise StripeError("stripe.other_account", expected=request.account, found=found.account)
        with self.desk.db.reading() as connection:
            self.gateway.begin_after(read_cursor(connection, found, OBSERVED) or 0)
        return found

    def _decide(self, request: RefundRequest, identity: Identity, page: Page) -> None:
        """Stripe does not have it: send it, wait, or give it up."""
        now = page.observed_at // 1_000_000
        step = next_step(request, now)
        if step is Step.GIVE_UP:
            _refuse(self.desk, request, KnownError("refund.not_made"))
        elif step is Step.WAIT:
            _unknown(self.desk, request, StripeError("stripe.down", status=500), spent=request.spent)
        elif request.attempts == 0 and (trouble := self._objection(request, page)) is not None:
            _refuse(self.desk, request, trouble)
        else:
            self._send(request, identity, now)

    def _objection(self, request: RefundRequest, page: Page) -> KnownError | None:
        """Why a request that was never sent is not sent any more."""
        if self.desk.clock.now() - request.planned_at >= KEY_SECONDS:
            return KnownError("refund.too_late")
        return _already(request, page) if request.amount > _left(request, page) else None

    def _send(self, request: RefundRequest, identity: Identity, now: int) -> None:
        with self.desk.writing() as unit:
            lock_payment(unit.connection, request.payment_pk)
            store.mark_sent(unit, request, now)
        answer = self.gateway.refunds.create(request, self.cancel)
        if isinstance(answer, PostFailure):
            self._failed(request, identity, answer)
        elif not _shows(answer, request):
            _unknown(self.desk, request, StripeError("stripe.refused", reason="its answer cannot be read"))
        else:
            self._store(request, identity, answer)

    def _failed(self, request: RefundRequest, identity: Identity, failure: PostFailure) -> None:
        """An earlier attempt may still have done it, unless Stripe worked this one out and refused it."""
        if failure.unsure or (request.attempts > 0 and not failure.decided):
            _unknown(self.desk, request, failure.error, spent=failure.spent)
        elif failure.decided:
            self._refused(request, identity, failure)
        else:
            given_up_by(self.desk, request, failure.error, asked=self.asked)

    def _refused(self, request: RefundRequest, identity: Identity, failure: PostFailure) -> None:
        """Take over what Stripe has: somebody may have refunded it there."""
        try:
            page = self.gateway.refunds.of_charge(request.charge_id, self.cancel)
        except StripeError:  # the sync brings them later; that this one was refused is certain
            _refuse(self.desk, request, _explained(request, failure.error))
            return
        self._store(request, identity, page)
        taken = failure.code in _TAKEN or failure.param == "amount"
        if not _shows(page, request):
            _refuse(self.desk, request, _already(request, page) if taken else _explained(request, failure.error))

    def _store(self, request: RefundRequest, identity: Identity, page: Page) -> None:
        """Write what Stripe shows; a refund that was asked for is settled by that."""
        with self.desk.writing() as unit:
            lock_payment(unit.connection, request.payment_pk)
            store_refunds(unit, identity, self.days, page.observed_at, page.refunds)


def given_up_by(desk: Desk, request: RefundRequest, error: StripeError, *, asked: bool) -> None:
    """This attempt was certainly not made. What was sent before stays unknown; what somebody waits for is refused."""
    if request.attempts > 0:
        _unknown(desk, request, error)
    elif asked or not error.transient:
        _refuse(desk, request, _explained(request, error))
    else:
        with desk.writing() as unit:
            store.keep_planned(unit, request)


def _unknown(desk: Desk, request: RefundRequest, error: StripeError, *, spent: bool = False) -> None:
    trouble = KnownError("refund.unknown", reason=error.explain().happened)
    with desk.writing() as unit:
        lock_payment(unit.connection, request.payment_pk)
        found = store.find_request(unit.connection, request.uid)
        if found is not None and found.state is not RequestState.DONE:  # a sync may have seen it meanwhile
            store.mark_unknown(unit, found, trouble, spent=spent)


def _refuse(desk: Desk, request: RefundRequest, trouble: KnownError) -> None:
    with desk.writing() as unit:
        lock_payment(unit.connection, request.payment_pk)
        store.mark_refused(unit, request, trouble)


def _explained(request: RefundRequest, error: StripeError) -> KnownError:
    if error.code == "stripe.no_permission":
        return KnownError("refund.no_permission", charge=request.charge_id, **error.params)
    happened = error.explain().happened
    return KnownError("refund.stripe_refused" if error.code == "stripe.refused" else "refund.not_sent", reason=happened)


def _shows(page: Page, request: RefundRequest) -> bool:
    """Whether Stripe has the refund."""
    return any(one.request_uid == request.uid for one in page.refunds)


def _left(request: RefundRequest, page: Page) -> int:
    """What Stripe would still give back, minor units."""
    return left_of(request.payment_amount, [(one.status, one.amount) for one in page.refunds])


def _already(request: RefundRequest, page: Page) -> KnownError:
    left = max(0, _left(request, page))
    given = Money(request.payment_amount - left, request.currency)
    return KnownError("refund.already", given=given, left=Money(left, request.currency))
