"""Reports: which one, of which days, by which of their dates; a preview that is the file, and a chart of takings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reporting import NAMES, Ask, Basis, Preview, ReportName
from rentease_desk.gui import tokens
from rentease_desk.gui.agreement_deeds import AgreementDeeds
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.written_files import WrittenDialog
from rentease_desk.gui.report_words import (
    AGREEMENT,
    basis_word,
    cut_words,
    file_name,
    file_told,
    nothing_words,
    of_one_currency,
    written_words,
)
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.agreement_bar import AgreementBar
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.low_head import LowHead
from rentease_desk.gui.widgets.report_choices import ReportChoices
from rentease_desk.gui.widgets.report_table import ReportTable
from rentease_desk.gui.widgets.rights import ForSome, guard
from rentease_desk.gui.widgets.takings_card import TakingsCard

if TYPE_CHECKING:
    from rentease_desk.services.reporting.files import ReportFile

_BELOW, _CHART_FROM, _APART_FROM = 226, 560, 600
"""What is left for the rows and their sums; how high a page is that has a chart above them, or further rows below."""
_TAKINGS = frozenset({ReportName.TAKINGS, ReportName.TAKINGS_BY, ReportName.MOVEMENTS})
_BY_DAY = frozenset({ReportName.TAKINGS, ReportName.MOVEMENTS, ReportName.REFUNDS})


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
        self.days.choose("month")
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
        if self.report.value in AGREEMENT:
            hints.append(("C", self.tr("Compare with Stripe")))
        if self.report.value in _BY_DAY:
            hints.append(("Enter", self.tr("Payments of this day")))
        if self.report.value in _TAKINGS:
            hints.append(("D", self.tr("Why do other dates differ?")))
        return hints

    @property
    def ask(self) -> Ask:
        """What is chosen now."""
        return self.choices.ask(self._currency)

    @Slot()
    def reload(self) -> None:
        """Read the report again."""
        self._is_stale = True
        if not self.context.is_ready or self.seen.is_closed:
            return
        self._is_stale = False
        reports, ask = self.context.services.reports, self.ask
        self.context.tasks.run(Lane.READ, self, lambda: reports.preview(ask), self._show, self.fail, channel="report")
        if ask.name in AGREEMENT:
            self.comparing.reload()
        if ask.name is ReportName.AGREEMENT:
            apart = replace(ask, name=ReportName.AGREEMENT_LINES)
            read = lambda: reports.preview(apart)  # noqa: E731 - a word
            self.context.tasks.run(Lane.READ, self, read, self._show_apart, self.fail, channel="apart")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """D tells why takings by other dates differ, C and F compare with Stripe and fetch what differs, Escape stops
        that; held down, each does it once.
        """
        compares = self.report.value in AGREEMENT and not self.seen.is_closed
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
        ask_where(self, self.tr("Save file"), file_name(self.ask), "CSV (*.csv)", self.write)

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
        write, ended = lambda: reports.export(ask, Path(path)), lambda: self.export_button.setEnabled(True)
        self.context.tasks.run(Lane.READ, self, write, self._written, self.fail, ended=ended)

    def _written(self, files: tuple[ReportFile, ...]) -> None:
        found = self._found
        self.banner.hide()
        self.said.emit(written_words([(one.path, one.control.sha256) for one in files]))
        about = f"{self.title.text()} · {basis_word(found.basis).lower()}, {found.zone}" if found else ""
        WrittenDialog(self.context, self.window(), files, about).open()

    def _build(self) -> None:
        theme = self.context.theme
        self.explain_button = Button(theme, self.tr("Why do other dates differ?"), icon="question", key="D")
        self.export_button = Button(theme, self.tr("Export CSV"), kind="primary", icon="download", key="Ctrl+E")
        self.print_button = Button(theme, self.tr("Print"), icon="receipt", key="Ctrl+P")
        guard(self.context, Permission.REPORT, self.explain_button)
        guard(self.context, Permission.EXPORT, self.export_button, self.print_button)
        self.choices = ReportChoices(self.context, self)
        self.report, self.days, self.basis = self.choices.report, self.choices.days, self.choices.basis
        self.notes = Label(theme, size=tokens.SMALL, tone="text2")
        self.notes.setWordWrap(True)
        self.table = ReportTable(self.context)
        self.apart = ReportTable(self.context)
        self.chart_card = TakingsCard(self.context)
        self.look = Label(theme, size=tokens.SMALL, tone="text2")
        title = NAMES[ReportName.AGREEMENT_LINES].title
        self.look.setText(self.tr("What differs stands in the report “{title}”.").format(title=title))
        self.agreement = AgreementBar(self.context)
        self.comparing = AgreementDeeds(self.context, self.agreement, self.choices.chosen_days)
        for part in (self.apart, self.look, self.agreement):
            part.hide()
        layout = column(spacing=12, margins=(tokens.MARGIN, 16, tokens.MARGIN, tokens.MARGIN))
        self.body.addLayout(layout)
        layout.addWidget(self.banner)
        head = LowHead(theme, self._head(), self, _BELOW)
        inside = column(head, self.chart_card, self.table, self.apart, self.look, self.notes, spacing=12)
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
        inside.addLayout(FlowLayout(*self.choices.parts))
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

    def _connect(self) -> None:
        self.report.chosen.connect(self._report_chosen)
        self.choices.chosen.connect(self._asked)
        self.choices.currencies.chosen.connect(self._currency_chosen)
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
        self.choices.offer(name, basis)
        self.title.setText(naming.title)
        self.subtitle.setText(naming.about)
        self.explain_button.setVisible(name in _TAKINGS)
        self.agreement.setVisible(name in AGREEMENT)
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
        self.choices.currencies.offer([(one, one.upper()) for one in offered] if others else [], self._currency)
        self.table.show_report(of_one_currency(found), currency)
        if not found.rows:
            self.table.say_empty(*nothing_words(found))
        self._place_chart()
        self.chart_card.show_takings(found, self._currency)
        told = () if found.ask.name in AGREEMENT else found.notes  # the bar above says it as people read it
        self.notes.setText("\n".join((*cut_words(found, self.context.formats), *told)))
        self.notes.setVisible(bool(self.notes.text()))
        self.tell(file_told(found, currency if currency in found.totals else "", self.context.formats))

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
        self.apart.show_report(of_one_currency(found), "")
        self._place_chart()

    @Slot(object)
    def _compared(self, found: BalanceCheck | None) -> None:
        """Show what was found; the file has it, too."""
        self.banner.hide()
        if found is None:
            self.banner.tell(self.tr("Stopped"), self.tr("Nothing was compared."), Tone.NEUTRAL)
        self.reload()
