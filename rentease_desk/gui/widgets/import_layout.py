"""How a file is written: between its columns, its letters, its dates and amounts; and what is done with its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.import_amounts import DecimalMark
from rentease_desk.domain.import_dates import DateOrder
from rentease_desk.domain.imports import ColumnMap
from rentease_desk.domain.money import is_currency
from rentease_desk.gui.context import Context
from rentease_desk.gui.import_words import delimiter_name, mark_name, order_name
from rentease_desk.gui.widgets.fields import CheckField, ComboField, text_field
from rentease_desk.gui.widgets.form import Field

if TYPE_CHECKING:
    from rentease_desk.services.importing.rows import Looked

_DELIMITERS = (",", ";", "\t", "|")
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso8859-2", "cp1251", "cp932", "gb18030")
_ORDERS: tuple[DateOrder | None, ...] = (None, *DateOrder)
_MARKS: tuple[DecimalMark | None, ...] = (None, *DecimalMark)


class ImportLayout(QWidget):
    """``changed`` carries a ColumnMap; ``layout_changed`` carries another delimiter and encoding."""

    changed = Signal(object)
    layout_changed = Signal(str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._mapped = ColumnMap({})
        theme = context.theme
        self.delimiter, self.encoding, self.dates, self.decimal = (ComboField(theme) for _ in range(4))
        self.currency = text_field(context.settings.currency.upper())
        self.over = CheckField(theme, self.tr("Stays that are over have departed"))
        self.new_rooms = CheckField(theme, self.tr("Make rooms that are not here yet"))
        self._encodings: list[str] = list(_ENCODINGS)
        self._offer(self.delimiter, _DELIMITERS, delimiter_name)
        self._offer(self.dates, _ORDERS, order_name)
        self._offer(self.decimal, _MARKS, mark_name)
        self._build(context)
        for combo in (self.dates, self.decimal):
            combo.activated.connect(self._said)
        for combo in (self.delimiter, self.encoding):
            combo.activated.connect(self._layout_said)
        self.currency.editingFinished.connect(self._said)
        for box in (self.over, self.new_rooms):
            box.clicked.connect(self._said)

    def show_looked(self, looked: Looked) -> None:
        """Show how it is read now."""
        self._mapped, survey = looked.mapped, looked.survey
        self._encodings = list(dict.fromkeys((survey.encoding, *_ENCODINGS)))
        self._offer(self.encoding, self._encodings, str.upper)
        self.encoding.setCurrentIndex(0)
        self.delimiter.setCurrentIndex(_DELIMITERS.index(survey.delimiter) if survey.delimiter in _DELIMITERS else 0)
        self.dates.setCurrentIndex(_ORDERS.index(looked.mapped.dates))
        self.decimal.setCurrentIndex(_MARKS.index(looked.mapped.decimal))
        self.currency.setText(looked.mapped.currency.upper())
        self.over.setChecked(looked.mapped.over_departed)
        self.new_rooms.setChecked(looked.mapped.new_rooms)

    def _build(self, context: Context) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self._currency_field = Field(context, self.tr("Currency"), self.currency)
        parts = (
            Field(context, self.tr("Between columns"), self.delimiter),
            Field(context, self.tr("Letters"), self.encoding),
            Field(context, self.tr("Dates"), self.dates),
            Field(context, self.tr("Decimal mark"), self.decimal),
            self._currency_field,
        )
        for at, part in enumerate(parts):
            grid.addWidget(part, at // 2, at % 2)
        grid.addWidget(self.over, 3, 0, 1, 2)
        grid.addWidget(self.new_rooms, 4, 0, 1, 2)
        for at in range(2):
            grid.setColumnStretch(at, 1)

    def _offer(self, combo: ComboField, values: Sequence[Any], name: Callable[[Any], str]) -> None:
        combo.clear()
        combo.addItems([name(value) for value in values])

    @Slot()
    def _said(self) -> None:
        currency = self.currency.text().strip().lower()
        if currency and not is_currency(currency):
            self._currency_field.say_wrong(self.tr("Not a code such as EUR."))
            return
        self._currency_field.say_wrong("")
        said = replace(
            self._mapped,
            dates=_ORDERS[self.dates.currentIndex()],
            decimal=_MARKS[self.decimal.currentIndex()],
            currency=currency,
            over_departed=self.over.isChecked(),
            new_rooms=self.new_rooms.isChecked(),
        )
        if said != self._mapped:
            self.changed.emit(said)

    @Slot()
    def _layout_said(self) -> None:
        delimiter, encoding = _DELIMITERS[self.delimiter.currentIndex()], self._encodings[self.encoding.currentIndex()]
        self.layout_changed.emit(delimiter, encoding)
