"""Payments, charge lines, bookings and the journal of some days, by hand; and what of them stays as it was."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rentease_desk.domain.booking import Booking, ChargeKind, Guest
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.reporting import Ask, Basis, ReportName
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.services.settings import SettingsService
from tests.reports.conftest import Take, column, days, table
from tests.services.conftest import draft
from tests.tools.clocks import SetClock

NOVEMBER = days("2026-11-01", "2026-11-30")
FOURTH = days("2026-11-04", "2026-11-04")
EVIL = ('=HYPERLINK("http://evil.example")', "+1", "-2+3", "@SUM(A1)", "\t=1", 'a";=1')
LISTS = (ReportName.PAYMENTS, ReportName.CHARGE_LINES, ReportName.BOOKINGS, ReportName.JOURNAL)


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_a_payment_is_told_as_it_stood_on_the_last_day(
    reports: ReportService, take: Take, give_back: Callable[[Payment, int], None], payments: PaymentService,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Taken on the 4th, given back on the 5th: the file of the 4th never changes, the one of both days says so."""
    taken = take(10_000, "2026-11-04T09:00")
    take(500, "2026-11-04T09:10", "card")
    ask = Ask(ReportName.PAYMENTS, FOURTH)
    [before] = reports.export(ask, tmp_path / "before.csv")
    give_back(taken, 4_000)
    give_back(taken, 6_000)
    [after] = reports.export(ask, tmp_path / "after.csv")
    assert before.path.read_bytes() == after.path.read_bytes()
    columns = ("status", "method", "returned_by_then", "amount")
    assert table(reports.preview(ask), *columns) == [
        ("succeeded", "Cash", 0, 10_000),
        ("succeeded", "Card terminal", 0, 500),
    ]
    both = days("2026-11-04", "2026-11-05")
    whole = reports.preview(Ask(ReportName.PAYMENTS, both))
    assert table(whole, *columns)[0] == ("refunded", "Cash", -10_000, 10_000)
    void = take(70, "2026-11-05T10:00")
    payments.void(void.pk, "typed twice")
    found = reports.preview(Ask(ReportName.PAYMENTS, both, Basis.OCCURRED))
    assert table(found, *columns)[-1] == ("voided", "Cash", 0, 0)
    assert found.totals["eur"]["amount"] == sum(column(found, "amount")) == 10_500  # type: ignore[arg-type]


def test_every_charge_line_is_there_with_what_took_it_back(
    reports: ReportService, bookings: BookingService, desk: Desk, settings: SettingsService
) -> None:
    settings.set({"room_tax": "7.5", "extras_tax": "22"})
    booking = bookings.add(draft()).value
    service = ChargeService(desk)
    line = service.add(ChargeDraft("wine", booking.pk, ChargeKind.EXTRA, Money(1_500, "eur"), 2, "Wine")).value
    service.reverse(ReverseDraft("undo", line.pk, "not theirs"))
    found = reports.preview(Ask(ReportName.CHARGE_LINES, NOVEMBER))
    assert table(found, "kind", "tax_rate", "tax", "gross", "reason") == [
        ("accommodation", "7.5", 3_293, 47_200, ""),
        ("extra", "22", 541, 3_000, ""),
        ("extra", "22", -541, -3_000, "not theirs"),
    ]
    ids = column(found, "id")
    assert column(found, "corrects") == [None, None, ids[1]]
    by_rate = reports.preview(Ask(ReportName.CHARGES, NOVEMBER))
    assert found.totals["eur"]["gross"] == by_rate.totals["eur"]["gross"] == 47_200


