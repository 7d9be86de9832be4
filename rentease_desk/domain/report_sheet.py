"""A report for paper: all its rows, and the control figures of the file that it equals."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rentease_desk.domain.reporting import Ask, Basis, Cell, Column

MOST_PRINTED = 20_000
"""Rows that are put on paper; some 400 pages."""


class ReportSheet(Struct, frozen=True):
    """What stands on it. ``ask.preset`` is that of the CSV whose SHA-256 is ``sha256``, and whose rows these are.

    ``totals``: minor units by currency and summed column, counts under "". ``warning``: said first, "" if nothing is.
    """

    ask: Ask
    basis: Basis
    zone: str
    property_name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: Mapping[str, Mapping[str, int]]
    sha256: str
    notes: tuple[str, ...] = ()
    warning: str = ""
