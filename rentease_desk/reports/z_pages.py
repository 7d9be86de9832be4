"""A Z report as HTML, for paper and PDF, as plain text, for a terminal, and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.z_report import ZReport
from rentease_desk.reports.csv_files import Cell
from rentease_desk.reports.templates import printable, templates

if TYPE_CHECKING:
    from jinja2 import Template

HEADER = ("report", "desk", "section", "line", "detail", "amount", "currency")
SUMMED = HEADER.index("amount")


def z_html(report: ZReport) -> str:
    """A whole document that needs nothing but itself."""
    return _template().render(report=report)


def z_text(report: ZReport) -> str:
    """Lines; amounts stand under each other."""
    head = [report.property_name, *report.address, "", *([f"!!! {report.warning}"] if report.warning else [])]
    facts = [f"{name.ljust(14)}{value}" for name, value in report.facts]
    lines: list[str] = []
    for title, found in report.sections:
        lines += ["", title, *(f"  {_left(one.text, one.detail)}{_shown(one.amount):>16}" for one in found)]
    note = ["", f"Note: {report.note}"] if report.note else []
    parts = [*head, f"{report.title}, {report.desk}", *facts, *lines, *note, "", report.foot]
    return "\n".join(printable(part) for part in parts)


def z_rows(report: ZReport) -> Iterator[tuple[Cell, ...]]:
    """The rows of a file, in the order of the paper."""
    for title, found in report.sections:
        for one in found:
            code = one.amount.currency.upper()
            yield (report.number, report.desk, title, one.text, one.detail, one.amount, code)


def _left(text: str, detail: str) -> str:
    told = f"{text}  ({detail})" if detail else text
    return told[:60].ljust(60)


def _shown(money: Money) -> str:
    return f"{plain_decimal(money)} {money.currency.upper()}"


def _on_paper(money: Money) -> str:
    """With a real minus sign; a terminal gets the hyphen that it can search for."""
    return _shown(money).replace("-", "\N{MINUS SIGN}", 1)


def _template() -> Template:
    environment = templates("reports")
    environment.filters["money"] = _on_paper
    return environment.get_template("z_report.html")
