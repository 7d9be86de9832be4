"""Who is at the desk: the staff in the settings, sitting down, the lock, and a manager's word."""

from __future__ import annotations

from rentease_desk.domain.permissions import Permission, Role
from rentease_desk.domain.staff import ApprovalNeededError, Pin, StaffDraft
from rentease_desk.gui.dialogs.approval import ApprovalDialog
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, Key, Pictures, Studio

_PEOPLE = (("Mara Rossi", Role.MANAGER), ("Elena Marchetti", Role.FRONT_DESK), ("Paolo Conti", Role.ACCOUNTANT))
_PIN = Pin("8421")


def people(studio: Studio) -> Pictures:
    """The last area: from here on the desk has staff."""
    window, staff = studio.window, studio.window.context.services.staff
    window.settings.staff.setFocus()
    yield "staff-nobody", window.settings.staff
    for name, role in _PEOPLE:
        in_worker(lambda name=name, role=role: staff.add(StaffDraft(name, name, role, _PIN)))  # type: ignore[misc]
    studio.wait(lambda: len(window.context.staff.people) == len(_PEOPLE))
    studio.go("settings")
    yield "staff-card", window.settings.staff
    in_worker(lambda: staff.sign_in("Elena Marchetti", _PIN))
    window.context.use_staff(in_worker(staff.read))
    studio.settle()
    yield "staff-clerk-settings", window
    studio.press(Key.Key_F12)
    studio.write("m84")
    yield "switch-person", studio.top()
    studio.shut()
    needed = ApprovalNeededError(Permission.VOID_ABOVE_LIMIT, "void", "Elena Marchetti", Role.FRONT_DESK)
    ApprovalDialog(window.context, window, needed).open()
    studio.settle()
    yield "approval", studio.top()
    studio.shut()
    studio.press(Key.Key_L, CTRL)
    yield "locked", window
    yield "locked-dialog", studio.top()
