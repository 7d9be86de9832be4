"""The words of receipts: one file a language in ``resources/receipts/words``."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from rentease_desk.config import resources_dir
from rentease_desk.domain.language import primary
from rentease_desk.domain.reading import json_reader

FALLBACK = "en"


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said on receipts and provisional slips. ``{date}`` and ``{reference}`` are filled in."""

    receipt: str
    refund_receipt: str
    number: str
    issued_on: str
    paid_on: str
    refunded_on: str
    received_from: str
    refunded_to: str
    booking: str
    room: str
    stay: str
    method: str
    cash: str
    card: str
    transfer: str
    cheque: str
    reference: str
    received: str
    refunded: str
    rounding: str
    paid_in_cash: str
    tendered: str
    change: str
    of_payment: str
    of_receipt: str
    part: str
    given_back: str
    issued_by: str
    not_invoice: str
    not_invoice_refund: str
    practice: str
    copy: str
    printed_on: str
    void: str
    void_on: str
    refund_failed: str
    slip: str
    slip_number: str
    received_by: str
    provisional: str
    receipt_follows: str
    not_receipt: str


_READER = json_reader(Words)


def words_for(*tags: str) -> tuple[str, Words]:
    """The first of these languages (BCP 47) that there are words of, and these; else the English ones."""
    found = (primary(tag) for tag in tags)
    language = next((one for one in found if one in _known()), FALLBACK)
    return language, _read(language)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(path.stem for path in (resources_dir() / "receipts" / "words").glob("*.json"))


@lru_cache(maxsize=16)
def _read(language: str) -> Words:
    return _READER.decode((resources_dir() / "receipts" / "words" / f"{language}.json").read_bytes())
