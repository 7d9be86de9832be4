"""One request, settled with Stripe: read first, send if that is safe, write down what became of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic

from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.requests import KEY_SECONDS, Step, next_step
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.requests import Asking, R, RequestBook
from rentease_desk.storage.sync_state import OBSERVED, read_cursor
from rentease_desk.stripe_gateway.transport import PostFailure


class RequestRun(ABC, Generic[R]):
    """Settles requests that this process holds.

    Calls raise DatabaseError, and CancelledError when nothing was sent. What Stripe refuses is written, not raised.
    """

    def __init__(self, book: RequestBook[R], asking: Asking) -> None:
        self.book = book
        self.gateway = asking.gateway
        self.days = asking.days
        self.cancel = asking.cancel
        self._account = asking.account
        self._asked = asking.asked

    @abstractmethod
    def read(self, request: R) -> Page:
        """Where Stripe would show it; ``observed_at`` says when. Raises StripeError."""

    @abstractmethod
    def post(self, request: R) -> Page | PostFailure:
        """Ask for it. Raises CancelledError if nothing was sent."""

    @abstractmethod
    def store(self, request: R, identity: Identity, page: Page) -> None:
        """Write what Stripe shows; a request that is shown is settled by that."""

    @abstractmethod
    def shows(self, page: Page, request: R) -> bool:
        """Whether Stripe has it."""

    def prepare(self, request: R, now: int) -> R:
        """Write down the attempt that is about to be made (``now`` by Stripe's clock); the request as it is sent."""
        with self.book.desk.writing() as unit:
            self.book.lock(unit, request)
            self.book.rows.mark_sent(unit, request, now)
        return request

    def objection(self, request: R, _page: Page) -> KnownError | None:
        """Why a request that was never sent is not sent any more."""
        late = self.book.desk.clock.now() - request.planned_at >= KEY_SECONDS
        return KnownError(self.book.too_late_code) if late else None

    def on_refused(self, request: R, _identity: Identity, failure: PostFailure) -> None:
        """Stripe worked it out and refused it."""
        self.book.refused(request, self.book.explained(request, failure.error))

    def settle(self, request: R) -> None:
        """Read, then decide."""
        try:
            identity = self._identity(request)
            page = self.read(request)
        except StripeError as error:
            self.book.give_up(request, error, asked=self._asked)
            return
        self.store(request, identity, page)
        if self.shows(page, request):
            return
        if page.unreadable:  # ours may be among them
            self.book.unknown(request, StripeError("stripe.refused", reason=page.unreadable[0].reason))
            return
        self._decide(request, identity, page)

    def _identity(self, request: R) -> Identity:
        """Raises StripeError where the key is another account's than the request."""
        found = self._account.identity()
        if found.livemode != request.livemode:
            names = {True: "live", False: "test"}
            raise StripeError("stripe.other_mode", expected=names[request.livemode], found=names[found.livemode])
        if found.account != request.account:
            raise StripeError("stripe.other_account", expected=request.account, found=found.account)
        with self.book.desk.db.reading() as connection:
            self.gateway.begin_after(read_cursor(connection, found, OBSERVED) or 0)
        return found

    def _decide(self, request: R, identity: Identity, page: Page) -> None:
        """Stripe does not have it: send it, wait, or give it up."""
        now = page.observed_at // 1_000_000
        step = next_step(request, now)
        if step is Step.GIVE_UP:
            self.book.refused(request, KnownError(self.book.not_made_code))
        elif step is Step.WAIT:
            self.book.unknown(request, StripeError("stripe.down", status=500), spent=request.spent)
        elif request.attempts == 0 and (trouble := self.objection(request, page)) is not None:
            self.book.refused(request, trouble)
        else:
            self._send(request, identity, now)

    def _send(self, request: R, identity: Identity, now: int) -> None:
        answer = self.post(self.prepare(request, now))
        if isinstance(answer, PostFailure):
            self._failed(request, identity, answer)
        elif not self.shows(answer, request):
            self.book.unknown(request, StripeError("stripe.refused", reason="its answer cannot be read"))
        else:
            self.store(request, identity, answer)

    def _failed(self, request: R, identity: Identity, failure: PostFailure) -> None:
        """An earlier attempt may still have done it, unless Stripe worked this one out and refused it."""
        if failure.unsure or (request.attempts > 0 and not failure.decided):
            self.book.unknown(request, failure.error, spent=failure.spent)
        elif failure.decided:
            self.on_refused(request, identity, failure)
        else:
            self.book.give_up(request, failure.error, asked=self._asked)
