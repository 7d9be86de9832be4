"""Money is integers; what people type is read exactly or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import (
    CurrencyMismatchError,
    Money,
    digits,
    parse_local,
    parse_plain,
    plain_decimal,
    require_positive,
)

CURRENCIES = st.sampled_from(["eur", "jpy", "kwd", "usd", "isk", "ugx", "rsd", "mga", "hrk"])


@pytest.mark.parametrize(
    ("currency", "places"),
    [("eur", 2), ("JPY", 0), ("kwd", 3), ("rsd", 2), ("all", 2), ("lbp", 2), ("isk", 0), ("ugx", 0), ("hrk", 2)],
)
def test_digits_are_those_of_iso_4217(currency: str, places: int) -> None:
    assert digits(currency) == places


@pytest.mark.parametrize("currency", ["", "eu", "xyz", "€", "euro"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(InputError) as caught:
        digits(currency)
    assert caught.value.code == "currency.unknown"


@given(st.integers(-999_999_999, 999_999_999), CURRENCIES)
def test_plain_text_and_back_is_the_same_amount(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_plain(plain_decimal(money), currency) == money


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(12000, "eur"), "120.00"),
        (Money(-5, "eur"), "-0.05"),
        (Money(24800, "jpy"), "24800"),
        (Money(1, "kwd"), "0.001"),
    ],
)
def test_plain_text(money: Money, text: str) -> None:
    assert plain_decimal(money) == text


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("12.345", "eur", "amount.too_many_decimals"),
        ("1.5", "jpy", "amount.too_many_decimals"),
        ("12345678.90", "eur", "amount.too_large"),
        ("9999999.99", "eur", None),
        ("12,50", "eur", "amount.not_a_number"),
        ("1e3", "eur", "amount.not_a_number"),
        ("٣", "eur", "amount.not_a_number"),
        ("nan", "eur", "amount.not_a_number"),
        ("", "eur", "amount.not_a_number"),
        (".5", "eur", "amount.not_a_number"),
        ("1 000", "eur", "amount.not_a_number"),
    ],
)
def test_plain_text_that_is_no_amount(text: str, currency: str, code: str | None) -> None:
    if code is None:
        assert parse_plain(text, currency).minor == 999_999_999
        return
    with pytest.raises(InputError) as caught:
        parse_plain(text, currency)
    assert (caught.value.code, caught.value.field) == (code, "amount")


@pytest.mark.parametrize(
    ("text", "marks", "minor"),
    [
        ("1.234,50", (",", "."), 123450),
        ("1234,5", (",", "."), 123450),
        ("12.5", (",", "."), 1250),
        ("1,234.50", (".", ","), 123450),
        ("12,50", (".", ","), 1250),
        ("1 234,50", (",", "\u202f"), 123450),
        ("1'234.50", (".", "’"), 123450),
        ("1.234", (",", "."), 123400),
        ("1,234", (".", ","), 123400),
        ("-3,00", (",", "."), -300),
    ],
)
def test_amounts_as_people_type_them(text: str, marks: tuple[str, str], minor: int) -> None:
    assert parse_local(text, "eur", *marks) == Money(minor, "eur")


@pytest.mark.parametrize(
    ("text", "currency"), [("1,23,4", "eur"), ("1.23.4", "eur"), ("12,,5", "eur"), ("1,2345", "kwd"), ("12,", "eur")]
)
def test_what_could_mean_two_amounts_is_refused(text: str, currency: str) -> None:
    with pytest.raises(InputError):
        parse_local(text, currency, ".", ",")


def test_in_a_currency_of_three_decimals_a_foreign_mark_is_never_guessed() -> None:
    assert parse_local("1,234", "kwd", ".", ",") == Money(1_234_000, "kwd")
    assert parse_local("1.234", "kwd", ".", ",") == Money(1_234, "kwd")
    with pytest.raises(InputError):
        parse_local("1234.567", "kwd", ",", ".")


def test_currencies_are_never_added() -> None:
    assert Money(1, "eur") + Money(2, "eur") - Money(4, "eur") == -Money(1, "eur")
    with pytest.raises(CurrencyMismatchError):
        Money(1, "eur") + Money(1, "usd")


@pytest.mark.parametrize(("minor", "code"), [(0, "amount.zero"), (-1, "amount.negative")])
def test_a_payment_is_more_than_nothing(minor: int, code: str) -> None:
    assert require_positive(Money(1, "eur")) == Money(1, "eur")
    with pytest.raises(InputError) as caught:
        require_positive(Money(minor, "eur"))
    assert caught.value.code == code
