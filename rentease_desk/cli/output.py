"""Results as a table for people, or as JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money, plain_decimal

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON: amounts in minor units, times in UTC.")]


_MINOR = {"amount", "refunded", "total", "paid", "pending", "balance", "tendered", "rounding", "fee"}
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FIGURES = {"Amount", "Refunded", "Total", "Paid", "Balance", "Charge", "Payment"}


class Output:
    """Prints to standard output; errors and progress go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        # A pipe has no width: lines are as long as they are.
        width = None if sys.stdout.isatty() else 400
        self._console = Console(highlight=False, width=width)

    def value(self, told: dict[str, Any]) -> None:
        """One thing: an object, or lines of name and value."""
        if self.as_json:
            self._json(told)
            return
        table = Table(box=None, show_header=False, pad_edge=False)
        for name, value in told.items():
            table.add_row(name, _shown(_amount(value, told) if name in _MINOR else _plain(value)))
        self._console.print(table)

    def rows(
        self,
        columns: Sequence[str],
        rows: Iterable[tuple[dict[str, Any], Sequence[str]]],
        figures: Collection[str] = _FIGURES,
    ) -> None:
        """A list: an array of objects, or a table of the columns. Each row comes in both forms; JSON streams."""
        if self.as_json:
            self._stream(told for told, _ in rows)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in columns:
            table.add_column(name, no_wrap=True, justify="right" if name in figures else "left")
        for _, cells in rows:
            table.add_row(*(_shown(cell) for cell in cells))
        self._console.print(table)

    def line(self, text: str) -> None:
        """A sentence for people; JSON has none."""
        if not self.as_json:
            self._console.print(_shown(text))

    def warn(self, text: str) -> None:
        """A sentence on standard error."""
        print(_shown(text).plain, file=sys.stderr)  # noqa: T201

    def error(self, error: KnownError) -> None:
        """A known error: its three sentences, and for programs its code."""
        self.warn(str(error))
        if self.as_json:
            self._json({"error": error_json(error)})

    def _json(self, told: object) -> None:
        print(_json(told, indent=2))  # noqa: T201

    def _stream(self, objects: Iterable[dict[str, Any]]) -> None:
        separator = "["
        for one in objects:
            print(f"{separator}\n{_json(one)}", end="")  # noqa: T201
            separator = ","
        print("[]" if separator == "[" else "\n]")  # noqa: T201


def error_json(error: KnownError) -> dict[str, Any]:
    """A known error for programs: its code, and its sentences; ``beside``: those of other accounts that failed too."""
    told = error.explain()
    found = {"code": error.code, "title": told.title, "happened": told.happened, "remedy": told.remedy}
    return found | ({"beside": [error_json(one) for one in error.beside]} if error.beside else {})


def _amount(value: object, told: dict[str, Any]) -> str:
    """Minor units as people read them."""
    return plain_decimal(Money(value, told["currency"])) if isinstance(value, int) else _plain(value)


def _plain(value: object) -> str:
    return "–" if value is None else str(value)


def _shown(text: str) -> Text:
    """Text as it is: neither mark-up, nor what a terminal would take for a command."""
    return Text(_COMMANDS.sub("�", text))


def _json(told: object, indent: int | None = None) -> str:
    """JSON in the encoding of standard output; where that is not Unicode, every letter beyond ASCII as ``\\u…``."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    return json.dumps(told, indent=indent, ensure_ascii=not unicode)
