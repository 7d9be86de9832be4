"""Languages by the names of BCP 47: ``de``, ``pt-BR``, ``zh-Hant-TW``."""

from __future__ import annotations

import re

from rentease_desk.domain.errors import InputError

_TAG = r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?"


def language_tag(text: str) -> str:
    """``pt_br`` is ``pt-BR``. Raises InputError ``settings.language``."""
    match = re.fullmatch(_TAG, text.strip())
    if match is None:
        raise InputError("settings.language", field="language", value=text.strip())
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part)


def primary(tag: str) -> str:
    """The language itself, without script and region: ``pt`` of ``pt-BR``."""
    return re.split("[-_]", tag, maxsplit=1)[0].lower()
