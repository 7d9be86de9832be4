"""Import bookings: what, how it is read, what would become of each row, and then in with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.imports import ColumnMap, Fate
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.import_words import counts_told
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.form import Form
from rentease_desk.gui.widgets.import_columns import AREA_HEIGHT, ImportColumns
from rentease_desk.gui.widgets.import_report import TABLE_HEIGHT, ImportReport
from rentease_desk.gui.widgets.import_what import ImportWhat, Kind, Known

if TYPE_CHECKING:
    from rentease_desk.services.importing.calendars import CalendarImportService
    from rentease_desk.services.importing.rows import Looked, Outcome

_WIDTH = 1060
_LEAST = 200


class Step(IntEnum):
    """Where a person is."""

    WHAT = 0
    COLUMNS = 1
    REPORT = 2


class ImportDialog(DeskDialog):
    """``imported`` carries the Counts, each time that something was taken in."""

    imported = Signal(object)
    _stepped = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget, known: Known) -> None:
        super().__init__(context, parent, context.tr("Import bookings"), "", _WIDTH)
        self.cancel: threading.Event | None = None
        self._looked: Looked | None = None
        self._entries: Any = ()
        self._is_done = self._is_warned = False
        self.what, self.columns, self.report = ImportWhat(context, known), ImportColumns(context), ImportReport(context)
        self.form = Form(context, self.what.fields)
        self.pages = QStackedWidget()
        for page in (self.what, self.columns, self.report):
            self.pages.addWidget(page)
        self.back = Button(context.theme, self.tr("Back"), icon="arrow-back")
        self.broken = Button(context.theme, self.tr("Save report of broken rows…"))
        self.body.addWidget(self.pages)
        self.give(self.columns.area, AREA_HEIGHT, _LEAST)
        self.give(self.report.table, TABLE_HEIGHT, _LEAST)
        self.add_buttons(self.tr("Next"), self.back, self.broken, leave=self.tr("Close"))
        self._connect()
        self._go(Step.WHAT)

    @property
    def step(self) -> Step:
        """Where a person is."""
        return Step(self.pages.currentIndex())

    def submit(self) -> None:
        """Go on to the next step; from the last one, take the rows in."""
        if self._busy:
            return
        deeds = {Step.WHAT: self._begin, Step.COLUMNS: self._try, Step.REPORT: self._take_in}
        self.accept() if self._is_done else deeds[self.step]()

    def reject(self) -> None:
        """Stop what is under way; else close. Before what was said is lost, that is told once."""
        if self.cancel is not None:
            self.stop()
        elif self.step is not Step.WHAT and not self._is_done and not self._is_warned:
            self._is_warned = True
            text = self.tr("Press Esc again to close. Nothing was imported.")
            self.banner.tell(self.tr("Nothing is imported yet"), text, Tone.NEUTRAL)
        else:
            self._saving = False
            super().reject()

    def stop(self) -> None:
        """End what is under way after the rows that are being written; what is in stays in."""
        if self.cancel is not None:
            self.cancel.set()
            self.report.set_running(running=True, words=self.tr("Stopping…"))

    def done(self, result: int) -> None:
        """Nobody waits any more."""
        if self.cancel is not None:
            self.cancel.set()
        super().done(result)

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """Nothing else is begun meanwhile."""
        super().set_busy(busy, saving=saving)
        self.back.setEnabled(not busy)
        self.broken.setEnabled(not busy)

    def fail(self, error: KnownError) -> None:
        """Say it where it belongs; the rest stays as it was said."""
        self.cancel = None
        self.report.set_running(running=False)
        super().fail(error)

    # --- from step to step

    def _connect(self) -> None:
        self.back.clicked.connect(self._go_back)
        self.broken.clicked.connect(self._ask_for_place)
        self.columns.changed.connect(self._look_again)
        self.columns.layout_changed.connect(self._look_anew)
        self.report.failed.connect(self.fail)
        self._stepped.connect(self._show_step)

    def _go(self, step: Step) -> None:
        self.pages.setCurrentIndex(step)
        self._is_done = self._is_warned = False
        self.banner.hide()
        self.back.setVisible(step is not Step.WHAT)
        self.broken.hide()
        self.save.setText(self.tr("Next"))
        self.set_allowed(True)
        firsts = {Step.WHAT: self.what.source, Step.COLUMNS: next(iter(self.columns.combos.values())),
                  Step.REPORT: self.report.table}  # fmt: skip
        firsts[step].setFocus()

    @Slot()
    def _go_back(self) -> None:
        is_calendar = self.what.kind is Kind.CALENDAR
        self._go(Step.WHAT if is_calendar or self.step is Step.COLUMNS else Step.COLUMNS)
        if self.step is Step.COLUMNS and self._looked is not None:
            self._show_looked(self._looked)

    def _begin(self) -> None:
        self.form.clear()
        try:
            self._require_what()
        except InputError as error:
            self.fail(error)
            return
        if self.what.kind is Kind.ROWS:
            self._look(None, ("", ""))
        else:
            self._read_calendar()

    def _require_what(self) -> None:
        """Raises InputError for what is missing."""
        if not self.what.source.currentText().strip():
            raise InputError("import.source", field="source")
        if self.what.kind is Kind.ROWS and not self.what.place.text().strip():
            raise InputError("import.no_file", field="address")
        if self.what.kind is Kind.CALENDAR and not self.what.room.currentText():
            raise InputError("calendar.no_room", field="room")

    @property
    def _source(self) -> str:
        return self.what.source.currentText()

    @property
    def _path(self) -> Path:
        return Path(self.what.place.text().strip()).expanduser()

    # --- files of rows

    @Slot(object)
    def _look_again(self, mapped: ColumnMap) -> None:
        self._look(mapped, ("", ""))

    @Slot(str, str)
    def _look_anew(self, delimiter: str, encoding: str) -> None:
        self._look(None, (delimiter, encoding))

    def _look(self, mapped: ColumnMap | None, layout: tuple[str, str]) -> None:
        imports, path, source, cancel = self.context.services.imports, self._path, self._source, threading.Event()
        self.set_busy(True)
        look = lambda: imports.rows.look(path, source, mapped, layout=layout, cancel=cancel)  # noqa: E731 - a word
        self.context.tasks.run(Lane.NETWORK, self, look, self._show_looked, self.fail, channel="look")

    def _show_looked(self, looked: Looked) -> None:
        self.set_busy(False)
        if self.step is not Step.COLUMNS:
            self._go(Step.COLUMNS)
        self._looked = looked
        self.columns.show_looked(looked)
        self.set_allowed(not looked.open)

    def _try(self) -> None:
        looked = self._looked
        if looked is None or looked.open:
            return
        imports, path, source = self.context.services.imports, self._path, self._source
        self._run(
            lambda cancel: imports.rows.preview(path, source, looked, cancel, self._stepped.emit),
            self._tried,
            self.tr("Looking what would become of each row…"),
        )

    def _take_in(self) -> None:
        looked, imports, source = self._looked, self.context.services.imports, self._source
        if self.what.kind is Kind.CALENDAR:
            self._block()
            return
        if looked is None:
            return
        path, apply_changes = self._path, self.report.apply.isChecked()
        self._run(
            lambda cancel: imports.rows.run(
                path, source, looked, cancel, self._stepped.emit, apply_changes=apply_changes
            ),
            self._taken_in,
            self.tr("Importing…"),
        )

    def _run(self, work: Callable[[threading.Event], Any], done: Callable[[Any], None], words: str) -> None:
        """Something long, that can be stopped."""
        cancel = self.cancel = threading.Event()
        self.set_busy(True)
        self._go_to_report()
        self.report.set_running(running=True, words=words)
        self.context.tasks.run(Lane.NETWORK, self, lambda: work(cancel), done, self.fail, ended=self._ended)

    def _go_to_report(self) -> None:
        if self.step is not Step.REPORT:
            self._go(Step.REPORT)
            self.save.setEnabled(False)

    def _ended(self) -> None:
        self.cancel = None
        self.set_busy(False)
        self.report.set_running(running=False)

    @Slot(object, object)
    def _show_step(self, done: int, total: int) -> None:
        if self.cancel is not None and not self.cancel.is_set():
            self.report.show_progress(done, total)

    def _tried(self, outcome: Outcome) -> None:
        if outcome.cancelled:
            self._go_back()
            return
        self._show_report(outcome, None, can_apply=self.what.kind is Kind.ROWS)
        counts = outcome.spool.counts
        words = self.tr("Import {count} new") if self.what.kind is Kind.ROWS else self.tr("Import the calendar")
        self.save.setText(words.format(count=self.context.formats.count(counts.new)))
        self.set_allowed(bool(counts.new or counts.changed or counts.freed))

    def _taken_in(self, outcome: Outcome) -> None:
        counts = outcome.spool.counts
        self._show_report(outcome, Fate.BROKEN if counts.broken else None, can_apply=False)
        told = counts_told(counts, self.context.formats)
        if outcome.cancelled:
            text = self.tr("{counts}. What is in stays in; the next import goes on.").format(counts=told)
            self.banner.tell(self.tr("Stopped"), text, Tone.ATTENTION)
        else:
            self.banner.tell(self.tr("Imported"), f"{told}.", Tone.ATTENTION if counts.broken else Tone.GOOD)
        self._is_done = True
        self.back.hide()
        self.save.setText(self.tr("Done"))
        self.set_allowed(True)
        self.save.setFocus()
        self.imported.emit(counts)

    def _show_report(self, outcome: Outcome, fate: Fate | None, *, can_apply: bool) -> None:
        self.report.show_report(outcome.spool, fate, can_apply=can_apply)
        self.broken.setVisible(outcome.spool.counts.broken > 0)
        self._outcome = outcome
        self.report.table.setFocus()

    # --- calendars

    def _read_calendar(self) -> None:
        imports, source, room = self.context.services.imports, self._source, self.what.room.currentText()
        text, path, is_address = self.what.place.text(), self._path, self.what.is_address

        def work() -> tuple[Any, Outcome]:
            entries = imports.calendars.read(_origin(imports.calendars, source, text, path, is_address=is_address))
            return entries, imports.calendars.preview(source, room, entries)

        self.set_busy(True)
        self.context.tasks.run(Lane.NETWORK, self, work, self._calendar_read, self.fail)

    def _calendar_read(self, found: tuple[Any, Outcome]) -> None:
        self.set_busy(False)
        self._entries, outcome = found
        self._go(Step.REPORT)
        self._tried(outcome)

    def _block(self) -> None:
        imports, source, room, entries = (
            self.context.services.imports,
            self._source,
            self.what.room.currentText(),
            self._entries,
        )
        kept = self.what.place.text() if self.what.is_address and self.what.keep.isChecked() else ""

        def work(_cancel: threading.Event) -> Outcome:
            outcome = imports.calendars.run(source, room, entries)
            if kept:
                imports.calendars.keep_address(source, imports.calendars.address(kept))
            return outcome

        self._run(work, self._taken_in, self.tr("Importing…"))

    # --- the report as a file

    @Slot()
    def _ask_for_place(self) -> None:
        ask_where(self, self.tr("Save report"), "broken-rows.csv", "CSV (*.csv)", self.write_report)

    @Slot(str)
    def write_report(self, path: str) -> None:
        """Write the broken rows to a file."""
        imports, spool = self.context.services.imports, self._outcome.spool
        self.context.tasks.run(
            Lane.READ, self, lambda: imports.rows.save_report(spool, Path(path)), self._report_written, self.fail
        )

    def _report_written(self, count: int) -> None:
        words = self.tr("{count} rows, with the reason of each.")
        self.banner.tell(self.tr("Written"), words.format(count=self.context.formats.count(count)), Tone.GOOD)


def _origin(calendars: CalendarImportService, source: str, text: str, path: Path, *, is_address: bool) -> Any:
    """In a worker: the keyring may be asked."""
    if is_address:
        return calendars.address(text)
    return path if text.strip() else calendars.kept_address(source)
