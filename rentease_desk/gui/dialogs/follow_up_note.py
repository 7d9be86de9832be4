"""A note on something that has to be looked after: who was called, and what was agreed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.follow_ups import FollowUp
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.stripe_words import what_went_wrong
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.sizes import keep_size


class FollowUpNoteDialog(DeskDialog):
    """``noted`` carries the FollowUp as it is then."""

    noted = Signal(object)

    def __init__(self, context: Context, parent: QWidget, shown: FollowUp) -> None:
        problem = shown.problem
        about = " · ".join(part for part in (problem.contact.name, what_went_wrong(problem)) if part)
        super().__init__(context, parent, context.tr("Note"), about)
        self._shown = shown
        self.note = NoteEdit(enter_saves=True)
        self.note.setPlaceholderText(self.tr("called, pays cash on Friday, …"))
        self.note.setPlainText(shown.care.note)
        self.note.moveCursor(QTextCursor.MoveOperation.End)
        keep_size(self.note, context.theme, height=112)
        field = Field(context, self.tr("Note"), self.note)
        field.set_aside(self.tr("Shift+Enter begins a line"))
        self.form = Form(context, {"note": field})
        self.body.addWidget(field)
        self.add_buttons(self.tr("Save"))
        self.note.setFocus()

    def submit(self) -> None:
        """Keep it."""
        self.form.clear()
        self.set_busy(True, saving=True)
        follow_ups, shown, note = self.context.services.follow_ups, self._shown, self.note.text()
        work = lambda: follow_ups.write_note(shown, note)  # noqa: E731 - a word
        self.context.tasks.run(Lane.WRITE, self, work, self._done, self.fail)

    def _done(self, saved: FollowUp) -> None:
        self.noted.emit(saved)
        self.accept()
