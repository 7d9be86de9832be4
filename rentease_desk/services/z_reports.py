"""Z reports of closed drawers: on paper, on a terminal, and as a file with a sidecar of control figures."""

from __future__ import annotations

import json
from pathlib import Path

from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.z_report import ZReport, compose
from rentease_desk.reports.csv_files import Written, write_csv
from rentease_desk.reports.z_pages import HEADER, SUMMED, z_html, z_rows, z_text
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import Exported, dialect_of
from rentease_desk.services.whole_files import replace_file
from rentease_desk.storage import drawer_sums as sums
from rentease_desk.storage.settings import read_property

PRACTICE = "Practice: no money was counted."


class ZReportService:
    """The same session gives the same report, whenever it is asked for. ``practice``: it says that it is none."""

    def __init__(self, desk: Desk, *, practice: bool = False) -> None:
        self._desk = desk
        self._practice = practice

    def report(self, session_pk: int) -> ZReport:
        """The report of a closed session. Raises NotFoundError, KnownError ``drawer.still_open``."""
        self._desk.require(Permission.Z_REPORT)
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            session = sums.load_session(connection, session_pk)
            if session is None:
                raise NotFoundError("drawer.not_found", number=session_pk, desk=self._desk.operator.desk)
            found = sums.figures(connection, session, settings.currency)
        return compose(found, settings, PRACTICE if self._practice else "")

    def html(self, report: ZReport) -> str:
        """As a document for paper, PDF or a browser."""
        return z_html(report)

    def text(self, report: ZReport) -> str:
        """As lines."""
        return z_text(report)

    def csv(self, report: ZReport, path: Path, preset: Preset = Preset.ISO) -> Exported:
        """As a file. Raises KnownError ``file.cannot_write``; then neither file is there, or the old ones are whole."""
        self._desk.require(Permission.Z_REPORT)
        settings = self._desk.property()
        dialect = dialect_of(preset, settings.language)
        written = replace_file(path, lambda out: write_csv(out, HEADER, z_rows(report), SUMMED, dialect))
        sidecar = path.with_name(f"{path.name}.control.json")
        replace_file(sidecar, lambda out: out.write(_control(path, report, settings, written)))
        return Exported(path, sidecar, written)


def _control(path: Path, report: ZReport, settings: Property, written: Written) -> bytes:
    told = {
        "file": path.name,
        "report": report.number,
        "desk": report.desk,
        "rows": written.rows,
        "totals": {code.upper(): plain_decimal(Money(minor, code)) for code, minor in written.totals.items()},
        "basis": "drawer session",
        "zone": settings.zone,
        "sha256": written.sha256,
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
