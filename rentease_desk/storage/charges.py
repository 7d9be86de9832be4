"""Charge lines: what a guest owes for. Never changed; a correction is a line that names the old one."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, bindparam, insert, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.folio import Charge
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.tables import charge_lines


class ChargeRow(Struct, frozen=True):
    """A charge line about to be written. ``amount`` in minor units; ``text`` "" is told by the kind and dates.

    ``occurred_at`` in UTC seconds; None is now. ``corrects_pk`` names the line that this one takes back.
    """

    booking_pk: int
    kind: ChargeKind
    amount: int
    currency: str
    business_date: date
    text: str = ""
    tax_rate_ppm: int = 0
    service_from: date | None = None
    service_to: date | None = None
    occurred_at: int | None = None
    corrects_pk: int | None = None
    reason: str = ""
    uid: str = ""
    quantity: int | None = None
    unit_amount: int | None = None


class Entered(Struct, frozen=True):
    """A stored line with the booking it stands on."""

    booking_pk: int
    currency: str
    charge: Charge


def add_charge(unit: Unit, booking_uid: str, charge: ChargeRow) -> None:
    """Append a line, journalled."""
    row = {
        "uid": charge.uid or unit.ids.uid(),
        "booking_pk": charge.booking_pk,
        "kind": charge.kind.value,
        "text": charge.text,
        "amount": charge.amount,
        "currency": charge.currency,
        "tax_rate_ppm": charge.tax_rate_ppm,
        "service_from": charge.service_from,
        "service_to": charge.service_to,
        "occurred_at": unit.now if charge.occurred_at is None else charge.occurred_at,
        "business_date": charge.business_date,
        "corrects_pk": charge.corrects_pk,
        "reason": charge.reason,
        "quantity": charge.quantity,
        "unit_amount": charge.unit_amount,
        **unit.made,
    }
    pk = unit.connection.execute(_insert(), row).scalar_one()
    told = document("charge", row, booking=booking_uid, **_corrects(unit.connection, charge.corrects_pk))
    unit.record("charge", "charge", str(row["uid"]), None, told, row | {"pk": pk})


def _corrects(connection: Connection, pk: int | None) -> dict[str, object]:
    """What the journal says of the line that another one takes back."""
    if pk is None:
        return {}
    return {"corrects": connection.scalar(select(charge_lines.c.uid).where(charge_lines.c.pk == pk))}


@cache
def _insert() -> Any:
    return insert(charge_lines).returning(charge_lines.c.pk)


def standing_accommodation(connection: Connection, booking_pk: int) -> list[ChargeRow]:
    """The accommodation lines of a booking that nothing has taken back; ``corrects_pk`` names the line itself."""
    return [
        ChargeRow(
            booking_pk=row.booking_pk,
            kind=ChargeKind.ACCOMMODATION,
            amount=row.amount,
            currency=row.currency,
            business_date=row.business_date,
            tax_rate_ppm=row.tax_rate_ppm,
            service_from=row.service_from,
            service_to=row.service_to,
            corrects_pk=row.pk,
        )
        for row in connection.execute(_standing(), {"of": booking_pk})
    ]


@cache
def _standing() -> Select[*tuple[Any, ...]]:
    """Made once, as all that is asked with every booking or folio."""
    corrected = select(charge_lines.c.corrects_pk).where(charge_lines.c.corrects_pk.is_not(None))
    return select(charge_lines).where(
        charge_lines.c.booking_pk == bindparam("of"),
        charge_lines.c.kind == ChargeKind.ACCOMMODATION.value,
        charge_lines.c.corrects_pk.is_(None),
        charge_lines.c.pk.not_in(corrected.where(charge_lines.c.booking_pk == bindparam("of"))),
    )


def charges_of(connection: Connection, booking_pk: int) -> list[Charge]:
    """A booking's charge lines, oldest first."""
    return [_charge_from(row) for row in connection.execute(_charges_of(), {"of": booking_pk})]


@cache
def _charges_of() -> Select[*tuple[Any, ...]]:
    query = _charges().where(charge_lines.c.booking_pk == bindparam("of"))
    return query.order_by(charge_lines.c.occurred_at, charge_lines.c.pk)


def find_charge(connection: Connection, uid: str) -> Entered | None:
    """The line with this identity."""
    return _entered(connection, charge_lines.c.uid == uid)


def find_charge_by_key(connection: Connection, pk: int) -> Entered | None:
    """The line with this key."""
    return _entered(connection, charge_lines.c.pk == pk)


def reversal(wrong: Entered, uid: str, reason: str, business_date: date) -> ChargeRow:
    """The line that takes another one back."""
    line = wrong.charge
    return ChargeRow(
        booking_pk=wrong.booking_pk,
        kind=line.kind,
        amount=-line.amount,
        currency=wrong.currency,
        business_date=business_date,
        text=line.text,
        tax_rate_ppm=line.tax_rate_ppm,
        service_from=line.service_from,
        service_to=line.service_to,
        corrects_pk=line.pk,
        reason=reason,
        uid=uid,
        quantity=line.quantity,
        unit_amount=None if line.unit_amount is None else -line.unit_amount,
    )


def _entered(connection: Connection, named: ColumnElement[bool]) -> Entered | None:
    row = connection.execute(_charges().where(named)).one_or_none()
    return None if row is None else Entered(row.booking_pk, row.currency, _charge_from(row))


@cache
def _charges() -> Select[*tuple[Any, ...]]:
    correcting = charge_lines.alias("correcting")
    corrected = correcting.c.business_date.label("corrected_on")
    return select(charge_lines, corrected).outerjoin(correcting, correcting.c.corrects_pk == charge_lines.c.pk)


def _charge_from(row: Row[*tuple[Any, ...]]) -> Charge:
    return Charge(
        pk=row.pk,
        uid=row.uid,
        kind=ChargeKind(row.kind),
        text=row.text,
        amount=row.amount,
        tax_rate_ppm=row.tax_rate_ppm,
        service_from=row.service_from,
        service_to=row.service_to,
        occurred_at=row.occurred_at,
        business_date=row.business_date,
        corrects_pk=row.corrects_pk,
        corrected_on=row.corrected_on,
        reason=row.reason,
        actor=row.actor,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
    )
