"""The window's actions and menus: every action has a name, and its key is told beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.staff import Staff
from rentease_desk.domain.stays import Deed
from rentease_desk.gui.stay_words import KEYS, UNDO_KEY, deed_name
from rentease_desk.gui.theme import Appearance

Run = Callable[[], object]
_REPEATED = frozenset({"larger", "smaller"})
"""What a key that is held down goes on doing. Anything else it does once, or it would act on guest after guest."""

_DEEDS = frozenset(deed.value for deed in Deed)
_ASKED = {
    "import": Permission.IMPORT,
    "journal": Permission.VERIFY_JOURNAL,
    "backup": Permission.BACKUP,
    "new": Permission.EDIT_BOOKING,
    "edit": Permission.EDIT_BOOKING,
    **dict.fromkeys(_DEEDS, Permission.EDIT_BOOKING),
    Deed.CANCEL.value: Permission.CANCEL_BOOKING,
    Deed.NO_SHOW.value: Permission.CANCEL_BOOKING,
    "undo": Permission.EDIT_BOOKING,
    "pay": Permission.TAKE_PAYMENT,
    "charge": Permission.CHARGE,
    "link": Permission.PAYMENT_LINK,
    "void": Permission.VOID,
    "refund": Permission.REFUND,
    "receipt": Permission.RECEIPT,
    "sync_now": Permission.SYNC,
    "export": Permission.EXPORT,
    "paid_in": Permission.MOVE_IN_DRAWER,
    "paid_out": Permission.MOVE_IN_DRAWER,
    "drop": Permission.MOVE_IN_DRAWER,
    "close_drawer": Permission.CLOSE_DRAWER,
    "close_day": Permission.CLOSE_DAY,
    "reopen_day": Permission.REOPEN_DAY,
}
"""What the services will ask of whoever does it."""


class Actions:
    """Makes the menu bar. ``handlers`` says what each action does, by its name."""

    def __init__(self, window: QMainWindow, handlers: dict[str, Run]) -> None:
        self._window, self._handlers = window, handlers
        self._made: dict[str, QAction] = {}
        self._allowed, self._staff = True, Staff()
        tr = window.tr
        self._menu(
            tr("Desk"),
            [
                ("settings", tr("Settings"), "Ctrl+,"),
                ("import", tr("Import bookings…"), "Ctrl+Shift+I"),
                ("journal", tr("Journal…"), "Ctrl+J"),
                ("backup", tr("Back up now"), ""),
                ("backups", tr("Backups…"), ""),
                ("practice", tr("Open practice"), ""),
                None,
                ("switch", tr("Switch person…"), "F12"),
                ("lock", tr("Lock the desk"), "Shift+F12"),
                None,
                ("quit", tr("Quit"), "Ctrl+Q"),
            ],
        )
        self._view = self._menu(
            tr("View"),
            [
                ("today", tr("Today"), "Ctrl+T"),
                ("bookings", tr("Bookings"), "Ctrl+1"),
                ("tape", tr("Tape chart"), "Ctrl+6"),
                ("payments", tr("Payments"), "Ctrl+2"),
                ("sync", tr("Sync"), "Ctrl+3"),
                ("events", tr("Events"), "Ctrl+4"),
                ("follow_ups", tr("To follow up"), "Ctrl+5"),
                ("unmatched", tr("Unmatched payments"), "Ctrl+U"),
                ("drawer", tr("Drawer"), "Ctrl+7"),
                ("reports", tr("Reports"), "Ctrl+8"),
                None,
                ("search", tr("Search or filter"), "Ctrl+F"),
                ("command", tr("Go to a booking, or do anything"), "Ctrl+K"),
                ("filters", tr("Save or change filters…"), "Ctrl+Shift+F"),
                None,
                ("larger", tr("Larger"), "Ctrl++"),
                ("smaller", tr("Smaller"), "Ctrl+-"),
                ("normal", tr("Normal size"), "Ctrl+0"),
            ],
        )
        self._made["larger"].setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self._menu(
            tr("Booking"),
            [
                ("new", tr("New booking"), "Ctrl+N"),
                ("edit", tr("Edit booking"), "F2"),
                ("history", tr("History of the booking"), "Ctrl+H"),
                None,
                *((deed.value, deed_name(deed), KEYS[deed]) for deed in Deed),
                ("undo", tr("Undo check-in, check-out, no-show, cancellation or move"), UNDO_KEY),
            ],
        )
        self._menu(
            tr("Money"),
            [
                ("pay", tr("Take payment"), "F9"),
                ("charge", tr("Charge"), "F8"),
                ("link", tr("Payment link"), "F6"),
                ("void", tr("Void payment"), ""),
                ("refund", tr("Refund…"), ""),
                ("receipt", tr("Receipt…"), "F7"),
                ("duplicates", tr("Possible duplicates"), ""),
                ("payment_history", tr("History of the payment"), "Ctrl+Shift+H"),
                None,
                ("sync_now", tr("Sync now"), "F5"),
                ("export", tr("Export view"), "Ctrl+E"),
            ],
        )
        self._menu(
            tr("Day"),
            [
                ("paid_in", tr("Cash paid in…"), "Ctrl+I"),
                ("paid_out", tr("Cash paid out…"), "Ctrl+O"),
                ("drop", tr("Cash drop…"), "Ctrl+D"),
                ("close_drawer", tr("Count and close the drawer"), "Ctrl+L"),
                None,
                ("close_day", tr("Close the day…"), "Ctrl+Shift+D"),
                ("reopen_day", tr("Reopen a day…"), ""),
            ],
        )

    def add_help(self) -> None:
        """The last menu: what this is, and where its data lies."""
        tr = self._window.tr
        self._menu(
            tr("Help"),
            [
                ("log", tr("Log…"), "Ctrl+Shift+L"),
                ("diagnostics", tr("Copy diagnostics"), ""),
                None,
                ("about", tr("About Rentease Desk"), ""),
            ],
        )

    def allow_deeds(self, *, allowed: bool) -> None:
        """Letters act on the pages that have stays to act on, and nowhere else."""
        self._allowed = allowed
        self.show_rights(self._staff)

    def show_rights(self, staff: Staff) -> None:
        """What whoever is at the desk may not do is grey, and its tip says why."""
        self._staff = staff
        for name, permission in _ASKED.items():
            action, reason = self._made[name], staff.why_not(permission)
            action.setEnabled(not reason and (self._allowed or name not in _DEEDS))
            action.setToolTip(reason or action.text())

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def add_menu(self, menu: QMenu) -> None:
        """Another menu, behind those that are there."""
        self._window.menuBar().addMenu(menu)

    def add_filters(self, menu: QMenu) -> None:
        """The saved filters, below the entry that saves one."""
        actions = self._view.actions()
        self._view.insertMenu(actions[actions.index(self._made["filters"]) + 1], menu)

    def add_appearance(self, chosen: Appearance, choose: Callable[[Appearance], None]) -> None:
        """Light, dark, or as the system is."""
        tr = self._window.tr
        menu = QMenu(tr("Appearance"), self._window)
        group = QActionGroup(menu)
        words = {Appearance.AUTO: tr("As the system"), Appearance.LIGHT: tr("Light"), Appearance.DARK: tr("Dark")}
        for appearance, word in words.items():
            action = menu.addAction(word)
            action.setCheckable(True)
            action.setChecked(appearance is chosen)
            action.setData(appearance.value)
            group.addAction(action)
        group.triggered.connect(lambda action: choose(Appearance(action.data())))
        self._appearance = group
        self._view.addSeparator()
        self._view.addMenu(menu)

    def show_appearance(self, chosen: Appearance) -> None:
        """Tick the one in use."""
        for action in self._appearance.actions():
            action.setChecked(action.data() == chosen.value)

    def _menu(self, title: str, entries: Sequence[tuple[str, str, str] | None]) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
                continue
            name, words, key = entry
            action = menu.addAction(words)
            if key:
                action.setShortcut(QKeySequence(key))
            action.setAutoRepeat(name in _REPEATED)
            action.triggered.connect(self._handlers[name])
            self._made[name] = action
        return menu
