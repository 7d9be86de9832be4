"""The downtime sheet as HTML, for paper and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from rentease_desk.reports.templates import templates

if TYPE_CHECKING:
    from jinja2 import Template


class TextSection(Struct, frozen=True):
    """A heading, rows of cells as ``COLUMNS``, and what they owe together."""

    title: str
    rows: Sequence[Sequence[str]]
    due: str


class TextDay(Struct, frozen=True):
    """A day in words, and its sections."""

    title: str
    sections: Sequence[TextSection]


COLUMNS = ("Room", "Guest", "Phone", "Booking", "From – to", "Balance")


def downtime_html(property_name: str, made: str, days: Sequence[TextDay]) -> str:
    """A whole document that needs nothing but itself. ``made``: when, in words."""
    return _template().render(property_name=property_name, made=made, days=days, columns=COLUMNS)


def _template() -> Template:
    return templates("reports").get_template("downtime.html")
