"""The people at the desk, in the settings: who there is, and what each may do."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.staff import StaffMember
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.staff_words import person_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, own_viewport, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.key_rows import ROW, KeyRows

_ROWS = 8


class StaffCard(QWidget):
    """A list with what can be done to the marked one. ``role_asked`` and ``pin_asked`` carry the StaffMember."""

    add_asked = Signal()
    role_asked = Signal(object)
    pin_asked = Signal(object)

    def __init__(self, context: Context, limits: QLayout) -> None:
        """``limits``: fields of the settings that concern the staff."""
        super().__init__()
        self._context, theme = context, context.theme
        self._words = Label(theme, "", tone="text2")
        self._words.setWordWrap(True)
        self.banner = Banner(theme)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setAccessibleName(self.tr("Staff"))
        self.list.setItemDelegate(KeyRows(self.list, theme))
        self.list.currentRowChanged.connect(self._allow)
        self.add = Button(theme, self.tr("Add…"), icon="plus")
        self.role = Button(theme, self.tr("Role…"))
        self.pin = Button(theme, self.tr("New PIN…"))
        self.active = Button(theme, self.tr("Make inactive"))
        self.add.clicked.connect(self.add_asked)
        self.role.clicked.connect(self._role)
        self.pin.clicked.connect(self._pin)
        self.active.clicked.connect(self._set_active)
        body = QVBoxLayout()
        body.setSpacing(12)
        for part in (self._words, self.banner, self.list):
            body.addWidget(part)
        body.addLayout(row(self.add, self.role, self.pin, self.active, None))
        body.addLayout(limits)
        put_card(self, card(theme, self.tr("Staff"), body))
        context.staff_changed.connect(self._show)
        self._show()

    @property
    def marked(self) -> StaffMember | None:
        """Who is marked."""
        at = self.list.currentRow()
        people = self._context.staff.people
        return people[at] if 0 <= at < len(people) else None

    @Slot()
    def _show(self) -> None:
        """Everybody; the mark stays on its person."""
        kept = self.list.currentItem().text() if self.list.currentRow() >= 0 else ""
        people = self._context.staff.people
        self.list.clear()
        for one in people:
            QListWidgetItem(person_words(one), self.list)
        marked = next((at for at, one in enumerate(people) if kept.startswith(f"{one.name} · ")), 0)
        self.list.setCurrentRow(marked if people else -1)
        self.list.setFixedHeight(self._context.theme.px(ROW) * min(_ROWS, max(1, len(people))) + 2)
        for part in (self.list, self.role, self.pin, self.active):
            part.setVisible(bool(people))
        self._words.setText(self._told())
        self._allow()

    def _told(self) -> str:
        if self._context.staff.people:
            return self.tr(
                "Nobody is ever deleted: who has left is made inactive. F12 switches the person, Shift+F12 locks"
                " the desk."
            )
        return self.tr(
            "This property has no staff: whoever is at the desk may do everything, and stands in the journal by the"
            " name of the computer's user. Add a manager first, then the others; from then on everybody types a PIN."
        )

    @Slot()
    def _allow(self) -> None:
        staff, marked = self._context.staff, self.marked
        refused = staff.why_not(Permission.STAFF)
        is_own = marked is not None and staff.present is not None and marked.uid == staff.present.uid
        for button in (self.add, self.role, self.active):
            button.forbid(refused)
        self.pin.forbid(staff.why_not(Permission.OWN_PIN) if is_own else refused)
        words = self.tr("Make active") if marked is not None and not marked.active else self.tr("Make inactive")
        self.active.setText(words)

    @Slot()
    def _role(self) -> None:
        if self.marked is not None:
            self.role_asked.emit(self.marked)

    @Slot()
    def _pin(self) -> None:
        if self.marked is not None:
            self.pin_asked.emit(self.marked)

    @Slot()
    def _set_active(self) -> None:
        marked = self.marked
        if marked is None:
            return
        service, uid, version, active = self._context.services.staff, marked.uid, marked.version, not marked.active
        self.banner.hide()
        self._context.tasks.run(
            Lane.WRITE, self, lambda: service.set_active(uid, version, active=active), lambda _saved: None, self._fail
        )

    def _fail(self, error: KnownError) -> None:
        self.banner.explain(explained(error, self._context.formats))
