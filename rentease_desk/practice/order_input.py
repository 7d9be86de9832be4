"""What somebody is asked to pay, read from the input of an operation."""

from __future__ import annotations

from enum import StrEnum

from rentease_desk.practice.inputs import Input
from rentease_desk.practice.orders import Method, Order, Payer


class _MethodType(StrEnum):
    CARD = "card"
    SEPA_DEBIT = "sepa_debit"


def order_of(given: Input) -> Order:
    """All optional: ``amount`` (10000), ``currency`` (eur), ``description``, ``metadata``, ``customer``, ``name``,
    ``email``, ``phone``, ``country``, ``method`` (card), ``brand``, ``last4``, ``manual``."""
    country = given.text("country")
    type_ = given.choice("method", _MethodType, _MethodType.CARD)
    return Order(
        amount=given.number("amount", 10_000, least=1),
        currency=(given.text("currency") or "eur").lower(),
        description=given.text("description"),
        metadata=given.pairs("metadata"),
        customer=given.text("customer"),
        payer=Payer(given.text("name"), given.text("email"), given.text("phone"), country),
        method=Method(type_.value, given.text("last4") or "4242", country or "IT", given.text("brand") or "visa"),
        manual=bool(given.flag("manual")),
    )
