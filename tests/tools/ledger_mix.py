"""Money of every kind at random, written into the tables as the program's own ways would leave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table

from rentease_desk.domain.dates import Days
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED
from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.report_sources import DISPUTED
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import payment_transfers, payment_voids, payments, refunds

FIRST, LAST = date(2026, 1, 20), date(2026, 4, 10)
"""With the spring day of 23 hours."""
_DAY = 86_400
_START = (FIRST - date(1970, 1, 1)).days * _DAY
_MINE = {"account": "acct_1", "livemode": False, "observed_at": 1}
_ORDER = (payments, payment_voids, refunds, refund_returns, payment_transfers, payment_pairs, stripe_charges,
          stripe_disputes, stripe_transactions, stripe_payouts, stripe_payout_lines)  # fmt: skip


class LedgerMix:
    """Makes some of everything, always the same. ``homes``: keys of bookings in euros."""

    def __init__(self, desk: Desk, homes: Sequence[int], days: Days) -> None:
        self._desk, self._homes, self._days = desk, homes, days
        self._random = Random(7)
        self._payments: list[dict[str, Any]] = []
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        self._numbers: dict[Table, int] = {}

    def add(self, count: int) -> None:
        """So many payments more, with what follows from them. Some of it is known only with the next."""
        late = self._rows
        self._rows = {table: [] for table in _ORDER}
        for number in range(6):
            self._payout(number)
        for _ in range(count):
            self._payment()
        held: dict[Table, list[dict[str, Any]]] = {}
        for table in (stripe_charges, stripe_transactions):  # of a payout's lines some are told before these
            held[table] = [row for row in self._rows[table] if self._random.random() < 0.1]
            self._rows[table] = [row for row in self._rows[table] if row not in held[table]]
        with self._desk.writing() as unit:
            for table in _ORDER:
                for row in late.get(table, []) + self._rows[table]:
                    insert_many(unit.connection, table, [row])
        self._rows = held

    def _new(self, table: Table, **values: Any) -> dict[str, Any]:
        self._numbers[table] = number = self._numbers.get(table, 0) + 1
        row: dict[str, Any] = dict.fromkeys((one.name for one in table.columns), None)
        for name, value in {"pk": number, "uid": f"{table.name} {number}"[-36:], "actor": self._any("Elena", "Paolo"),
                            "desk": "Desk 1", "created_at": 1, "reason": "so it was"}.items():  # fmt: skip
            if name in row:
                row[name] = value
        row |= _MINE if "account" in row else {}
        row |= values
        self._rows[table].append(row)
        return row

    def _any(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _moment(self) -> int:
        return _START + self._random.randrange((LAST - FIRST).days * _DAY)

    def _dated(self, at: int) -> dict[str, Any]:
        """Now and then it is late: it counts some days after."""
        late = self._any(0, 0, 0, 0, 3)
        return {"occurred_at": at, "business_date": self._days.business_date(at) + timedelta(days=late)}

    def _payout(self, number: int) -> None:
        id_ = f"po_{self._numbers.get(stripe_payouts, 0)}"
        status = self._any("paid", "paid", "paid", "failed")
        self._new(stripe_payouts, id=id_, created=1, amount=self._any(0, 5_000), currency="eur", status=status,
                  arrival_date=_START + number * 13 * _DAY, automatic=self._any(True, True, False),
                  reconciliation_status="completed")  # fmt: skip
        if status == "failed":
            self._moved(self._moment(), self._any("payout_failure", "payout_cancel"), 5_000, id_)

    def _moved(self, at: int, type_: str, amount: int, source: str | None) -> None:
        id_ = f"txn_{self._numbers.get(stripe_transactions, 0)}"
        self._new(stripe_transactions, id=id_, created=at, available_on=at, type=type_, amount=amount, fee=9,
                  net=amount - 9, currency=self._any("eur", "eur", "chf"), source_id=source)  # fmt: skip
        if self._random.random() < 0.8:
            payout = f"po_{self._random.randrange(self._numbers[stripe_payouts] + 1)}"
            self._new(stripe_payout_lines, id=id_, payout_id=payout, payment_pk=None)

    def _payment(self) -> None:
        at, by_stripe, home = self._moment(), self._any(True, False), self._any(None, *self._homes)
        row = self._new(
            payments, salt="", booking_pk=home, assigned_by=None if home is None else "entry", reference="", note="",
            amount=self._random.randrange(1, 99_999), currency=self._any("eur", "eur", "jpy"), state="succeeded",
            disputed=False, search_text="", version=1, rounding=self._any(0, 0, -2, 1), source="manual",
            method=self._any("cash", "transfer"), **self._dated(at),
        )  # fmt: skip
        self._payments.append(row)
        if by_stripe:
            self._by_stripe(row, at)
        elif self._random.random() < 0.15:
            self._new(payment_voids, payment_pk=row["pk"], **self._dated(at))
        elif self._random.random() < 0.3:
            self._pair(row)
        if row["state"] == "succeeded" and self._random.random() < 0.5:
            self._refund(row, at)
        if home is not None and row["currency"] == "eur" and self._random.random() < 0.4:
            self._transfer(row, None)

    def _by_stripe(self, row: dict[str, Any], at: int) -> None:
        number, alone = row["pk"], self._any(True, False, False)
        charge, intent = f"ch_{number}", None if alone else f"pi_{number}"
        row |= {"source": "stripe", "method": self._any("card", "sepa_debit"), "actor": "Stripe", "rounding": 0,
                "stripe_account": "acct_1", "livemode": False, "stripe_payment_id": intent or charge,
                "stripe_charge_id": charge, "stripe_status": "succeeded"}  # fmt: skip
        if self._random.random() < 0.1:
            row |= {"state": "failed", "business_date": None}
        self._charge(charge, intent, at, row)
        if intent and self._random.random() < 0.1:  # paid a second time, after the first one had bounced
            self._charge(f"{charge}b", intent, at, row)
        if self._random.random() < 0.3:
            self._new(stripe_disputes, id=f"dp_{number}", charge_id=charge, payment_intent_id=self._any(intent, None),
                      created=at, amount=900, currency=row["currency"], status="lost")  # fmt: skip
            for amount in self._any((), (-900,), (-900, 900)):
                self._moved(at + 9 * _DAY, DISPUTED, amount, f"dp_{number}")

    def _charge(self, id_: str, intent: str | None, at: int, row: Mapping[str, Any]) -> None:
        if self._random.random() < 0.95:  # else it was made before the days that were read
            self._new(stripe_charges, id=id_, payment_intent_id=intent, created=at, amount=row["amount"],
                      amount_captured=row["amount"], captured=True, released=False, manual_capture=False,
                      currency=row["currency"], status="succeeded", disputed=False, metadata="{}")  # fmt: skip
        self._moved(at, self._any(*CHARGED), row["amount"], id_)

    def _refund(self, row: Mapping[str, Any], at: int) -> None:
        refund = self._new(
            refunds, payment_pk=row["pk"], amount=row["amount"] // 3 + 1, currency=row["currency"], status="succeeded",
            method=row["method"], rounding=self._any(0, 1), **self._dated(at + 5 * _DAY),
        )  # fmt: skip
        if row["source"] == "stripe":
            refund |= {"stripe_account": "acct_1", "livemode": False, "stripe_refund_id": f"re_{refund['pk']}",
                       "observed_at": 1}  # fmt: skip
            self._moved(at, self._any(*RETURNED), -refund["amount"], refund["stripe_refund_id"])
            if self._random.random() < 0.1:
                refund |= {"status": "pending", "business_date": None}
            else:
                self._bounce(refund, at)
        if row["currency"] == "eur" and row["booking_pk"] is not None and self._random.random() < 0.4:
            self._transfer(row, refund)

    def _bounce(self, refund: dict[str, Any], at: int) -> None:
        for ordinal in self._any((), (), (1,), (1, 2)):
            refund["status"] = "failed" if ordinal == 1 else "succeeded"
            self._new(refund_returns, refund_pk=refund["pk"], ordinal=ordinal, **self._dated(at + 8 * _DAY))
            if ordinal == 1:
                self._moved(at, self._any(*REFUND_FAILED), refund["amount"], refund["stripe_refund_id"])

    def _transfer(self, row: Mapping[str, Any], refund: Mapping[str, Any] | None) -> None:
        here, there = self._random.sample(list(self._homes), 2)
        self._new(payment_transfers, position=0, payment_pk=row["pk"], refund_pk=refund["pk"] if refund else None,
                  from_booking_pk=here, to_booking_pk=there, amount=self._random.randrange(1, 500), currency="eur",
                  whole=refund is None and self._any(True, False), **self._dated(self._moment()))  # fmt: skip

    def _pair(self, row: Mapping[str, Any]) -> None:
        stripe = next((one for one in self._payments if one["source"] == "stripe"), None)
        if stripe is not None:
            pair = self._new(payment_pairs, verdict=self._any("same", "two"), manual_pk=row["pk"],
                             stripe_pk=stripe["pk"], took_booking=False, held=0, business_date=FIRST)  # fmt: skip
            if self._any(True, False, False):
                self._new(payment_pairs, verdict="undo", undoes_pk=pair["pk"], manual_pk=row["pk"],
                          stripe_pk=stripe["pk"], took_booking=False, held=0, business_date=FIRST)  # fmt: skip
