"""Cards of a drawer that is being closed: other methods, what is put away, the note, and how the count compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.drawers import CASH, Agreement, ToCount, Variance
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.drawer_words import (
    ICONS,
    TONES,
    comparison_lines,
    expected_lines,
    other_lines,
    tolerance_words,
    variance_words,
)
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label, column, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.fields import CheckField
from rentease_desk.gui.widgets.figure_card import FigureCard
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.lines_card import LinesCard
from rentease_desk.gui.widgets.note_edit import NoteEdit
from rentease_desk.gui.widgets.sizes import LayoutZoom, keep_size

if TYPE_CHECKING:
    from rentease_desk.services.drawers import Revealed


class OthersCard(QWidget):
    """What was counted of methods that leave slips: a field each."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.fields: dict[tuple[str, str], Field] = {}
        self._hint = Label(context.theme, tone="text2")
        self._hint.setWordWrap(True)
        self._inside = QVBoxLayout()
        self._inside.setSpacing(12)
        body = column(self._hint, spacing=12)
        body.addLayout(self._inside)
        put_card(self, card(context.theme, self.tr("Other methods"), body))

    def show_methods(self, wanted: ToCount) -> None:
        """Fields for these, all empty."""
        for field in self.fields.values():
            field.deleteLater()
        self.fields = {}
        for code, label, currency in wanted.methods:
            edit = AmountEdit(self._context, currency)
            edit.setPlaceholderText("0")
            field = Field(self._context, f"{label} · {currency.upper()}", edit)
            self._inside.addWidget(field)
            self.fields[code, currency] = field
        some = self.tr("Add up the slips and cheques of this session.")
        none = self.tr("No card slip, cheque or other voucher was taken in this session: there is nothing to count.")
        self._hint.setText(some if self.fields else none)

    def begin(self) -> None:
        """The keyboard is in the first field."""
        for field in list(self.fields.values())[:1]:
            field.edit.setFocus()

    def sums(self) -> list[tuple[str, Money]] | None:
        """What was counted; None where something cannot be read, which is said beside its field."""
        found: list[tuple[str, Money]] = []
        for (code, _), field in self.fields.items():
            edit = field.edit
            assert isinstance(edit, AmountEdit)
            field.say_wrong("")
            try:
                found.append((code, edit.money() if edit.text() else Money(0, edit.currency)))
            except InputError as error:
                field.say_wrong(error.explain().happened)
                edit.setFocus()
                return None
        return found


class RevealCard(QWidget):
    """Counted, expected and variance in one line for each currency, and what the expectation is made of."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.figures: list[tuple[FigureCard, FigureCard, FigureCard]] = []
        self.lines: list[LinesCard] = []
        self._top, self._below = QVBoxLayout(), QVBoxLayout()
        for layout in (self._top, self._below):
            layout.setSpacing(tokens.BETWEEN_CARDS)
        self.setLayout(column(spacing=0))
        self._zoom = LayoutZoom(self, context.theme)

    @property
    def top(self) -> QVBoxLayout:
        """The large figures."""
        return self._top

    @property
    def below(self) -> QVBoxLayout:
        """The lines."""
        return self._below

    def show_found(self, found: Revealed, pieces: int) -> None:
        """A count was written, and this is how it compares."""
        self._forget()
        theme, formats = self._context.theme, self._context.formats
        cash = [one for one in found.variances if one.method == CASH]
        for sums in found.figures.cash:
            variance = next(one for one in cash if one.currency == sums.currency)
            self._top.addLayout(self._cards(variance, found.tolerance, pieces if len(cash) == 1 else None))
            agreement = variance.agreement(found.tolerance)
            title = self.tr("What should be in the drawer")
            made = LinesCard(theme, title, (sums.currency.upper(),))
            lines = expected_lines(found.figures, sums, formats)
            made.show_lines(lines + comparison_lines(sums, variance, TONES[agreement], formats))
            self._below.addWidget(made)
            self.lines.append(made)
        self._below.addStretch(1)
        self._zoom.apply()

    def _cards(self, one: Variance, tolerance: Sequence[Money], pieces: int | None) -> QVBoxLayout:
        theme, formats = self._context.theme, self._context.formats
        counted, expected, variance = (FigureCard(theme) for _ in range(3))
        words = "" if pieces is None else self.tr("{count} notes and coins").format(count=formats.count(pieces))
        counted.show_figure(formats.money(Money(one.counted, one.currency)), words, name=self.tr("Counted"))
        expected.show_figure(
            formats.money(Money(one.expected, one.currency)), self.tr("from the lines below"), name=self.tr("Expected")
        )
        agreement = one.agreement(tolerance)
        about = tolerance_words(one.currency, tolerance, formats)
        told = self.tr("nothing needs to be said") if agreement is Agreement.AGREES else about
        variance.show_figure(formats.money(one.money), told, name=variance_words(one, agreement), tone=TONES[agreement],
                             icon=ICONS[agreement])  # fmt: skip
        self.figures.append((counted, expected, variance))
        cards = row(counted, expected, variance, spacing=tokens.BETWEEN_CARDS)
        for at, share in enumerate((4, 4, 6)):
            cards.setStretch(at, share)
        wrapped = QVBoxLayout()
        wrapped.addLayout(cards)
        return wrapped

    def _forget(self) -> None:
        for widget in (*(one for some in self.figures for one in some), *self.lines):
            widget.deleteLater()
        self.figures, self.lines = [], []
        for layout in (self._top, self._below):
            while layout.takeAt(0) is not None:
                pass


class DropCard(QWidget):
    """What is put away now, and what stays as the next float. ``changed``: another amount."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._rows: list[tuple[Variance, Field, Label]] = []
        self._inside = QVBoxLayout()
        self._inside.setSpacing(12)
        put_card(self, card(context.theme, self.tr("Drop and next float"), self._inside))

    @property
    def edits(self) -> list[AmountEdit]:
        """The fields."""
        return [edit for _, field, _ in self._rows if isinstance(edit := field.edit, AmountEdit)]

    def show_counted(self, found: Revealed) -> None:
        """Propose that as much stays as there was at the opening."""
        for _, field, label in self._rows:
            field.deleteLater()
            label.deleteLater()
        self._rows = []
        opened = {one.currency: one.opening for one in found.figures.cash}
        for one in found.variances:
            if one.method == CASH:
                self._add(one, max(0, one.counted - opened.get(one.currency, 0)))
        self.allow(allowed=False)

    def allow(self, *, allowed: bool) -> None:
        """Whether it may be typed now."""
        for edit in self.edits:
            edit.setEnabled(allowed)

    def begin(self) -> None:
        """The keyboard is in the first field."""
        for edit in self.edits[:1]:
            edit.setFocus()
            edit.selectAll()

    def drops(self) -> tuple[Money, ...] | None:
        """What is put away; None where something cannot be read, which is said beside its field."""
        found: list[Money] = []
        for one, field, _ in self._rows:
            edit = field.edit
            assert isinstance(edit, AmountEdit)
            field.say_wrong("")
            try:
                found.append(_within(edit, one))
            except InputError as error:
                field.say_wrong(error.explain().happened)
                edit.setFocus()
                return None
        return tuple(found)

    def _add(self, one: Variance, proposed: int) -> None:
        theme = self._context.theme
        edit, label = AmountEdit(self._context, one.currency), Label(theme, weight=QFont.Weight.DemiBold)
        field = Field(
            self._context, self.tr("Drop to the safe · {currency}").format(currency=one.currency.upper()), edit
        )
        self._rows.append((one, field, label))
        edit.show_minor(proposed)
        edit.changed.connect(self._tell)
        self._inside.addWidget(field)
        self._inside.addWidget(label)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        formats = self._context.formats
        for (one, _, label), edit in zip(self._rows, self.edits, strict=True):
            money = edit.money_or_none() if edit.text() else Money(0, one.currency)
            left = None if money is None else Money(one.counted - money.minor, one.currency)
            words = self.tr("Next float: {amount}")
            label.setText(words.format(amount="…" if left is None or left.minor < 0 else formats.money(left)))
        self.changed.emit()


