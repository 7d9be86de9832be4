"""Payment links from the desk: made once at Stripe, followed by the sync, and cancelled when they should not be paid.

Nobody should pay twice unseen: a link beside another one, or beside money that was taken meanwhile, is told.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KeychainError, KnownError, NotFoundError, StripeError
from rentease_desk.domain.links import (
    LONGEST,
    SHORTEST,
    LinkDraft,
    LinkKind,
    LinkRequest,
    LinkState,
    PaymentLink,
    too_many,
)
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import named_account
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.link_run import LinkBook, LinkRun, what_stripe_calls
from rentease_desk.services.requests import Asking, Settler
from rentease_desk.storage import links as store
from rentease_desk.storage.billing_store import store_billing
from rentease_desk.storage.bookings import load_booking, lock_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.settings import read_property
from rentease_desk.stripe_gateway.governor import CancelledError
from rentease_desk.stripe_gateway.transport import PostFailure

log = logging.getLogger(__name__)

MAX_LISTED = 500
_ENDABLE = (LinkState.OPEN, LinkState.CANCELLING)


class OpenLinksError(InputError):
    """Other ``links`` of the booking may still be paid, and with this one more than is owed: somebody has to say that
    this one is meant beside them.
    """

    def __init__(self, links: Sequence[PaymentLink]) -> None:
        self.links = tuple(links)
        total = Money(sum(one.amount for one in links), links[0].currency)
        super().__init__("link.others_open", field="amount", count=len(links), amount=total)


class LinkService:
    """Makes and cancels links. ``importer`` stands in the rows that come from Stripe.

    ``open_for`` makes a gateway to an account, or raises StripeError, KeychainError: a link is cancelled and looked at
    by that which it was made in.
    """

    def __init__(self, desk: Desk, importer: Desk, open_for: OpenFor) -> None:
        self._desk = desk
        self._importer = importer
        book = LinkBook(importer)

        def run(asking: Asking, request: LinkRequest) -> None:
            LinkRun(book, asking).settle(request)

        self._settler = Settler(desk, book, open_for, run)

    def create(
        self, draft: LinkDraft, cancel: threading.Event, *, despite: frozenset[str] = frozenset()
    ) -> Saved[PaymentLink]:
        """Make a link; the same draft again, by its ``uid``, makes no other. Takes as long as Stripe does.

        ``despite``: other open links (uids) beside which it is meant. Raises InputError naming a field, OpenLinksError,
        NotFoundError; StripeError, KeychainError, and then nothing is written. What Stripe refuses is told by the
        link's ``trouble``.
        """
        self._desk.require(Permission.PAYMENT_LINK)
        require_positive(draft.amount)
        self._require_life(draft)
        identity = self._identity(draft, cancel)
        with self._desk.doing(Permission.PAYMENT_LINK) as unit:
            lock_booking(unit.connection, draft.booking_pk, None)
            if store.find_link(unit.connection, draft.uid) is None:
                self._plan(unit, draft, identity, despite)
            _require_same(unit, draft, identity)
        self._settler.settle(draft.uid, cancel, asked=True)
        return Saved(self.get(draft.uid), unit.changes)

    def cancel(self, uid: str, cancel: threading.Event) -> Saved[PaymentLink]:
        """Let nobody pay by a link any more. Raises KnownError ``link.…`` where it could not be cancelled, or
        NotFoundError.

        That it is wanted is written first; where no answer comes, the timer goes on with it.
        """
        self._desk.require(Permission.PAYMENT_LINK)
        link = self.get(uid)
        if link.state not in _ENDABLE:
            raise KnownError("link.not_open")
        with self._desk.doing(Permission.PAYMENT_LINK) as unit:
            store.mark_cancel(unit, link, unit.now)
        try:
            self._ask(cancel, lambda asking: self._end(asking, link), _account_of(link))
        except (StripeError, KeychainError) as error:
            raise KnownError("link.cancel_unknown", reason=error.explain().happened) from error
        found = self.get(uid)
        if found.state in {LinkState.PAID, LinkState.PROCESSING}:
            raise KnownError("link.paid_meanwhile", amount=found.money)
        return Saved(found, unit.changes)

    def look(self, uid: str, cancel: threading.Event) -> PaymentLink:
        """A link as Stripe has it now. Raises NotFoundError, StripeError, KeychainError."""
        self._desk.require(Permission.PAYMENT_LINK)
        link = self.get(uid)
        if link.stripe_id is not None:
            self._ask(cancel, lambda asking: self._look(asking, link), _account_of(link))
        return self.get(uid)

    def resume(self, cancel: threading.Event) -> list[PaymentLink]:
        """Settle what a crash or an unknown outcome left over: links, and cancellations. Costs no request where there
        is nothing.
        """
        self._desk.require(Permission.SYNC)
        settled = self._settler.settle_all(cancel)
        with self._desk.db.reading() as connection:
            wanted = store.links_to_cancel(connection)
        for whose in dict.fromkeys(map(_account_of, wanted)):
            self._end_later([one for one in wanted if _account_of(one) == whose], whose, cancel)
        return [self.get(uid) for uid in (*settled, *(one.uid for one in wanted))]

    def get(self, uid: str) -> PaymentLink:
        """The link with this id. Raises NotFoundError ``link.not_found``."""
        with self._desk.db.reading() as connection:
            found = store.find_link(connection, uid.strip())
        if found is None:
            raise NotFoundError("link.not_found", id=uid.strip())
        return found

    def of_booking(self, booking_pk: int) -> list[PaymentLink]:
        """The links of a booking, newest first."""
        with self._desk.db.reading() as connection:
            return store.links_of(connection, booking_pk)

    def latest(self, limit: int = MAX_LISTED) -> list[PaymentLink]:
        """The latest links of all bookings, newest first."""
        with self._desk.db.reading() as connection:
            return store.list_links(connection, limit)

    def too_many(self, booking_pk: int) -> list[PaymentLink]:
        """The links by which more may still be paid than the booking owes: somebody should look at them."""
        with self._desk.db.reading() as connection:
            found, booking = store.links_of(connection, booking_pk), load_booking(connection, booking_pk)
        return too_many(found, booking.totals.balance) if booking is not None else []

    def _require_life(self, draft: LinkDraft) -> None:
        """Raises InputError."""
        if draft.life is None:
            return
        if not SHORTEST <= draft.life <= LONGEST:
            raise InputError("link.life", field="life")
        if not self._desk.property().website:
            raise InputError("link.website_missing", field="life")

    def _identity(self, draft: LinkDraft, cancel: threading.Event) -> Identity:
        """Whose account it will be in. Raises NotFoundError, StripeError, KeychainError."""
        found: list[Identity] = []
        whose: Identity | None = None
        if draft.account:
            whose = named_account(self._desk.property().accounts, draft.account).identity
        self._ask(cancel, lambda asking: found.append(asking.account.identity()), whose)
        return found[0]

    def _ask(self, cancel: threading.Event, work: Callable[[Asking], None], whose: Identity | None) -> None:
        """Do something with an account of Stripe's; None: the default one. Raises StripeError, KeychainError, and what
        ``work`` raises.
        """
        try:
            self._settler.ask(cancel, work, asked=True, whose=whose)
        except CancelledError as error:
            raise StripeError("link.stopped", transient=True) from error

    def _plan(self, unit: Unit, draft: LinkDraft, identity: Identity, despite: frozenset[str]) -> None:
        booking = load_booking(unit.connection, draft.booking_pk)
        if booking is None:
            raise NotFoundError("booking.not_found", reference=draft.booking_pk)
        if draft.amount.currency != booking.currency:
            names = {"booking": booking.currency.upper(), "link": draft.amount.currency.upper()}
            raise InputError("link.other_currency", field="amount", **names)
        _require_seen(unit, draft, booking, despite)
        settings = read_property(unit.connection) or Property()
        title = f"{settings.name} · {booking.reference}"
        pk = store.insert_link(unit, draft, identity, title, settings.website if draft.life is not None else None)
        store.REQUESTS.plan(unit, pk, draft.uid, f"link-{draft.uid}")

    def _end_later(self, wanted: Sequence[PaymentLink], whose: Identity, cancel: threading.Event) -> None:
        """What cannot be ended now is tried again the next time."""
        try:
            self._ask(cancel, lambda asking: self._end_all(asking, wanted), whose)
        except (StripeError, KeychainError) as error:
            log.warning("links are cancelled later: %s", error)

    def _end_all(self, asking: Asking, links: Sequence[PaymentLink]) -> None:
        for link in links:
            if asking.cancel.is_set():
                break
            try:
                self._end(asking, link)
            except KnownError as error:
                log.warning("the link %s is not cancelled: %s", link.uid, error)

    def _end(self, asking: Asking, link: PaymentLink) -> None:
        """Ask Stripe to end it. Raises KnownError ``link.cancel_…``, StripeError."""
        identity = self._begin(asking, link)
        answer = asking.gateway.links.end(link.kind, str(link.stripe_id), self._desk.ids.uid(), asking.cancel)
        if isinstance(answer, Page):
            self._store(asking, identity, answer)
            if link.kind is LinkKind.LINK:
                self._end_pages(asking, identity, link)
            return
        if answer.unsure or answer.error.transient:
            raise KnownError("link.cancel_unknown", reason=answer.error.explain().happened)
        self._look(asking, link)  # it may have been paid, or have expired, meanwhile
        if self.get(link.uid).state is LinkState.CANCELLING:
            self._keep(link, answer)

    def _end_pages(self, asking: Asking, identity: Identity, link: PaymentLink) -> None:
        """Pages that the Payment Link opened before stay open otherwise. Raises as ``_end``."""
        page = asking.gateway.links.look(link.kind, str(link.stripe_id), asking.cancel)
        self._store(asking, identity, page)
        for one in page.sessions:
            if one.status == "open":
                key = self._desk.ids.uid()
                answer = asking.gateway.links.end(LinkKind.SESSION, one.id, key, asking.cancel)
                if isinstance(answer, PostFailure):
                    log.warning("the page %s is not closed: %s", one.id, answer.error)
                else:
                    self._store(asking, identity, answer)

    def _keep(self, link: PaymentLink, failure: PostFailure) -> None:
        """Stripe will not cancel it: it is open as before. Raises KnownError that says why."""
        with self._desk.writing() as unit:
            store.mark_cancel(unit, link, None)
        if failure.error.code == "stripe.no_permission":
            raise KnownError("link.no_permission", what=what_stripe_calls(link.kind), **failure.error.params)
        raise KnownError("link.cancel_refused", reason=failure.error.explain().happened)

    def _look(self, asking: Asking, link: PaymentLink) -> None:
        identity = self._begin(asking, link)
        page = asking.gateway.links.look(link.kind, str(link.stripe_id), asking.cancel)
        if page.observed_at:
            self._store(asking, identity, page)

    def _begin(self, asking: Asking, link: PaymentLink) -> Identity:
        """Whose account it is; what is read from now on is newer than what stands here. Raises StripeError."""
        identity = asking.account.identity()
        with self._desk.db.reading() as connection:
            seen = store.newest_picture(connection, identity, str(link.stripe_id))
        asking.gateway.begin_after(seen)
        return identity

    def _store(self, asking: Asking, identity: Identity, page: Page) -> None:
        with self._importer.writing() as unit:
            store_billing(unit, identity, asking.days, page)


def _account_of(link: PaymentLink) -> Identity:
    return Identity(link.account, link.livemode)


def _require_seen(unit: Unit, draft: LinkDraft, booking: Booking, despite: frozenset[str]) -> None:
    """Raises OpenLinksError where the guest could pay more than is owed by links that nobody has looked at."""
    left = booking.totals.balance - draft.amount.minor
    others = too_many(store.links_of(unit.connection, booking.pk), left)
    if not {one.uid for one in others} <= despite:
        raise OpenLinksError(others)


def _require_same(unit: Unit, draft: LinkDraft, identity: Identity) -> None:
    """What was written under this ``uid`` is this link. Raises InputError ``link.uid_reused``."""
    found = store.find_request(unit.connection, draft.uid)
    wanted = (draft.booking_pk, draft.amount.minor, draft.amount.currency, draft.life)
    if found is None or (found.booking_pk, found.amount, found.currency, found.life) != wanted:
        raise InputError("link.uid_reused", field="amount")
    if draft.account and found.account != identity.account:  # which is the default one may have changed meanwhile
        raise InputError("link.uid_reused", field="amount")
