"""Who somebody is: a name from a list, by its letter, and a PIN. Seven keys or so from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.staff import LONGEST, Pin, StaffMember
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.staff_words import letters, person_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label, own_viewport
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_rows import KEY_ROLE, ROW, KeyRows

_ROWS = 8
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_WIDTH = 420


class PinEdit(QLineEdit):
    """Takes digits, and does not show them. ``lettered`` carries a letter, ``stepped`` −1 or 1, for the list above."""

    lettered = Signal(str)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("field", True)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(f"[0-9]{{0,{LONGEST}}}"), self))
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Letters choose a name, arrows go through them, the rest is the PIN."""
        if event.key() in _STEPS:
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        elif event.text().isalpha() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.lettered.emit(event.text())
        else:
            super().keyPressEvent(event)


class PinDialog(DeskDialog):
    """Asks one of ``people`` for their PIN; ``first`` is marked. The keyboard stays in the PIN."""

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        title: str,
        about: str,
        people: Sequence[StaffMember],
        first: str = "",
    ) -> None:
        super().__init__(context, parent, title, about, _WIDTH)
        self._people = tuple(people)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setAccessibleName(self.tr("Staff"))
        self.list.setItemDelegate(KeyRows(self.list, context.theme))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for one, letter in zip(self._people, letters(self._people), strict=True):
            item = QListWidgetItem(person_words(one), self.list)
            item.setData(KEY_ROLE, letter)
        self.list.setFixedHeight(context.theme.px(ROW) * min(_ROWS, max(1, self.list.count())) + 2)
        marked = next((at for at, one in enumerate(self._people) if one.uid == first), 0)
        self.list.setCurrentRow(marked)
        self.pin = PinEdit()
        self.pin.lettered.connect(self._choose)
        self.pin.stepped.connect(self._step)
        self.form = Form(context, {"pin": Field(context, self.tr("PIN"), self.pin)})
        self.body.addWidget(self.list)
        self.body.addWidget(self.form.fields["pin"])

    def begin(self, save: str, leave: str = "") -> None:
        """Everything is in its place: the buttons, and the keyboard. ``leave`` is pressed by the mouse only."""
        hint = Label(self.context.theme, self.tr("A letter chooses a name."), tone="text2")
        self.add_buttons(save, hint, leave=leave, leave_key="" if leave else "Esc")
        self.pin.setFocus()

    @property
    def chosen(self) -> StaffMember | None:
        """Whose PIN it is."""
        at = self.list.currentRow()
        return self._people[at] if 0 <= at < len(self._people) else None

    def ask(self, lane: Lane, work: Callable[[str, Pin], object], done: Callable[[object], None]) -> None:
        """Let ``work`` look at the name and the PIN, which is gone from the field with that."""
        found = self.chosen
        if found is None or self._busy:
            return
        self.form.clear()
        name, pin = found.name, Pin(self.pin.text())
        self.pin.clear()
        self.set_busy(True)
        self.context.tasks.run(lane, self, lambda: work(name, pin), done, self.fail)

    def fail(self, error: KnownError) -> None:
        """Say it, and let it be typed again."""
        super().fail(error)
        self.pin.setFocus()

    def _choose(self, letter: str) -> None:
        for at in range(self.list.count()):
            if self.list.item(at).data(KEY_ROLE) == letter.upper():
                self.list.setCurrentRow(at)

    def _step(self, by: int) -> None:
        self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + by)))
