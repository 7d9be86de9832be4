"""How many of each note and coin lie in a drawer: a field each, Tab goes down, and the sum lives below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRegularExpression, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rentease_desk.domain.denominations import DENOMINATIONS
from rentease_desk.domain.drawers import CASH
from rentease_desk.domain.money import Money
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.drawer_words import piece_name
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Icon, Label, column, frame, row, scrolled
from rentease_desk.gui.widgets.sizes import LayoutZoom, keep_size

_WIDTH, _FIELD, _SUM = 368, 72, 84
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1} | dict.fromkeys(ENTER, 1)


class CountCard(QWidget):
    """``changed``: another sum. ``done``: Enter in the last field."""

    changed = Signal()
    done = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._fields: list[tuple[str, int, QLineEdit, Label]] = []
        self._lumps: list[AmountEdit] = []
        self._sums: dict[str, Label] = {}
        self.about = Label(theme, size=tokens.SMALL, tone="text2")
        self._rows, self._foot = frame(bar="page"), QVBoxLayout()
        self._head = frame(bar="column")
        self._frame = frame(card=True)
        self._build()
        self._zoom = LayoutZoom(self, theme)

    @property
    def edits(self) -> list[QLineEdit]:
        """All fields, from the top."""
        return [*(field for *_, field, _ in self._fields), *self._lumps]

    def show_currencies(self, currencies: Sequence[str]) -> None:
        """Fields for these, all empty."""
        self._rows.deleteLater()
        self._fields, self._lumps, self._sums = [], [], {}
        self._rows = frame(bar="page")
        inside = column(spacing=0)
        for code in currencies:
            for value in DENOMINATIONS[code].values if code in DENOMINATIONS else ():
                inside.addWidget(self._piece(code, value))
            if code not in DENOMINATIONS:
                inside.addWidget(self._lump(code))
        inside.addStretch(1)
        self._rows.setLayout(inside)
        self._area.setWidget(self._rows)
        self._make_foot(currencies)
        self._chain()
        self._zoom.apply()
        self._sum_up()

    def pieces(self) -> tuple[tuple[str, int, int], ...]:
        """Currency, value and how many, of all fields; an empty one is none."""
        return tuple((code, value, int(field.text() or 0)) for code, value, field, _ in self._fields)

    def lumps(self) -> tuple[tuple[str, Money], ...]:
        """What is counted as one sum. Raises InputError."""
        return tuple((CASH, edit.money() if edit.text() else Money(0, edit.currency)) for edit in self._lumps)

    def sums(self) -> dict[str, int]:
        """What was counted, by currency, as far as it can be read."""
        found = dict.fromkeys(self._sums, 0)
        for code, value, pieces in self.pieces():
            found[code] += value * pieces
        for edit in self._lumps:
            money = edit.money_or_none()
            found[edit.currency] += money.minor if money is not None else 0
        return found

    def count_of_pieces(self) -> int:
        """How many notes and coins there are."""
        return sum(pieces for _, _, pieces in self.pieces())

    def lock(self, locked: bool) -> None:
        """Whether it was written: then it can only be counted again."""
        for edit in self.edits:
            edit.setReadOnly(locked)
            edit.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)

    def begin(self) -> None:
        """The keyboard is in the first field."""
        for edit in self.edits[:1]:
            edit.setFocus()
            edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter and the arrows go from field to field. An arrow, or a key that is held, ends no count."""
        edits = self.edits
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in edits:
            step = (
                _KEYS.get(Qt.Key(event.key())) if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else None
            )
            if step is not None:
                at = edits.index(watched) + step
                if at < len(edits):
                    self._step(at)
                elif event.key() in ENTER and not event.isAutoRepeat():
                    self.done.emit()
                return True
        return super().eventFilter(watched, event)

    def _step(self, at: int) -> None:
        if at >= 0:
            self._area.ensureWidgetVisible(self.edits[at])
            self.edits[at].setFocus()
            self.edits[at].selectAll()

    def _build(self) -> None:
        theme = self._context.theme
        keep_size(self, theme, width=_WIDTH)
        words = [Label(theme, text, size=tokens.SMALL, tone="text2") for text in self._words()]
        for label, width in zip(words[1:], (_FIELD, _SUM), strict=True):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            keep_size(label, theme, width=width)
        self._head.setLayout(row(words[0], None, words[1], words[2], spacing=8, margins=(16, 7, 16, 7)))
        self._area = scrolled(self._rows)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = frame(bar="column-foot")
        self._foot.setContentsMargins(16, 12, 16, 12)
        foot.setLayout(self._foot)
        inside = column(spacing=0, margins=(1, 1, 1, 1))
        for part in (self._head, self._area, foot):
            inside.addWidget(part)
        inside.setStretch(1, 1)
        self._frame.setLayout(inside)
        outer = column(self._frame)
        self.setLayout(outer)

    def _words(self) -> tuple[str, str, str]:
        return self.tr("Denomination"), self.tr("Pieces"), self.tr("Sum")

    def _piece(self, code: str, value: int) -> QWidget:
        theme, listed = self._context.theme, DENOMINATIONS[code]
        field, minor = QLineEdit(), Label(theme)
        field.setProperty("field", True)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,6}"), field))
        field.setPlaceholderText("0")
        kind = self.tr("notes") if value in listed.notes else self.tr("coins")
        field.setAccessibleName(f"{piece_name(value, code)} {code.upper()} {kind}")
        self._fields.append((code, value, field, minor))
        icon = Icon(theme, "cash" if value in listed.notes else "circle")
        return self._row(icon, piece_name(value, code), code, field, minor)

    def _lump(self, code: str) -> QWidget:
        edit = AmountEdit(self._context, code)
        edit.setAccessibleName(self.tr("Sum in {currency}").format(currency=code.upper()))
        self._lumps.append(edit)
        return self._row(Icon(self._context.theme, "cash"), self.tr("Sum"), code, edit, Label(self._context.theme))

    def _row(self, icon: Icon, name: str, code: str, field: QLineEdit, minor: Label) -> QWidget:
        theme, made = self._context.theme, frame(bar="top")
        keep_size(made, theme, height=36)
        keep_size(field, theme, width=_FIELD)
        keep_size(minor, theme, width=_SUM)
        minor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        small = Label(theme, code.upper(), size=tokens.SMALL, tone="text2")
        made.setLayout(row(icon, Label(theme, name), small, None, field, minor, margins=(16, 1, 16, 1)))
        field.textChanged.connect(self._sum_up)
        field.installEventFilter(self)
        return made

    def _make_foot(self, currencies: Sequence[str]) -> None:
        theme = self._context.theme
        while (item := self._foot.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.deleteLater()
        self.about = Label(theme, size=tokens.SMALL, tone="text2")
        for at, code in enumerate(currencies):
            self._sums[code] = Label(theme, weight=QFont.Weight.DemiBold)
            line = QWidget()
            small = Label(theme, code.upper(), size=tokens.SMALL, tone="text2")
            name = Label(theme, self.tr("Counted"), weight=QFont.Weight.DemiBold)
            line.setLayout(row(name, *((self.about,) if at == 0 else ()), None, self._sums[code], small))
            self._foot.addWidget(line)

    def _chain(self) -> None:
        for before, after in pairwise(self.edits):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _sum_up(self) -> None:
        formats = self._context.formats
        for code, value, field, label in self._fields:
            minor = value * int(field.text() or 0)
            label.setText(formats.amount(minor, code))
            label.set_tone("" if minor else "text2")
        for code, minor in self.sums().items():
            self._sums[code].setText(formats.amount(minor, code))
        self.changed.emit()
