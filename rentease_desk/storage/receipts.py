"""Receipts in the database: issued with the next number, and each time that one leaves the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.journal import canonical, digest
from rentease_desk.domain.payment import Payment, RefundStatus
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.receipts import (
    Confirmed,
    Receipt,
    ReceiptDraft,
    ReceiptKind,
    ReceiptQuery,
    Sheet,
    SkippedNumbers,
    number_label,
    with_person,
    without_person,
)
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.bookings import load_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.pair_tables import payment_pairs, stands
from rentease_desk.storage.parts import parts_of
from rentease_desk.storage.payments import load_payments, load_refunds
from rentease_desk.storage.receipt_tables import receipt_prints, receipt_series, receipt_skips, receipts
from rentease_desk.storage.tables import bookings, payment_voids, payments, refunds

_r = receipts.c
_p = payment_pairs.c


_SHEETS = json_reader(Sheet)


def issue(unit: Unit, draft: ReceiptDraft, about: Confirmed, sheet: Sheet, day: date) -> int:
    """Write a receipt under the next number of the day's year; returns its key."""
    payment, refund = about.payment, about.refund
    kept, texts = without_person(sheet)
    content, salt = msgspec.json.encode(kept).decode(), unit.ids.salt()
    amount = payment.amount if refund is None else refund.amount
    told = {"series": day.year, "number": _next_number(unit.connection, day.year), "amount": amount,
            "currency": payment.currency}  # fmt: skip
    row = {"uid": draft.uid, "salt": salt, "payment_pk": payment.pk, "refund_pk": draft.refund_pk, "content": content,
           "personal": canonical(texts), "business_date": day, **told, **unit.made}  # fmt: skip
    pk = unit.connection.execute(insert(receipts).values(row).returning(_r.pk)).scalar_one()
    names = {"payment": payment.uid, "refund": None if refund is None else refund.uid}
    proof = {"content": hashlib.sha256(content.encode()).hexdigest(), "language": sheet.language}
    people = {name: digest(salt, name, text) for name, text in texts.items() if text}
    unit.record("issue", "receipt", draft.uid, None, told | names | proof | people | {"business_date": day.isoformat()},
                row | {"pk": pk})  # fmt: skip
    note_changed(unit, payment)
    return int(pk)


def record_print(unit: Unit, draft: ReceiptDraft, receipt: Receipt) -> int:
    """Write that it leaves the desk; returns the how-many-eth time that is. The same draft again is not counted."""
    assert draft.medium is not None
    unit.connection.execute(select(_r.pk).where(_r.pk == receipt.pk).with_for_update())
    position = 1 + _printed(unit.connection, receipt.pk)
    told: dict[str, object] = {"position": position, "medium": draft.medium.value, "paper": draft.paper.value}
    row = {"uid": draft.uid, "receipt_pk": receipt.pk, **told, **unit.made}
    pk = insert_if_free(unit.connection, row, receipt_prints.c.pk, "uid")
    if pk is None:
        before = select(receipt_prints.c.position).where(receipt_prints.c.uid == draft.uid)
        return int(unit.connection.execute(before).scalar_one())
    action = "print" if position == 1 else "reprint"
    unit.record(action, "receipt_print", draft.uid, None, told | {"receipt": receipt.uid}, row | {"pk": pk})
    return position


def note_changed(unit: Unit, payment: Payment) -> None:
    """Folios tell of receipts."""
    touched = frozenset() if payment.booking_pk is None else frozenset({payment.booking_pk})
    unit.changes |= Changes(payments=frozenset({payment.pk}), bookings=touched)


def confirmed(connection: Connection, payment_pk: int, refund_pk: int | None) -> Confirmed | None:
    """What a receipt of this payment, or of this refund of it, is about; None if there is no such thing."""
    found, backs = load_payments(connection, [payment_pk]), load_refunds(connection, [refund_pk] if refund_pk else [])
    if not found or (refund_pk is not None and [one.payment_pk for one in backs] != [payment_pk]):
        return None
    payment, refund = found[0], backs[0] if backs else None
    booking = None if payment.booking_pk is None else load_booking(connection, payment.booking_pk)
    original = None if refund is None else receipt_of(connection, payment_pk, None)
    return Confirmed(
        payment, parts_of(connection, payment), booking, refund, "" if original is None else original.label
    )


