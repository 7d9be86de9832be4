"""Reports: which one, of which days, by which of their dates; a preview that is the file, and a chart of takings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Grouping, Preview, ReportName
from rentease_desk.gui import tokens
from rentease_desk.gui.agreement_deeds import AgreementDeeds
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.written_files import WrittenDialog
from rentease_desk.gui.report_words import basis_word, file_told, grouping_word, preset_word, presets_offered
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.agreement_bar import AgreementBar
from rentease_desk.gui.widgets.basics import Button, Label, column, frame, row
from rentease_desk.gui.widgets.date_range import DateRangeButton
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.low_head import LowHead
from rentease_desk.gui.widgets.offered import MenuChoice, OfferedSegments
from rentease_desk.gui.widgets.report_table import ReportTable
from rentease_desk.gui.widgets.rights import ForSome, guard
from rentease_desk.gui.widgets.takings_chart import ChartLegend, TakingsChart

if TYPE_CHECKING:
    from rentease_desk.services.reporting.files import ReportFile

_LONG_AGO = date(2000, 1, 1)
_BELOW, _CHART_FROM, _APART_FROM = 226, 560, 600
"""What is left for the rows and their sums, and how high a page is that has a chart above them, or further rows below.
"""
_TAKINGS = frozenset({ReportName.TAKINGS, ReportName.TAKINGS_BY, ReportName.MOVEMENTS})
_BY_DAY = frozenset({ReportName.TAKINGS, ReportName.MOVEMENTS, ReportName.REFUNDS})
_FIRST_DAYS = "month"
_AGREEMENT = frozenset({ReportName.AGREEMENT, ReportName.AGREEMENT_LINES})
"""Shown in all currencies: what Stripe settles in may not be the property's."""


