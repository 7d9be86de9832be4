"""Which guest a customer of Stripe's is. The desk suggests by e-mail address; only a person decides."""

from __future__ import annotations

from rentease_desk.domain.billing import Customer
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_links import customers_of, link_customer, suggested_customers, unlink_customer
from rentease_desk.storage.bookings import load_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.stripe_tables import stripe_customers
from rentease_desk.storage.whose import owner_of


class CustomerService:
    """Customers and guests. A guest is named by a booking of theirs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_booking(self, booking_pk: int) -> list[Customer]:
        """The customers that were linked to the guest of a booking, newest first."""
        identities = self._desk.property().identities
        with self._desk.db.reading() as connection:
            found = [one for identity in identities for one in customers_of(connection, identity, booking_pk)]
        return _newest_first(found)

    def suggestions(self, booking_pk: int) -> list[Customer]:
        """Customers with the same e-mail address as a booking's guest, newest first; not those that were deleted."""
        identities = self._desk.property().identities
        with self._desk.db.reading() as connection:
            found = [one for identity in identities for one in suggested_customers(connection, identity, booking_pk)]
        return _newest_first(found)

    def link(self, customer_id: str, booking_pk: int) -> Changes:
        """The customer is the guest of this booking; a link to another guest ends. Subscriptions of the customer that
        belong to no booking come to it, unless they name another.

        Raises NotFoundError ``booking.not_found``, ``customer.not_found``.
        """
        with self._desk.doing(Permission.MATCH) as unit:
            settings = read_property(unit.connection) or Property()
            identity = _owner(unit, settings, customer_id)
            open_days(unit, settings.days)
            if load_booking(unit.connection, booking_pk) is None:
                raise NotFoundError("booking.not_found", reference=booking_pk)
            link_customer(unit, identity, settings.days, customer_id, booking_pk)
        return unit.changes

    def unlink(self, customer_id: str) -> Changes:
        """The customer is nobody's guest; what came to a booking by the link alone leaves it. Raises NotFoundError."""
        with self._desk.doing(Permission.MATCH) as unit:
            settings = read_property(unit.connection) or Property()
            identity = _owner(unit, settings, customer_id)
            open_days(unit, settings.days)
            unlink_customer(unit, identity, settings.days, customer_id)
        return unit.changes


def _newest_first(found: list[Customer]) -> list[Customer]:
    return sorted(found, key=lambda one: one.created, reverse=True)


def _owner(unit: Unit, settings: Property, customer_id: str) -> Identity:
    """Whose customer it is. Raises NotFoundError."""
    identity = owner_of(unit.connection, stripe_customers, settings.identities, customer_id)
    if identity is None:
        raise NotFoundError("customer.not_found", id=customer_id)
    return identity
