"""A Z report says what was counted, the same each time, and nothing that a spreadsheet or printer would run."""

from __future__ import annotations

import io
from datetime import date

import pytest
from msgspec.structs import replace

from rentease_desk.domain.drawers import (
    CASH,
    CashSums,
    Closing,
    Count,
    DrawerSession,
    Figures,
    MethodSum,
    Movement,
    MovementKind,
    Variance,
)
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.settings import Property
from rentease_desk.domain.z_report import compose
from rentease_desk.reports.csv_files import ISO, write_csv
from rentease_desk.reports.z_pages import HEADER, SUMMED, z_html, z_rows, z_text

NOON = 1_793_880_000
_SUMS = CashSums("chf", 10_000, 5_000, 1_235, paid_out=500, rounding=2, payments=1, changes=1)
_LINE = Variance(CASH, "chf", _SUMS.expected, 13_260, 3_260)
_CLOSING = Closing(NOON + 60, "Elena", "five Rappen <short>", date(2026, 11, 5), (_LINE, Variance("card", "chf", 0, 0)))
_SESSION = DrawerSession(1, "u", "Desk 1", 7, date(2026, 11, 5), NOON, "Paolo", _CLOSING)
_COUNT = Count(1, "c", 1, (("chf", 10_000, 1), ("chf", 5, 652)), ((CASH, Money(13_260, "chf")),), NOON, "Elena")
FOUND = Figures(
    _SESSION,
    (_SUMS,),
    (MethodSum("card", "Card terminal", "chf", 0, 0),),
    (
        Movement("f", MovementKind.FLOAT, 10_000, "chf", "", NOON, "Paolo"),
        Movement("o", MovementKind.PAID_OUT, 500, "chf", "=HYPERLINK(1)", NOON, "Paolo"),
    ),
    (_COUNT,),
)
HOUSE = Property(name="Hotel <Lanterna>", zone="Europe/Zurich", currency="chf", address="Hauptgasse 1")


def test_its_lines_add_up() -> None:
    report = compose(FOUND, HOUSE)
    lines = {one.text: one.amount.minor for one in report.lines}
    parts = ("Opening float", "Cash received", "Change given", "Paid out")
    assert sum(lines[name] for name in parts) == lines["Expected"] == 13_265
    assert (lines["Counted"], lines["Variance"], lines["Next float"]) == (13_260, -5, 10_000)
    assert lines["Of it, cash rounding"] == 2
    assert dict(report.facts)["Opened"] == "2026-11-05 13:00, Paolo"


def test_texts_are_texts_on_paper_and_in_files() -> None:
    report = compose(FOUND, HOUSE)
    assert "<Lanterna>" not in z_html(report)
    assert "five Rappen &lt;short&gt;" in z_html(report)
    assert "-0.05 CHF" in z_text(report)
    assert "\N{MINUS SIGN}0.05 CHF" in z_html(report), "a real minus on paper"
    assert "-0.05" not in z_html(report)
    out = io.BytesIO()
    written = write_csv(out, HEADER, z_rows(report), SUMMED, ISO)
    again = write_csv(io.BytesIO(), HEADER, z_rows(compose(FOUND, HOUSE)), SUMMED, ISO)
    assert written == again
    assert b",=HYPER" not in out.getvalue()


def test_an_open_drawer_has_none() -> None:
    with pytest.raises(KnownError) as caught:
        compose(replace(FOUND, session=replace(_SESSION, closing=None)), HOUSE)
    assert caught.value.code == "drawer.still_open"
