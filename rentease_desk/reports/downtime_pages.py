"""The downtime sheet as HTML, for paper and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from rentease_desk.config import resources_dir
from rentease_desk.reports.receipt_pages import printable

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


def _finalized(value: object) -> object:
    """What is put into the template, before it is escaped."""
    return printable(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 60 ms that most commands do not need

    environment = Environment(
        loader=FileSystemLoader(resources_dir() / "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    return environment.get_template("downtime.html")