class ReportsView(Page):
    """``said`` carries a sentence about a deed, ``day_opened`` the day whose payments are asked for."""

    said = Signal(str)
    day_opened = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context, NAMES[ReportName.TAKINGS].title)
        self._found: Preview | None = None
        self._currency = ""
        self._basis = Basis.BUSINESS
        self._is_stale = True
        self._is_apart = False
        self._build()
        self._connect()
        self._offer(ReportName.TAKINGS)

    def start(self) -> None:
        """This month's takings, in the property's currency."""
        self.days.choose(_FIRST_DAYS)
        self._currency = self.context.settings.currency
        self.reload()

    def enter(self) -> None:
        """The keyboard is in the rows; what has changed meanwhile is read again."""
        if self.seen.is_closed:
            return
        self.table.focus_table()
        if self._is_stale:
            self.reload()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        if self.seen.is_closed:
            return ()
        hints = [("Ctrl+E", self.tr("Export")), ("Ctrl+P", self.tr("Print"))]
        if self.report.value in _AGREEMENT:
            hints.append(("C", self.tr("Compare with Stripe")))
        if self.report.value in _BY_DAY:
            hints.append(("Enter", self.tr("Payments of this day")))
        if self.report.value in _TAKINGS:
            hints.append(("D", self.tr("Why do other dates differ?")))
        return hints

    @property
    def ask(self) -> Ask:
        """What is chosen now."""
        days = self._chosen_days()
        currency = None if self.report.value in _AGREEMENT else self._currency or None
        against = self.against.value if self.report.value is ReportName.DIFFERENCES else None
        by = Grouping(self.by.value or Grouping.METHOD)
        return Ask(self.report.value, days, self.basis.value, by, currency, against, Preset(self.preset.value))

    @Slot()
    def reload(self) -> None:
        """Read the report again."""
        self._is_stale = True
        if not self.context.is_ready or self.seen.is_closed:
            return
        self._is_stale = False
        reports, ask = self.context.services.reports, self.ask
        self.context.tasks.run(Lane.READ, self, lambda: reports.preview(ask), self._show, self.fail, channel="report")
        if ask.name in _AGREEMENT:
            self.comparing.reload()
        if ask.name is ReportName.AGREEMENT:
            apart = replace(ask, name=ReportName.AGREEMENT_LINES)
            read = lambda: reports.preview(apart)  # noqa: E731 - a word
            self.context.tasks.run(Lane.READ, self, read, self._show_apart, self.fail, channel="apart")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """D tells why takings by other dates differ, C and F compare with Stripe and fetch what differs, Escape stops
        that; held down, each does it once.
        """
        compares = self.report.value in _AGREEMENT and not self.seen.is_closed
        deeds = {Qt.Key.Key_D: self.explain} | (self.comparing.keys() if compares else {})
        deed = deeds.get(Qt.Key(event.key()))
        if deed is not None and not event.modifiers() and not event.isAutoRepeat():
            deed()
        else:
            super().keyPressEvent(event)

    @Slot()
    def explain(self) -> None:
        """The rows that make takings differ by two of their dates."""
        if self.report.value in _TAKINGS and not self.seen.is_closed:
            self._offer(ReportName.DIFFERENCES, self.basis.value)
            self.reload()

    @Slot()
    def export(self) -> None:
        """Ask where to, then write the file that the preview shows."""
        if self._found is None:
            return
        ask = self.ask
        name = f"{ask.name.value}-{ask.days.first}-{ask.days.last}.csv"
        name = f"EXTF_{name}" if ask.preset is Preset.DATEV else name
        ask_where(self, self.tr("Save file"), name, "CSV (*.csv)", self.write)

    @Slot()
    def print_report(self) -> None:
        """Show the report as it is on paper, with what can be done with it."""
        if self._found is None or not self.print_button.isEnabled():
            return
        from rentease_desk.gui.dialogs.print_report import PrintReportDialog

        dialog = PrintReportDialog(self.context, self, self.ask)
        dialog.given_out.connect(self.said)
        dialog.open()

    @Slot(str)
    def write(self, path: str) -> None:
        """Write the file and its control figures."""
        reports, ask = self.context.services.reports, self.ask
        self.export_button.setEnabled(False)
        self.context.tasks.run(
            Lane.READ,
            self,
            lambda: reports.export(ask, Path(path)),
            self._written,
            self.fail,
            ended=lambda: self.export_button.setEnabled(True),
        )

    def _written(self, files: tuple[ReportFile, ...]) -> None:
        first = files[0]
        if len(files) > 1:
            told = self.tr("Written: {path} and {count} more files.").format(path=first.path, count=len(files) - 1)
        else:
            short = f"{first.control.sha256[:6]}…{first.control.sha256[-4:]}"
            told = self.tr("Written: {path} · SHA-256 {sum}").format(path=first.path, sum=short)
        self.banner.hide()
        self.said.emit(told)
        found = self._found
        about = f"{self.title.text()} · {basis_word(found.basis).lower()}, {found.zone}" if found else ""
        WrittenDialog(self.context, self.window(), files, about).open()

    def _build(self) -> None:
        theme = self.context.theme
        self.explain_button = Button(theme, self.tr("Why do other dates differ?"), icon="question", key="D")
        self.export_button = Button(theme, self.tr("Export CSV"), kind="primary", icon="download", key="Ctrl+E")
        self.print_button = Button(theme, self.tr("Print"), icon="receipt", key="Ctrl+P")
        guard(self.context, Permission.REPORT, self.explain_button)
        guard(self.context, Permission.EXPORT, self.export_button, self.print_button)
        self.report = MenuChoice(theme, self.tr("Report"), "reports")
        self.report.offer([(name, told.title) for name, told in NAMES.items()], ReportName.TAKINGS)
        self.days = DateRangeButton(self.context)
        self.basis = OfferedSegments(theme, self.tr("By which dates"))
        self.against = OfferedSegments(theme, self.tr("Compared with"))
        self.by = OfferedSegments(theme, self.tr("By what"))
        self.currencies = OfferedSegments(theme, self.tr("Currency"))
        self.preset = MenuChoice(theme, self.tr("File"), "download")
        self.notes = Label(theme, size=tokens.SMALL, tone="text2")
        self.notes.setWordWrap(True)
        self.table = ReportTable(self.context)
        self.apart = ReportTable(self.context)
        self.look = Label(theme, size=tokens.SMALL, tone="text2")
        title = NAMES[ReportName.AGREEMENT_LINES].title
        self.look.setText(self.tr("What differs stands in the report “{title}”.").format(title=title))
        self.agreement = AgreementBar(self.context)
        self.comparing = AgreementDeeds(self.context, self.agreement, self._chosen_days)
        for part in (self.apart, self.look, self.agreement):
            part.hide()
        layout = column(spacing=12, margins=(tokens.MARGIN, 16, tokens.MARGIN, tokens.MARGIN))
        self.body.addLayout(layout)
        layout.addWidget(self.banner)
        head = LowHead(theme, self._head(), self, _BELOW)
        inside = column(head, self._chart_card(), self.table, self.apart, self.look, self.notes, spacing=12)
        inside.setStretchFactor(self.table, 1)
        inside.setStretchFactor(self.apart, 1)
        content = QWidget()
        content.setLayout(inside)
        self.seen = ForSome(self.context, Permission.REPORT, content)
        layout.addWidget(self.seen, 1)

    def _head(self) -> QWidget:
        """The title, what can be done, and what is chosen."""
        titles, deeds, head = QWidget(), QWidget(), QWidget()
        self.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.title_row.setContentsMargins(0, 0, 0, 0)
        titles.setLayout(self.title_row)
        titles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        deeds.setLayout(row(self.explain_button, self.print_button, self.export_button))
        inside = column(spacing=12)
        inside.addLayout(FlowLayout(titles, deeds))
        inside.addLayout(
            FlowLayout(self.report, self.days, self.basis, self.against, self.by, self.currencies, self.preset)
        )
        inside.addWidget(self.agreement)
        head.setLayout(inside)
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be room for the chart above the rows, or not."""
        super().resizeEvent(event)
        self._place_chart()

    def _place_chart(self) -> None:
        """In a low window the rows have its place: their sum stands below them. What differs is a report of its own."""
        low = self.height() < self.context.theme.px(_APART_FROM)
        self.apart.setVisible(self._is_apart and not low)
        self.look.setVisible(self._is_apart and low)
        found, has_room = self._found, self.height() >= self.context.theme.px(_CHART_FROM)
        self.chart_card.setVisible(found is not None and bool(found.bars) and bool(found.rows) and has_room)

    def _chart_card(self) -> QWidget:
        theme = self.context.theme
        self.chart_card = frame(card=True)
        self.total = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self.about = Label(theme, tone="text2")
        self.chart = TakingsChart(self.context)
        inside = column(spacing=8, margins=(16, 10, 16, 8))
        inside.addLayout(row(self.total, self.about, None, ChartLegend(self.context)))
        inside.addWidget(self.chart)
        self.chart_card.setLayout(inside)
        self.chart_card.hide()
        return self.chart_card

    def _connect(self) -> None:
        self.report.chosen.connect(self._report_chosen)
        for one in (self.days, self.basis, self.against, self.by, self.preset):
            one.chosen.connect(self._asked)
        self.currencies.chosen.connect(self._currency_chosen)
        self.export_button.clicked.connect(self.export)
        self.print_button.clicked.connect(self.print_report)
        QShortcut(QKeySequence("Ctrl+P"), self, self.print_report).setAutoRepeat(False)
        self.explain_button.clicked.connect(self.explain)
        self.table.opened.connect(self._open_day)
        self.comparing.done.connect(self._compared)
        self.comparing.failed.connect(self.fail)
        self.seen.changed.connect(self._rights_changed)
        self.context.changed.connect(self._refresh)
        self.context.settings_changed.connect(self.reload)
        self.context.day_changed.connect(self._day_changed)

    def _offer(self, name: ReportName, basis: Basis | None = None) -> None:
        """What can be chosen for a report."""
        naming = NAMES[name]
        self.report.offer([(one, told.title) for one, told in NAMES.items()], name)
        bases = [(one, basis_word(one)) for one in naming.bases]
        self.basis.offer(bases, basis or naming.bases[0])
        is_pair = name is ReportName.DIFFERENCES
        told = self.tr("not {dates}")
        rest = [(one, told.format(dates=word)) for one, word in bases if is_pair and one is not self.basis.value]
        self.against.offer(rest, self.against.value)
        groups = [(one, grouping_word(one)) for one in Grouping] if name is ReportName.TAKINGS_BY else []
        self.by.offer(groups, self.by.value)
        self.preset.offer([(one, preset_word(one)) for one in presets_offered(name)], self.preset.value or Preset.EXCEL)
        self.title.setText(naming.title)
        self.subtitle.setText(naming.about)
        self.explain_button.setVisible(name in _TAKINGS)
        self.agreement.setVisible(name in _AGREEMENT)
        self._is_apart = False
        self._place_chart()
        self.told.emit()

    @Slot(object)
    def _report_chosen(self, name: ReportName) -> None:
        self._offer(ReportName(name), self._basis)
        self.reload()

    @Slot(object)
    def _asked(self, _value: object) -> None:
        """Other days, dates or columns of the same report. Dates that were chosen are kept for the next one."""
        if len(NAMES[self.report.value].bases) > 1:
            self._basis = Basis(self.basis.value)
        self._offer(ReportName(self.report.value), self.basis.value)
        self.reload()

    @Slot(object)
    def _open_day(self, day: date) -> None:
        if self.report.value in _BY_DAY:
            self.day_opened.emit(day)

    @Slot(object)
    def _currency_chosen(self, currency: str) -> None:
        self._currency = currency
        self.reload()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """While nobody looks at it, it is not read: a sync may write many pages."""
        if not (changes.payments or changes.refunds or changes.bookings or changes.billing):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    @Slot()
    def _rights_changed(self) -> None:
        """Nothing stays in memory, or in the status bar, of what whoever sits down now may not see."""
        if self.seen.is_closed:
            self._found, self._is_stale = None, True
            self.comparing.forget()
            self.apart.clear()
            self.banner.hide()
            self.tell("")
        elif self._is_stale and self.isVisible():
            self.reload()

    @Slot()
    def _day_changed(self) -> None:
        self.days.refresh()
        self.reload()

    def _show(self, found: Preview) -> None:
        if self.seen.is_closed:
            return  # somebody else has sat down meanwhile
        self.banner.hide()
        self._found = found
        currency = self._shown_currency(found)
        others = [one.currency for one in found.others]
        offered = sorted({self._currency, *others} - {""}, key=lambda one: (one != self.context.settings.currency, one))
        self.currencies.offer([(one, one.upper()) for one in offered] if others else [], self._currency)
        self.table.show_report(_of_one_currency(found), currency)
        if not found.rows:
            self.table.say_empty(self._nothing_title(found), self._nothing(found))
        self._show_chart(found)
        told = () if found.ask.name in _AGREEMENT else found.notes  # the bar above says it as people read it
        self.notes.setText("\n".join((*self._cut(found), *told)))
        self.notes.setVisible(bool(self.notes.text()))
        self.tell(file_told(found, currency if currency in found.totals else "", self.context.formats))

    def _chosen_days(self) -> DateRange:
        return self.days.range or DateRange(_LONG_AGO, self.context.today())

    def _shown_currency(self, found: Preview) -> str:
        """Whose sums stand below the rows. Those of several currencies stand in no sum."""
        if found.ask.currency is not None:
            return self._currency
        return next(iter(found.totals)) if len(found.totals) == 1 else ""

    def _show_apart(self, found: Preview) -> None:
        """The objects in which the two sides differ, below their sums."""
        if self.seen.is_closed or self.report.value is not ReportName.AGREEMENT:
            return
        self._is_apart = bool(found.rows)
        self.apart.show_report(_of_one_currency(found), "")
        self._place_chart()

    @Slot(object)
    def _compared(self, found: BalanceCheck | None) -> None:
        """Show what was found; the file has it, too."""
        self.banner.hide()
        if found is None:
            self.banner.tell(self.tr("Stopped"), self.tr("Nothing was compared."), Tone.NEUTRAL)
        self.reload()

    def _nothing_title(self, found: Preview) -> str:
        if found.ask.name is ReportName.AGREEMENT_LINES:
            return self.tr("Nothing that differs")
        return self.tr("Not compared yet" if found.ask.name in _AGREEMENT else "Nothing on these days")

    def _nothing(self, found: Preview) -> str:
        if found.ask.name in _AGREEMENT:
            return self.tr("What was found when these days were compared stands here: press C to compare them.")
        others = [one.currency.upper() for one in found.others if one.minor]
        if others:
            return self.tr("In other currencies there is: {list}.").format(list=", ".join(others))
        return self.tr("Choose other days, or other dates to count by.")

    def _cut(self, found: Preview) -> tuple[str, ...]:
        shown, count = len(found.rows), found.count
        if count is not None and count <= shown:
            return ()
        formats = self.context.formats
        if count is None:
            return (self.tr("The first {shown} rows are shown; the file has all.").format(shown=formats.count(shown)),)
        told = self.tr("The first {shown} of {count} rows are shown; the file has all.")
        return (told.format(shown=formats.count(shown), count=formats.count(count)),)

    def _show_chart(self, found: Preview) -> None:
        self._place_chart()
        if not found.bars:
            return
        total = found.totals.get(self._currency, {}).get("takings", 0)
        self.total.setText(self.context.formats.money(Money(total, self._currency)))
        days = len(found.bars)
        words = self.tr("takings on one day") if days == 1 else self.tr("takings in {count} days")
        self.about.setText(words.format(count=days))
        self.chart.show_bars(found.bars, self._currency)


def _of_one_currency(found: Preview) -> Preview:
    """As if its only currency had been asked for: then it stands above the sums, and not in every row."""
    at = next((at for at, column in enumerate(found.columns) if column.name == "currency"), None)
    codes = {str(row[at]).lower() for row in found.rows} if at is not None else set()
    if found.ask.currency is not None or len(codes) != 1:
        return found
    return replace(found, ask=replace(found.ask, currency=codes.pop()))
