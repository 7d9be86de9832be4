"""A desk that reaches its PostgreSQL through a proxy, with an outbox beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from rentease_desk.config import Config
from rentease_desk.domain.booking import Booking, BookingDraft, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import Entry, KeepDraft
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.settings import Property
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.choose_booking import ChooseBookingDialog, UndoKeptDialog
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.dialogs.slip import SlipDialog
from rentease_desk.gui.dialogs.take_cash import TakeCashDialog
from rentease_desk.gui.dialogs.waiting import WaitingDialog
from rentease_desk.services.bundle import Services
from rentease_desk.services.outbox import OutboxService
from rentease_desk.services.seat import Seat
from rentease_desk.storage.outbox import Happening, Outbox
from rentease_desk.wiring import build
from tests.tools.clocks import SetClock
from tests.tools.gui import NOON, SETTINGS, in_worker
from tests.tools.staffed import CHEAP


def euro(minor: int) -> Money:
    return Money(minor, "eur")


def open_far(folder: Path, address: str, clock: SetClock, desk: str = "Desk 1") -> Services:
    """Services whose outbox lies in the folder. Close them."""
    return build(Config(folder, address, "Elena", desk), clock=clock, ids=RandomIds(), pins=CHEAP)


@dataclass(frozen=True)
class FarDesk:
    """Services on a database behind a proxy, and the property as it was read while that was there."""

    services: Services
    settings: Property
    soren: Booking
    clock: SetClock

    def keep(self, uid: str, minor: int = 12_000, **more: object) -> str:
        """Keep cash for Søren, or for what is named; returns its slip."""
        named: dict[str, object] = {"booking_uid": self.soren.uid, "reference": self.soren.reference}
        if "reference" in more:
            named = {"reference": more.pop("reference")}
        draft = KeepDraft(uid, euro(minor), **named, **more)  # type: ignore[arg-type]
        return self.services.outbox.keep(draft, self.settings).slip

    def entry(self, uid: str) -> Entry:
        return self.services.outbox.find(uid)

    def payments(self) -> list[Payment]:
        """All in the database."""
        return self.services.payments.by_keys(list(self.services.payments.keys(PaymentQuery())))


def begin(services: Services, clock: SetClock) -> FarDesk:
    """A property with one booking of 472.00."""
    services.settings.set(SETTINGS)
    draft = BookingDraft(
        Guest("Søren Lindqvist"), date(2026, 11, 1), date(2026, 11, 5), reference="LN-2017", total=euro(47_200)
    )
    soren = services.bookings.add(draft).value
    return FarDesk(services, services.settings.get(), soren, clock)


def outbox_dialogs(context: Context, parent: QWidget, folder: Path) -> list[DeskDialog]:
    """The dialogs of an outbox that holds one of each kind, not shown yet."""
    outbox = OutboxService(
        Outbox(folder / "outbox.sqlite3"), context.services.desk.clock, Operator("Elena", "Desk 1"), Seat()
    )
    entries = in_worker(lambda: _each_kind(outbox, context.settings))
    return [
        TakeCashDialog(context, parent, outbox),
        SlipDialog(context, parent, outbox, entries[0].kept),
        WaitingDialog(context, parent, outbox),
        ChooseBookingDialog(context, parent, entries[1]),
        UndoKeptDialog(context, parent, entries[1]),
    ]


def _each_kind(outbox: OutboxService, settings: Property) -> list[Entry]:
    """One that waits, one that needs somebody, one that is over."""
    for uid in ("waits", "refused", "undone"):
        outbox.keep(KeepDraft(uid, euro(12_345_600), reference="the big room with a view, Lindqvist"), settings)
    outbox.box.note("refused", Happening("refused", NOON, "1", "outbox.no_booking", "It names no booking here."))
    outbox.box.note("undone", Happening("undone", NOON, told="given back at the door", actor="Elena"))
    return outbox.entries()
