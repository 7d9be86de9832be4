"""Texts that nobody expects: names of real people in many languages, and the Big List of Naughty Strings."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from rentease_desk.domain.text import has_card_number

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_texts = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
_BETWEEN = " ¦ "


@cache
def names() -> tuple[str, ...]:
    """The 783 sample names of CLDR, their parts in the order of the file."""
    with (DATA / "cldr48_sample_names.csv").open(encoding="utf-8", newline="") as source:
        found = tuple(" ".join(part for part in list(row.values())[2:] if part) for row in csv.DictReader(source))
    assert len(found) == 783
    return found


@cache
def naughty() -> tuple[str, ...]:
    """All 485 strings of the Big List."""
    found = tuple(json.loads((DATA / "blns.json").read_text(encoding="utf-8")))
    assert len(found) == 485
    return found


def texts() -> tuple[str, ...]:
    """All of them."""
    return (*names(), *naughty())


def refusal(text: str, limit: int) -> str:
    """Why a field of so many characters cannot take a text; "" where it keeps it, but for blanks around it."""
    if len(text.strip()) > limit:
        return "text.too_long"
    return "text.card_number" if has_card_number(text) else ""


def packed(limit: int) -> Iterator[str]:
    """All that a field of so many characters takes, several in one text each, as they stand."""
    held = ""
    for text in texts():
        if refusal(text, limit):
            continue
        if len(held) + len(_BETWEEN) + len(text) > limit:
            yield held.strip()
            held = ""
        held = held + _BETWEEN + text if held else text.strip()
    yield held.strip()
