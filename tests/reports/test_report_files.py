"""Every preset read back by its own rules, its sums beside the database's; and the same bytes each time."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from msgspec.structs import replace
from sqlalchemy import event, text

from rentease_desk.domain.booking import ChargeKind, Guest
from rentease_desk.domain.charges import ChargeDraft
from rentease_desk.domain.datev import Datev, datev_text, parse_datev
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Ask, Basis, Cell, Column, ColumnKind, ReportName
from rentease_desk.reports.csv_files import ISO
from rentease_desk.reports.tables_csv import write_table
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import ExportService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.reporting import files
from rentease_desk.services.reporting.context import Found
from rentease_desk.services.reporting.presets import presets_of
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from tests.reports.conftest import Take, days
from tests.services.conftest import draft

DATEV = "consultant=1001, client=7, year=07-01, clearing=1590, cash=1600, card=1361, tax 0=8100, rounding=4900"
EVIL = ("=1+1", "+1", "-1", "@A1", "\t=1", 'a";=1', "Łukasz “Ö” 🏨")
MOVEMENTS = Ask(ReportName.MOVEMENTS, days("2026-06-01", "2026-07-31"), Basis.BUSINESS, currency="eur")


@pytest.fixture
def engine_name() -> str:
    """Files know nothing of the engine: what differs between the two is tested with the rows."""
    return "sqlite"


@pytest.fixture
def filled(take: Take, bookings: BookingService, settings: SettingsService, payments: PaymentService) -> dict[str, int]:
    """Payments on both sides of a fiscal year's end, with guests that a spreadsheet would run. Their sums by method."""
    settings.set({"datev": DATEV, "language": "de_DE"})
    sums = {"cash": 0, "card": 0}
    for at, name in enumerate(EVIL):
        wanted = draft(guest=Guest(name), reference=f"{name.strip()} {at}", room=f"F{at}", total=None)
        booking = bookings.add(wanted).value
        for method, day in (("cash", "2026-06-30"), ("card", "2026-07-01")):
            minor = 10_005 * (at + 1)
            take(minor, f"{day}T10:{at:02}", method, booking=booking)
            sums[method] += minor
    take(9_999, "2026-06-30T09:00")
    return sums


def _rows(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    content = path.read_bytes().decode(encoding)
    assert content.count("\r\n") == content.count("\n")
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter))


def _minor(text: str) -> int:
    return int(Decimal(text.replace(",", ".")).scaleb(2))


def _no_formula(cells: Iterator[str]) -> None:
    for cell in cells:
        assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
        assert not cell.startswith("-") or cell[1:2].isdigit(), cell


def _is_described(one: files.ReportFile, preset: Preset) -> None:
    control = json.loads(one.sidecar.read_text(encoding="utf-8"))
    assert control["sha256"] == one.control.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert (control["rows"], control["preset"], control["file"]) == (one.control.rows, preset.value, one.path.name)
    assert (control["basis"], control["zone"], control["currency"]) == ("business-day", "Europe/Rome", "EUR")


@pytest.mark.parametrize("preset", presets_of(ReportName.MOVEMENTS))
def test_a_file_is_what_the_preview_shows_and_sums_to_what_was_taken(
    reports: ReportService, filled: dict[str, int], desk: Desk, tmp_path: Path, preset: Preset
) -> None:
    ask = replace(MOVEMENTS, preset=preset)
    written = reports.export(ask, tmp_path / "EXTF_money.csv")
    (tmp_path / "again").mkdir()
    again = reports.export(ask, tmp_path / "again" / "EXTF_money.csv")
    assert [one.path.read_bytes() for one in written] == [one.path.read_bytes() for one in again]
    taken = sum(filled.values()) + 9_999
    with desk.db.reading() as connection:
        assert connection.scalar(text("SELECT sum(amount) FROM payments")) == taken
    assert sum(list(one.control.totals["eur"].values())[-1] for one in written) == taken
    shown = reports.preview(ask)
    assert shown.count == sum(one.control.rows for one in written) == len(EVIL) * 2 + 1
    for one in written:
        _is_described(one, preset)
    told = [row for one in written for row in _READ[preset](one.path)]
    _no_formula(cell for row in told for cell in row.values())
    assert sum(_minor(row[_AMOUNT[preset]]) for row in told) == taken


