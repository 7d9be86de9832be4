"""The property's settings as a file for another computer or another property. It holds no secret: no setting is one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.payment import Method
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.settings import SETTINGS, Property, changed, with_clean_labels

FORMAT = "rentease-desk settings"
VERSION = 1
MAX_SIZE = 1 << 20
METHODS = "methods"


class _File(Struct, frozen=True):
    """As it is written. ``settings``: texts by their names; the methods stand apart with all that they are."""

    format: str
    version: int
    settings: dict[str, str]
    methods: list[Method] | None = None


_FILES = json_reader(_File)


class Difference(Struct, frozen=True):
    """A setting that the file has otherwise: its name, and both texts."""

    name: str
    before: str
    after: str


def settings_file(settings: Property) -> bytes:
    """The file, to be read by people as well."""
    texts = {name: one.show(settings) for name, one in SETTINGS.items() if name != METHODS}
    told = _File(FORMAT, VERSION, texts, list(settings.methods))
    return msgspec.json.format(msgspec.json.encode(told)) + b"\n"


def with_file(settings: Property, data: bytes) -> Property:
    """The settings with those of a file; what is not in it stays. Raises InputError naming what cannot be taken."""
    told = _read(data)
    unknown = next((name for name in told.settings if name not in SETTINGS or name == METHODS), None)
    if unknown is not None:
        raise InputError("settings.unknown", field=unknown, name=unknown, known=", ".join(SETTINGS))
    ordered = {name: told.settings[name] for name in SETTINGS if name in told.settings}  # amounts after their currency
    settings = changed(settings, ordered)
    if told.methods is None:
        return settings
    codes = [one.code for one in told.methods]
    changed(settings, {METHODS: ",".join(codes)})  # raises for codes that cannot be used
    return with_clean_labels(replace(settings, methods=tuple(told.methods)))


def differences(before: Property, after: Property) -> tuple[Difference, ...]:
    """What is otherwise, in the order of the settings."""
    return tuple(_differences(before, after))


def _differences(before: Property, after: Property) -> Iterator[Difference]:
    for name, one in SETTINGS.items():
        show = _methods if name == METHODS else one.show
        if show(before) != show(after):
            yield Difference(name, show(before), show(after))


def _methods(settings: Property) -> str:
    return ", ".join(
        f"{one.label} ({one.code}, {one.kind.value}{', with reference' if one.needs_reference else ''})"
        for one in settings.methods
    )


def _read(data: bytes) -> _File:
    if len(data) > MAX_SIZE:
        raise InputError("settings.file", field="file", reason="It is too large.")
    try:
        told = _FILES.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError("settings.file", field="file", reason=f"{error}.") from error
    if told.format != FORMAT:
        raise InputError("settings.file", field="file", reason=f"It calls itself “{told.format[:40]}”.")
    if told.version > VERSION:
        raise InputError("settings.file", field="file", reason="It is of a newer Rentease Desk.")
    return told
