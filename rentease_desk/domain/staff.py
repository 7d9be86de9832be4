"""The people at the desk: who they are, what is asked of a PIN, and on whose word something is done."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import ROLE_NAMES, RULES, Permission, Role, may
from rentease_desk.domain.text import clean_text, fold

SHORTEST, LONGEST = 4, 12
"""How many digits a PIN has."""
MAX_NAME = 60
FREE_TRIES = 2
"""So many wrong PINs in a row cost no waiting."""
FIRST_WAIT, LONGEST_WAIT = 5, 15 * 60
SYSTEM = "system"
"""Who stands in what the program writes by itself."""
_TAKEN_NAMES = frozenset({"stripe", SYSTEM, "nobody"})
_RUN = "01234567890123456789"


class Pin:
    """A PIN as it was typed. It is a secret, and is never shown."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def __repr__(self) -> str:
        return "Pin(…)"

    def reveal(self) -> str:
        """For whoever hashes or checks it."""
        return self._text


class StaffMember(Struct, frozen=True):
    """Somebody of the staff. ``version`` counts the changes of name, role, PIN and ``active``."""

    pk: int
    uid: str
    name: str
    role: Role
    active: bool
    version: int


class Sitter(Struct, frozen=True):
    """Whoever acts. ``uid`` is a person's; "" stands for the program by itself."""

    uid: str
    name: str

    @property
    def is_system(self) -> bool:
        """Whether it is no person."""
        return not self.uid


class StaffDraft(Struct, frozen=True):
    """Somebody to be added. ``uid`` is made before the first try and kept for others."""

    uid: str
    name: str
    role: Role
    pin: Pin


class Staff(Struct, frozen=True):
    """All people, by name, and who of them is at the desk."""

    people: tuple[StaffMember, ...] = ()
    present: StaffMember | None = None

    @property
    def active(self) -> tuple[StaffMember, ...]:
        """Those who may come to the desk."""
        return tuple(one for one in self.people if one.active)

    def may(self, permission: Permission) -> bool:
        """Whether the services would let the person at the desk do it, as far as this was read."""
        if not self.people:
            return True
        return self.present is not None and may(self.present.role, permission)

    def why_not(self, permission: Permission) -> str:
        """Why they would not, in a sentence; "" where they would, or would ask for an approval."""
        if self.may(permission) or (self.present is not None and RULES[permission].on_approval):
            return ""
        return refusal(self.present, permission).explain().happened


class Approval(Struct, frozen=True):
    """Somebody's word, given with their PIN, for one deed. Handed to the service that does it; it serves once."""

    uid: str
    by_uid: str
    by: str
    permission: Permission
    deed: str


class ApprovedDeed(StrEnum):
    """A deed with money that somebody may have to approve."""

    REFUND = "refund"
    VOID = "void"
    VARIANCE = "variance"
    MERGE = "merge"
    KEEP_BOTH = "keep both"
    UNSAY = "unsay"


class Approvable(Struct, frozen=True):
    """What is to be approved, for whoever is asked: the deed, its amounts, and the booking it is about ("": none)."""

    deed: ApprovedDeed
    amounts: tuple[Money, ...]
    reference: str = ""


class ForbiddenError(KnownError):
    """The person at the desk may not do this."""

    def __init__(self, code: str, permission: Permission, **params: object) -> None:
        self.permission = permission
        super().__init__(code, **params)


class ApprovalNeededError(ForbiddenError):
    """They may, if somebody who may says so. ``deed`` names what the approval has to be given for, ``about`` tells it
    to people, where money is in it.
    """

    def __init__(
        self, permission: Permission, deed: str, name: str, role: Role, about: Approvable | None = None
    ) -> None:
        self.deed = deed
        self.about = about
        params = {"name": name, "role": ROLE_NAMES[role], "deed": RULES[permission].words}
        super().__init__("staff.needs_approval", permission, **params)


class Authority(Struct, frozen=True):
    """By what right somebody acts in a transaction. ``role`` None: nobody is asked."""

    name: str = ""
    role: Role | None = None
    approval: Approval | None = None

    def require(self, permission: Permission, deed: str = "", about: Approvable | None = None) -> Approval | None:
        """Returns the approval by which it may be done, if one is needed. Raises ForbiddenError."""
        if self.role is None or may(self.role, permission):
            return None
        given = self.approval
        if given is not None and deed and (given.permission, given.deed) == (permission, deed):
            return given
        if RULES[permission].on_approval and deed:
            raise ApprovalNeededError(permission, deed, self.name, self.role, about)
        raise _may_not(self.name, self.role, permission)


ANYBODY = Authority()


def refusal(person: StaffMember | None, permission: Permission) -> ForbiddenError:
    """Why somebody may not do it; None: nobody is at the desk."""
    if person is None:
        return ForbiddenError("staff.nobody", permission)
    return _may_not(person.name, person.role, permission)


def _may_not(name: str, role: Role, permission: Permission) -> ForbiddenError:
    words = RULES[permission].words
    return ForbiddenError("staff.may_not", permission, name=name, role=ROLE_NAMES[role], deed=words)


def checked_name(text: str) -> str:
    """A name as it is stored. Raises InputError naming ``name``."""
    name = " ".join(clean_text(text, "name", MAX_NAME).split())
    if not name:
        raise InputError("staff.name_missing", field="name")
    if fold(name) in _TAKEN_NAMES:
        raise InputError("staff.name_reserved", field="name", name=name)
    return name


def checked_pin(pin: Pin) -> Pin:
    """A PIN that may be given to somebody. Raises InputError naming ``pin``."""
    text = pin.reveal()
    if not (text.isascii() and text.isdecimal() and SHORTEST <= len(text) <= LONGEST):
        raise InputError("staff.pin_form", field="pin", shortest=SHORTEST, longest=LONGEST)
    if len(set(text)) == 1 or text in _RUN or text in _RUN[::-1]:
        raise InputError("staff.pin_easy", field="pin")
    return pin


def wait_after(wrong: int) -> int:
    """How many seconds pass after so many wrong PINs in a row before another one is looked at."""
    if wrong <= FREE_TRIES:
        return 0
    doubled: int = FIRST_WAIT << min(wrong - FREE_TRIES - 1, 10)
    return min(doubled, LONGEST_WAIT)
