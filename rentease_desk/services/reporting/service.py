"""Reports on screen and as files: the rows of the one are the rows of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.report_sheet import ReportSheet
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Preview, ReportName
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import Put, added, replaced
from rentease_desk.services.reporting.agreement import agreement, differing
from rentease_desk.services.reporting.balances import balances
from rentease_desk.services.reporting.charges import charges
from rentease_desk.services.reporting.context import Context, Found, in_currency, others_of
from rentease_desk.services.reporting.files import ReportFile, write_report
from rentease_desk.services.reporting.listings import booking_list, charge_lines, journal_entries, payment_list
from rentease_desk.services.reporting.movements import differences, movements
from rentease_desk.services.reporting.nights import nights, occupancy
from rentease_desk.services.reporting.paper import sheet_of
from rentease_desk.services.reporting.payouts import payout_lines, payouts
from rentease_desk.services.reporting.presets import laid_out
from rentease_desk.services.reporting.refunds import failed_payments, refunds
from rentease_desk.services.reporting.takings import takings_of_groups, takings_on_days
from rentease_desk.services.reporting.trail import trail
from rentease_desk.storage.report_days import clipped
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_payouts import arrivals
from rentease_desk.storage.settings import read_property

MOST_SHOWN = 1_000
"""Rows of a report on screen; its file has them all."""
_FINDERS: Mapping[ReportName, Callable[[Context], Found]] = {
    ReportName.TAKINGS: takings_on_days,
    ReportName.TAKINGS_BY: takings_of_groups,
    ReportName.MOVEMENTS: movements,
    ReportName.DIFFERENCES: differences,
    ReportName.PAYOUTS: payouts,
    ReportName.PAYOUT_LINES: payout_lines,
    ReportName.REFUNDS: refunds,
    ReportName.BALANCES: balances,
    ReportName.NIGHTS: nights,
    ReportName.FAILED: failed_payments,
    ReportName.OCCUPANCY: occupancy,
    ReportName.CHARGES: charges,
    ReportName.TRAIL: trail,
    ReportName.PAYMENTS: payment_list,
    ReportName.CHARGE_LINES: charge_lines,
    ReportName.BOOKINGS: booking_list,
    ReportName.JOURNAL: journal_entries,
    ReportName.AGREEMENT: agreement,
    ReportName.AGREEMENT_LINES: differing,
}


class ReportService:
    """Finds the rows of reports. The same range of the same data gives the same rows, and the same bytes."""

    def __init__(self, desk: Desk, *, practice: bool = False) -> None:
        """``practice``: what is put on paper says so."""
        self._desk = desk
        self._practice = practice

    def preview(self, ask: Ask, most: int = MOST_SHOWN) -> Preview:
        """A report, of its rows the first ones. Raises InputError ``report.basis``, and as report and preset do."""
        with self._asked(ask) as context:
            return _preview(context, _found(context), most)

    def export(self, ask: Ask, path: Path) -> tuple[ReportFile, ...]:
        """The file of a report, or its files where a preset asks for several, each with a sidecar of control figures.

        Raises as ``preview``, and KnownError ``file.cannot_write``.
        """
        self._desk.require(Permission.EXPORT)
        with self._asked(ask) as context:
            return write_report(context, _found(context), path)

    def deliver(self, ask: Ask, path: Path) -> tuple[ReportFile, ...]:
        """The same for a schedule that somebody was allowed to make: nobody is asked, no other file is written over.

        Raises as ``export``, and KnownError ``export.no_folder``.
        """
        with self._reading(ask, added) as context:
            return write_report(context, _found(context), path)

    def sheet(self, ask: Ask) -> ReportSheet:
        """A report for paper, with the control figures of the CSV that it equals. A preset that lays files out for
        another program is no report for people: then it is that of ``Preset.ISO``.

        Raises as ``preview``, and KnownError ``report.too_long``.
        """
        self._desk.require(Permission.EXPORT)
        ask = ask if ask.preset in {Preset.EXCEL, Preset.ISO} else replace(ask, preset=Preset.ISO)
        with self._asked(ask) as context:
            return sheet_of(context, _found(context), practice=self._practice)

    @contextmanager
    def _asked(self, ask: Ask) -> Iterator[Context]:
        self._desk.require(Permission.REPORT)
        with self._reading(ask, replaced) as context:
            yield context

    @contextmanager
    def _reading(self, ask: Ask, put: Put) -> Iterator[Context]:
        basis = _basis_of(ask)
        with self._desk.db.reading_twice() as (connection, beside), ThreadPoolExecutor(1, "report-reader") as reader:
            settings = read_property(connection) or Property()
            accounts = settings.identities
            arrived = {id_: day for one in accounts for id_, day in arrivals(connection, one).items()}
            first, others = (accounts[0], accounts[1:]) if accounts else (None, ())
            book = Book(connection, settings.days, first, arrived, reader, beside, others)
            days = clipped(connection, ask.days)
            today = settings.days.business_date(self._desk.clock.now())
            yield Context(settings, ask, basis, days, today, book, put)


def _found(context: Context) -> Found:
    return laid_out(context, _FINDERS[context.ask.name](context), context.ask.preset)


def _basis_of(ask: Ask) -> Basis:
    bases = NAMES[ask.name].bases
    if ask.basis is not None and ask.basis not in bases:
        known = ", ".join(bases)
        raise InputError("report.basis", field="basis", report=ask.name.value, basis=ask.basis.value, known=known)
    return ask.basis or bases[0]


def _preview(context: Context, found: Found, most: int) -> Preview:
    pending = in_currency(found, context.ask.currency)
    rows = tuple(islice(pending, most))
    totals, count = found.totals, found.count
    if totals is None:
        totals, rest = found.sums, sum(1 for _ in pending)  # going through them adds them up
        count = len(rows) + rest
    elif count is None and len(rows) < most:
        count = len(rows)
    asked = context.ask.currency
    return Preview(
        ask=context.ask,
        basis=context.basis,
        zone=context.settings.zone,
        columns=found.columns,
        rows=rows,
        totals={one: sums for one, sums in sorted(totals.items()) if not one or asked in {None, one}},
        count=count,
        notes=found.notes,
        others=others_of(found, totals, asked),
        bars=found.bars,
    )
