"""What a role may do: the one table of it. Services hold to it; the window only shows what they would refuse."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What somebody is at the property. ``SYSTEM`` is the program by itself: a timer, or a command that only syncs."""

    FRONT_DESK = "front_desk"
    MANAGER = "manager"
    ACCOUNTANT = "accountant"
    SYSTEM = "system"


STAFF_ROLES = (Role.FRONT_DESK, Role.MANAGER, Role.ACCOUNTANT)
"""What a person can be."""

ROLE_NAMES = {
    Role.FRONT_DESK: "Front desk",
    Role.MANAGER: "Manager",
    Role.ACCOUNTANT: "Accountant",
    Role.SYSTEM: "System",
}


class Permission(StrEnum):
    """One thing that a role may do or not."""

    TAKE_PAYMENT = "take_payment"
    PAYMENT_LINK = "payment_link"
    RECEIPT = "receipt"
    VOID = "void"
    VOID_ABOVE_LIMIT = "void_above_limit"
    REFUND = "refund"
    REFUND_ABOVE_LIMIT = "refund_above_limit"
    EDIT_BOOKING = "edit_booking"
    CANCEL_BOOKING = "cancel_booking"
    CHARGE = "charge"
    MOVE_PAYMENT = "move_payment"
    MERGE_DUPLICATES = "merge_duplicates"
    MATCH = "match"
    FOLLOW_UP = "follow_up"
    SAVE_FILTER = "save_filter"
    SYNC = "sync"
    IMPORT = "import"
    EXPORT = "export"
    REPORT = "report"
    OPEN_DRAWER = "open_drawer"
    MOVE_IN_DRAWER = "move_in_drawer"
    CLOSE_DRAWER = "close_drawer"
    Z_REPORT = "z_report"
    ACCEPT_VARIANCE = "accept_variance"
    CLOSE_DAY = "close_day"
    REOPEN_DAY = "reopen_day"
    VERIFY_JOURNAL = "verify_journal"
    SETTINGS = "settings"
    STRIPE_KEY = "stripe_key"
    STAFF = "staff"
    BACKUP = "backup"
    RESTORE = "restore"
    OWN_PIN = "own_pin"


class Rule(Struct, frozen=True):
    """Who may. ``words`` follow "may not"; ``on_approval``: others may with the PIN of somebody who may."""

    words: str
    roles: frozenset[Role]
    on_approval: bool = False


def _rule(words: str, *roles: Role, on_approval: bool = False) -> Rule:
    return Rule(words, frozenset(roles), on_approval)


_DESK, _MANAGER, _ACCOUNTANT = STAFF_ROLES

RULES: dict[Permission, Rule] = {
    Permission.TAKE_PAYMENT: _rule("take payments", _DESK, _MANAGER),
    Permission.PAYMENT_LINK: _rule("make or cancel payment links", _DESK, _MANAGER),
    Permission.RECEIPT: _rule("issue and print receipts", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.VOID: _rule("void payments", _DESK, _MANAGER),
    Permission.VOID_ABOVE_LIMIT: _rule("void payments above the limit", _MANAGER, on_approval=True),
    Permission.REFUND: _rule("give money back", _DESK, _MANAGER),
    Permission.REFUND_ABOVE_LIMIT: _rule("give money back above the limit", _MANAGER, on_approval=True),
    Permission.EDIT_BOOKING: _rule("make and change bookings", _DESK, _MANAGER),
    Permission.CANCEL_BOOKING: _rule("cancel bookings or mark no-shows", _DESK, _MANAGER),
    Permission.CHARGE: _rule("enter extras, discounts and corrections", _DESK, _MANAGER),
    Permission.MOVE_PAYMENT: _rule("move and split payments", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.MERGE_DUPLICATES: _rule("merge duplicate payments", _MANAGER, _ACCOUNTANT, on_approval=True),
    Permission.MATCH: _rule("match or ignore card payments", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.FOLLOW_UP: _rule("follow up what went wrong at Stripe", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.SAVE_FILTER: _rule("save and delete filters", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.SYNC: _rule("sync with Stripe", _DESK, _MANAGER, _ACCOUNTANT, Role.SYSTEM),
    Permission.IMPORT: _rule("import bookings and calendars", _MANAGER),
    Permission.EXPORT: _rule("export files", _MANAGER, _ACCOUNTANT),
    Permission.REPORT: _rule("see reports", _MANAGER, _ACCOUNTANT),
    Permission.OPEN_DRAWER: _rule("open a cash drawer", _DESK, _MANAGER),
    Permission.MOVE_IN_DRAWER: _rule("pay into or out of the drawer", _DESK, _MANAGER),
    Permission.CLOSE_DRAWER: _rule("count and close the drawer", _DESK, _MANAGER),
    Permission.Z_REPORT: _rule("see Z reports", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.ACCEPT_VARIANCE: _rule("accept a variance outside the tolerance", _MANAGER, on_approval=True),
    Permission.CLOSE_DAY: _rule("close a day", _DESK, _MANAGER),
    Permission.REOPEN_DAY: _rule("reopen a closed day", _MANAGER, on_approval=True),
    Permission.VERIFY_JOURNAL: _rule("verify the journal", _MANAGER, _ACCOUNTANT),
    Permission.SETTINGS: _rule("change the settings", _MANAGER),
    Permission.STRIPE_KEY: _rule("change the Stripe key", _MANAGER),
    Permission.STAFF: _rule("manage staff", _MANAGER),
    Permission.BACKUP: _rule("make backups", _DESK, _MANAGER, _ACCOUNTANT),
    Permission.RESTORE: _rule("put a backup back", _MANAGER),
    Permission.OWN_PIN: _rule("change their own PIN", _DESK, _MANAGER, _ACCOUNTANT),
}
"""The table. ``docs/staff.md`` shows it, and a test holds the two together."""


def may(role: Role | None, permission: Permission) -> bool:
    """Whether a role may; None stands for the one person of a property without staff, who may do everything."""
    return role is None or role in RULES[permission].roles
