"""Charging a guest: an extra, nights, city tax, a discount or a cancellation fee."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import MAX_NIGHTS, MAX_PERSONS, Booking, ChargeKind
from rentease_desk.domain.charges import MAX_QUANTITY, ChargeDraft, usual_rate
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.money import Money
from rentease_desk.domain.tax import contained_tax, parse_rate, rate_text
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Icon, Label, row
from rentease_desk.gui.widgets.fields import CountField, text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.segments import Segments

_NIGHTLY = (ChargeKind.ACCOMMODATION, ChargeKind.CITY_TAX)


class ChargeDialog(DeskDialog):
    """``charged`` carries the Charge, once it is saved. Its identity is made when the dialog opens."""

    charged = Signal(object)

    def __init__(self, context: Context, parent: QWidget, booking: Booking) -> None:
        about = f"{booking.guest.name} · {booking.reference}"
        super().__init__(context, parent, context.tr("Charge"), about)
        self._booking, self._uid = booking, context.services.desk.ids.uid()
        theme = context.theme
        self._kinds = (
            (ChargeKind.EXTRA, self.tr("Extra")),
            (ChargeKind.ACCOMMODATION, self.tr("Nights")),
            (ChargeKind.CITY_TAX, self.tr("City tax")),
            (ChargeKind.DISCOUNT, self.tr("Discount")),
            (ChargeKind.CANCELLATION_FEE, self.tr("Cancellation")),
        )
        self.kind = Segments(theme, self._kinds, self.tr("What is charged"))
        self.text, self.reason, self.tax = text_field(self.tr("Breakfast, parking, …")), text_field(), text_field()
        self.reason.setPlaceholderText(self.tr("wine not served, long stay, …"))
        self.quantity = CountField(theme, 1, MAX_QUANTITY)
        self.persons, self.nights = CountField(theme, 1, MAX_PERSONS), CountField(theme, 1, MAX_NIGHTS)
        self.unit = AmountEdit(context, booking.currency)
        self._build()
        self._connect()
        self._kind_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """F1 to F5 choose what is charged."""
        at = int(event.key()) - int(Qt.Key.Key_F1)
        if 0 <= at < len(self._kinds):
            self.kind.choose(self._kinds[at][0])
            self._kind_chosen()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Add the line."""
        self.form.clear()
        try:
            draft = self._draft()
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        charges = self.context.services.charges
        self.context.tasks.run(Lane.WRITE, self, lambda: charges.add(draft).value, self._done, self.fail)

    def _build(self) -> None:
        context = self.context
        self._text = Field(context, self.tr("Text"), self.text)
        self._quantity = Field(context, self.tr("Quantity"), self.quantity)
        self._persons = Field(context, self.tr("Persons"), self.persons)
        self._nights = Field(context, self.tr("Nights"), self.nights)
        self._unit = Field(context, self._unit_words(ChargeKind.EXTRA), self.unit)
        self._tax = Field(context, self.tr("Tax in it, %"), self.tax)
        self._reason = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(
            context,
            {"text": self._text, "quantity": self._quantity, "unit": self._unit, "amount": self._unit,
             "tax": self._tax, "reason": self._reason, "service_to": self._nights},
        )  # fmt: skip
        self._who = Label(context.theme, size=tokens.SMALL, tone="text2")
        self._sum = Label(context.theme, size=tokens.SMALL, tone="text2")
        figures = row(self._quantity, self._persons, self._nights, self._unit, self._tax, spacing=16)
        for at in range(5):
            figures.setStretch(at, 2 if at == 3 else 1)
        self.body.addWidget(self.kind)
        self.body.addWidget(self._text)
        self.body.addLayout(figures)
        self.body.addWidget(self._reason)
        self.body.addWidget(self._who)
        keys = Label(context.theme, self.tr("F1–F5 choose what it is"), size=tokens.SMALL, tone="text2")
        self.body.addLayout(row(Icon(context.theme, "receipt"), self._sum, None, keys))
        self.add_buttons(self.tr("Charge"))
        self.select_all_on_focus(self.unit, self.quantity, self.persons, self.nights, self.tax)

    def _connect(self) -> None:
        self.kind.chosen.connect(self._kind_chosen)
        for count in (self.quantity, self.persons, self.nights):
            count.valueChanged.connect(self._show_sum)
        self.unit.changed.connect(self._show_sum)
        self.tax.textChanged.connect(self._show_sum)

    @Slot()
    def _kind_chosen(self) -> None:
        """Show the fields of this kind, with what is usual in them."""
        kind: ChargeKind = self.kind.value
        self.form.clear()
        self._text.setVisible(kind is ChargeKind.EXTRA)
        self._quantity.setVisible(kind is ChargeKind.EXTRA)
        self._persons.setVisible(kind is ChargeKind.CITY_TAX)
        self._nights.setVisible(kind in _NIGHTLY)
        self._reason.setVisible(kind in {ChargeKind.DISCOUNT, ChargeKind.CANCELLATION_FEE})
        self._who.setVisible(kind is ChargeKind.CITY_TAX)
        self._unit.rename(self._unit_words(kind))
        self._fill(kind)
        first = {ChargeKind.EXTRA: self.text, ChargeKind.CITY_TAX: self.persons}.get(kind, self.unit)
        first.setFocus()
        self._show_sum()

    def _unit_words(self, kind: ChargeKind) -> str:
        words = {
            ChargeKind.EXTRA: self.tr("Price of one, {code}"),
            ChargeKind.ACCOMMODATION: self.tr("Price of a night, {code}"),
            ChargeKind.CITY_TAX: self.tr("Person and night, {code}"),
        }
        return words.get(kind, self.tr("Amount, {code}")).format(code=self._booking.currency.upper())

    def _fill(self, kind: ChargeKind) -> None:
        booking, settings = self._booking, self.context.settings
        self.quantity.setValue(1)
        self.nights.setValue(booking.nights)
        self.persons.setValue(max(1, booking.adults))
        self.tax.setText(rate_text(usual_rate(kind, settings)))
        self.text.clear()
        self.unit.clear()
        if kind is ChargeKind.CITY_TAX:
            if settings.city_tax and booking.currency == settings.currency:
                self.unit.show_minor(settings.city_tax)
            self._who.setText(self._who_counts())

    def _who_counts(self) -> str:
        age, children = self.context.settings.city_tax_age, self._booking.children
        if not age:
            return self.tr("Everybody counts who pays it; Settings can hold an age limit.")
        words = self.tr("Children under {age} do not count. On the booking: {adults} adults, {children} children.")
        return words.format(age=age, adults=self._booking.adults, children=children)

    def _draft(self) -> ChargeDraft:
        kind: ChargeKind = self.kind.value
        nights, booking = self.nights.value(), self._booking
        quantity = {
            ChargeKind.EXTRA: self.quantity.value(),
            ChargeKind.ACCOMMODATION: nights,
            ChargeKind.CITY_TAX: nights * self.persons.value(),
        }.get(kind, 1)
        first = booking.arrival if kind in _NIGHTLY else None
        return ChargeDraft(
            self._uid,
            booking.pk,
            kind,
            self.unit.money(),
            quantity,
            self.text.text(),
            parse_rate(self.tax.text(), "tax"),
            first,
            None if first is None else first + timedelta(days=nights),
            self.reason.text(),
        )

    @Slot()
    def _show_sum(self) -> None:
        """What it comes to, before it is charged."""
        try:
            draft = self._draft()
        except InputError:
            self._sum.setText(self.tr("Business day {day}").format(day=self._today()))
            self.save.setText(self.tr("Charge"))
            return
        money = self.context.formats.money
        tax = contained_tax(draft.amount.minor, draft.tax_rate_ppm or 0)
        parts = [f"{draft.quantity} × {money(draft.unit)}"] if draft.quantity != 1 else []
        if tax:
            parts.append(self.tr("{tax} tax in it").format(tax=money(Money(tax, draft.unit.currency))))
        parts.append(self.tr("Business day {day}").format(day=self._today()))
        self._sum.setText(" · ".join(parts))
        self.save.setText(self.tr("Charge {amount}").format(amount=money(draft.amount)))

    def _today(self) -> str:
        return self.context.formats.short_date(self.context.today())

    def _done(self, charge: Charge) -> None:
        self.charged.emit(charge)
        self.accept()
