"""A refund that is asked of Stripe: what its charge shows decides whether it is sent."""

from __future__ import annotations

from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.money import Money
from rentease_desk.domain.refunds import RefundRequest, left_of
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.request_run import RequestRun
from rentease_desk.services.requests import RequestBook
from rentease_desk.storage import refund_requests as store
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.payments import lock_payment
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.stripe_gateway.transport import PostFailure

_TAKEN = frozenset({"charge_already_refunded"})


class RefundBook(RequestBook[RefundRequest]):
    """What is written of refunds that are asked of Stripe."""

    rows = store.REQUESTS
    unknown_code = "refund.unknown"
    not_made_code = "refund.not_made"
    too_late_code = "refund.too_late"

    def find(self, unit: Unit, uid: str) -> RefundRequest | None:
        """The request for this refund."""
        return store.find_request(unit.connection, uid)

    def lock(self, unit: Unit, request: RefundRequest) -> None:
        """Lock the payment."""
        lock_payment(unit.connection, request.payment_pk)

    def refuse(self, unit: Unit, request: RefundRequest, trouble: KnownError) -> None:
        """Cancel the refund: its amount may be given back again."""
        store.refuse(unit, request, trouble)

    def explained(self, request: RefundRequest, error: StripeError) -> KnownError:
        """Why nothing was refunded."""
        if error.code == "stripe.no_permission":
            return KnownError("refund.no_permission", charge=request.charge_id, **error.params)
        code = "refund.stripe_refused" if error.code == "stripe.refused" else "refund.not_sent"
        return KnownError(code, reason=error.explain().happened)


class RefundRun(RequestRun[RefundRequest]):
    """Settles refunds."""

    def read(self, request: RefundRequest) -> Page:
        """All refunds of the charge."""
        return self.gateway.refunds.of_charge(request.charge_id, self.cancel)

    def post(self, request: RefundRequest) -> Page | PostFailure:
        """Ask for the refund."""
        return self.gateway.refunds.create(request, self.cancel)

    def store(self, request: RefundRequest, identity: Identity, page: Page) -> None:
        """Write the charge's refunds."""
        with self.book.desk.writing() as unit:
            open_days(unit, self.days)
            lock_payment(unit.connection, request.payment_pk)
            store_refunds(unit, identity, self.days, page.observed_at, page.refunds)

    def shows(self, page: Page, request: RefundRequest) -> bool:
        """Whether it is among them."""
        return any(one.request_uid == request.uid for one in page.refunds)

    def objection(self, request: RefundRequest, page: Page) -> KnownError | None:
        """It is too late, or Stripe would not give back so much."""
        late = super().objection(request, page)
        return late or (_already(request, page) if request.amount > _left(request, page) else None)

    def on_refused(self, request: RefundRequest, identity: Identity, failure: PostFailure) -> None:
        """Take over what Stripe has: somebody may have refunded it there."""
        try:
            page = self.read(request)
        except StripeError:  # the sync brings them later; that this one was refused is certain
            super().on_refused(request, identity, failure)
            return
        self.store(request, identity, page)
        if self.shows(page, request):
            return
        taken = failure.code in _TAKEN or failure.param == "amount"
        why = _already(request, page) if taken else self.book.explained(request, failure.error)
        self.book.refused(request, why)


def _left(request: RefundRequest, page: Page) -> int:
    """What Stripe would still give back, minor units."""
    return left_of(request.payment_amount, [(one.status, one.amount) for one in page.refunds])


def _already(request: RefundRequest, page: Page) -> KnownError:
    left = max(0, _left(request, page))
    given = Money(request.payment_amount - left, request.currency)
    return KnownError("refund.already", given=given, left=Money(left, request.currency))