def receipt_of(connection: Connection, payment_pk: int, refund_pk: int | None) -> Receipt | None:
    """The receipt of a payment or refund. A Stripe payment keeps that of the entry by hand that it is one with."""
    if refund_pk is not None:
        return _first(connection, _r.refund_pk == refund_pk)
    own = _first(connection, _r.payment_pk == payment_pk, _r.refund_pk.is_(None))
    return own or _first(connection, _r.payment_pk.in_(_merged_into(payment_pk)), _r.refund_pk.is_(None))


def find_receipt(connection: Connection, series: int, number: int) -> Receipt | None:
    """The receipt with this number."""
    return _first(connection, _r.series == series, _r.number == number)


def list_receipts(connection: Connection, query: ReceiptQuery) -> list[Receipt]:
    """Receipts in the order of their numbers."""
    wanted = _receipts()
    if query.days is not None:
        wanted = wanted.where(_r.business_date.between(query.days.first, query.days.last))
    return [_receipt_from(row) for row in connection.execute(wanted.order_by(_r.series, _r.number))]


def labels_of(connection: Connection, payment_pks: Sequence[int]) -> dict[tuple[int, int | None], str]:
    """The numbers on the receipts of payments and their refunds, by the keys of payment and refund (None: its own)."""
    owners = {row.manual_pk: row.stripe_pk for row in connection.execute(_owners(), {"pks": list(payment_pks)})}
    found = connection.execute(_numbers(), {"pks": list({*payment_pks, *owners})}).all()
    taken_over = {
        (owners[row.payment_pk], None): number_label(row.series, row.number)
        for row in found
        if row.payment_pk in owners and row.refund_pk is None
    }
    return taken_over | {(row.payment_pk, row.refund_pk): number_label(row.series, row.number) for row in found}


@cache
def _owners() -> Select[int, int]:
    """Made once, as all that is asked with every folio."""
    of = (among_keys(_p.stripe_pk, "pks"), _p.verdict == "same", stands())
    return select(_p.manual_pk, _p.stripe_pk).where(*of)


@cache
def _numbers() -> Select[*tuple[Any, ...]]:
    columns = (_r.payment_pk, _r.refund_pk, _r.series, _r.number)
    return select(*columns).where(among_keys(_r.payment_pk, "pks"))


def count_receipts(connection: Connection) -> int:
    """How many were issued."""
    return int(connection.execute(select(func.count()).select_from(receipts)).scalar_one())


def gaps(connection: Connection) -> list[str]:
    """The series whose numbers do not run from 1 to the last one given: there are none, unless somebody tampered.

    Numbers that were skipped are known by a row of their own.
    """
    sums = (func.count(_r.pk).label("given"), func.max(_r.number).label("most"))
    counted = select(receipt_series.c.series, receipt_series.c.last, *sums)
    counted = counted.outerjoin(receipts, _r.series == receipt_series.c.series)
    rows = connection.execute(counted.group_by(receipt_series.c.series, receipt_series.c.last)).all()
    skipped: dict[int, list[SkippedNumbers]] = {}
    for one in list_skipped(connection):
        skipped.setdefault(one.series, []).append(one)
    return [str(one.series) for one in rows if not _is_whole(one, skipped.get(one.series, []))]


def _is_whole(row: Row[*tuple[Any, ...]], skipped: Sequence[SkippedNumbers]) -> bool:
    ends = max([row.most or 0, *(one.last for one in skipped)])
    return bool(row.last == ends == row.given + sum(one.last - one.first + 1 for one in skipped))


def list_skipped(connection: Connection) -> list[SkippedNumbers]:
    """Numbers that nobody gets, in their order."""
    s = receipt_skips.c
    columns = (s.series, s.first, s.last, s.reason, s.actor, s.created_at)
    return [SkippedNumbers(*row) for row in connection.execute(select(*columns).order_by(s.series, s.first))]


