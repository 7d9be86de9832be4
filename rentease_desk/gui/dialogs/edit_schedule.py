"""A file that is written by itself: which report, how often, and into which folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import NAMES, Basis, ReportName
from rentease_desk.domain.schedules import MOST_HOURS, Rhythm, ScheduleDraft, ScheduleState
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.report_words import basis_word, preset_word, presets_offered
from rentease_desk.gui.schedule_words import rhythm_word
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button, Label, row
from rentease_desk.gui.widgets.fields import ComboField, CountField, text_field
from rentease_desk.gui.widgets.form import Field, Form

T = TypeVar("T")

_WIDTH = 560
_HOUR = 6


class ScheduleDialog(DeskDialog):
    """Closes when it is saved; the card behind it hears of that as everybody does."""

    def __init__(self, context: Context, parent: QWidget, state: ScheduleState | None) -> None:
        title = context.tr("Scheduled export") if state is None else context.tr("Change scheduled export")
        super().__init__(context, parent, title, "", _WIDTH)
        self._schedule = state.schedule if state is not None else None
        self._uid = self._schedule.uid if self._schedule else context.services.desk.ids.uid()
        self._presets: Sequence[Preset] = ()
        self._bases: Sequence[Basis] = ()
        theme = context.theme
        self.report, self.preset, self.basis, self.rhythm = (ComboField(theme) for _ in range(4))
        self.hour = CountField(theme, 0, MOST_HOURS)
        self.hour.setSuffix(":00")
        self.currency = text_field(self.tr("all, each in rows of its own"))
        self.folder = text_field(self.tr("as it is called on every desk, or on the server"))
        self.report.addItems([NAMES[one].title for one in ReportName])
        self.rhythm.addItems([rhythm_word(one) for one in Rhythm])
        self._lay_out()
        self._show()
        self.report.currentIndexChanged.connect(self._offer)
        self.rhythm.currentIndexChanged.connect(self._explain)

    def submit(self) -> None:
        """Save it."""
        self.form.clear()
        self.set_busy(True, saving=True)
        service, draft = self.context.services.schedules, self.draft()
        self.context.tasks.run(Lane.WRITE, self, lambda: service.save(draft).value, lambda _: self.accept(), self.fail)

    def draft(self) -> ScheduleDraft:
        """What stands in the fields."""
        basis = self._bases[self.basis.currentIndex()]
        return ScheduleDraft(
            self._uid,
            self._name(),
            self._presets[self.preset.currentIndex()],
            list(Rhythm)[self.rhythm.currentIndex()],
            self.hour.value(),
            self.folder.text(),
            None if basis is self._bases[0] else basis,
            self.currency.text().strip().lower() or None,
            self._schedule.version if self._schedule else None,
        )

    def _lay_out(self) -> None:
        browse = Button(self.context.theme, self.tr("Choose…"))
        browse.clicked.connect(self._browse)
        fields = {
            "report": (self.tr("Report"), self.report, 0, 0, 2),
            "basis": (self.tr("By which dates"), self.basis, 1, 0, 1),
            "currency": (self.tr("Currency"), self.currency, 1, 1, 1),
            "preset": (self.tr("File"), self.preset, 2, 0, 1),
            "rhythm": (self.tr("How often"), self.rhythm, 3, 0, 1),
            "hour": (self.tr("At"), self.hour, 3, 1, 1),
        }
        grid, made = QGridLayout(), dict[str, Field]()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for name, (words, edit, at_row, at_column, span) in fields.items():
            made[name] = Field(self.context, words, edit)
            grid.addWidget(made[name], at_row, at_column, 1, span, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        made["folder"] = Field(self.context, self.tr("Folder"), self.folder)
        self.form = Form(self.context, made)
        where = row(made["folder"], browse)
        where.setStretch(0, 1)
        where.setAlignment(browse, Qt.AlignmentFlag.AlignBottom)
        self._told = Label(self.context.theme, tone="text2")
        self._told.setWordWrap(True)
        self.body.addLayout(grid)
        self.body.addLayout(where)
        self.body.addWidget(self._told)
        self.add_buttons(self.tr("Save"))

    def _show(self) -> None:
        """What stands, or what is usual."""
        one = self._schedule
        self.report.setCurrentIndex(list(ReportName).index(one.report if one else ReportName.TAKINGS))
        self._offer()
        self.rhythm.setCurrentIndex(list(Rhythm).index(one.rhythm if one else Rhythm.DAILY))
        self.hour.setValue(one.hour if one else _HOUR)
        if one is not None:
            self.preset.setCurrentIndex(self._presets.index(one.preset))
            self.basis.setCurrentIndex(self._bases.index(one.basis) if one.basis else 0)
            self.currency.setText((one.currency or "").upper())
            self.folder.setText(one.folder)
        self._explain()
        self.report.setFocus()

    def _name(self) -> ReportName:
        return list(ReportName)[self.report.currentIndex()]

    @Slot()
    def _offer(self) -> None:
        """What there is of a report; what was chosen stays, where it has it."""
        self._presets = _offered(self.preset, self._presets, presets_offered(self._name()), preset_word)
        self._bases = _offered(self.basis, self._bases, NAMES[self._name()].bases, basis_word)

    @Slot()
    def _explain(self) -> None:
        """Which days a file holds."""
        rhythm = list(Rhythm)[self.rhythm.currentIndex()]
        self.form.fields["hour"].setEnabled(rhythm is not Rhythm.CLOSE)
        words = {
            Rhythm.CLOSE: self.tr("Within minutes after a business day was closed, its file is written."),
            Rhythm.DAILY: self.tr("A file of the day before, as soon as it is over."),
            Rhythm.WEEKLY: self.tr("On Mondays a file of the week before, from Monday to Sunday."),
            Rhythm.MONTHLY: self.tr("On the first a file of the month before."),
        }
        hour = self.tr("The hour is the property's.") if rhythm is not Rhythm.CLOSE else ""
        control = self.tr("Its control figures and SHA-256 stand beside it.")
        self._told.setText(" ".join(filter(None, (words[rhythm], hour, control))))

    @Slot()
    def _browse(self) -> None:
        """Ask for the folder."""
        dialog = QFileDialog(self, self.tr("Folder"), self.folder.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()


def _offered(combo: ComboField, before: Sequence[T], now: Sequence[T], word: Callable[[T], str]) -> Sequence[T]:
    chosen = before[combo.currentIndex()] if 0 <= combo.currentIndex() < len(before) else None
    combo.clear()
    combo.addItems([word(one) for one in now])
    combo.setCurrentIndex(now.index(chosen) if chosen in now else 0)
    combo.setEnabled(len(now) > 1)
    return now
