"""Settings as a file: what is written comes back, what cannot be taken is named, and no secret is in it."""

from __future__ import annotations

import json

import pytest

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.payment import Method, MethodKind
from rentease_desk.domain.settings import SETTINGS, Property, changed
from rentease_desk.domain.settings_file import MAX_SIZE, differences, settings_file, with_file
from rentease_desk.domain.stripe_objects import Identity

FULL = changed(
    Property(identity=Identity("acct_1", livemode=True)),
    {"name": "Pensione Aurora", "zone": "Europe/Rome", "currency": "CHF", "city_tax": "2.50", "void_limit": "100",
     "cash_rounding": "CHF 0.05", "address": "Riva 4\nTrieste", "datev": "consultant=1001, client=1"},
)  # fmt: skip


def test_what_is_written_comes_back() -> None:
    methods = (Method("twint", "Twint", MethodKind.OTHER, needs_reference=True), Method("cash", "Bar", MethodKind.CASH))
    settings = Property(**{name: getattr(FULL, name) for name in FULL.__struct_fields__} | {"methods": methods})
    data = settings_file(settings)
    assert differences(settings, with_file(Property(), data)) == ()
    told = json.loads(data)
    assert set(told["settings"]) == set(SETTINGS) - {"methods"}
    assert "acct_1" not in data.decode()


def test_amounts_come_after_their_currency_in_whatever_order_the_file_has() -> None:
    told = json.loads(settings_file(FULL))
    told["settings"] = dict(reversed(told["settings"].items()))
    assert with_file(Property(), json.dumps(told).encode()).city_tax == 250


def test_what_is_not_in_the_file_stays() -> None:
    data = json.dumps({"format": "rentease-desk settings", "version": 1, "settings": {"name": "Aurora"}}).encode()
    after = with_file(FULL, data)
    assert [(one.name, one.before, one.after) for one in differences(FULL, after)] == [
        ("name", "Pensione Aurora", "Aurora")
    ]


def _file(**changes: object) -> bytes:
    return json.dumps({"format": "rentease-desk settings", "version": 1, "settings": {}} | changes).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "settings.file"),
        (b"\xff\xfe", "settings.file"),
        (b"[]", "settings.file"),
        (b'{"format": "x"}', "settings.file"),
        (b" " * (MAX_SIZE + 1), "settings.file"),
        (_file(format="another program's"), "settings.file"),
        (_file(version=2), "settings.file"),
        (_file(settings={"name": 5}), "settings.file"),
        (_file(settings={"stripe_key": "x"}), "settings.unknown"),
        (_file(settings={"methods": "cash"}), "settings.unknown"),
        (_file(settings={"zone": "Mars/Olympus"}), "settings.zone"),
        (_file(methods=[]), "settings.methods"),
        (_file(methods=[{"code": "cash", "label": "Cash", "kind": "gold"}]), "settings.file"),
        (_file(methods=[{"code": "CASH!", "label": "Cash", "kind": "cash"}]), "settings.methods"),
        (_file(methods=[{"code": "cash", "label": "x" * 99, "kind": "cash"}]), "text.too_long"),
    ],
)
def test_what_cannot_be_taken_is_named(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        with_file(FULL, data)
    assert caught.value.code == code