class NoteCard(QWidget):
    """Why the count differs, and who accepts that."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._told = Label(theme, tone="text2")
        self._told.setWordWrap(True)
        self.note = NoteEdit()
        keep_size(self.note, theme, height=64)
        self.field = Field(context, self.tr("Note"), self.note)
        self.accepted = CheckField(theme, self.tr("A manager has looked at it and accepts it"))
        self.approval = Label(theme, self.tr("The difference is large: somebody who may accept it is asked for "
                                             "their PIN when the drawer is closed."))  # fmt: skip
        self.approval.setWordWrap(True)
        self._agreement = Agreement.AGREES
        self.setAccessibleName(self.tr("Note"))
        parts = (self._told, self.field, self.accepted, self.approval)
        put_card(self, card(theme, self.tr("Note"), column(*parts, spacing=12)))
        context.staff_changed.connect(self.show_rights)

    @property
    def is_accepted(self) -> bool:
        """Whether the tick says so; who may not set it leaves that to the approval."""
        return self.accepted.isChecked() or self._needs_approval

    @property
    def _needs_approval(self) -> bool:
        return not self._context.staff.may(Permission.ACCEPT_VARIANCE)

    @Slot()
    def show_rights(self) -> None:
        """A tick for who may accept the difference, a sentence for others."""
        is_outside = self._agreement is Agreement.OUTSIDE
        self.accepted.setVisible(is_outside and not self._needs_approval)
        self.approval.setVisible(is_outside and self._needs_approval)

    def show_found(self, found: Revealed) -> None:
        """Say whether a note is needed."""
        self._agreement = agreement = found.agreement
        needed = self.tr("A note is needed because the count differs.")
        free = self.tr("The count agrees: a note may be left out.")
        self._told.setText(free if agreement is Agreement.AGREES else needed)
        self.note.setPlainText("")
        self.accepted.setChecked(False)
        self.show_rights()
        self.allow(allowed=False)

    def allow(self, *, allowed: bool) -> None:
        """Whether it may be typed now."""
        for part in (self.note, self.accepted):
            part.setEnabled(allowed)


def other_card(context: Context) -> LinesCard:
    """The table of the other methods."""
    tr = context.tr
    return LinesCard(context.theme, tr("Other methods"), (tr("Counted"), tr("Booked"), tr("Diff.")))


def show_others(made: LinesCard, found: Revealed, context: Context) -> None:
    """Fill it; without any other method it is not shown."""
    lines = other_lines(found.figures, found.variances, found.tolerance, context.formats)
    made.show_lines(lines)
    made.setVisible(bool(lines))


def _within(edit: AmountEdit, one: Variance) -> Money:
    """What is put away of what was counted. Raises InputError."""
    money = edit.money() if edit.text() else Money(0, edit.currency)
    if not 0 <= money.minor <= one.counted:
        raise InputError("drawer.drop_too_much", field="drop", drop=money, counted=Money(one.counted, one.currency))
    return money