def test_bookings_of_these_nights_and_those_made_on_these_days(
    reports: ReportService, bookings: BookingService, take: Take, clock: SetClock
) -> None:
    """Nights from the 1st to the 5th; the folio as it stood on the evening of the last day."""
    booking = bookings.add(draft()).value
    late = bookings.add(
        draft(reference="LN-2", room="207", arrival=date(2026, 12, 1), departure=date(2026, 12, 2), total=None)
    ).value
    take(20_000, "2026-11-04T09:00", booking=booking)
    take(7_200, "2026-11-05T09:00", booking=booking)
    columns = ("booking_reference", "nights", "rooms", "charged", "paid", "balance")
    assert table(reports.preview(Ask(ReportName.BOOKINGS, FOURTH)), *columns) == [
        (booking.reference, 4, "206", 0, 20_000, -20_000)
    ]
    assert table(reports.preview(Ask(ReportName.BOOKINGS, NOVEMBER)), *columns) == [
        (booking.reference, 4, "206", 47_200, 27_200, 20_000)
    ]
    assert reports.preview(Ask(ReportName.BOOKINGS, days("2026-11-05", "2026-11-30"))).rows == ()
    assert reports.preview(Ask(ReportName.BOOKINGS, days("2026-10-01", "2026-10-31"))).rows == ()
    made = reports.preview(Ask(ReportName.BOOKINGS, days("2026-11-05", "2026-11-05"), Basis.MADE))
    assert column(made, "booking_reference") == [booking.reference, late.reference]


@pytest.mark.parametrize("preset", [Preset.ISO, Preset.EXCEL])
def test_what_a_spreadsheet_would_run_is_inert_in_every_list(
    reports: ReportService, bookings: BookingService, take: Take, desk: Desk, tmp_path: Path, preset: Preset
) -> None:
    made: list[Booking] = []
    for at, text in enumerate(EVIL):
        wanted = draft(
            guest=Guest(text), reference=f"{text.strip()} {at}", room=f"{text.strip()}{at}", note=text, channel=text
        )
        made.append(bookings.add(wanted).value)
        ChargeService(desk).add(
            ChargeDraft(f"c{at}", made[-1].pk, ChargeKind.EXTRA, Money(100, "eur"), text=text.strip())
        )
        take(1_000 + at, "2026-11-05T09:00", booking=made[-1])
    sums = {"payments": 6_015, "charge-lines": 6 * 47_300, "bookings": 6 * 47_300 - 6_015}
    for name in LISTS:
        ask = Ask(name, NOVEMBER, preset=preset)
        [one] = reports.export(ask, tmp_path / f"{name.value}.csv")
        [again] = reports.export(ask, tmp_path / "again.csv")
        assert one.path.read_bytes() == again.path.read_bytes()
        rows = _read(one.path)
        for cell in (cell for row in rows for cell in row.values()):
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or cell[1:2].isdigit(), cell
        control = json.loads(one.sidecar.read_text(encoding="utf-8"))
        assert control["sha256"] == hashlib.sha256(one.path.read_bytes()).hexdigest()
        assert (control["rows"], control["zone"]) == (len(rows), "Europe/Rome")
        if name.value in sums:
            last = list(rows[0])[-1]
            assert sum(int(Decimal(row[last]).scaleb(2)) for row in rows) == sums[name.value]
            assert int(Decimal(control["totals"]["EUR"][last]).scaleb(2)) == sums[name.value]


def test_the_journal_of_some_days_is_its_chain(reports: ReportService, take: Take, clock: SetClock) -> None:
    """Each entry names the hash of the one before; what was written on other days is not in it."""
    take(100, "2026-11-05T09:00")
    clock.advance(86_400)
    take(200, "2026-11-06T09:00")
    first, second = (reports.preview(Ask(ReportName.JOURNAL, days(day, day))) for day in ("2026-11-05", "2026-11-06"))
    hashes = column(first, "hash") + column(second, "hash")
    assert (column(first, "previous_hash") + column(second, "previous_hash"))[1:] == hashes[:-1]
    assert column(second, "action") == ["take"]
    assert column(second, "entity") == ["payment"]
    assert second.totals == {}
    assert second.rows[0][2] == "Elena"
