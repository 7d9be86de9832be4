"""Each payment, refund and dispute that moved money with its bookings and its payout, a few days at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.reporting import Basis
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED, Identity
from rentease_desk.domain.takings import Move, MoveKind
from rentease_desk.domain.trail import Behind, Settled, Stay, Trail
from rentease_desk.storage.among import among, among_keys
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.observed import asked, mine
from rentease_desk.storage.report_moves import Book, moves
from rentease_desk.storage.report_payouts import payout_sums
from rentease_desk.storage.report_pieces import Pieces
from rentease_desk.storage.report_sources import DISPUTED, SOURCES, SUCCEEDED, WENT_BACK
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, guests, payment_transfers, payments, refunds
from rentease_desk.storage.whose import whose

_moved, _line, _charge, _dispute = stripe_transactions, stripe_payout_lines, stripe_charges, stripe_disputes
_t = payment_transfers.c
_PAYOUT = "payout"
"""The type of the movement that is a payout itself."""
_FAMILIES = {MoveKind.PAYMENT: CHARGED, MoveKind.REFUND: RETURNED, MoveKind.RETURN: REFUND_FAILED}
_REFUNDS = select(refunds.c.pk, refunds.c.payment_pk).where(among_keys(refunds.c.pk, "pks"))
_RETURNS = (
    select(refund_returns.c.pk, refund_returns.c.refund_pk, refund_returns.c.ordinal, refunds.c.payment_pk)
    .join(refunds, refunds.c.pk == refund_returns.c.refund_pk)
    .where(among_keys(refund_returns.c.pk, "pks"))
)
_BEHIND = select(
    payments.c.pk, payments.c.uid, payments.c.business_date, payments.c.reference, payments.c.description,
    payments.c.brand, payments.c.last4, payments.c.stripe_payment_id, payments.c.stripe_charge_id,
    payments.c.booking_pk,
).where(among_keys(payments.c.pk, "pks"))  # fmt: skip
_STAYS = (
    select(bookings.c.pk, bookings.c.uid, bookings.c.reference, guests.c.name, bookings.c.arrival,
           bookings.c.departure, bookings.c.channel, bookings.c.status)
    .join(guests, guests.c.pk == bookings.c.guest_pk)
    .where(among_keys(bookings.c.pk, "pks"))
)  # fmt: skip
_SPREAD = (
    select(_t.payment_pk, _t.refund_pk, _t.from_booking_pk, _t.to_booking_pk, _t.amount)
    .where(among_keys(_t.payment_pk, "pks"), ~_t.whole)
    .order_by(_t.pk)
)
Shares = Mapping[tuple[int, int | None], Sequence[tuple[int, int, int]]]


class _Origin(Struct, frozen=True, gc=False):
    """Which payment a move is of, which refund, and the how manieth return of it."""

    payment_pk: int
    refund_pk: int | None = None
    ordinal: int = 1


def trails(book: Book, days: DateRange, basis: Basis, currency: str | None) -> Iterator[Trail]:
    """What moved on these days by a basis, and what Stripe moved beside it, oldest first."""
    pieces = Pieces(days)
    for piece in pieces:
        found = [*_of_moves(book, list(moves(book, piece, basis, None, currency)), basis)]
        if book.identity is not None:
            for one in book.each():
                found += _beside(one, one.identities[0], piece, basis)
            found.sort(key=lambda one: (one.day, one.at))
        pieces.held(len(found))
        yield from found


def payout_states(book: Book) -> dict[str, str]:
    """By payout how it stands."""
    query = select(stripe_payouts.c.id, stripe_payouts.c.status).where(mine(stripe_payouts))
    found = (row for one in book.identities for row in book.connection.execute(query, whose(one)))
    return {row.id: row.status for row in found}


def _of_moves(book: Book, found: Sequence[Move], basis: Basis) -> Iterator[Trail]:
    origins = _origins(book, found)
    behind = _behind(book, {one.payment_pk for one in origins.values()})
    shares = _shares(book, behind)
    stays = _stays(book, behind, shares)
    settled = _settled(book, found, behind)
    for at, move in enumerate(found):
        origin = origins.get(at)
        payment = behind.get(origin.payment_pk) if origin else None
        own = settled.get(_settled_by(move, origin, payment), ())
        if basis is Basis.PAYOUT:
            own = [one for one in own if one.payout_id == move.payout_id]
        parts = tuple((stays.get(pk or 0), minor) for pk, minor in _parts(move, origin, payment, shares))
        yield Trail(move.day, move.occurred_at, move, payment, parts, tuple(own), move.stripe_account)


def _origins(book: Book, found: Sequence[Move]) -> dict[int, _Origin]:
    """By the place of a move."""
    by_kind: defaultdict[MoveKind, dict[int | str, int]] = defaultdict(dict)
    for at, move in enumerate(found):
        by_kind[move.kind][move.uid if move.kind is MoveKind.DISPUTE else move.pk] = at
    origins = {at: _Origin(int(pk)) for pk, at in by_kind[MoveKind.PAYMENT].items()}
    for pk, payment in _rows(book, _REFUNDS, by_kind[MoveKind.REFUND]):
        origins[by_kind[MoveKind.REFUND][pk]] = _Origin(payment, pk)
    for pk, refund, ordinal, payment in _rows(book, _RETURNS, by_kind[MoveKind.RETURN]):
        origins[by_kind[MoveKind.RETURN][pk]] = _Origin(payment, refund, ordinal)
    disputed = by_kind[MoveKind.DISPUTE]
    for identity in book.identities if disputed else ():
        for id_, payment in book.connection.execute(_disputes(), asked(identity, [str(one) for one in disputed])):
            origins[disputed[id_]] = _Origin(payment)
    return origins


def _behind(book: Book, pks: Collection[int]) -> dict[int, Behind]:
    return {row[0]: Behind(*row) for row in _rows(book, _BEHIND, pks)}


def _shares(book: Book, pks: Collection[int]) -> Shares:
    """By payment and refund what went from one booking to another."""
    found: defaultdict[tuple[int, int | None], list[tuple[int, int, int]]] = defaultdict(list)
    for payment, refund, *moved in _rows(book, _SPREAD, pks):
        found[payment, refund].append((moved[0], moved[1], moved[2]))
    return found


def _stays(book: Book, behind: Mapping[int, Behind], shares: Shares) -> dict[int, Stay]:
    wanted = {one.booking_pk for one in behind.values() if one.booking_pk is not None}
    wanted |= {pk for moved in shares.values() for source, target, _ in moved for pk in (source, target)}
    return {row[0]: Stay(*row) for row in _rows(book, _STAYS, wanted)}


def _parts(move: Move, origin: _Origin | None, payment: Behind | None, shares: Shares) -> list[tuple[int | None, int]]:
    """By booking what of the amount it has, the payment's own first. A dispute is the whole payment's."""
    home = payment.booking_pk if payment else None
    amounts: dict[int | None, int] = {home: move.amount}
    if origin is not None and move.kind is not MoveKind.DISPUTE:
        sign = -1 if move.amount < 0 else 1
        for source, target, minor in shares.get((origin.payment_pk, origin.refund_pk), ()):
            amounts[source] = amounts.get(source, 0) - minor * sign
            amounts[target] = amounts.get(target, 0) + minor * sign
    return [one for one in amounts.items() if one[1]] or [(home, move.amount)]


def _settled_by(move: Move, origin: _Origin | None, payment: Behind | None) -> tuple[Any, ...]:
    """By what its movement of the balance is known: the source and types of it, or its own id."""
    if move.kind is MoveKind.DISPUTE:
        return (move.uid,)
    source = payment.charge_id if move.kind is MoveKind.PAYMENT and payment else move.stripe_id
    return source, _FAMILIES[move.kind] if origin is not None and origin.ordinal == 1 else None


def _settled(
    book: Book, found: Sequence[Move], behind: Mapping[int, Behind]
) -> Mapping[tuple[Any, ...], list[Settled]]:
    """What Stripe moved for these, by ``_settled_by``, oldest first."""
    told: defaultdict[tuple[Any, ...], list[Settled]] = defaultdict(list)
    sources = {one.charge_id for one in behind.values()} | {one.stripe_id for one in found}
    for one in _asked_for(book, _by_source(), sources - {None}):
        family = next((types for types in _FAMILIES.values() if one.type in types), None)
        told[one.source_id, family].append(one)
    for one in _asked_for(book, _by_id(), {one.uid for one in found if one.kind is MoveKind.DISPUTE}):
        told[one.id,].append(one)
    return told


def _asked_for(book: Book, query: Select[Any], ids: Collection[str | None]) -> Iterator[Settled]:
    for identity in book.identities if ids else ():
        given = asked(identity, [one for one in ids if one is not None])
        yield from (Settled(*row) for row in book.connection.execute(query, given))


def _beside(book: Book, identity: Identity, days: DateRange, basis: Basis) -> Iterator[Trail]:
    """What moved the balance and is of no row of ours; and payouts of which Stripe tells no lines."""
    given = book.given(days)
    moved = [Settled(*row) for row in book.connection.execute(_all(basis), given)]
    known = _known(book, identity, moved)
    told = book.days.business_date if basis is Basis.BUSINESS else book.days.calendar_date
    for one in moved:
        if one.id in known:
            continue
        day = book.arrivals[one.payout_id] if basis is Basis.PAYOUT and one.payout_id else told(one.created)
        yield Trail(day, one.created, None, None, ((None, 0),), (one,), identity.account)
    for whole in payout_sums(book, identity, days) if basis is Basis.PAYOUT else ():
        if not whole.lines:
            line = Settled("", _PAYOUT, None, 0, 0, whole.amount, 0, whole.amount, whole.currency, whole.id)
            yield Trail(whole.day, 0, None, None, ((None, 0),), (line,), identity.account)


def _known(book: Book, identity: Identity, moved: Sequence[Settled]) -> set[str]:
    """The ids of movements that stand beside a payment, refund, return or dispute that counts."""
    known: set[str] = set()
    for types, query in ((CHARGED, _charged()), (RETURNED, _given_back()), (REFUND_FAILED, _came_back())):
        mine_ = [one for one in moved if one.type in types and one.source_id is not None]
        given = asked(identity, [str(one.source_id) for one in mine_])
        there = set(book.connection.scalars(query, given)) if mine_ else set()
        known |= {one.id for one in mine_ if one.source_id in there}
    disputes = [one for one in moved if one.type == DISPUTED and one.source_id is not None]
    there = set(book.connection.scalars(_of_disputes(), asked(identity, [one.id for one in disputes])))
    return known | there


def _rows(book: Book, query: Select[Any], pks: Collection[Any]) -> Iterator[Any]:
    if pks:
        yield from book.connection.execute(query, {"pks": list(pks)})


def _columns() -> list[ColumnElement[Any]]:
    names = ("id", "type", "source_id", "created", "available_on", "amount", "fee", "net", "currency")
    return [*(_moved.c[name] for name in names), _line.c.payout_id]


_ITS_LINE = and_(mine(_line), _line.c.id == _moved.c.id)
_LATER = (_moved.c.created + 0, _moved.c.id)
"""An order, but no index of the whole account: that is not what is wanted."""


@cache
def _lined() -> Select[Any]:
    return select(*_columns()).select_from(_moved.outerjoin(_line, _ITS_LINE)).where(mine(_moved)).order_by(*_LATER)


@cache
def _by_source() -> Select[Any]:
    return _lined().where(among(_moved.c.source_id, "ids"), _moved.c.type.in_((*CHARGED, *RETURNED, *REFUND_FAILED)))


@cache
def _by_id() -> Select[Any]:
    return _lined().where(among(_moved.c.id, "ids"))


@cache
def _all(basis: Basis) -> Select[Any]:
    """All but the payouts themselves."""
    if basis is Basis.PAYOUT:
        lines = select(*_columns()).select_from(_line.join(_moved, _ITS_LINE)).order_by(*_LATER)
        return lines.where(mine(_moved), _moved.c.type != _PAYOUT, among(_line.c.payout_id, "payouts"))
    start, end = ("rolled", "rolls") if basis is Basis.BUSINESS else ("since", "until")
    within = and_(_moved.c.created >= bindparam(start), _moved.c.created < bindparam(end))
    return _lined().where(_moved.c.type != _PAYOUT, within)


@cache
def _disputes() -> Select[Any]:
    source = SOURCES[MoveKind.DISPUTE]()
    query = select(_moved.c.id, payments.c.pk).select_from(source.table)
    return query.where(source.condition, payments.c.pk.is_not(None), among(_moved.c.id, "ids"))


@cache
def _charged() -> Select[Any]:
    """Of these charges those whose payment counts."""
    key = and_(mine(payments), payments.c.stripe_charge_id == _charge.c.id, SUCCEEDED)
    its_payment = and_(key, payments.c.stripe_payment_id.in_((_charge.c.payment_intent_id, _charge.c.id)))
    joined = _charge.join(payments, its_payment)
    return select(_charge.c.id).select_from(joined).where(mine(_charge), among(_charge.c.id, "ids"))


@cache
def _given_back() -> Select[Any]:
    joined = refunds.join(payments, payments.c.pk == refunds.c.payment_pk)
    counted = (mine(refunds), among(refunds.c.stripe_refund_id, "ids"), WENT_BACK)
    return select(refunds.c.stripe_refund_id).select_from(joined).where(*counted)


@cache
def _came_back() -> Select[Any]:
    its_return = exists().where(refund_returns.c.refund_pk == refunds.c.pk, refund_returns.c.ordinal == 1)
    joined = refunds.join(payments, payments.c.pk == refunds.c.payment_pk)
    counted = (mine(refunds), among(refunds.c.stripe_refund_id, "ids"), SUCCEEDED, its_return)
    return select(refunds.c.stripe_refund_id).select_from(joined).where(*counted)


@cache
def _of_disputes() -> Select[Any]:
    its_dispute = exists().where(mine(_dispute), _dispute.c.id == _moved.c.source_id).correlate(_moved)
    return select(_moved.c.id).where(mine(_moved), among(_moved.c.id, "ids"), its_dispute)
