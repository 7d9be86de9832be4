"""Buttons that a role may not press are grey, and their tips say why. It is the services that refuse."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button


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
