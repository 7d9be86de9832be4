"""The property's manual methods: named, ordered, added and taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rentease_desk.domain.payment import Method, MethodKind
from rentease_desk.domain.text import fold
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button, IconButton, row
from rentease_desk.gui.widgets.fields import CheckField, ComboField, text_field


class MethodRow(QWidget):
    """One method. Its code stays what it was: payments carry it."""

    gone = Signal(object)
    moved = Signal(object)

    def __init__(self, theme: Theme, method: Method | None) -> None:
        super().__init__()
        self.code = method.code if method else ""
        self.label = text_field(self.tr("Name, as people read it"))
        self.label.setText(method.label if method else "")
        self.label.setAccessibleName(self.tr("Name of the method"))
        self.label.setCursorPosition(0)
        self.kind = ComboField(theme)
        words = {MethodKind.CASH: self.tr("Cash"), MethodKind.CARD: self.tr("Card terminal"),
                 MethodKind.TRANSFER: self.tr("Transfer"), MethodKind.CHEQUE: self.tr("Cheque"),
                 MethodKind.OTHER: self.tr("Other")}  # fmt: skip
        for kind, word in words.items():
            self.kind.addItem(word, kind)
        self.kind.setCurrentIndex(self.kind.findData(method.kind if method else MethodKind.OTHER))
        self.kind.setAccessibleName(self.tr("Kind of the method"))
        self.reference = CheckField(theme, self.tr("asks for a reference"))
        self.reference.setChecked(method.needs_reference if method else False)
        self.up = IconButton(theme, "chevron-up", self.tr("Move up"))
        remove = IconButton(theme, "close", self.tr("Remove"))
        self.up.clicked.connect(self._move)
        remove.clicked.connect(self._remove)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.label, self.kind, self.reference, self.up, remove):
            layout.addWidget(part)
        self.kind.setMinimumContentsLength(max(len(word) for word in words.values()))
        layout.setStretch(0, 1)

    def method(self, taken: set[str]) -> Method | None:
        """The method as it stands; None without a name. A new one gets a code that is not taken."""
        label = self.label.text().strip()
        if not label:
            return None
        code = self.code or _free_code(label, taken)
        kind = MethodKind(self.kind.currentData())  # Qt gives back a plain str
        return Method(code, label, kind, self.reference.isChecked())

    @Slot()
    def _remove(self) -> None:
        self.gone.emit(self)

    @Slot()
    def _move(self) -> None:
        self.moved.emit(self)


class MethodsEditor(QWidget):
    """``changed`` is sent when a method is added, taken out or moved."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[MethodRow] = []
        self._layout = QVBoxLayout()
        self._layout.setSpacing(8)
        add = Button(theme, self.tr("Add a method"), icon="plus")
        add.clicked.connect(self._add_empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addLayout(self._layout)
        outer.addLayout(row(add, None))

    def show_methods(self, methods: Sequence[Method]) -> None:
        """Show other methods."""
        for one in tuple(self._rows):
            self._drop(one)
        for method in methods:
            self._add(method)

    def methods(self) -> tuple[Method, ...]:
        """The methods as they stand, without rows that have no name."""
        taken = {one.code for one in self._rows if one.code}
        found = []
        for one in self._rows:
            method = one.method(taken)
            if method is not None:
                taken.add(method.code)
                found.append(method)
        return tuple(found)

    def focus_first(self) -> None:
        """Put the keyboard into the first name."""
        if self._rows:
            self._rows[0].label.setFocus()

    def _add(self, method: Method | None) -> MethodRow:
        made = MethodRow(self._theme, method)
        made.gone.connect(self._take_out)
        made.moved.connect(self._move_up)
        self._rows.append(made)
        self._layout.addWidget(made)
        self._mark_first()
        return made

    def _drop(self, gone: QObject) -> None:
        assert isinstance(gone, MethodRow)
        self._rows.remove(gone)
        self._layout.removeWidget(gone)
        gone.deleteLater()
        self._mark_first()

    def _mark_first(self) -> None:
        """Nothing stands above the first."""
        for at, one in enumerate(self._rows):
            one.up.setEnabled(at > 0)

    @Slot()
    def _add_empty(self) -> None:
        self._add(None).label.setFocus()
        self.changed.emit()

    @Slot(object)
    def _take_out(self, gone: QObject) -> None:
        self._drop(gone)
        self.changed.emit()

    @Slot(object)
    def _move_up(self, moved: MethodRow) -> None:
        at = self._rows.index(moved)
        if at > 0:
            self._rows.insert(at - 1, self._rows.pop(at))
            self._layout.insertWidget(at - 1, moved)
            self._mark_first()
            self.changed.emit()


def _free_code(label: str, taken: set[str]) -> str:
    code = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:24] or "other"
    code = code if code[0].isalpha() else f"m_{code}"
    numbered = (f"{code}_{number}" for number in range(2, 1000))
    return code if code not in taken else next(one for one in numbered if one not in taken)