@pytest.mark.parametrize("preset", [Preset.ISO, Preset.EXCEL])
def test_every_report_reads_back_as_its_control_figures_say(
    reports: ReportService, filled: dict[str, int], bookings: BookingService, tmp_path: Path, preset: Preset
) -> None:
    """Twice the same bytes, each sum that of the rows, and no text that a spreadsheet would run."""
    bookings.add(draft(guest=Guest("=2+2"), reference="=2+2"))
    (tmp_path / "again").mkdir()
    full = set()
    for name in ReportName:
        ask = Ask(name, days("2026-06-01", "2026-11-30"), preset=preset)
        [one], [again] = (reports.export(ask, folder / f"{name}.csv") for folder in (tmp_path, tmp_path / "again"))
        assert one.path.read_bytes() == again.path.read_bytes(), name
        rows, control = _READ[preset](one.path), json.loads(one.sidecar.read_text(encoding="utf-8"))
        assert (control["rows"], control["sha256"]) == (len(rows), hashlib.sha256(one.path.read_bytes()).hexdigest())
        for currency, sums in control["totals"].items():
            mine = [row for row in rows if row.get("currency", "") == currency]
            found = {column: sum(Decimal(row[column].replace(",", ".")) for row in mine if row[column])
                     for column in sums}  # fmt: skip
            assert found == {column: Decimal(total) for column, total in sums.items()}, name
        _no_formula(cell for row in rows for cell in row.values())
        assert not any(row.get("guest", "").startswith("-") for row in rows)
        full |= {name} if rows else set()
    assert full >= {ReportName.TAKINGS, ReportName.MOVEMENTS, ReportName.BALANCES, ReportName.TRAIL,
                    ReportName.BOOKINGS, ReportName.PAYMENTS, ReportName.CHARGES, ReportName.CHARGE_LINES,
                    ReportName.JOURNAL}  # fmt: skip


