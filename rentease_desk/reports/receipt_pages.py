"""A receipt's page as HTML, for paper and PDF, and as plain text, for a terminal."""

from __future__ import annotations

from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Page
from rentease_desk.reports.templates import printable, templates

_ISOLATE = "\u2068{}\u2069"
"""Keeps a text of either direction, whatever is in it, from turning what stands beside it (UAX 9)."""


def as_html(page: Page, paper: Paper) -> str:
    """A whole document that needs nothing but itself. Every text is escaped by the template engine."""
    template = templates("receipts").get_template(f"{paper.value}.html")
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


def _told(rows: list[tuple[str, str]]) -> list[str]:
    width = max((len(label) for label, _ in rows), default=0)
    return [f"{label.ljust(width)}  {_ISOLATE.format(' '.join(value.splitlines()))}" for label, value in rows]
