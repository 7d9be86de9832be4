"""Every known error's English text: what it is, what happened, what to do. Windows translate these strings."""

from __future__ import annotations

from rentease_desk.domain.messages.bookings import BOOKINGS, CHARGES, STAYS
from rentease_desk.domain.messages.drawers import DAYS, DRAWERS
from rentease_desk.domain.messages.imports import IMPORTS
from rentease_desk.domain.messages.message import Message
from rentease_desk.domain.messages.money import AMOUNTS, DUPLICATES, PARTS, PAYMENTS, RECEIPTS, REPORTS
from rentease_desk.domain.messages.outbox import OUTBOX
from rentease_desk.domain.messages.staff import STAFF
from rentease_desk.domain.messages.stripe import REFUNDS, STRIPE
from rentease_desk.domain.messages.system import DATABASE, SETTINGS, SYSTEM
from rentease_desk.domain.messages.upkeep import UPKEEP

__all__ = ["MESSAGES", "Message"]

MESSAGES: dict[str, Message] = {
    **AMOUNTS,
    **BOOKINGS,
    **STAYS,
    **CHARGES,
    **PAYMENTS,
    **PARTS,
    **DUPLICATES,
    **REFUNDS,
    **RECEIPTS,
    **DRAWERS,
    **DAYS,
    **REPORTS,
    **SETTINGS,
    **DATABASE,
    **STRIPE,
    **IMPORTS,
    **STAFF,
    **OUTBOX,
    **SYSTEM,
    **UPKEEP,
}
