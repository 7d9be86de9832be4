"""What a manager's script does all day: sync, list, take money, export; on a file and on PostgreSQL."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any

import pytest

from rentease_desk.cli.sync import DEFAULT_DAYS
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.commands import Commands
from tests.tools.stories import STORIES, Happening
from tests.tools.truth import Books, true_books

DAYS = ("--from", "2026-09-01", "--to", "2026-12-31")
ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PAYMENT = {
    "id", "booking_reference", "guest", "method", "amount", "refunded", "currency", "status", "stripe_payment_id",
    "stripe_charge_id", "stripe_status", "occurred_at", "business_date",
}  # fmt: skip
REFUND = {"stripe_refund_id", "payment_id", "amount", "currency", "status", "occurred_at"}
SUMMARY = {"fetched", "new", "updated", "unchanged", "matched", "unmatched", "failed"}
STATUSES = {
    "succeeded", "partially_refunded", "refunded", "processing", "requires_capture", "incomplete", "failed", "canceled",
    "voided",
}  # fmt: skip


@pytest.fixture
def both(desk: Commands, address: str) -> Commands:
    """The desk on each engine."""
    desk.extra["RENTEASE_DATABASE_URL"] = address
    return desk


def _seconds(text: str) -> int:
    assert ISO_UTC.fullmatch(text)
    return int(datetime.fromisoformat(text).timestamp())


def _shown(payments: list[dict[str, Any]], refunds: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """What the lists say, by Stripe's ids, as the truth has it."""
    ids = {one["id"]: one["stripe_payment_id"] for one in payments}
    told: dict[str, tuple[Any, ...]] = {
        one["stripe_payment_id"]: (
            one["stripe_charge_id"], one["stripe_status"], one["status"], one["amount"], one["refunded"],
            one["currency"], _seconds(one["occurred_at"]), one["booking_reference"],
        )
        for one in payments
        if one["stripe_payment_id"]
    }  # fmt: skip
    for one in refunds:
        when = _seconds(one["occurred_at"])
        told[one["stripe_refund_id"]] = (ids[one["payment_id"]], one["amount"], one["currency"], one["status"], when)
    return told


def _true(books: Books) -> dict[str, tuple[Any, ...]]:
    told: dict[str, tuple[Any, ...]] = {
        key: (
            one.charge,
            one.stripe_status,
            one.status,
            one.amount,
            one.refunded,
            one.currency,
            one.occurred_at,
            one.booking,
        )
        for key, one in books.payments.items()
    }
    return told | {
        key: (one.payment, one.amount, one.currency, one.status, one.occurred_at) for key, one in books.refunds.items()
    }


