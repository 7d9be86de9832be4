"""The property's row and its methods."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row, delete, insert, literal, select, true, union_all, update

from rentease_desk.domain.datev import parse_datev
from rentease_desk.domain.money import Money
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.payment import Method, MethodKind
from rentease_desk.domain.settings import SETTINGS, Property, changed
from rentease_desk.domain.stripe_accounts import AccountState, StripeAccount
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.account_tables import stripe_accounts
from rentease_desk.storage.database import Unit
from rentease_desk.storage.tables import counters, methods, property_settings

_METHOD, _ACCOUNT = 0, 1
_m, _a = methods.c, stripe_accounts.c
_lists = union_all(
    select(literal(_METHOD).label("what"), _m.position.label("place"), _m.code.label("id"), _m.label.label("title"),
           _m.kind.label("kind"), _m.needs_reference.label("flag"), literal("").label("uid")).where(_m.active),
    select(literal(_ACCOUNT), _a.pk, _a.account, _a.name, _a.state, _a.connected, _a.uid),
).subquery()  # fmt: skip
_SETTINGS = (
    select(property_settings, *(column.label(f"one_{name}") for name, column in _lists.c.items()))
    .outerjoin(_lists, true())
    .order_by(_lists.c.what, _lists.c.place)
)
"""The property, once for each of its methods and Stripe accounts. Made once: it is asked with nearly everything, so it
is one question.
"""


def read_property(connection: Connection) -> Property | None:
    """The settings; None in a database that was just made."""
    rows = connection.execute(_SETTINGS).all()
    if not rows:
        return None
    row = rows[0]
    identity = Identity(row.stripe_account, row.stripe_livemode) if row.stripe_account is not None else None
    return Property(
        name=row.name,
        zone=row.zone,
        currency=row.currency,
        day_roll_minutes=row.day_roll_minutes,
        language=row.language,
        reference_prefix=row.reference_prefix,
        sync_minutes=row.sync_minutes,
        methods=_offered(rows),
        identity=identity,
        accounts=_accounts(rows, identity),
        version=row.version,
        cash_rounding=_amounts(row.cash_rounding),
        city_tax=row.city_tax,
        city_tax_age=row.city_tax_age,
        room_tax_ppm=row.room_tax_ppm,
        extras_tax_ppm=row.extras_tax_ppm,
        website=row.website,
        address=row.address,
        tax_lines=row.tax_lines,
        receipt_paper=Paper(row.receipt_paper),
        void_limit=row.void_limit,
        refund_limit=row.refund_limit,
        lock_minutes=row.lock_minutes,
        drawer_tolerance=_amounts(row.drawer_tolerance),
        datev=parse_datev(row.datev),
    )


def write_property(unit: Unit, settings: Property) -> Property:
    """Insert or replace the settings, journalled; the stored version counts up. Returns them as stored.

    The Stripe account, once it is known, stays: what was read before is not written over it.
    """
    before = read_property(unit.connection)
    if before is not None:
        settings = replace(settings, identity=settings.identity or before.identity, accounts=before.accounts)
        if replace(settings, version=before.version) == before:
            return before
    stored = _columns(settings) | {"version": before.version + 1 if before else 1}
    if before is None:
        unit.connection.execute(insert(property_settings).values(id=1, **stored))
    else:
        unit.connection.execute(update(property_settings).values(**stored))
    offered = _all_methods(unit.connection)
    _write_methods(unit.connection, settings.methods)
    unit.record("settings", "methods", "methods", offered, _all_methods(unit.connection))
    known = None if before is None else _told(before)
    unit.record("settings", "property", "property", known, _told(settings), always=True)
    after = read_property(unit.connection)
    assert after is not None
    return after


def next_reference(connection: Connection) -> int:
    """The next number for a booking's reference; the row's lock makes it unique among desks."""
    step = update(counters).where(counters.c.name == "booking_reference").values(value=counters.c.value + 1)
    return int(connection.execute(step.returning(counters.c.value)).scalar_one())


def _columns(settings: Property) -> dict[str, Any]:
    columns = {
        "name": settings.name,
        "zone": settings.zone,
        "currency": settings.currency,
        "day_roll_minutes": settings.day_roll_minutes,
        "language": settings.language,
        "reference_prefix": settings.reference_prefix,
        "sync_minutes": settings.sync_minutes,
        "cash_rounding": SETTINGS["cash_rounding"].show(settings),
        "city_tax": settings.city_tax,
        "city_tax_age": settings.city_tax_age,
        "room_tax_ppm": settings.room_tax_ppm,
        "extras_tax_ppm": settings.extras_tax_ppm,
        "website": settings.website,
        "address": settings.address,
        "tax_lines": settings.tax_lines,
        "receipt_paper": settings.receipt_paper.value,
        "void_limit": settings.void_limit,
        "refund_limit": settings.refund_limit,
        "lock_minutes": settings.lock_minutes,
        "drawer_tolerance": SETTINGS["drawer_tolerance"].show(settings),
        "datev": SETTINGS["datev"].show(settings),
    }
    if settings.identity is None:
        return columns
    return columns | {"stripe_account": settings.identity.account, "stripe_livemode": settings.identity.livemode}


@lru_cache(maxsize=16)
def _amounts(text: str) -> tuple[Money, ...]:
    """An amount a currency, as settings keep them."""
    return changed(Property(), {"cash_rounding": text}).cash_rounding


def _told(settings: Property) -> dict[str, Any]:
    return _columns(settings) | {"methods": [method.code for method in settings.methods]}


def _offered(rows: Sequence[Row[Any]]) -> tuple[Method, ...]:
    return tuple(
        Method(one.one_id, one.one_title, MethodKind(one.one_kind), one.one_flag)
        for one in rows
        if one.one_what == _METHOD
    )


def _accounts(rows: Sequence[Row[Any]], first: Identity | None) -> tuple[StripeAccount, ...]:
    """They have rows where there ever was more than one. All are live, or all for tests."""
    if first is None:
        return ()
    accounts = tuple(
        StripeAccount(
            one.one_uid,
            Identity(one.one_id, first.livemode),
            one.one_title,
            one.one_flag,
            AccountState(one.one_kind),
            is_first=one.one_id == first.account,
        )
        for one in rows
        if one.one_what == _ACCOUNT
    )
    return accounts or (StripeAccount("", first, "", False, AccountState.DEFAULT, is_first=True),)


def _all_methods(connection: Connection) -> dict[str, list[Any]]:
    """By its code all that stands of a method, also of those that are not offered any more."""
    rows = connection.execute(select(methods).order_by(methods.c.code))
    return {code: list(others) for code, *others in rows}


def _write_methods(connection: Connection, wanted: tuple[Method, ...]) -> None:
    connection.execute(delete(methods).where(methods.c.code.in_([method.code for method in wanted])))
    connection.execute(update(methods).values(active=False))
    rows = [
        {"code": one.code, "label": one.label, "kind": one.kind.value, "needs_reference": one.needs_reference,
         "position": position, "active": True}
        for position, one in enumerate(wanted)
    ]  # fmt: skip
    connection.execute(insert(methods), rows)
