"""Buttons that a role may not press are grey, and their tips say why. It is the services that refuse."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStackedWidget, QWidget

from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.widgets.basics import Button, Label, column


class _Guard(QObject):
    """Goes with its button."""

    def __init__(self, context: Context, button: Button, permission: Permission) -> None:
        super().__init__(button)
        self._context, self._button, self._permission = context, button, permission
        context.staff_changed.connect(self.look)
        self.look()

    @Slot()
    def look(self) -> None:
        """Somebody else may be at the desk."""
        self._button.forbid(self._context.staff.why_not(self._permission))


def guard(context: Context, permission: Permission, *buttons: Button) -> None:
    """From now on these are for those who may."""
    for button in buttons:
        _Guard(context, button, permission)


class ForSome(QStackedWidget):
    """What only some may see; whoever else is at the desk reads in its place why not. ``changed``: others may now."""

    changed = Signal()

    def __init__(self, context: Context, permission: Permission, content: QWidget) -> None:
        super().__init__()
        self._context, self._permission = context, permission
        theme = context.theme
        self.title, self.told = Label(theme, weight=QFont.Weight.DemiBold), Label(theme, tone="text2")
        for label in (self.title, self.told):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        told = QWidget()
        told.setLayout(column(None, self.title, self.told, None, spacing=8))
        self.addWidget(content)
        self.addWidget(told)
        context.staff_changed.connect(self.look)
        self.look()

    @property
    def is_closed(self) -> bool:
        """Whether whoever is at the desk may not see it."""
        return self._context.refusal(self._permission) is not None

    @Slot()
    def look(self) -> None:
        """Somebody else may be at the desk."""
        refused = self._context.refusal(self._permission)
        if refused is not None:
            words = explained(refused, self._context.formats)
            self.title.setText(words.title)
            self.told.setText(f"{words.happened} {words.remedy}")
        self.setAccessibleName(f"{self.title.text()}. {self.told.text()}" if refused is not None else "")
        self.setCurrentIndex(0 if refused is None else 1)
        self.changed.emit()
