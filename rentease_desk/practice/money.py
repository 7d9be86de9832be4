"""How Stripe counts: decimals of currencies, and invented but steady exchange rates into the account's currency."""

from __future__ import annotations

from decimal import Decimal

# docs.stripe.com/currencies#zero-decimal; ISK and UGX have two decimals in the API, whatever ISO 4217 says.
_ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_THREE_DECIMAL = "bhd jod kwd omr tnd"
_SYMBOLS = {"eur": "€", "gbp": "£", "jpy": "¥", "usd": "$"}
_EUROS_PPM = {
    "eur": 1_000_000,
    "chf": 1_052_000,
    "gbp": 1_148_500,
    "huf": 2_480,
    "isk": 6_900,
    "jpy": 6_080,
    "kwd": 2_871_000,
    "sek": 89_700,
    "usd": 913_400,
}


def decimals(currency: str) -> int:
    """Decimals of a lower-case currency in Stripe's API."""
    return 0 if currency in _ZERO_DECIMAL.split() else 3 if currency in _THREE_DECIMAL.split() else 2


def rate_ppm(currency: str, target: str) -> int:
    """Units of ``target`` for a unit of ``currency``, parts per million. Currencies not listed are worth one euro."""
    euros, euros_of_target = _EUROS_PPM.get(currency, 1_000_000), _EUROS_PPM.get(target, 1_000_000)
    return euros * 1_000_000 // euros_of_target


def convert(amount: int, currency: str, target: str) -> int:
    """Minor units in minor units, rounded half away from zero."""
    if currency == target:
        return amount
    numerator = abs(amount) * rate_ppm(currency, target) * int(10 ** decimals(target))
    denominator = 1_000_000 * int(10 ** decimals(currency))
    converted = (2 * numerator + denominator) // (2 * denominator)
    return converted if amount >= 0 else -converted


def written(amount: int, currency: str) -> str:
    """``€12.50`` as Stripe writes amounts in its messages."""
    text = f"{Decimal(amount).scaleb(-decimals(currency)):,.{decimals(currency)}f}"
    return f"{_SYMBOLS[currency]}{text}" if currency in _SYMBOLS else f"{text} {currency.upper()}"
