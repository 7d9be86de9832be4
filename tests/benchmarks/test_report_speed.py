"""How long each report takes until it can be on the screen, and the file of all rows, with a million payments.

The floor of the file is measured in the same run: the same rows by sqlite3 and csv alone. ``RENTEASE_BENCHMARK_ROWS``
asks for another number of payments.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Grouping, ReportName
from rentease_desk.services.desk import Desk
from rentease_desk.services.reporting.service import ReportService
from tests.tools import hotel_bookings, money_mass
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker
from tests.tools.peaks import forget_peak, peak_mb

ROWS = int(os.environ.get("RENTEASE_BENCHMARK_ROWS", "1000000"))
ALL = DateRange(money_mass.FIRST, money_mass.LAST)
AROUND = DateRange(ALL.first - timedelta(days=1), ALL.last + timedelta(days=1))
"""What was made in the small hours of the first day is of the one before."""
MONTH = DateRange(money_mass.LAST.replace(day=1), money_mass.LAST)
_MOVES = """
SELECT p.business_date, p.occurred_at, 'payment', p.uid, b.reference, coalesce(g.name, p.payer_name), p.method,
       p.source, p.actor, p.desk, b.channel, NULL, p.stripe_payment_id, p.currency, p.rounding, p.amount
FROM payments p LEFT JOIN bookings b ON b.pk = p.booking_pk LEFT JOIN guests g ON g.pk = b.guest_pk
WHERE p.state = 'succeeded' AND NOT EXISTS (SELECT 1 FROM payment_voids v WHERE v.payment_pk = p.pk)
UNION ALL
SELECT r.business_date, r.occurred_at, 'refund', r.uid, b.reference, coalesce(g.name, p.payer_name), p.method,
       p.source, r.actor, r.desk, b.channel, p.business_date, r.stripe_refund_id, r.currency, -r.rounding, -r.amount
FROM refunds r JOIN payments p ON p.pk = r.payment_pk LEFT JOIN bookings b ON b.pk = p.booking_pk
LEFT JOIN guests g ON g.pk = b.guest_pk WHERE r.status = 'succeeded' AND p.state = 'succeeded'
ORDER BY 1, 2
"""
_PAYMENTS = """
SELECT p.business_date, p.occurred_at, p.uid, p.state, b.reference, coalesce(g.name, p.payer_name), b.channel, p.source,
       p.method, p.brand, p.last4, p.reference, p.note, p.description, p.actor, p.desk, p.late_of, p.stripe_payment_id,
       p.stripe_charge_id, p.settlement_currency, -p.fee, p.net, p.currency, p.rounding, p.amount,
       (SELECT -coalesce(sum(r.amount), 0) FROM refunds r WHERE r.payment_pk = p.pk AND r.status = 'succeeded'),
       EXISTS (SELECT 1 FROM payment_voids v WHERE v.payment_pk = p.pk)
FROM payments p LEFT JOIN bookings b ON b.pk = p.booking_pk LEFT JOIN guests g ON g.pk = b.guest_pk
ORDER BY p.occurred_at
"""
_FILES = [
    (ReportName.MOVEMENTS, Preset.ISO, _MOVES),
    (ReportName.MOVEMENTS, Preset.EXCEL, _MOVES),
    (ReportName.PAYMENTS, Preset.ISO, _PAYMENTS),
]
"""Files of all rows, and the statement of a bare loop that writes as much."""


def _desk(path: Path, sqlite_maker: SqliteMaker) -> Desk:
    kept = os.environ.get("RENTEASE_BENCHMARK_FILE")
    if kept and Path(kept).exists():
        return open_desk(f"sqlite:///{kept}")
    desk = open_desk(sqlite_maker.copy(Path(kept) if kept else path))
    if hotel_bookings.available():
        hotel_bookings.load(desk)
    money_mass.fill(desk, ROWS)
    return desk


def _timed(reports: ReportService, ask: Ask) -> str:
    """The first time, with statements that have to be put together, and the second."""
    took, worked, count = [], [], 0
    for _ in range(2):
        begun, work = time.perf_counter(), time.process_time()
        count = len(reports.preview(ask).rows)
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - work)
    return f"{took[0]:.2f} s, again {took[1]:.2f} s ({worked[1]:.2f} s of CPU), {count} rows on screen"


def test_reports_with_a_million_payments(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    desk = _desk(tmp_path / "full.sqlite3", sqlite_maker)
    reports = ReportService(desk)
    print()
    for name in ReportName:
        for basis in NAMES[name].bases:
            for word, days in (("a month", MONTH), ("all", ALL)):
                told = _timed(reports, Ask(name, days, basis, currency="eur"))
                print(f"{name.value} by {basis.value}, {word}: {told}")
    made = Ask(ReportName.BOOKINGS, DateRange(ALL.first, date(2100, 1, 1)), Basis.MADE, currency="eur")
    print(f"bookings by made, those that were loaded now too: {_timed(reports, made)}")
    begin = DateRange(ALL.first, ALL.first + timedelta(days=30))
    for name in (ReportName.BALANCES, ReportName.BOOKINGS, ReportName.OCCUPANCY):
        print(f"{name.value}, a month three years ago: {_timed(reports, Ask(name, begin, currency='eur'))}")
    for by in Grouping:
        print(f"takings-by {by.value}, all: {_timed(reports, Ask(ReportName.TAKINGS_BY, ALL, by=by))}")
    desk.db.close()


@pytest.mark.parametrize(("name", "preset", "floor"), _FILES)
def test_the_file_of_a_million_rows(
    tmp_path: Path, sqlite_maker: SqliteMaker, name: ReportName, preset: Preset, floor: str
) -> None:
    desk = _desk(tmp_path / "full.sqlite3", sqlite_maker)
    path = Path(desk.db.place)
    begun, worked = time.perf_counter(), time.process_time()
    least_rows = _bare(path, floor, tmp_path / "floor.csv")
    least, least_work = time.perf_counter() - begun, time.process_time() - worked
    forget_peak()
    before, begun, worked = peak_mb(), time.perf_counter(), time.process_time()
    ask = Ask(name, AROUND, Basis.BUSINESS, preset=preset)
    [written] = ReportService(desk).export(ask, tmp_path / "all.csv")
    took, work = time.perf_counter() - begun, time.process_time() - worked
    print(
        f"\n{name.value}, {preset.value}: {written.control.rows} rows in {took:.1f} s, {took / least:.2f} of the floor"
    )
    print(f"({least_rows} rows in {least:.1f} s); {work:.1f} s of CPU, {work / least_work:.2f} of the floor's")
    print(f"peak {before:.0f} → {peak_mb():.0f} MB")
    assert written.control.rows >= least_rows
    desk.db.close()


def _bare(path: Path, query: str, target: Path) -> int:
    """The floor: sqlite3 and csv alone."""
    with closing(sqlite3.connect(path)) as connection, target.open("w", newline="") as out:
        writer, count = csv.writer(out), 0
        for row in connection.execute(query):
            writer.writerow(row)
            count += 1
    return count
