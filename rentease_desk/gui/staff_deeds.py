"""Who is at the desk: switching, locking by hand and by itself, and what covers the window meanwhile."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from rentease_desk.domain.staff import Staff
from rentease_desk.gui.context import Context
from rentease_desk.gui.idle import IdleWatch


class StaffDeeds(QObject):
    """``told`` carries a sentence; ``quit_asked``: whoever stands before a locked desk ends the program."""

    told = Signal(str)
    quit_asked = Signal()

    def __init__(self, context: Context, window: QMainWindow) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._lock: QDialog | None = None
        self._cover: QObject | None = None
        self._hidden: list[QDialog] = []
        self._last = ""
        self._idle: IdleWatch | None = None
        context.staff_changed.connect(self.look)

    @property
    def is_locked(self) -> bool:
        """Whether nobody is at the desk of a property with staff."""
        staff = self._context.staff
        return bool(staff.people) and staff.present is None

    @Slot()
    def switch(self) -> None:
        """Ask who works now."""
        if not self._context.is_ready or self.is_locked:
            return
        if not self._context.staff.people:
            self.told.emit(self.tr("Nobody is on the staff yet: whoever is at the desk may do everything (Settings)."))
            return
        from rentease_desk.gui.dialogs.switch_staff import SwitchDialog

        dialog = SwitchDialog(self._context, self._window, locked=False)
        dialog.seated.connect(self._seated)
        dialog.open()

    @Slot()
    def lock(self) -> None:
        """Let nobody be at the desk. What is under way goes on, in the name of who began it."""
        if not self._context.is_ready or self.is_locked:
            return
        staff = self._context.staff
        if not staff.people:
            self.switch()
            return
        self._context.services.staff.sign_out()
        self._context.use_staff(Staff(staff.people))

    @Slot(object)
    def _seated(self, staff: Staff) -> None:
        self._context.staff_read(staff)
        if staff.present is not None:
            self.told.emit(self.tr("{name} is at the desk.").format(name=staff.present.name))

    @Slot()
    def look(self) -> None:
        """Lock or unlock, as it stands now."""
        if not self._context.is_ready:
            return
        staff = self._context.staff
        if staff.people and self._idle is None:
            self._idle = IdleWatch(self, self._context.services.desk.clock, self._seconds)
            self._idle.expired.connect(self.lock)
        if staff.present is not None:
            self._last = staff.present.uid
            if self._idle is not None:
                self._idle.begin()
        if self.is_locked:
            self._close()
        else:
            self._open()

    def _seconds(self) -> int:
        return 0 if self.is_locked else 60 * self._context.settings.lock_minutes

    def _close(self) -> None:
        """Cover the window, put its dialogs away as they are, and ask for a PIN."""
        if self._lock is not None:
            return
        from rentease_desk.gui.dialogs.switch_staff import SwitchDialog
        from rentease_desk.gui.widgets.lock_screen import LockScreen

        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._hidden = [one for one in self._window.findChildren(QDialog) if one.isVisible()]
        for dialog in self._hidden:
            dialog.hide()
        if not isinstance(self._cover, LockScreen):
            self._cover = LockScreen(self._context, self._window)
        self._cover.cover()
        made = SwitchDialog(self._context, self._window, locked=True, first=self._last)
        made.seated.connect(self._seated)
        made.left.connect(self.quit_asked)
        self._lock = made
        made.open()

    def _open(self) -> None:
        """Show everything as it was."""
        from rentease_desk.gui.widgets.lock_screen import LockScreen

        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        if shiboken6.isValid(lock):
            lock.done(QDialog.DialogCode.Accepted)
        if isinstance(self._cover, LockScreen):
            self._cover.hide()
        for dialog in self._hidden:
            if shiboken6.isValid(dialog):
                dialog.show()
        self._hidden = []