def test_the_main_line(both: Commands, account: Account) -> None:
    booking = both.json(
        "bookings", "add", "--guest", "Ada Lovelace", "--arrival", "2026-11-01", "--departure", "2026-11-05",
        "--reference", "LN-2017", "--room", "206", "--total", "472.00", "--currency", "EUR",
    )  # fmt: skip
    for number, story in enumerate(STORIES.values()):
        naming = [{"metadata": {"booking_id": booking["id"]}}, {"metadata": {"booking_reference": "ln-2017"}}, {}]
        Happening(account, name="Ada Lovelace", amount=10_000 + number, **naming[number % 3]).all(story)
    truth = true_books(account, {booking["id"]: "LN-2017", "LN-2017": "LN-2017"})

    first = both.json("sync", *DAYS)
    assert first.keys() == SUMMARY | {"failures", "limits", "agreement", "agreement_put_off"}
    agreement, put_off = first.pop("agreement"), first.pop("agreement_put_off")
    assert (agreement["agrees"], agreement["repaired"], put_off) == (True, 0, None)
    total = len(truth.payments) + len(truth.refunds)
    matched = sum(one.booking is not None for one in truth.payments.values())
    waiting = {"succeeded", "partially_refunded", "refunded", "processing", "requires_capture"}
    unmatched = sum(one.booking is None and one.status in waiting for one in truth.payments.values())
    assert first == {
        "fetched": total, "new": total, "updated": 0, "unchanged": 0, "matched": matched, "unmatched": unmatched,
        "failed": 0, "failures": [], "limits": [],
    }  # fmt: skip
    again = both.json("sync", *DAYS)
    assert again.pop("agreement") == agreement
    assert again.pop("agreement_put_off") is None
    assert again == dict.fromkeys(SUMMARY, 0) | {"fetched": total, "unchanged": total, "failures": [], "limits": []}

    cash = both.json("payments", "add", "--booking", "ln-2017", "--method", "cash", "--amount", "12.50")
    assert (cash["amount"], cash["status"], cash["method"], cash["currency"]) == (1250, "succeeded", "cash", "eur")
    payments, refunds = both.json("payments", "list"), both.json("refunds", "list")
    assert _shown(payments, refunds) == _true(truth)
    for one in payments:
        assert one.keys() >= PAYMENT
        assert one["status"] in STATUSES
        assert one["currency"] == one["currency"].lower()
        assert (one["booking_reference"] is None) is (one["guest"] is None)
        assert (one["business_date"] is None) is (one["state"] != "succeeded")
    manual = [one for one in payments if one["stripe_payment_id"] is None]
    assert [one["id"] for one in manual] == [cash["id"]]
    assert all(manual[0][name] is None for name in ("stripe_charge_id", "stripe_status"))
    assert all(one.keys() >= REFUND for one in refunds)

    (listed,) = both.json("bookings", "list", "--search", "lovelace")
    shown = both.json("bookings", "show", "LN-2017")
    mine = [
        one
        for one in truth.payments.values()
        if one.booking and one.status in waiting - {"processing", "requires_capture"}
    ]
    assert listed["paid"] == shown["paid"] == 1250 + sum(one.amount for one in mine)
    assert listed["refunded"] == sum(one.refunded for one in mine)
    assert listed["balance"] == 47_200 - listed["paid"] + listed["refunded"]
    assert shown["folio"][-1]["balance"] == shown["balance"] or shown["folio"][-1]["balance"] is None
    assert both.run("payments", "list", "--unmatched", "--json").json != []
    assert len(both.json("payments", "list", "--unmatched")) == unmatched


def test_the_sample_account_in_the_default_range(desk: Commands, accounts: Accounts) -> None:
    """Without dates: the last ninety days, by the computer's clock; the sample has a few payments from before."""
    now = int(time.time()) - 60
    sample = accounts.open(kind="sample", now=now)
    desk.extra |= {"STRIPE_API_BASE": sample.url, "STRIPE_API_KEY": sample.key}
    start = (now // DAY - DEFAULT_DAYS) * DAY
    charges = sample.dump("charges").values()
    found = {one["id"] for one in sample.dump("payment_intents").values() if one["created"] >= start}
    found |= {one["intent"] or one["id"] for one in charges if one["created"] >= start}
    refunds = [one for one in sample.dump("refunds").values() if one["created"] >= start]
    again = len(found) + len(refunds)  # a payment from before that a refund names is fetched once: then it is known
    found |= {one["intent"] or one["charge"] for one in refunds}
    # So is a hold from before that was captured in these days: the balance tells of it.
    found |= {one["intent"] or one["id"] for one in charges if (one["captured_at"] or 0) >= start}
    total = len(found) + len(refunds)
    assert len(found) > 150
    told = desk.json("sync")
    assert (told["fetched"], told["new"], told["failed"]) == (total, total, 0)
    said = desk.run("sync")
    assert "Nothing new: everything Stripe has of these days was here already." in said.out
    assert f"unchanged  {again}" in re.sub(" +", "  ", said.out)


def test_what_people_read(desk: Commands, account: Account) -> None:
    """The same without ``--json``: a table, amounts with their decimals, no minor units."""
    Happening(account, name="Zoë [Ünal]", currency="jpy", amount=5000).all("pay refund:1200")
    assert "fetched" in desk.run("sync", *DAYS).out
    payments = desk.run("payments", "list").out
    assert "5000" in payments
    assert "partially_refunded" in payments
    assert "Zoë [Ünal]" in payments
    refunds = desk.run("refunds", "list").out
    assert "1200" in refunds
    assert "JPY" in refunds
