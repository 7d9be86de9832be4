"""The log: what the program did by itself, filtered by how grave it is and by words, followed as it grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button, row
from rentease_desk.gui.widgets.choice import ChoiceButton
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.logs import LEVELS, LogEntry

_WIDTH = 1000
_HEIGHT, _LEAST = 440, 160
_FOLLOW_MILLISECONDS = 1_000
_MOST = 5_000
"""So many entries are shown, the newest."""


class LogViewer(DeskDialog):
    """Stands beside the window, which goes on. ``copy_asked``: the diagnostics are wanted.

    ``read`` gives the entries, oldest first; it is called in a worker.
    """

    copy_asked = Signal()

    def __init__(self, context: Context, parent: QWidget, read: Callable[[], list[LogEntry]]) -> None:
        super().__init__(context, parent, context.tr("Log"), context.tr("What the program did by itself"), _WIDTH)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._read = read
        self._entries: Sequence[LogEntry] = ()
        self.text = QPlainTextEdit()
        self.empty = EmptyState(context.theme, self.text)
        self.wanted = text_field(self.tr("Find"))
        self.level = ChoiceButton(context.theme, self.tr("Everything"), self.tr("How grave"))
        self.follow = QCheckBox(self.tr("Follow"))
        self._timer = QTimer(self, interval=_FOLLOW_MILLISECONDS)
        self._build()
        self.read()

    @Slot()
    def read(self) -> None:
        """Read it again."""
        self.context.tasks.run(Lane.READ, self, self._read, self._show, self.fail, channel="log")

    def submit(self) -> None:
        """Have the diagnostics copied."""
        self.copy_asked.emit()

    def done(self, result: int) -> None:
        """Nothing is followed any more."""
        self._timer.stop()
        super().done(result)

    def _build(self) -> None:
        self.text.setReadOnly(True)
        self.text.setProperty("field", True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("Log"))
        self.wanted.setAccessibleName(self.tr("Find"))
        self.level.set_choices([("WARNING", self.tr("Warnings and errors")), ("ERROR", self.tr("Errors"))])
        self.follow.setChecked(True)
        again = Button(self.context.theme, self.tr("Read again"))
        self.body.addLayout(row(self.wanted, self.level, self.follow))
        self.body.addWidget(self.text)
        self.give(self.text, _HEIGHT, _LEAST)
        self.wanted.textChanged.connect(self._refresh)
        self.level.chosen.connect(self._refresh)
        self.follow.toggled.connect(self._follow)
        self._timer.timeout.connect(self.read)
        self._timer.start()
        again.clicked.connect(self.read)
        self.add_buttons(self.tr("Copy diagnostics"), again, leave=self.tr("Close"))
        self.wanted.setFocus()

    @Slot(bool)
    def _follow(self, wanted: bool) -> None:
        if wanted:
            self._timer.start()
            self.read()
        else:
            self._timer.stop()

    def _show(self, entries: Sequence[LogEntry]) -> None:
        if entries != self._entries or not entries:
            self._entries = entries
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Whoever follows sees the end; whoever reads stays where they are."""
        bar, least, words = self.text.verticalScrollBar(), self._least(), self.wanted.text().casefold()
        place = bar.value()
        shown = [one.text for one in self._entries if LEVELS.index(one.level) >= least and words in one.text.casefold()]
        self.text.setPlainText("\n".join(shown[-_MOST:]))
        bar.setValue(bar.maximum() if self.follow.isChecked() else place)
        self.empty.setVisible(not shown)
        if not shown:
            self._say_empty()

    def _say_empty(self) -> None:
        if self._entries:
            self.empty.say(self.tr("Nothing found"), self.tr("No entry of the log fits these words and this choice."))
        else:
            told = self.tr("What the program does by itself, and what goes wrong, is written here as it happens.")
            self.empty.say(self.tr("Nothing in the log yet"), told)

    def _least(self) -> int:
        return 0 if self.level.value is None else LEVELS.index(self.level.value)
