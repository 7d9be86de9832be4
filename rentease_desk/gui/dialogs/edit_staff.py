"""Adding somebody to the staff, making somebody something else, and giving somebody a new PIN."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.permissions import STAFF_ROLES, Role
from rentease_desk.domain.staff import MAX_NAME, Pin, StaffDraft, StaffMember
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.dialogs.pin_dialog import PinEdit
from rentease_desk.gui.staff_words import role_name
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.fields import ComboField, text_field
from rentease_desk.gui.widgets.form import Field, Form


class _StaffDialog(DeskDialog):
    """Closes when it is saved; the card behind it hears of that as everybody does."""

    def lay_out(self, fields: dict[str, Field], save: str) -> None:
        """The fields below each other."""
        self.form = Form(self.context, fields)
        for field in fields.values():
            self.body.addWidget(field)
        self.add_buttons(save)
        next(iter(fields.values())).edit.setFocus()

    def write(self, work: Callable[[], StaffMember]) -> None:
        """Save it."""
        self.form.clear()
        self.set_busy(True, saving=True)
        self.context.tasks.run(Lane.WRITE, self, work, self._saved, self.fail)

    def _saved(self, _member: StaffMember) -> None:
        self.accept()


class _TwoPins:
    """A PIN, typed twice."""

    def __init__(self, context: Context) -> None:
        self.pin, self.again = PinEdit(), PinEdit()
        self.fields = {
            "pin": Field(context, context.tr("PIN, 4 to 12 digits"), self.pin),
            "again": Field(context, context.tr("The same PIN again"), self.again),
        }

    def typed(self) -> Pin:
        """Raises InputError ``staff.pin_differs``."""
        if self.pin.text() != self.again.text():
            raise InputError("staff.pin_differs", field="again")
        return Pin(self.pin.text())


class AddStaffDialog(_StaffDialog):
    """A name, a role and a PIN. ``is_first``: then it is a manager, and nothing else can be chosen."""

    def __init__(self, context: Context, parent: QWidget, *, is_first: bool) -> None:
        about = context.tr("the first one is a manager") if is_first else ""
        super().__init__(context, parent, context.tr("Add to the staff"), about)
        self._uid = context.services.desk.ids.uid()
        self._roles = (Role.MANAGER,) if is_first else STAFF_ROLES
        self.name = text_field(self.tr("as it shall stand in the journal"))
        self.name.setMaxLength(MAX_NAME)
        self.role = ComboField(context.theme)
        self.role.addItems([role_name(one) for one in self._roles])
        self.pins = _TwoPins(context)
        fields = {
            "name": Field(context, self.tr("Name"), self.name),
            "role": Field(context, self.tr("Role"), self.role),
        }
        self.lay_out(fields | self.pins.fields, self.tr("Add"))

    def submit(self) -> None:
        """Add the person."""
        role = self._roles[self.role.currentIndex()]
        try:
            draft = StaffDraft(self._uid, self.name.text(), role, self.pins.typed())
        except InputError as error:
            self.fail(error)
            return
        service = self.context.services.staff
        self.write(lambda: service.add(draft).value)


class RoleDialog(_StaffDialog):
    """What somebody is from now on."""

    def __init__(self, context: Context, parent: QWidget, member: StaffMember) -> None:
        super().__init__(context, parent, context.tr("Role"), member.name)
        self._member = member
        self.role = ComboField(context.theme)
        self.role.addItems([role_name(one) for one in STAFF_ROLES])
        self.role.setCurrentIndex(STAFF_ROLES.index(member.role))
        self.lay_out({"role": Field(context, self.tr("Role"), self.role)}, self.tr("Save"))

    def submit(self) -> None:
        """Save it."""
        service, member, role = self.context.services.staff, self._member, STAFF_ROLES[self.role.currentIndex()]
        self.write(lambda: service.set_role(member.uid, member.version, role).value)


class NewPinDialog(_StaffDialog):
    """Another PIN; the old one, and the waiting after wrong ones, end with it."""

    def __init__(self, context: Context, parent: QWidget, member: StaffMember) -> None:
        super().__init__(context, parent, context.tr("New PIN"), member.name)
        self._uid = member.uid
        self.pins = _TwoPins(context)
        self.lay_out(self.pins.fields, self.tr("Save"))

    def submit(self) -> None:
        """Save it."""
        try:
            pin = self.pins.typed()
        except InputError as error:
            self.fail(error)
            return
        service, uid = self.context.services.staff, self._uid
        self.write(lambda: service.set_pin(uid, pin).value)
