"""A receipt's page as HTML, for paper and PDF, and as plain text, for a terminal."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rentease_desk.config import resources_dir
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Page

if TYPE_CHECKING:
    from jinja2 import Environment

_ISOLATE = "\u2068{}\u2069"
"""Keeps a text of either direction, whatever is in it, from turning what stands beside it (UAX 9)."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""What is no letter and no space: HTML forbids it, and some of it would be a command to a printer or terminal."""


def as_html(page: Page, paper: Paper) -> str:
    """A whole document that needs nothing but itself. Every text is escaped by the template engine."""
    template = _templates().get_template(f"{paper.value}.html")
    return template.render(page=page, sheet=page.sheet)


def as_text(page: Page) -> str:
    """Lines, each with a name and a value; values keep their own direction."""
    sheet = page.sheet
    head = (sheet.property_name, *sheet.address, *sheet.tax_lines)
    stamps = [f"*** {one.word} *** {one.told}".rstrip() for one in page.stamps]
    number = [(sheet.number_label, page.number)] if page.number else []
    rows = [*number, *((one.label, one.value) for one in sheet.rows if one.value)]
    total = [(one.label, one.value) for one in (sheet.total, *sheet.after) if one.value]
    warnings = [f"!!! {sheet.warning}"] if sheet.warning else []
    parts = [*head, "", *warnings, *stamps, sheet.title, "", *_told(rows), "", *_told(total), "", *sheet.notes]
    return "\n".join(printable(part) for part in parts)


def printable(text: str) -> str:
    """The text with a mark in the place of each character that can be neither seen nor set."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _told(rows: list[tuple[str, str]]) -> list[str]:
    width = max((len(label) for label, _ in rows), default=0)
    return [f"{label.ljust(width)}  {_ISOLATE.format(' '.join(value.splitlines()))}" for label, value in rows]


def _finalized(value: object) -> object:
    """What is put into a template, before it is escaped."""
    return printable(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 60 ms that most commands do not need

    return Environment(
        loader=FileSystemLoader(resources_dir() / "receipts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