def skip_numbers(unit: Unit, series: int, last: int, reason: str) -> None:
    """Give nobody the numbers up to ``last`` that are still free, and say why. Of none, nothing is written."""
    insert_if_free(unit.connection, {"series": series, "last": 0}, receipt_series.c.series, "series")
    known = select(receipt_series.c.last).where(receipt_series.c.series == series).with_for_update()
    first = int(unit.connection.execute(known).scalar_one()) + 1
    if last < first:
        return
    step = update(receipt_series).where(receipt_series.c.series == series).values(last=receipt_series.c.last + 1)
    for _ in range(first, last + 1):  # the database lets it count up by one only
        unit.connection.execute(step)
    told = {"series": series, "first": first, "last": last, "reason": reason}
    uid = unit.ids.uid()
    row = {"uid": uid, **told, **unit.made}
    pk = unit.connection.execute(insert(receipt_skips).values(row).returning(receipt_skips.c.pk)).scalar_one()
    unit.record("skip", "receipt_skip", uid, None, told, row | {"pk": pk})


def _next_number(connection: Connection, series: int) -> int:
    """The row is locked until the transaction ends: who rolls back gives the number back, nobody else has it."""
    insert_if_free(connection, {"series": series, "last": 0}, receipt_series.c.series, "series")
    step = update(receipt_series).where(receipt_series.c.series == series).values(last=receipt_series.c.last + 1)
    return int(connection.execute(step.returning(receipt_series.c.last)).scalar_one())


def _printed(connection: Connection, pk: int) -> int:
    counted = select(func.count()).select_from(receipt_prints).where(receipt_prints.c.receipt_pk == pk)
    return int(connection.execute(counted).scalar_one())


def _merged_into(payment_pk: int) -> Select[tuple[int]]:
    return select(_p.manual_pk).where(_p.stripe_pk == payment_pk, _p.verdict == "same", stands())


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> Receipt | None:
    row = connection.execute(_receipts().where(*conditions).order_by(_r.pk).limit(1)).first()
    return None if row is None else _receipt_from(row)


@cache
def _receipts() -> Select[*tuple[Any, ...]]:
    printed = select(func.count(receipt_prints.c.pk)).where(receipt_prints.c.receipt_pk == _r.pk).scalar_subquery()
    columns = (
        payments.c.uid.label("payment_uid"),
        refunds.c.uid.label("refund_uid"),
        refunds.c.status.label("refund_status"),
        refunds.c.business_date.label("refund_date"),
        bookings.c.reference.label("booking_reference"),
        payment_voids.c.business_date.label("void_date"),
        printed.label("printed"),
    )
    return (
        select(receipts, *columns)
        .join(payments, payments.c.pk == _r.payment_pk)
        .outerjoin(refunds, refunds.c.pk == _r.refund_pk)
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(payment_voids, payment_voids.c.payment_pk == payments.c.pk)
    )


def _receipt_from(row: Row[*tuple[Any, ...]]) -> Receipt:
    texts = msgspec.json.decode(row.personal, type=dict[str, str])
    sheet = with_person(_SHEETS.decode(row.content), texts)
    failed = row.refund_status not in {None, RefundStatus.SUCCEEDED.value}
    return Receipt(
        pk=row.pk,
        uid=row.uid,
        series=row.series,
        number=row.number,
        kind=ReceiptKind.PAYMENT if row.refund_pk is None else ReceiptKind.REFUND,
        payment_pk=row.payment_pk,
        payment_uid=row.payment_uid,
        refund_pk=row.refund_pk,
        refund_uid=row.refund_uid,
        booking_reference=row.booking_reference,
        guest=texts.get("guest", ""),
        amount=row.amount,
        currency=row.currency,
        sheet=sheet,
        issued_at=row.created_at,
        business_date=row.business_date,
        printed=row.printed,
        void_on=(row.refund_date or row.business_date) if failed else row.void_date,
        actor=row.actor,
        desk=row.desk,
    )
