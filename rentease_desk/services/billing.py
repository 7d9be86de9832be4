"""Long stays with their invoices, and payouts: what there is, and which booking a person gives a long stay to."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

from rentease_desk.domain.billing import BookingBilling, Invoice, LongStay, Payout, PayoutLine
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import Desk
from rentease_desk.storage import billing_list as store
from rentease_desk.storage.billing_links import assign_subscription
from rentease_desk.storage.billing_tables import stripe_payouts, stripe_subscriptions
from rentease_desk.storage.bookings import load_booking
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.whose import owner_of

MAX_LISTED = 500

T = TypeVar("T")


class BillingService:
    """Everything is empty while no Stripe account is known."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_booking(self, booking_pk: int) -> BookingBilling:
        """The subscriptions and invoices of a booking, newest first."""
        stays = self._each(lambda connection, one: store.stays_of(connection, one, booking_pk))
        invoices = self._each(lambda connection, one: store.invoices_of(connection, one, booking_pk))
        return BookingBilling(tuple(stays), tuple(invoices))

    def waiting_invoices(self, limit: int = MAX_LISTED) -> list[Invoice]:
        """Invoices that are open or were given up, newest first, with whom to ask."""
        return self._each(lambda connection, one: store.waiting_invoices(connection, one, limit))[:limit]

    def homeless_stays(self) -> list[LongStay]:
        """Subscriptions that run and belong to no booking, newest first."""
        return self._each(store.homeless_stays)

    def payouts(self, limit: int = MAX_LISTED) -> list[Payout]:
        """The latest payouts, newest first."""
        return self._each(lambda connection, one: store.list_payouts(connection, one, limit))[:limit]

    def payout_lines(self, payout_id: str) -> list[PayoutLine]:
        """What a payout is made of, oldest first; nothing while Stripe does not say it, or of one made by hand."""
        identities = self._desk.property().identities
        with self._desk.db.reading() as connection:
            identity = owner_of(connection, stripe_payouts, identities, payout_id)
            return [] if identity is None else store.payout_lines(connection, identity, payout_id)

    def payout_of(self, stripe_charge_id: str) -> Payout | None:
        """The payout with which the money of a charge went to the bank; None while that is not known."""
        identities = self._desk.property().identities
        with self._desk.db.reading() as connection:
            found = (store.payout_with(connection, one, stripe_charge_id) for one in identities)
            return next((one for one in found if one is not None), None)

    def assign(self, subscription_id: str, booking_pk: int) -> Changes:
        """Give a subscription to a booking, with the payments that name no other. No sync takes it away again.

        Raises NotFoundError ``booking.not_found``, ``subscription.not_found``.
        """
        return self._assign(subscription_id, booking_pk)

    def release(self, subscription_id: str) -> Changes:
        """Take a person's choice back: it belongs to the booking that it names, if any. Raises NotFoundError."""
        return self._assign(subscription_id, None)

    def _assign(self, subscription_id: str, booking_pk: int | None) -> Changes:
        with self._desk.doing(Permission.MATCH) as unit:
            settings = read_property(unit.connection) or Property()
            identity = owner_of(unit.connection, stripe_subscriptions, settings.identities, subscription_id)
            if identity is None:
                raise NotFoundError("subscription.not_found", id=subscription_id)
            open_days(unit, settings.days)
            if booking_pk is not None and load_booking(unit.connection, booking_pk) is None:
                raise NotFoundError("booking.not_found", reference=booking_pk)
            assign_subscription(unit, identity, settings.days, subscription_id, booking_pk)
        return unit.changes

    def _each(self, read: Callable[..., list[T]]) -> list[T]:
        """What ``read`` finds with a connection and an account, of all of them, newest first."""
        identities = self._desk.property().identities
        if not identities:
            return []
        with self._desk.db.reading() as connection:
            found = [one for identity in identities for one in read(connection, identity)]
        return found if len(identities) == 1 else sorted(found, key=attrgetter("created"), reverse=True)
