"""The journal: whether all is as it was written, its head of today, and a copy of it as a file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.verification import DayHead, Verification, misfit_told, parse_head
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.sizes import keep_size

if TYPE_CHECKING:
    from rentease_desk.services.journal import Exported

_WIDTH = 760
_STEP = 20


class JournalDialog(DeskDialog):
    """Enter verifies. What is under way is ended by Escape, or with the dialog."""

    _stepped = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget, today: DayHead) -> None:
        super().__init__(context, parent, context.tr("Journal"), today.property, _WIDTH)
        self.today = today
        self.cancel: threading.Event | None = None
        self.head = Label(context.theme)
        self.head.setWordWrap(True)
        self.head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.known = text_field()
        self.known.setPlaceholderText(self.tr("812:9f86d081884c…, as it was printed or saved; may be left empty"))
        field = Field(context, self.tr("A head of an earlier day, to find out whether the end was removed"), self.known)
        self.form = Form(context, {"head": field})
        self._step, self._bar = Label(context.theme, tone="text2"), QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.save_head = Button(context.theme, self.tr("Save today’s head…"))
        self.save_copy = Button(context.theme, self.tr("Save a copy…"))
        self._build(field)
        self._stepped.connect(self._show_step)
        self._set_running(running=False)
        self.known.setFocus()

    def submit(self) -> None:
        """Walk the journal and the ledger."""
        if self._busy:
            return
        self.form.clear()
        self.banner.hide()
        try:
            known = parse_head(self.known.text()) if self.known.text().strip() else None
        except InputError as error:
            self.fail(error)
            return
        journal = self.context.services.journal
        self._run(lambda cancel: journal.verify(cancel, self._stepped.emit, known), self._verified)

    def reject(self) -> None:
        """End what is under way; else close."""
        if self.cancel is not None:
            self.stop()
        else:
            super().reject()

    def stop(self) -> None:
        """End what is under way."""
        if self.cancel is not None:
            self.cancel.set()
            self._step.setText(self.tr("Stopping…"))

    def done(self, result: int) -> None:
        """Nobody waits any more."""
        self.stop()
        super().done(result)

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """Nothing else is begun meanwhile."""
        super().set_busy(busy, saving=saving)
        for button in (self.save_head, self.save_copy):
            button.setEnabled(not busy)

    def fail(self, error: KnownError) -> None:
        """Say it; nothing is under way any more."""
        self._ended()
        super().fail(error)

    @Slot(str)
    def write_head(self, path: str) -> None:
        """Write today's head to a file."""
        journal, day = self.context.services.journal, self.today.day
        self.set_busy(True)
        self.context.tasks.run(
            Lane.READ, self, lambda: journal.save_head(Path(path), day), self._head_written, self.fail
        )

    @Slot(str)
    def write_copy(self, path: str) -> None:
        """Write the journal to a file."""
        journal = self.context.services.journal
        self._run(lambda cancel: journal.export(Path(path), cancel, self._stepped.emit), self._copied)

    def _build(self, field: QWidget) -> None:
        theme = self.context.theme
        about = Label(theme, self.tr(
            "Every change is written down, each entry with a proof of the one before and of what it is about. Whoever"
            " changes anything past this program is found out: the first entry or row that does not fit is named."
        ), tone="text2")  # fmt: skip
        about.setWordWrap(True)
        keep_size(self._step, theme, least_height=_STEP)
        for part in (about, self.head, field, self._step, self._bar):
            self.body.addWidget(part)
        self.save_head.clicked.connect(self._ask_head)
        self.save_copy.clicked.connect(self._ask_copy)
        self.add_buttons(self.tr("Verify"), self.save_head, self.save_copy, leave=self.tr("Close"))
        guard(self.context, Permission.VERIFY_JOURNAL, self.save, self.save_head, self.save_copy)
        words = self.tr("Head of today: {head}") if self.today.head.seq else self.tr("Nothing is written yet.")
        self.head.setText(words.format(head=str(self.today.head)))

    def _run(self, work: Callable[[threading.Event], Any], done: Callable[[Any], None]) -> None:
        """Something long, that can be ended."""
        cancel = self.cancel = threading.Event()
        self.set_busy(True)
        self._set_running(running=True)
        self.context.tasks.run(Lane.NETWORK, self, lambda: work(cancel), done, self.fail, ended=self._ended)

    def _ended(self) -> None:
        self.cancel = None
        self.set_busy(False)
        self._set_running(running=False)

    def _set_running(self, *, running: bool) -> None:
        self._step.setText("")
        self._bar.setRange(0, 0)
        self._bar.setVisible(running)

    @Slot(object, object)
    def _show_step(self, done: int, total: int) -> None:
        if self.cancel is not None and not self.cancel.is_set():
            count, words = self.context.formats.count, self.tr("{done} of {total} rows")
            self._step.setText(words.format(done=count(done), total=count(total)))
            self._bar.setRange(0, 1000)
            self._bar.setValue(1000 * done // max(1, total))

    def _verified(self, found: Verification) -> None:
        if found.cancelled:
            self.banner.tell(self.tr("Stopped"), self.tr("Not everything was looked at."), Tone.ATTENTION)
        elif found.misfit is not None:
            self.banner.tell(self.tr("Something does not fit"), misfit_told(found.misfit), Tone.WRONG)
        else:
            words = self.tr("{count} rows of the journal and the ledger were looked at.")
            told = words.format(count=self.context.formats.count(found.looked))
            self.banner.tell(self.tr("All is as it was written"), told, Tone.GOOD)

    @Slot()
    def _ask_head(self) -> None:
        name = f"journal-head-{self.today.day}.json"
        ask_where(self, self.tr("Save today’s head"), name, "JSON (*.json)", self.write_head)

    @Slot()
    def _ask_copy(self) -> None:
        name = f"journal-{self.today.day}.jsonl"
        ask_where(self, self.tr("Save a copy of the journal"), name, "JSON (*.jsonl)", self.write_copy)

    def _head_written(self, found: DayHead) -> None:
        self.set_busy(False)
        words = self.tr("{head}. Keep it where nobody of this desk can change it.")
        self.banner.tell(self.tr("Written"), words.format(head=str(found.head)), Tone.GOOD)

    def _copied(self, done: Exported | None) -> None:
        if done is None:
            self.banner.tell(self.tr("Stopped"), self.tr("Nothing was written."), Tone.ATTENTION)
            return
        words = self.tr("{count} rows. Anybody can check them with verify_journal.py, without this program.")
        self.banner.tell(self.tr("Written"), words.format(count=self.context.formats.count(done.rows)), Tone.GOOD)