def _datev(path: Path) -> list[dict[str, str]]:
    """By DATEV's description: 31 fields in the first line, 125 headings in the second, Windows-1252."""
    head, _, body = path.read_bytes().decode("cp1252").partition("\r\n")
    [fields] = csv.reader([head], delimiter=";")
    assert len(fields) == 31
    assert fields[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert (fields[5], fields[10], fields[11], fields[13], fields[21]) == (
        f"{fields[15]}235959000",
        "1001",
        "7",
        "4",
        "EUR",
    )
    assert fields[12] in {"20250701", "20260701"}
    assert fields[12] <= fields[14] <= fields[15] < str(int(fields[12]) + 10_000)
    rows = list(csv.DictReader(io.StringIO(body, newline=""), delimiter=";"))
    assert {len(row) for row in rows} == {125}
    for row in rows:
        day = row["Belegdatum"][2:] + row["Belegdatum"][:2]
        assert fields[14][4:] <= day <= fields[15][4:]
        assert len(row["Buchungstext"]) <= 60
        assert (row["Gegenkonto (ohne BU-Schlüssel)"], row["Soll/Haben-Kennzeichen"]) == ("1590", "S")
    return rows


_READ = {
    Preset.ISO: _rows,
    Preset.EXCEL: lambda path: _rows(path, "utf-8-sig", ";"),
    Preset.XERO: _rows,
    Preset.QUICKBOOKS: _rows,
    Preset.DATEV: _datev,
}
_AMOUNT = {
    Preset.ISO: "amount",
    Preset.EXCEL: "amount",
    Preset.XERO: "*Amount",
    Preset.QUICKBOOKS: "Amount",
    Preset.DATEV: "Umsatz (ohne Soll/Haben-Kz)",
}


def test_datev_has_a_file_a_fiscal_year_and_an_account_a_method(
    reports: ReportService, filled: dict[str, int], tmp_path: Path
) -> None:
    first, second = reports.export(replace(MOVEMENTS, preset=Preset.DATEV), tmp_path / "EXTF_x.csv")
    assert (first.path.name, second.path.name) == ("EXTF_x.csv", "EXTF_x-2.csv")
    sums = {}
    for one, account in ((first, "1600"), (second, "1361")):
        rows = _datev(one.path)
        assert {row["Konto"] for row in rows} == {account}
        sums[account] = sum(_minor(row["Umsatz (ohne Soll/Haben-Kz)"]) for row in rows)
    assert sums == {"1600": filled["cash"] + 9_999, "1361": filled["card"]}


def test_files_are_split_where_a_bank_feed_takes_no_more(
    reports: ReportService, filled: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 4)
    monkeypatch.setattr(files, "MOST_BYTES", 200)
    written = reports.export(replace(MOVEMENTS, preset=Preset.QUICKBOOKS), tmp_path / "bank.csv")
    assert [one.path.name for one in written[:3]] == ["bank.csv", "bank-2.csv", "bank-3.csv"]
    assert all(1 <= one.control.rows <= 4 for one in written)
    assert all(one.path.stat().st_size <= 200 for one in written)
    dates = [row["Date"] for one in written for row in _rows(one.path)]
    assert dates[0] == "30/06/2026"
    assert len(dates) == len(EVIL) * 2 + 1


@pytest.mark.parametrize(
    ("rows", "letters", "sizes"),
    [(1_000, 1, [1_000]), (1_001, 1, [1_000, 1]), (2_500, 10, [1_000, 1_000, 500]), (1_000, 600, [500, 500])],
)
def test_quickbooks_takes_so_many_rows_and_bytes(rows: int, letters: int, sizes: list[int]) -> None:
    """Its own limits: 1,000 rows, and 350 KB."""
    columns = (Column("Date", "Date"), Column("Description", "Description"))
    told: list[tuple[Cell, ...]] = [("05/11/2026", f"{at:04}{'x' * letters}") for at in range(rows)]
    parts = list(files._fitting(Found(columns, told), iter(told)))
    assert [len(part) for part in parts] == sizes
    assert [row for part in parts for row in part] == told
    for part in parts:
        out = io.BytesIO()
        write_table(out, columns, part, ISO)
        assert out.tell() <= 350_000


def test_tax_by_rate_is_a_file_whose_sums_are_the_folios(
    reports: ReportService, bookings: BookingService, settings: SettingsService, desk: Desk, tmp_path: Path
) -> None:
    settings.set({"room_tax": "7.5", "extras_tax": "22"})
    booking = bookings.add(draft()).value
    ChargeService(desk).add(ChargeDraft("w", booking.pk, ChargeKind.EXTRA, Money(1_220, "eur"), text="Wine"))
    ask = Ask(ReportName.CHARGES, days("2026-11-01", "2026-11-30"), currency="eur")
    [written] = reports.export(ask, tmp_path / "tax.csv")
    told = [(row["tax_rate"], row["net"], row["tax"], row["gross"]) for row in _rows(written.path)]
    assert told == [("7.5", "439.07", "32.93", "472.00"), ("22", "10.00", "2.20", "12.20")]
    control = json.loads(written.sidecar.read_text(encoding="utf-8"))
    totals = control["totals"]["EUR"]
    assert (totals["net"], totals["tax"], totals["gross"]) == ("449.07", "35.13", "484.20")
    assert bookings.get(booking.pk).totals.charged == 48_420


def test_what_a_preset_cannot_hold_is_said(
    reports: ReportService, filled: dict[str, int], take: Take, settings: SettingsService, desk: Desk, tmp_path: Path
) -> None:
    take(100, "2026-06-30T12:00", currency="jpy")
    both = replace(MOVEMENTS, currency=None, preset=Preset.XERO)
    with pytest.raises(InputError, match="EUR and JPY"):
        reports.export(both, tmp_path / "x.csv")
    with pytest.raises(InputError, match="single movements"):
        reports.preview(replace(MOVEMENTS, name=ReportName.TAKINGS, preset=Preset.XERO))
    with pytest.raises(InputError, match="single movements"):
        ExportService(desk).payments(PaymentQuery(), tmp_path / "x.csv", Preset.DATEV)
    settings.set({"datev": "consultant=1001, client=1, clearing=1590, cash=1600"})
    with pytest.raises(InputError, match="“card”"):
        reports.export(replace(MOVEMENTS, preset=Preset.DATEV), tmp_path / "x.csv")
    settings.set({"datev": ""})
    with pytest.raises(InputError, match="consultant"):
        reports.preview(replace(MOVEMENTS, preset=Preset.DATEV))
    assert list(tmp_path.glob("*.csv")) == []


def test_charges_go_to_the_account_of_their_tax_rate(
    reports: ReportService, bookings: BookingService, settings: SettingsService, tmp_path: Path
) -> None:
    """472.00 with 7.5 % in it, put on the folio today: 32.93 of it is tax."""
    settings.set({"room_tax": "7.5", "datev": "consultant=1001, client=1, clearing=1590, tax 7.5=8300"})
    bookings.add(draft())
    ask = Ask(ReportName.CHARGES, days("2026-11-01", "2026-11-30"), currency="eur")
    [row] = reports.preview(ask).rows
    assert [cell.minor for cell in row[-3:]] == [43_907, 3_293, 47_200]  # type: ignore[union-attr]
    [written] = reports.export(replace(ask, preset=Preset.DATEV), tmp_path / "EXTF_c.csv")
    booked = written.path.read_bytes().decode("cp1252").splitlines()[2].split(";")
    assert (booked[0], booked[1], booked[6], booked[7], booked[9]) == ("472,00", '"S"', "1590", "8300", "0511")


@pytest.mark.parametrize(
    "text", ["cash", "cash=x", "client=0", "year=02-29", "year=13-01", "length=9", "cash=123456", "tax x=1", "=1"]
)
def test_what_datev_cannot_be_told(text: str) -> None:
    with pytest.raises(InputError):
        parse_datev(text)


def test_what_datev_was_told_is_shown_again() -> None:
    told = "consultant=1001, client=7, length=4, year=07-01, cash=1600, clearing=1590, tax 7.5=8300"
    assert datev_text(parse_datev("Cash = 1600; clearing=1590\nTAX 7,5 %=8300".replace("7,5", "7.5"))) != ""
    assert datev_text(parse_datev(told)) == told
    assert (datev_text(Datev()), parse_datev("")) == ("", Datev())


def test_counts_and_shares_are_written_in_the_country_s_way() -> None:
    columns = (Column("a", "A", ColumnKind.COUNT, True), Column("=b", "B", ColumnKind.SHARE))
    rows: list[tuple[Cell, ...]] = [(3, 875), (4, None)]
    out = io.BytesIO()
    control = write_table(out, columns, rows, replace(ISO, decimal_mark=",", separator=";"))
    assert out.getvalue() == b"a;'=b\r\n3;87,5\r\n4;\r\n"
    assert control.totals == {"": {"a": 7}}


def test_a_file_that_cannot_be_written_leaves_nobody_at_the_connection(
    desk: Desk, reports: ReportService, filled: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error keeps what was being read: the connection waits for it, as whoever is next may write by it."""
    at_it: list[list[str]] = []

    def full(_out: BinaryIO, _columns: object, rows: Iterator[object], _dialect: object) -> None:
        next(rows)
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files, "write_table", full)
    with desk.db.reading() as connection:
        engine = connection.engine
    listener = partial(_note_readers, at_it)
    event.listen(engine, "checkin", listener)
    for ask in (MOVEMENTS, replace(MOVEMENTS, name=ReportName.PAYMENTS)):
        with pytest.raises(KnownError) as caught:
            reports.export(ask, tmp_path / "all.csv")
        assert caught.value.code == "file.full"
    event.remove(engine, "checkin", listener)
    assert at_it
    assert not any(at_it)


def _note_readers(at_it: list[list[str]], *_: object) -> None:
    at_it.append([one.name for one in threading.enumerate() if one.name.startswith("report-reader")])
