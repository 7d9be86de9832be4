"""Fields with their names above and what is wrong with them below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.widgets.basics import Label, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.fields import DateField
from rentease_desk.gui.widgets.language_field import LocaleField
from rentease_desk.gui.widgets.note_edit import NoteEdit

Content = str | int | date


class Field(QWidget):
    """A named field."""

    def __init__(self, context: Context, name: str, edit: QWidget) -> None:
        super().__init__()
        self.edit = edit
        self._label = ElidedLabel(context.theme, name, size=tokens.SMALL, tone="text2")
        self._label.setBuddy(edit)
        self._wrong = Label(context.theme, size=tokens.SMALL, tone="wrong")
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        self._aside = Label(context.theme, size=tokens.SMALL, tone="text2")
        edit.setAccessibleName(name)
        self._hear(edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row(self._label, None, self._aside))
        layout.addWidget(edit)
        layout.addWidget(self._wrong)
        layout.addStretch()  # beside a field that explains itself this one stays where it is

    def rename(self, name: str) -> None:
        """Another name."""
        self._label.setText(name)
        self.edit.setAccessibleName(name)

    def set_aside(self, text: str) -> None:
        """A few words at the right of the name."""
        self._aside.setText(text)

    def lock(self, reason: str) -> None:
        """Nobody changes it, and its tip says why; what stands in a line can still be copied. "" takes that back."""
        edit = self.edit
        if isinstance(edit, QLineEdit | NoteEdit):
            edit.setReadOnly(bool(reason))
        else:
            edit.setDisabled(bool(reason))
        self.setToolTip(reason)

    def say_wrong(self, text: str) -> None:
        """Say beside the field what is wrong with it; "" takes that back."""
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)
        self.edit.setProperty("wrong", bool(text))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)

    @property
    def wrong(self) -> str:
        """What is said to be wrong."""
        return self._wrong.text()

    def _hear(self, edit: QWidget) -> None:
        """What was wrong is not said of what somebody types over it."""
        if isinstance(edit, QComboBox):
            edit.activated.connect(self._edited)
            edit = edit.lineEdit() or edit
        if isinstance(edit, QLineEdit):
            edit.textEdited.connect(self._edited)
        elif isinstance(edit, NoteEdit):
            edit.textChanged.connect(self._edited)
        elif isinstance(edit, QSpinBox):
            edit.valueChanged.connect(self._edited)

    @Slot()
    def _edited(self) -> None:
        if self.wrong:
            self.say_wrong("")


class Form:
    """The fields of a dialog by the names that InputError uses."""

    def __init__(self, context: Context, fields: dict[str, Field]) -> None:
        self._context = context
        self.fields = fields

    def clear(self) -> None:
        """Nothing is wrong."""
        for field in self.fields.values():
            field.say_wrong("")

    def contents(self) -> dict[str, Content]:
        """What the fields hold, by their names."""
        return {name: _content(field.edit) for name, field in self.fields.items()}

    def write(self, contents: Mapping[str, Content]) -> None:
        """Write into some of the fields."""
        for name, content in contents.items():
            _write(self.fields[name].edit, content)

    def explain(self, error: InputError) -> bool:
        """Say it beside the field it belongs to, and put the keyboard there. False if there is no such field."""
        field = self.fields.get(error.field)
        if field is None:
            return False
        told = explained(error, self._context.formats)
        field.say_wrong(f"{told.title}. {told.happened} {told.remedy}".strip())
        field.edit.setFocus()
        return True


def _content(edit: QWidget) -> Content:
    if isinstance(edit, DateField):
        return edit.day
    if isinstance(edit, QSpinBox):
        return edit.value()
    if isinstance(edit, NoteEdit):
        return edit.text()
    if isinstance(edit, LocaleField):
        return edit.tag
    if isinstance(edit, QComboBox):
        return edit.currentText()
    assert isinstance(edit, QLineEdit)
    return edit.text()


def _write(edit: QWidget, content: Content) -> None:
    if isinstance(edit, DateField):
        assert isinstance(content, date)
        edit.day = content
    elif isinstance(edit, QSpinBox):
        edit.setValue(int(str(content)))
    elif isinstance(edit, NoteEdit):
        edit.setPlainText(str(content))
    elif isinstance(edit, LocaleField):
        edit.tag = str(content)
    elif isinstance(edit, QComboBox):
        edit.setCurrentText(str(content))
    elif isinstance(edit, QLineEdit):
        edit.setText(str(content))
