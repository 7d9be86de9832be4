"""Which bookings a payment is compared with, and what is known of both. Plain SQL, the same on both engines.

A hotel may have 120,000 bookings: the database picks some hundreds by the things that an index or one look over the
search texts finds, and only those are scored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, and_, or_, select

from rentease_desk.domain.booking import BookingStatus, Totals
from rentease_desk.domain.dates import Days
from rentease_desk.domain.match_values import BookingFacts, PaymentFacts
from rentease_desk.domain.payment import UNMATCHED_STATES, Payment, Source
from rentease_desk.domain.text import fold
from rentease_desk.storage.ignore_tables import payment_ignores
from rentease_desk.storage.match_candidates import candidate_keys
from rentease_desk.storage.payments import payment_from, payment_select
from rentease_desk.storage.stripe_tables import stripe_customers
from rentease_desk.storage.tables import bookings, guests, payments
from rentease_desk.storage.totals import totals_of

_AT_ONCE = 500
_Guest = tuple[str, str]
"""What makes the guests of two bookings one person: their e-mail, else their folded name."""


def waiting_payments(connection: Connection, limit: int, *, ignored: bool = False) -> list[Payment]:
    """Card payments that wait for a booking, or those that are ignored, the latest first."""
    row = payment_ignores.c.pk
    query = payment_select().where(
        payments.c.booking_pk.is_(None),
        payments.c.source == Source.STRIPE.value,
        payments.c.state.in_([state.value for state in UNMATCHED_STATES]),
        row.is_not(None) if ignored else row.is_(None),
    )
    rows = connection.execute(query.order_by(payments.c.occurred_at.desc(), payments.c.pk.desc()).limit(limit))
    return [payment_from(row) for row in rows]


def has_booking_in(connection: Connection, currency: str) -> bool:
    """Whether any booking is in this currency."""
    return connection.execute(select(bookings.c.pk).where(bookings.c.currency == currency).limit(1)).first() is not None


def payment_facts(connection: Connection, payment: Payment, days: Days) -> PaymentFacts:
    """What is known of whoever paid, with what Stripe's customer says."""
    customer_id = connection.scalar(select(payments.c.customer_id).where(payments.c.pk == payment.pk))
    names, emails = [payment.payer_name], [payment.payer_email]
    for row in _customer(connection, payment, customer_id):
        names.append(row.name)
        emails.append(row.email)
    return PaymentFacts(
        amount=payment.amount - payment.refunded,
        currency=payment.currency,
        at=payment.occurred_at,
        day=days.calendar_date(payment.occurred_at),
        names=tuple(dict.fromkeys(one for one in names if one)),
        emails=tuple(dict.fromkeys(one for one in emails if one)),
        description=payment.description or "",
        customer_id=customer_id,
        card=card_of(payment.brand, payment.last4),
    )


def card_of(brand: str | None, last4: str | None) -> str | None:
    """A card as far as it is known: its brand and last four digits."""
    return f"{brand or ''} {last4}" if last4 else None


def candidates(connection: Connection, payment: PaymentFacts, days: Days) -> list[BookingFacts]:
    """The bookings that are worth comparing with a payment."""
    seen = paid_before(connection, payment)
    pks = candidate_keys(connection, payment, _homes(connection, seen))
    return booking_facts(connection, pks, payment, days, seen)


def booking_facts(
    connection: Connection, pks: Sequence[int], payment: PaymentFacts, days: Days, seen: Iterable[Row[*_Seen]] = ()
) -> list[BookingFacts]:
    """What is known of these bookings. ``seen``: payments of the same customer or card, which have a booking."""
    rows, totals = _rows(connection, pks), totals_of(connection, pks)
    known = _known(seen)
    return [_facts(row, totals[row.pk], known[guest_key(row.email, row.name_key)], payment, days) for row in rows]


def guest_key(email: str, name_key: str) -> _Guest:
    """The person that a booking's guest is."""
    folded = fold(email)
    return (folded, "") if folded else ("", name_key)


_Seen = tuple[int, str | None, str | None, str | None, str, str]


def _customer(
    connection: Connection, payment: Payment, customer_id: str | None
) -> Sequence[Row[str | None, str | None]]:
    if customer_id is None:
        return ()
    table = stripe_customers
    query = select(table.c.name, table.c.email).where(
        table.c.account == payment.stripe_account, table.c.livemode == payment.livemode, table.c.id == customer_id
    )
    return connection.execute(query).all()


def paid_before(connection: Connection, payment: PaymentFacts) -> list[Row[*_Seen]]:
    """Payments of the same customer or card that have a booking."""
    same = []
    if payment.customer_id is not None:
        same.append(payments.c.customer_id == payment.customer_id)
    if payment.card is not None:
        brand, _, last4 = payment.card.rpartition(" ")
        same.append(and_(payments.c.last4 == last4, payments.c.brand == brand))
    if not same:
        return []
    columns = (payments.c.booking_pk, payments.c.customer_id, payments.c.brand, payments.c.last4)
    query = select(*columns, guests.c.email, guests.c.name_key).join(bookings, bookings.c.pk == payments.c.booking_pk)
    query = query.join(guests, guests.c.pk == bookings.c.guest_pk).where(or_(*same))
    return list(connection.execute(query.order_by(payments.c.occurred_at.desc()).limit(50)))


def _homes(connection: Connection, seen: Sequence[Row[*_Seen]]) -> list[int]:
    """The bookings of those payments, and other stays of the same guests."""
    emails = sorted({row.email for row in seen if row.email})
    names = sorted({row.name_key for row in seen if not row.email})
    if not seen:
        return []
    theirs = or_(guests.c.email.in_(emails), and_(guests.c.email == "", guests.c.name_key.in_(names)))
    query = select(bookings.c.pk).join(guests, guests.c.pk == bookings.c.guest_pk).where(theirs)
    others = connection.scalars(query.order_by(bookings.c.arrival.desc()).limit(50))
    return [*(row.booking_pk for row in seen), *others]


def _known(seen: Iterable[Row[*_Seen]]) -> defaultdict[_Guest, tuple[set[str], set[str]]]:
    """By guest: the cards and the customers that paid for their stays."""
    found: defaultdict[_Guest, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in seen:
        cards, customers = found[guest_key(row.email, row.name_key)]
        cards.add(card_of(row.brand, row.last4) or "")
        customers.add(row.customer_id or "")
    return found


def _rows(connection: Connection, pks: Sequence[int]) -> list[Row[*tuple[object, ...]]]:
    guest = (guests.c.name, guests.c.name_key, guests.c.email, guests.c.phone)
    query = select(bookings, *guest).join(guests, guests.c.pk == bookings.c.guest_pk)
    parts = (pks[start : start + _AT_ONCE] for start in range(0, len(pks), _AT_ONCE))
    return [row for some in parts for row in connection.execute(query.where(bookings.c.pk.in_(some)))]


def _facts(
    row: Row[*tuple[object, ...]], totals: Totals, known: tuple[set[str], set[str]], payment: PaymentFacts, days: Days
) -> BookingFacts:
    cards, customers = known
    values = row._mapping
    return BookingFacts(
        pk=values["pk"],
        uid=values["uid"],
        reference=values["reference"],
        guest=values["name"],
        arrival=values["arrival"],
        departure=values["departure"],
        booked_on=days.calendar_date(values["created_at"]),
        currency=values["currency"],
        status=BookingStatus(values["status"]),
        charged=totals.charged,
        balance=totals.balance,
        email=values["email"],
        phone=values["phone"],
        cards=frozenset(cards) & {payment.card or "-"},
        customers=frozenset(customers) & {payment.customer_id or "-"},
    )
