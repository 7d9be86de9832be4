"""Who is at the desk: the staff in the settings, sitting down, the lock, and a manager's word."""

from __future__ import annotations

from rentease_desk.domain.drawers import OpenDraft
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.staff import Pin, StaffDraft
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio

_PEOPLE = (("Mara Rossi", Role.MANAGER), ("Elena Marchetti", Role.FRONT_DESK), ("Paolo Conti", Role.ACCOUNTANT))
_PIN = Pin("8421")


def people(studio: Studio) -> Pictures:
    """The last area: from here on the desk has staff."""
    window, staff = studio.window, studio.window.context.services.staff
    window.pages.settings.staff.setFocus()
    yield "staff-nobody", window.pages.settings.staff
    window.pages.settings.staff.add.click()
    studio.settle()
    yield "add-staff", studio.top()
    studio.shut()
    for name, role in _PEOPLE:
        in_worker(lambda name=name, role=role: staff.add(StaffDraft(name, name, role, _PIN)))  # type: ignore[misc]
    studio.wait(lambda: len(window.context.staff.people) == len(_PEOPLE))
    studio.go("settings")
    yield "staff-card", window.pages.settings.staff
    in_worker(lambda: staff.sign_in("Elena Marchetti", _PIN))
    window.context.use_staff(in_worker(staff.read))
    studio.settle()
    yield "staff-clerk-settings", window
    for page in ("reports", "drawer"):
        studio.go(page)
        yield f"staff-clerk-{page}", window
    studio.go("settings")
    studio.press(Key.Key_F12)
    studio.write("m84")
    yield "switch-person", studio.top()
    studio.shut()
    studio.go("drawer")
    yield from _short(studio)
    studio.press(Key.Key_F12, SHIFT)
    yield "locked", window
    yield "locked-dialog", studio.top()


def _short(studio: Studio) -> Pictures:
    """A count far off, which the front desk may not accept alone."""
    drawers = studio.window.context.services.drawers
    in_worker(lambda: drawers.open(OpenDraft("again", drawers.current().handed_over or (Money(20_000, "eur"),))))
    studio.settle()
    for keys in ((Key.Key_L, CTRL), (Key.Key_Return, CTRL), (Key.Key_Return, CTRL), (Key.Key_Return, CTRL)):
        studio.press(*keys)
    studio.write("the drawer was empty this morning")
    yield "staff-clerk-note", studio.window
    studio.press(Key.Key_Return, CTRL)
    studio.settle()
    yield "approval", studio.top()
    studio.shut()
