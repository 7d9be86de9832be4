"""Who the desk works for, and by which clock and currency."""

from __future__ import annotations

from zoneinfo import available_timezones

from msgspec.structs import replace
from PySide6.QtWidgets import QGridLayout

from rentease_desk.gui.context import Context
from rentease_desk.gui.first_run.step import Answers, Step, StepWords
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.fields import ComboField, text_field
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.language_field import LocaleField


class PropertyStep(Step):
    """The settings that everything else stands on; the others have defaults."""

    def __init__(self, context: Context, answers: Answers) -> None:
        super().__init__(context, answers)
        self.name, self.currency, self.roll = (
            text_field(self.tr("as it stands on receipts")),
            text_field(),
            text_field(),
        )
        self.rounding = text_field()
        self.zone, self.language = ComboField(context.theme, editable=True, completes=True), LocaleField(context.theme)
        edits = (
            ("name", self.tr("Name"), self.name, 0, 0, 2),
            ("zone", self.tr("Time zone"), self.zone, 1, 0, 1),
            ("currency", self.tr("Currency"), self.currency, 1, 1, 1),
            ("language", self.tr("Numbers and dates in"), self.language, 2, 0, 1),
            ("day_roll", self.tr("The business day begins at"), self.roll, 2, 1, 1),
            ("cash_rounding", self.tr("Cash is rounded to"), self.rounding, 3, 0, 1),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        for key, words, edit, at_row, at_column, span in edits:
            self.form.fields[key] = Field(context, words, edit)
            grid.addWidget(self.form.fields[key], at_row, at_column, 1, span)
        for at in range(2):
            grid.setColumnStretch(at, 1)
        self.form.fields["cash_rounding"].set_aside(self.tr("off, or as CHF 0.05"))
        self.form.fields["currency"].set_aside(self.tr("as EUR"))
        self.body.addLayout(grid)
        self.body.addStretch(1)

    @property
    def words(self) -> StepWords:
        """What it is called and asks."""
        return StepWords(
            self.tr("Property"),
            self.tr("name, time zone, currency"),
            self.tr("Who is this desk for?"),
            self.tr("Every time you see is in this zone. All of it can be changed later, under Settings."),
        )

    def enter(self) -> None:
        """What is known of this computer is there already."""
        self.form.write({name: text for name, text in self.answers.draft.settings.items() if name in self.form.fields})
        self.name.setFocus()
        if self.zone.count() == 0:
            self.context.tasks.run(Lane.READ, self, lambda: sorted(available_timezones()), self._fill_zones)

    def go_on(self) -> None:
        """Look at all of them."""
        values = {name: str(content) for name, content in self.form.contents().items()}
        self.ask(lambda service: service.check_settings(values), self._take)

    def _take(self, values: dict[str, str]) -> None:
        self.answers.draft = replace(self.answers.draft, settings=values)
        self.passed.emit()

    def _fill_zones(self, zones: list[str]) -> None:
        shown = self.zone.currentText()
        self.zone.addItems(zones)
        self.zone.setCurrentText(shown)
