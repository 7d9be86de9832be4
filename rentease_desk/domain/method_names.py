"""How cards and other ways to pay through Stripe are called. Names of brands are the same in every language."""

from __future__ import annotations

BRANDS = {
    "amex": "Amex", "cartes_bancaires": "Cartes Bancaires", "diners": "Diners Club", "discover": "Discover",
    "eftpos_au": "eftpos", "jcb": "JCB", "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa",
}  # fmt: skip
STRIPE_METHODS = {"sepa_debit": "SEPA debit", "us_bank_account": "US bank account", "ideal": "iDEAL", "eps": "EPS",
                  "paypal": "PayPal", "p24": "Przelewy24"}  # fmt: skip


def stripe_method_name(method: str, brand: str | None) -> str:
    """``Visa``, ``SEPA debit``."""
    if brand:
        return BRANDS.get(brand) or brand.capitalize()
    return STRIPE_METHODS.get(method) or plain_name(method)


def plain_name(code: str) -> str:
    """A code as a word: ``gift_card`` is ``Gift card``."""
    return code.replace("_", " ").capitalize()
