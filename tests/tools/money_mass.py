"""A great many payments, with everything that belongs to them at Stripe, written without the program's own ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from sqlalchemy import Table, select

from rentease_desk.domain.dates import Days
from rentease_desk.domain.journal import JournalEntry, canonical
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.journal import append
from rentease_desk.storage.payout_payments import link_all
from rentease_desk.storage.settings import read_property, write_property
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, payment_voids, payments, refunds

FIRST, LAST = date(2015, 1, 1), date(2017, 12, 31)
_DAY = 86_400
_BATCH = 20_000
_MINE = {"account": "acct_1", "livemode": False, "observed_at": 1}
_ORDER = (payments, payment_voids, refunds, stripe_charges, stripe_disputes, stripe_transactions, stripe_payout_lines)
Rows = dict[Table, list[dict[str, Any]]]


def fill(desk: Desk, count: int) -> None:
    """So many payments over three years: seven of ten through Stripe and paid out daily, a refund of each twentieth,
    and an entry of the journal for each, without a proof of its row; and two for each booking that is there.
    """
    with desk.writing() as unit:
        settings = read_property(unit.connection) or Property()
        write_property(unit, replace(settings, identity=Identity("acct_1", False)))
        homes = list(unit.connection.scalars(select(bookings.c.pk)))
        insert_many(unit.connection, stripe_payouts, list(_payouts()))
    for rows in _batches(count, homes):
        with desk.writing() as unit:
            for table in _ORDER:
                insert_many(unit.connection, table, rows[table])
            append(unit.connection, [_entry(row) for row in rows[payments]])
            link_all(unit.connection, Identity("acct_1", False))
    _edit(desk)


def _edit(desk: Desk) -> None:
    """Each booking was in house, and then departed, some time in the three years."""
    with desk.db.reading() as connection:
        uids = list(connection.scalars(select(bookings.c.uid)))
    days = (LAST - FIRST).days
    for start in range(0, len(uids), _BATCH):
        with desk.writing() as unit:
            some = enumerate(uids[start : start + _BATCH], start)
            append(unit.connection, [one for at, uid in some for one in _edits(uid, at * days // len(uids))])


def _edits(uid: str, day: int) -> Iterator[JournalEntry]:
    steps = ("confirmed", "in_house", "departed")
    for at, (before, after) in enumerate(pairwise(steps), day):
        told = (canonical({"status": one}) for one in (before, after))
        yield JournalEntry(_moment(at, 0), "Elena", "Desk 1", "edit", "booking", uid, *told)


def _payouts() -> Iterator[dict[str, Any]]:
    empty = {"balance_transaction_id": None, "failure_code": None, "failure_message": None}
    for at in range((LAST - FIRST).days + 4):
        arrival = _moment(at, 0)
        yield {**_MINE, **empty, "id": f"po_{at}", "created": arrival - _DAY, "amount": 0, "currency": "eur",
               "status": "paid", "arrival_date": arrival, "automatic": True,
               "reconciliation_status": "completed"}  # fmt: skip


def _entry(row: dict[str, Any]) -> JournalEntry:
    told = {name: row[name] for name in ("amount", "currency", "method", "source", "state", "stripe_payment_id")}
    return JournalEntry(
        row["created_at"], row["actor"], row["desk"], "import", "payment", row["uid"], None, canonical(told)
    )


def _moment(at: int, second: int) -> int:
    return ((FIRST - date(1970, 1, 1)).days + at) * _DAY + second


def _batches(count: int, homes: list[int]) -> Iterator[Rows]:
    random, days = Random(1), Days(ZoneInfo("Europe/Rome"))
    length = (LAST - FIRST).days + 1
    rows: Rows = {table: [] for table in _ORDER}
    for pk in range(1, count + 1):
        day = pk * length // (count + 1)
        _one(rows, pk, _moment(day, random.randrange(_DAY)), days, random, homes)
        if pk % _BATCH == 0 or pk == count:
            yield rows
            rows = {table: [] for table in _ORDER}


def _one(rows: Rows, pk: int, at: int, days: Days, random: Random, homes: list[int]) -> None:
    amount, by_stripe = random.randrange(500, 90_000), pk % 10 < 7
    method = "card" if by_stripe else ("cash", "transfer")[pk % 2]
    home = random.choice(homes) if homes and pk % 11 else None
    made = {"actor": "Stripe" if by_stripe else ("Elena", "Paolo")[pk % 2], "desk": "Desk 1", "created_at": at}
    row: dict[str, Any] = dict.fromkeys((one.name for one in payments.columns), None)
    row |= {"pk": pk, "uid": f"p{pk}", "salt": "", "booking_pk": home, "source": "stripe" if by_stripe else "manual",
            "assigned_by": None if home is None else "entry", "method": method,
            "amount": amount, "currency": "eur", "state": "succeeded", "occurred_at": at, "reference": "", "note": "",
            "business_date": days.business_date(at), "disputed": False, "search_text": f"ada {pk}", "version": 1,
            "rounding": 0, **made}  # fmt: skip
    if by_stripe:
        row |= {"stripe_account": "acct_1", "livemode": False, "stripe_payment_id": f"pi_{pk}", "brand": "visa",
                "stripe_charge_id": f"ch_{pk}", "stripe_status": "succeeded", "last4": "4242", "payer_name": "Ada",
                "fee": 100, "net": amount - 100, "settlement_currency": "eur",
                "available_on": at + 3 * _DAY}  # fmt: skip
        rows[stripe_charges].append(_charge(pk, at, amount))
        _move(rows, f"t{pk}", at, "charge", amount, 100, f"ch_{pk}")
    rows[payments].append(row)
    if pk % 20 == 0:
        _refund(rows, pk, at + _DAY, amount // 4, days, by_stripe=by_stripe, made=made)
    if pk % 501 == 0 and not by_stripe:
        rows[payment_voids].append({"uid": f"v{pk}", "payment_pk": pk, "reason": "typed twice", "occurred_at": at,
                                    "business_date": days.business_date(at), **made})  # fmt: skip
    if pk % 5_000 == 1 and by_stripe:
        _dispute(rows, pk, at + 2 * _DAY, amount)


def _charge(pk: int, at: int, amount: int) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys((one.name for one in stripe_charges.columns), None)
    return row | {**_MINE, "id": f"ch_{pk}", "payment_intent_id": f"pi_{pk}", "created": at, "amount": amount,
                  "amount_captured": amount, "captured": True, "released": False, "manual_capture": False,
                  "currency": "eur", "status": "succeeded", "disputed": False, "metadata": "{}"}  # fmt: skip


def _move(rows: Rows, id_: str, at: int, type_: str, amount: int, fee: int, source: str) -> None:
    arrives = min(at // _DAY - (FIRST - date(1970, 1, 1)).days + 3, (LAST - FIRST).days + 3)
    rows[stripe_transactions].append({**_MINE, "id": id_, "created": at, "available_on": at + 2 * _DAY, "type": type_,
                                      "amount": amount, "fee": fee, "net": amount - fee, "currency": "eur",
                                      "source_id": source})  # fmt: skip
    rows[stripe_payout_lines].append({**_MINE, "id": id_, "payout_id": f"po_{arrives}"})


def _refund(rows: Rows, pk: int, at: int, amount: int, days: Days, *, by_stripe: bool, made: dict[str, Any]) -> None:
    stripe = {"stripe_account": "acct_1", "livemode": False, "stripe_refund_id": f"re_{pk}", "observed_at": 1}
    nobody = dict.fromkeys(stripe, None)
    rows[refunds].append({"uid": f"r{pk}", "payment_pk": pk, "amount": amount, "currency": "eur", "status": "succeeded",
                          "method": "card", "reason": "left early", "failure_reason": None, "occurred_at": at,
                          "business_date": days.business_date(at), "rounding": 0,
                          **(stripe if by_stripe else nobody), **made})  # fmt: skip
    if by_stripe:
        _move(rows, f"tr{pk}", at, "refund", -amount, 0, f"re_{pk}")


def _dispute(rows: Rows, pk: int, at: int, amount: int) -> None:
    rows[stripe_disputes].append({**_MINE, "id": f"dp_{pk}", "charge_id": f"ch_{pk}", "payment_intent_id": f"pi_{pk}",
                                  "created": at, "amount": amount, "currency": "eur", "status": "lost",
                                  "reason": "fraudulent", "due_by": None})  # fmt: skip
    _move(rows, f"td{pk}", at, "adjustment", -amount, 2_000, f"dp_{pk}")
