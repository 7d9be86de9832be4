"""Manual card payments and Stripe payments that look alike; what people said of them, and merging the two.

Whoever writes here has locked both payments (``lock_pair``), so that two desks cannot merge one twice, or merge while
another gives it back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.duplicates import NEAR_SECONDS, Pair, PairDraft, Said, Verdict, carried, compared, without
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.parts import Parts
from rentease_desk.domain.payment import MethodKind, Payment, PaymentState, PaymentStatus, Source
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.change_feed import UNASSIGN
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.ignoring import end_ignoring
from rentease_desk.storage.pair_tables import payment_pairs, stands
from rentease_desk.storage.parts import parts_of
from rentease_desk.storage.payments import load_payments
from rentease_desk.storage.stripe_payments import search_text
from rentease_desk.storage.tables import bookings, guests, methods, payments
from rentease_desk.storage.totals import not_void

_p = payment_pairs.c
_JOINTS = {"note": "\n", "reference": "; "}
"""What people write on a payment, and what stands between two such texts."""
_FACTS = (payments.c.pk, payments.c.amount, payments.c.currency, payments.c.occurred_at, payments.c.booking_pk)
_Row = Row[*tuple[Any, ...]]


def open_pairs(connection: Connection, since: int) -> list[Pair]:
    """The pairs that look alike and of which nobody has said anything, of manual payments since an instant."""
    found = [one for one in load_pairs(connection, _alike(connection, since)) if one.said is None and one.is_alike]
    return [one for one in found if not _is_touched(connection, one)]


def pairs_of(connection: Connection, payment_pk: int) -> list[Pair]:
    """The pairs of one payment that look alike, and those of which somebody has said something."""
    at = connection.execute(select(payments.c.occurred_at).where(payments.c.pk == payment_pk)).scalar_one()
    alike = [pair for pair in _alike(connection, at - NEAR_SECONDS, at + NEAR_SECONDS) if payment_pk in pair]
    said = select(_p.manual_pk, _p.stripe_pk).where(
        or_(_p.manual_pk == payment_pk, _p.stripe_pk == payment_pk), stands()
    )
    known = [(row.manual_pk, row.stripe_pk) for row in connection.execute(said.order_by(_p.pk))]
    found = load_pairs(connection, list(dict.fromkeys([*known, *alike])))
    return [one for one in found if one.said is not None or (one.is_alike and not _is_touched(connection, one))]


def said_pairs(connection: Connection, limit: int) -> list[Pair]:
    """The pairs of which somebody has said something that stands, the latest first."""
    rows = connection.execute(select(_p.manual_pk, _p.stripe_pk).where(stands()).order_by(_p.pk.desc()).limit(limit))
    return load_pairs(connection, [(row.manual_pk, row.stripe_pk) for row in rows])


def load_pairs(connection: Connection, pks: Sequence[tuple[int, int]]) -> list[Pair]:
    """Pairs by the keys of the manual and the Stripe payment, in that order."""
    keys = {pk for pair in pks for pk in pair}
    paid = {one.pk: one for one in load_payments(connection, list(keys))}
    said, emails = _said(connection, pks), _emails(connection, paid.values())
    return [
        compared(paid[manual], paid[stripe], emails.get(paid[manual].booking_pk or 0, ""), said.get((manual, stripe)))
        for manual, stripe in pks
    ]


def lock_pair(connection: Connection, draft: PairDraft) -> None:
    """Let no other transaction change either payment before this one ends; always in one order."""
    both = payments.c.pk.in_((draft.manual_pk, draft.stripe_pk))
    connection.execute(select(payments.c.pk).where(both).order_by(payments.c.pk).with_for_update()).all()


def was_written(connection: Connection, draft: PairDraft) -> bool:
    """Whether this very draft was written before. Raises InputError ``duplicates.uid_reused`` if it was another."""
    row = connection.execute(select(_p.manual_pk, _p.stripe_pk).where(_p.uid == draft.uid)).first()
    if row is not None and tuple(row) != (draft.manual_pk, draft.stripe_pk):
        raise InputError("duplicates.uid_reused", field="payment")
    return row is not None


def is_card(connection: Connection, method: str) -> bool:
    """Whether a manual method is one by card."""
    return connection.scalar(select(methods.c.kind).where(methods.c.code == method)) == MethodKind.CARD.value


def merged_with(connection: Connection, stripe_pk: int) -> str | None:
    """Who made the Stripe payment one with a manual one."""
    return connection.scalar(select(_p.actor).where(_p.stripe_pk == stripe_pk, _p.verdict == "same", stands()))


def add_verdict(unit: Unit, uid: str, pair: Pair, verdict: Verdict, day: date) -> None:
    """Write what a person said. By ``SAME`` the manual payment is void, and what it said goes to the Stripe payment."""
    manual, stripe = pair.manual, pair.stripe
    same = verdict is Verdict.SAME
    more: dict[str, Any] = {
        "verdict": verdict.value,
        "reason": f"The same as Stripe payment {stripe.stripe_payment_id}" if same else "",
        "took_booking": same and stripe.booking_pk is None,
        "held": _held(unit.connection, stripe),
    }
    _insert(unit, uid, pair, day, "merge" if same else "keep_both", more)
    if same:
        texts = {name: carried(getattr(stripe, name), getattr(manual, name), by) for name, by in _JOINTS.items()}
        home = {"booking_pk": manual.booking_pk, "assigned_by": "person"} if more["took_booking"] else {}
        if home:
            end_ignoring(unit, [stripe.pk])
        _write(unit, pair, "merge", texts | home)


def undo_verdict(unit: Unit, uid: str, pair: Pair, day: date) -> None:
    """Take back what was said; nothing else has happened to the money since (``is_used``)."""
    row = _standing(unit.connection, pair)
    more = {"verdict": "undo", "undoes_pk": row.pk, "reason": "", "took_booking": False, "held": row.held}
    action = "undo_merge" if row.verdict == Verdict.SAME.value else "undo_keep_both"
    _insert(unit, uid, pair, day, action, more)
    if row.verdict == Verdict.SAME.value:
        manual, stripe = pair.manual, pair.stripe
        texts = {name: without(getattr(stripe, name), getattr(manual, name), by) for name, by in _JOINTS.items()}
        leaves = row.took_booking and stripe.booking_pk is not None
        home = {"booking_pk": None, "assigned_by": None} if leaves else {}
        _write(unit, pair, UNASSIGN if leaves else action, texts | home)


def is_used(connection: Connection, pair: Pair) -> bool:
    """Whether money of the Stripe payment was moved or given back since the two were made one."""
    row, parts = _standing(connection, pair), parts_of(connection, pair.stripe)
    homes = {pair.manual.booking_pk, None} if row.took_booking else {pair.manual.booking_pk}
    return parts.is_split or pair.stripe.booking_pk not in homes or row.held != _back(parts)


def _alike(connection: Connection, since: int, until: int | None = None) -> list[tuple[int, int]]:
    """(manual, Stripe) payments of one amount near in time, on one booking or the Stripe one on none; the latest first.

    Two plain questions, put together here: in a join of payments with themselves SQLite would compare all with all.
    """
    cards = select(methods.c.code).where(methods.c.kind == MethodKind.CARD.value)
    within = payments.c.occurred_at >= since, *(() if until is None else (payments.c.occurred_at <= until,))
    by_hand = (payments.c.source == Source.MANUAL.value, payments.c.method.in_(cards), not_void(), *within)
    manual = connection.execute(select(*_FACTS).where(*by_hand).order_by(payments.c.occurred_at.desc())).all()
    near: defaultdict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in _of_stripe(connection, manual):
        near[row.amount, row.currency].append(row)
    return [
        (row.pk, one.pk)
        for row in manual
        for one in _near(near[row.amount, row.currency], row.occurred_at)
        if one.booking_pk in {None, row.booking_pk}
    ]


def _of_stripe(connection: Connection, manual: Sequence[_Row]) -> Sequence[_Row]:
    """Stripe payments of these amounts from about then, which stand for no entry by hand yet."""
    if not manual:
        return ()
    taken = select(_p.pk).where(_p.stripe_pk == payments.c.pk, _p.verdict == "same", stands())
    first, last = (pick(row.occurred_at for row in manual) for pick in (min, max))
    query = select(*_FACTS).where(
        payments.c.occurred_at.between(first - NEAR_SECONDS, last + NEAR_SECONDS),
        payments.c.source == Source.STRIPE.value,
        payments.c.state == PaymentState.SUCCEEDED.value,
        among_keys(payments.c.amount, "amounts"),
        ~taken.correlate(payments).exists(),
    )
    amounts = {"amounts": sorted({row.amount for row in manual})}
    return connection.execute(query.order_by(payments.c.occurred_at, payments.c.pk), amounts).all()


def _near(rows: Sequence[_Row], at: int) -> Sequence[_Row]:
    """Those of the rows, which are in the order of time, that are near an instant."""
    first = bisect_left(rows, at - NEAR_SECONDS, key=_occurred)
    return rows[first : bisect_right(rows, at + NEAR_SECONDS, lo=first, key=_occurred)]


def _occurred(row: _Row) -> int:
    return int(row.occurred_at)


def _is_touched(connection: Connection, pair: Pair) -> bool:
    """Whether the manual payment was split or given back: then it is not merged any more."""
    return pair.manual.status is not PaymentStatus.SUCCEEDED or any(
        parts.is_split or (payment is pair.manual and _back(parts))
        for payment in (pair.manual, pair.stripe)
        for parts in (parts_of(connection, payment),)
    )


def _back(parts: Parts) -> int:
    return sum(one.back for one in parts.parts)


def _held(connection: Connection, payment: Payment) -> int:
    return _back(parts_of(connection, payment))


def _said(connection: Connection, pks: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Said]:
    wanted = set(pks)
    query = select(payment_pairs).where(_p.manual_pk.in_({manual for manual, _ in wanted}), stands())
    return {
        pair: Said(Verdict(row.verdict), row.actor, row.desk, row.created_at, bool(row.took_booking))
        for row in connection.execute(query.order_by(_p.pk))
        if (pair := (row.manual_pk, row.stripe_pk)) in wanted
    }


def _emails(connection: Connection, paid: Collection[Payment]) -> dict[int, str]:
    pks = {one.booking_pk for one in paid if one.source is Source.MANUAL}
    query = select(bookings.c.pk, guests.c.email).join(guests, guests.c.pk == bookings.c.guest_pk)
    return {row.pk: row.email for row in connection.execute(query.where(bookings.c.pk.in_(pks)))}


def _standing(connection: Connection, pair: Pair) -> _Row:
    ours = (_p.manual_pk == pair.manual.pk, _p.stripe_pk == pair.stripe.pk)
    return connection.execute(select(payment_pairs).where(*ours, stands())).one()


def _insert(unit: Unit, uid: str, pair: Pair, day: date, action: str, more: dict[str, Any]) -> None:
    row = {"uid": uid, "manual_pk": pair.manual.pk, "stripe_pk": pair.stripe.pk, "business_date": day,
           "undoes_pk": None, **unit.made, **more}  # fmt: skip
    unit.connection.execute(insert(payment_pairs).values(row))
    told = {"manual": pair.manual.uid, "stripe": pair.stripe.uid, "business_date": day.isoformat()}
    told |= {name: more[name] for name in ("verdict", "reason", "took_booking", "held")}
    unit.record(action, "pair", uid, None, told)
    homes = frozenset(one.booking_pk for one in (pair.manual, pair.stripe) if one.booking_pk is not None)
    unit.changes |= Changes(payments=frozenset({pair.manual.pk, pair.stripe.pk}), bookings=homes)


def _write(unit: Unit, pair: Pair, action: str, values: dict[str, Any]) -> None:
    """Change the Stripe payment's own texts and booking; both payments are other ones than those that were seen."""
    own = payments.c.pk == pair.stripe.pk
    stored = dict(unit.connection.execute(select(payments).where(own)).mappings().one())
    found = search_text(stored["stripe_payment_id"], stored, values["reference"], values["note"])
    unit.connection.execute(update(payments).where(own).values(**values, search_text=found))
    both = payments.c.pk.in_((pair.manual.pk, pair.stripe.pk))
    unit.connection.execute(update(payments).where(both).values(version=payments.c.version + 1))
    before, after = (_told(unit, stored["salt"], one, values) for one in (stored, values))
    unit.record(action, "payment", pair.stripe.uid, before, after, always=True)
    made_or_undone = "merge" if action == "merge" else "undo_merge"
    unit.record(made_or_undone, "payment", pair.manual.uid, {}, {}, always=True)


def _told(unit: Unit, salt: str, row: dict[str, Any], written: dict[str, Any]) -> dict[str, object]:
    """What the journal says of the texts, and of the booking where it changes."""
    texts = document("payment", {"salt": salt, **{name: row[name] for name in _JOINTS}})
    if "booking_pk" not in written:
        return texts
    pk = row["booking_pk"]
    home = None if pk is None else unit.connection.scalar(select(bookings.c.uid).where(bookings.c.pk == pk))
    return texts | {"booking": home, "assigned_by": row["assigned_by"]}
