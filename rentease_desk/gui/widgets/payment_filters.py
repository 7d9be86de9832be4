"""What the payments are filtered by: words, days, method and state."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.lists import PaymentQuery, PaymentSort
from rentease_desk.domain.payment import PaymentStatus, Source
from rentease_desk.gui.context import Context
from rentease_desk.gui.filter_contents import NamedDays, PaymentFilter
from rentease_desk.gui.widgets.choice import ChoiceButton
from rentease_desk.gui.widgets.date_range import DateRangeButton
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.words import payment_chip

UNMATCHED, _IGNORED = "unmatched", "ignored"


class PaymentFilters(QObject):
    """``changed``: a person has chosen something else."""

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context, theme = context, context.theme
        self._gone: str | None = None
        self.search = SearchField(theme, self.tr("Filter"), "Ctrl+F")
        keep_size(self.search, theme, least_width=150, most_width=280)
        self.days = DateRangeButton(context)
        self.methods = ChoiceButton(theme, self.tr("All methods"), self.tr("Method"))
        self.states = ChoiceButton(theme, self.tr("Any status"), self.tr("Status"))
        homeless = [(UNMATCHED, self.tr("Without a booking")), (_IGNORED, self.tr("Ignored"))]
        self.states.set_choices([*homeless, *_states()])
        self.search.textChanged.connect(self.changed)
        for choice in (self.days, self.methods, self.states):
            choice.chosen.connect(self.changed)

    @property
    def parts(self) -> tuple[SearchField, DateRangeButton, ChoiceButton, ChoiceButton]:
        """In the order in which they stand."""
        return self.search, self.days, self.methods, self.states

    @Slot()
    def fill_methods(self) -> None:
        """Offer the property's methods, and one that is taken no more where a saved filter asks for it."""
        manual = {one.code: one.label for one in self._context.settings.methods}
        if self._gone is not None and self._gone not in manual:
            manual[self._gone] = self.tr("{method}, taken no more").format(method=self._gone)
        stripe = ((Source.STRIPE, None), self.tr("Everything through Stripe"))
        self.methods.set_choices([stripe, *(((Source.MANUAL, code), label) for code, label in manual.items())])

    def query(self, sort: PaymentSort, *, descending: bool) -> PaymentQuery:
        """What is asked for."""
        source, method = self.methods.value or (None, None)
        state = self.states.value
        return PaymentQuery(
            text=self.search.text(),
            days=self.days.range,
            method=method,
            source=source,
            status=state if isinstance(state, PaymentStatus) else None,
            unmatched=state == UNMATCHED,
            ignored=state == _IGNORED,
            sort=sort,
            descending=descending,
        )

    def present(self, query: PaymentQuery) -> PaymentFilter:
        """The same, to be saved: days that have a name by their name."""
        days = self.days.range if self.days.name == NamedDays.OTHER else None
        return PaymentFilter(
            text=query.text,
            days=NamedDays(self.days.name),
            first=days.first if days else None,
            last=days.last if days else None,
            source=query.source,
            method=query.method,
            status=query.status,
            unmatched=query.unmatched,
            ignored=query.ignored,
            sort=query.sort,
            descending=query.descending,
        )

    def words(self) -> list[str]:
        """What is chosen."""
        text = self.search.text().strip()
        chosen = [one.text() for one in (self.methods, self.states) if one.value is not None]
        return [*([f"“{text}”"] if text else []), self.days.words, *chosen]

    def take(self, wanted: PaymentFilter) -> str:
        """Show what was saved, without telling. Returns a sentence about what is not as it was."""
        state = UNMATCHED if wanted.unmatched else _IGNORED if wanted.ignored else wanted.status
        self.search.show_text(wanted.text)
        self.states.choose(state)
        return " ".join(filter(None, (self._take_days(wanted), self._take_method(wanted))))

    def _take_days(self, wanted: PaymentFilter) -> str:
        if wanted.days is not NamedDays.OTHER:
            self.days.choose(wanted.days)
        elif wanted.first is not None and wanted.last is not None and wanted.first <= wanted.last:
            self.days.take(DateRange(wanted.first, wanted.last))
        else:
            self.days.choose(NamedDays.LAST_30)
            return self.tr("Its days cannot be read: the last 30 days are shown.")
        return ""

    def _take_method(self, wanted: PaymentFilter) -> str:
        """A method that is taken no more is still what old payments were paid by."""
        known = {None, *(one.code for one in self._context.settings.methods)}
        self._gone = None if wanted.method in known else wanted.method
        self.fill_methods()
        is_any = wanted.source is None and wanted.method is None
        self.methods.choose(None if is_any else (wanted.source, wanted.method))
        if self._gone is None:
            return ""
        told = self.tr("“{method}” is not among the methods any more; what was paid by it is shown.")
        return told.format(method=self._gone)


def _states() -> list[tuple[PaymentStatus, str]]:
    recorded = {PaymentStatus.VOIDED: Source.MANUAL}
    return [(one, payment_chip(one, recorded.get(one, Source.STRIPE)).word) for one in PaymentStatus]
