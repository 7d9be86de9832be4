"""The property's settings from text and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.payment import DEFAULT_METHODS, MethodKind
from rentease_desk.domain.settings import SETTINGS, Property, changed


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("name", "  Hotel Lanterna ", "Hotel Lanterna"),
        ("zone", " Europe/Rome ", "Europe/Rome"),
        ("currency", "jpy", "JPY"),
        ("day_roll", "4", "04:00"),
        ("day_roll", "00:00", "00:00"),
        ("day_roll", "12:00", "12:00"),
        ("day_roll", "5:30", "05:30"),
        ("language", "de-at", "de_AT"),
        ("language", "zh_hant_tw", "zh_Hant_TW"),
        ("language", "IT", "it"),
        ("reference_prefix", "", ""),
        ("sync_minutes", "0", "0"),
        ("sync_minutes", "OFF", "0"),
        ("sync_minutes", "1440", "1440"),
        ("cash_rounding", "chf 0.05", "CHF 0.05"),
        ("cash_rounding", "CHF 0,05, SEK1; huf 5", "CHF 0.05, SEK 1.00, HUF 5.00"),
        ("cash_rounding", " Off ", "off"),
        ("cash_rounding", "", "off"),
        ("methods", " Cash , voucher_2,card", "cash,voucher_2,card"),
    ],
)
def test_what_can_be_set(name: str, value: str, shown: str) -> None:
    assert SETTINGS[name].show(changed(Property(), {name: value})) == shown


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", " ", "settings.name_empty"),
        ("name", "x" * 101, "text.too_long"),
        ("name", "4242 4242 4242 4242", "text.card_number"),
        ("zone", "", "settings.zone"),
        ("zone", "../../etc/passwd", "settings.zone"),
        ("zone", "Europe", "settings.zone"),
        ("zone", "Mars/Olympus", "settings.zone"),
        ("currency", "euro", "currency.unknown"),
        ("currency", "XXX", "currency.unknown"),
        ("currency", "ſek", "currency.unknown"),
        ("day_roll", "12:01", "settings.day_roll"),
        ("day_roll", "4:7", "settings.day_roll"),
        ("day_roll", "four", "settings.day_roll"),
        ("language", "english", "settings.language"),
        ("language", "", "settings.language"),
        ("reference_prefix", "x" * 13, "text.too_long"),
        ("cash_rounding", "0.05", "settings.cash_rounding"),
        ("cash_rounding", "CHF 0", "settings.cash_rounding"),
        ("cash_rounding", "CHF 0.005", "settings.cash_rounding"),
        ("cash_rounding", "CHF -0.05", "settings.cash_rounding"),
        ("cash_rounding", "CHF 0.05, CHF 0.10", "settings.cash_rounding"),
        ("cash_rounding", "XYZ 0.05", "settings.cash_rounding"),
        ("sync_minutes", "1441", "settings.interval"),
        ("sync_minutes", "-5", "settings.interval"),
        ("sync_minutes", "1.5", "settings.interval"),
        ("sync_minutes", "9" * 6000, "settings.interval"),
        ("methods", ",", "settings.methods"),
        ("methods", "cash,CASH", "settings.methods"),
        ("methods", "2nd", "settings.methods"),
        ("colour", "blue", "settings.unknown"),
    ],
)
def test_what_cannot_be_set_names_the_field(name: str, value: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        changed(Property(), {name: value})
    assert (caught.value.code, caught.value.field) == (code, name)
    assert str(caught.value)


def test_what_is_shown_can_be_set_again() -> None:
    settings = changed(Property(), {"zone": "America/New_York", "methods": "cheque,gold", "day_roll": "3:15"})
    assert changed(Property(), {name: one.show(settings) for name, one in SETTINGS.items()}) == settings


def test_one_that_cannot_be_taken_takes_none() -> None:
    before = Property()
    with pytest.raises(InputError):
        changed(before, {"name": "Hotel", "zone": "nowhere"})
    assert before == Property()


def test_methods_keep_what_they_are() -> None:
    settings = changed(Property(), {"methods": "transfer,voucher"})
    assert settings.method("transfer") == DEFAULT_METHODS[2]
    assert settings.method("voucher").kind is MethodKind.OTHER
    again = changed(settings, {"methods": "cash,voucher"})
    assert again.method("voucher") == settings.method("voucher")
    with pytest.raises(InputError) as caught:
        again.method("transfer")
    assert "cash, voucher" in str(caught.value)


@given(name=st.sampled_from(sorted(SETTINGS)), value=st.text(max_size=30))
def test_any_text_is_taken_or_refused(name: str, value: str) -> None:
    try:
        settings = changed(Property(), {name: value})
    except InputError:
        return
    assert changed(settings, {name: SETTINGS[name].show(settings)}) == settings
