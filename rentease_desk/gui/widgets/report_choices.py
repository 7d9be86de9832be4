"""What is chosen for a report: which one, of which days, by which of their dates, and how its file is written."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Grouping, ReportName
from rentease_desk.gui.context import Context
from rentease_desk.gui.report_words import AGREEMENT, basis_word, grouping_word, preset_word, presets_offered
from rentease_desk.gui.widgets.date_range import DateRangeButton
from rentease_desk.gui.widgets.offered import Choices, MenuChoice, OfferedSegments

_LONG_AGO = date(2000, 1, 1)


class ReportChoices(QObject):
    """``chosen``: other days, dates or columns of the same report. Another report, and another currency, are told by
    ``report`` and ``currencies`` themselves.
    """

    chosen = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context, theme = context, context.theme
        self.report = MenuChoice(theme, self.tr("Report"), "reports")
        self.report.offer(_reports(), ReportName.TAKINGS)
        self.days = DateRangeButton(context)
        self.basis = OfferedSegments(theme, self.tr("By which dates"))
        self.against = OfferedSegments(theme, self.tr("Compared with"))
        self.by = OfferedSegments(theme, self.tr("By what"))
        self.currencies = OfferedSegments(theme, self.tr("Currency"))
        self.preset = MenuChoice(theme, self.tr("File"), "download")
        for one in (self.days, self.basis, self.against, self.by, self.preset):
            one.chosen.connect(self.chosen)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """As they stand beside each other."""
        return (self.report, self.days, self.basis, self.against, self.by, self.currencies, self.preset)

    def ask(self, currency: str) -> Ask:
        """What is chosen now, in this currency; "" asks for all."""
        name = ReportName(self.report.value)
        of = None if name in AGREEMENT else currency or None
        against = self.against.value if name is ReportName.DIFFERENCES else None
        by = Grouping(self.by.value or Grouping.METHOD)
        return Ask(name, self.chosen_days(), self.basis.value, by, of, against, Preset(self.preset.value))

    def chosen_days(self) -> DateRange:
        """All there are, where none are chosen."""
        return self.days.range or DateRange(_LONG_AGO, self._context.today())

    def offer(self, name: ReportName, basis: Basis | None = None) -> None:
        """What can be chosen for a report."""
        naming = NAMES[name]
        self.report.offer(_reports(), name)
        bases = [(one, basis_word(one)) for one in naming.bases]
        self.basis.offer(bases, basis or naming.bases[0])
        is_pair = name is ReportName.DIFFERENCES
        told = self.tr("against {dates}")
        rest = [(one, told.format(dates=word)) for one, word in bases if is_pair and one is not self.basis.value]
        self.against.offer(rest, self.against.value)
        groups = [(one, grouping_word(one)) for one in Grouping] if name is ReportName.TAKINGS_BY else []
        self.by.offer(groups, self.by.value)
        self.preset.offer([(one, preset_word(one)) for one in presets_offered(name)], self.preset.value or Preset.EXCEL)


def _reports() -> Choices:
    return [(name, told.title) for name, told in NAMES.items()]
