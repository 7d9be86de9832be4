"""What each action of the menus does, by its name, but for what concerns the window itself."""

from __future__ import annotations

from functools import partial

from rentease_desk.domain.drawers import MovementKind
from rentease_desk.domain.stays import Deed
from rentease_desk.gui.actions import Run
from rentease_desk.gui.connections import Doing


def deed_handlers(doing: Doing) -> dict[str, Run]:
    """All of them."""
    return {**_bookings(doing), **_money(doing), **_drawer(doing), **_upkeep(doing)}


def _bookings(doing: Doing) -> dict[str, Run]:
    marked = doing.marked
    return {
        "search": doing.leads.search,
        "filters": doing.filters.manage,
        "import": doing.deeds.import_bookings,
        "history": marked.history,
        "new": doing.deeds.new_booking,
        "edit": marked.edit,
        **{deed.value: partial(marked.do, deed) for deed in Deed},
        "undo": doing.stays.undo_last,
    }


def _money(doing: Doing) -> dict[str, Run]:
    marked = doing.marked
    return {
        "payment_history": marked.payment_history,
        "charge": marked.charge,
        "link": marked.link,
        "void": marked.void,
        "refund": marked.refund,
        "receipt": marked.receipt,
        "duplicates": doing.duplicates.ask,
        "waiting": doing.outbox.show_waiting,
        "sync_now": doing.leads.sync_now,
        "export": doing.leads.export,
    }


def _drawer(doing: Doing) -> dict[str, Run]:
    return {
        "paid_in": partial(doing.cash.move, MovementKind.PAID_IN),
        "paid_out": partial(doing.cash.move, MovementKind.PAID_OUT),
        "drop": partial(doing.cash.move, MovementKind.DROP),
        "close_drawer": doing.leads.close_drawer,
        "close_day": doing.cash.close_day,
        "reopen_day": doing.cash.reopen_day,
    }


def _upkeep(doing: Doing) -> dict[str, Run]:
    return {
        "switch": doing.people.switch,
        "lock": doing.people.lock,
        "journal": doing.journal.ask,
        "backup": doing.backups.now,
        "backups": doing.backups.ask,
        "downtime": doing.sheet.save,
        "log": doing.diagnosis.show_log,
        "diagnostics": doing.diagnosis.copy,
    }
