"""What people say about long stays and customers: which booking, and which guest. No sync takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from rentease_desk.domain.billing import Customer
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.billing_claims import give_to, resolve_subscriptions
from rentease_desk.storage.billing_store import payments_of
from rentease_desk.storage.billing_tables import stripe_subscriptions
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import of, own
from rentease_desk.storage.stripe_store import follow_claims
from rentease_desk.storage.stripe_tables import stripe_customers, sync_lease
from rentease_desk.storage.tables import bookings, guests

_FREE = {"booking_pk": None, "assigned_by": None}


def assign_subscription(
    unit: Unit, identity: Identity, days: Days, subscription_id: str, booking_pk: int | None
) -> None:
    """Give a subscription to a booking, and with it what it pays; None gives it back to the booking that it names.

    Raises NotFoundError ``subscription.not_found``.
    """
    _after_the_page(unit.connection)
    query = select(stripe_subscriptions).where(of(stripe_subscriptions, identity, [subscription_id]))
    row = unit.connection.execute(query.with_for_update()).first()
    if row is None:
        raise NotFoundError("subscription.not_found", id=subscription_id)
    chosen = _FREE if booking_pk is None else {"booking_pk": booking_pk, "assigned_by": "person"}
    give_to(unit, row, chosen)
    resolve_subscriptions(unit, identity, [subscription_id])
    follow_claims(unit, identity, days, payments_of(unit.connection, identity, subscriptions=[subscription_id]))


def link_customer(unit: Unit, identity: Identity, days: Days, customer_id: str, booking_pk: int) -> None:
    """A customer is the guest of this booking. Its subscriptions that belong nowhere come to the booking, if the guest
    has no other.

    Raises NotFoundError ``customer.not_found``.
    """
    guest = select(guests.c.pk, guests.c.uid).join(bookings, bookings.c.guest_pk == guests.c.pk)
    found = unit.connection.execute(guest.where(bookings.c.pk == booking_pk)).one()
    _link(unit, identity, customer_id, found.pk, found.uid)
    unit.changes |= Changes(bookings=frozenset({booking_pk}))
    _follow(unit, identity, days, _stays_of(unit.connection, identity, customer_id))


def unlink_customer(unit: Unit, identity: Identity, days: Days, customer_id: str) -> None:
    """It was somebody else. What came to a booking through the link alone leaves it.

    Raises NotFoundError ``customer.not_found``.
    """
    _link(unit, identity, customer_id, None, None)
    stays = _stays_of(unit.connection, identity, customer_id)
    for row in stays:
        if row.assigned_by == "customer":
            give_to(unit, row, _FREE)
    _follow(unit, identity, days, stays)


def customers_of(connection: Connection, identity: Identity, booking_pk: int) -> list[Customer]:
    """The customers that were linked to the guest of a booking, newest first."""
    guest = select(bookings.c.guest_pk).where(bookings.c.pk == booking_pk).scalar_subquery()
    return _customers(connection, _select(identity).where(stripe_customers.c.guest_pk == guest))


def suggested_customers(connection: Connection, identity: Identity, booking_pk: int) -> list[Customer]:
    """Customers with the e-mail address of a booking's guest, who are not linked to that guest; newest first."""
    table = stripe_customers
    query = select(guests.c.pk, guests.c.email).join(bookings, bookings.c.guest_pk == guests.c.pk)
    guest = connection.execute(query.where(bookings.c.pk == booking_pk)).first()
    if guest is None or not guest.email:
        return []
    same = func.lower(table.c.email) == guest.email.lower()
    others = table.c.guest_pk.is_distinct_from(guest.pk)
    return _customers(connection, _select(identity).where(same, others, table.c.gone_at.is_(None)))


def _after_the_page(connection: Connection) -> None:
    """Wait until the page that a sync writes at this moment is in: each must see what the other says."""
    connection.execute(select(sync_lease).with_for_update()).one()


def _link(unit: Unit, identity: Identity, customer_id: str, guest_pk: int | None, guest_uid: str | None) -> None:
    table, connection = stripe_customers, unit.connection
    _after_the_page(connection)
    query = select(table.c.guest_pk, guests.c.uid).outerjoin(guests, guests.c.pk == table.c.guest_pk)
    before = connection.execute(query.where(of(table, identity, [customer_id]))).first()
    if before is None:
        raise NotFoundError("customer.not_found", id=customer_id)
    connection.execute(update(table).where(of(table, identity, [customer_id])).values(guest_pk=guest_pk))
    action = "unlink" if guest_pk is None else "link"
    unit.record(action, "customer", customer_id, {"guest": before.uid}, {"guest": guest_uid})
    unit.changes |= Changes(billing=True)


def _stays_of(connection: Connection, identity: Identity, customer_id: str) -> list[Row[*tuple[Any, ...]]]:
    table = stripe_subscriptions
    query = select(table).where(own(table, identity), table.c.customer_id == customer_id)
    return list(connection.execute(query.with_for_update()))


def _follow(unit: Unit, identity: Identity, days: Days, stays: Iterable[Row[*tuple[Any, ...]]]) -> None:
    ids = [row.id for row in stays]
    resolve_subscriptions(unit, identity, ids)
    follow_claims(unit, identity, days, payments_of(unit.connection, identity, subscriptions=ids))


def _select(identity: Identity) -> Select[*tuple[Any, ...]]:
    """Customers with the guest they were linked to, and the first booking of that guest."""
    table = stripe_customers
    first = select(func.min(bookings.c.reference)).where(bookings.c.guest_pk == table.c.guest_pk).scalar_subquery()
    columns = (table.c.id, table.c.name, table.c.email, table.c.created, guests.c.name.label("guest"))
    return (
        select(*columns, first.label("booking_reference"))
        .outerjoin(guests, guests.c.pk == table.c.guest_pk)
        .where(own(table, identity))
        .order_by(table.c.created.desc(), table.c.id)
    )


def _customers(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[Customer]:
    return [Customer(*row) for row in connection.execute(query)]
