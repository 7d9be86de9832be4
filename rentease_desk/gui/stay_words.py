"""What is done with stays, and where they stand today, in the window's words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.booking import Booking, BookingStatus
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.money import Money
from rentease_desk.domain.stays import DayLine, Deed, Done, LastChange
from rentease_desk.gui.formats import Formats

KEYS = {Deed.CHECK_IN: "I", Deed.CHECK_OUT: "O", Deed.NO_SHOW: "Ctrl+Shift+N", Deed.CANCEL: "Ctrl+Shift+X"}
"""The key of each deed. Letters act where no field has the keyboard."""
UNDO_KEY = "Ctrl+Z"


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("stays", text)


def deed_name(deed: Deed) -> str:
    """What it is called on a button and in the menu."""
    names = {
        Deed.CHECK_IN: tr("Check in"),
        Deed.CHECK_OUT: tr("Check out"),
        Deed.NO_SHOW: tr("No-show"),
        Deed.CANCEL: tr("Cancel booking"),
    }
    return names[deed]


def undo_name(status: BookingStatus) -> str:
    """What undoing would be called where a stay stands so; "" where there is nothing to undo."""
    names = {
        BookingStatus.IN_HOUSE: tr("Undo check-in"),
        BookingStatus.DEPARTED: tr("Undo check-out"),
        BookingStatus.NO_SHOW: tr("Undo no-show"),
        BookingStatus.CANCELLED: tr("Undo cancellation"),
    }
    return names.get(status, "")


def done_told(done: Done, formats: Formats) -> str:
    """What was just done, and what came of it."""
    guest = done.booking.guest.name
    if done.undone:
        undone = {
            Deed.CHECK_IN: tr("{guest} is not checked in any more."),
            Deed.CHECK_OUT: tr("{guest} is in the house again."),
            Deed.NO_SHOW: tr("{guest} is expected again."),
            Deed.CANCEL: tr("{guest}'s booking stands again."),
        }
        return undone[done.deed].format(guest=guest)
    told = {
        Deed.CHECK_IN: tr("{guest} is checked in."),
        Deed.CHECK_OUT: tr("{guest} is checked out."),
        Deed.NO_SHOW: tr("{guest} did not come; the room is free."),
        Deed.CANCEL: tr("{guest}'s booking is cancelled; the room is free."),
    }
    parts = (told[done.deed].format(guest=guest), _what_remains(done, formats), tr("Ctrl+Z undoes it."))
    return " ".join(part for part in parts if part)


def became_told(seen: Booking, last: LastChange, own: Operator, *, marked: bool) -> str:
    """What became of a guest who was marked and has gone from the place; ``marked``: the mark went along."""
    told = {
        Deed.CHECK_IN: tr("{guest} was checked in"),
        Deed.CHECK_OUT: tr("{guest} was checked out"),
        Deed.NO_SHOW: tr("{guest} was called a no-show"),
        Deed.CANCEL: tr("{guest}'s booking was cancelled"),
    }
    what = {deed.value: words for deed, words in told.items()}.get(last.action, tr("{guest}'s booking was changed"))
    by = "" if last.by == own else tr(" by {actor} at {desk}").format(actor=last.by.actor, desk=last.by.desk)
    happened = f"{what.format(guest=seen.guest.name)}{by}." if last.booking.version != seen.version else ""
    nobody = "" if marked else tr("↑ or ↓ marks another guest.")
    return " ".join(part for part in (happened, nobody) if part)


def _what_remains(done: Done, formats: Formats) -> str:
    """What the deed does not do by itself."""
    booking = done.booking
    if done.deed is Deed.CANCEL and booking.totals.balance < 0:
        return tr("{amount} are owed to the guest.").format(amount=formats.money(-booking.balance))
    if done.deed is Deed.NO_SHOW and booking.totals.charged:
        return tr("{amount} stays charged: V on the folio takes it back.").format(amount=formats.money(booking.charged))
    if done.deed is Deed.CHECK_OUT and done.freed.nights:
        words = tr("Room {name}: {nights} free for others, still charged.")
        return words.format(name=", ".join(done.freed.rooms), nights=nights(done.freed.nights))
    return ""


def nights(count: int) -> str:
    """``1 night``, ``4 nights``."""
    return tr("1 night") if count == 1 else tr("{count} nights").format(count=count)


def arriving_told(line: DayLine, today: date, formats: Formats) -> tuple[str, str]:
    """A guest who is still to come; then the same in few words, as in the functions below."""
    booking, stay = line.booking, nights(line.booking.nights)
    tentative = booking.status is BookingStatus.TENTATIVE
    if booking.arrival != today:
        words = tr("expected since {day}, not confirmed") if tentative else tr("expected since {day}")
        return _both(words, tr("since {day}"), day=formats.short_date(booking.arrival))
    if tentative:
        return _both(tr("{nights} · not confirmed"), tr("not confirmed"), nights=stay)
    if not booking.rooms:
        return _both(tr("{nights} · no room yet"), tr("no room yet"), nights=stay)
    return _both(tr("{nights} to {day}"), stay, nights=stay, day=formats.short_date(booking.departure))


def arrived_told(line: DayLine, _today: date, formats: Formats) -> tuple[str, str]:
    """A guest who came today."""
    stay = nights(line.booking.nights)
    if line.at is None:
        return _both(tr("{nights} to {day}"), stay, nights=stay, day=formats.short_date(line.booking.departure))
    return _both(tr("{nights} · in since {time}"), tr("in since {time}"), nights=stay, time=formats.time(line.at))


def staying_told(line: DayLine, today: date, formats: Formats) -> tuple[str, str]:
    """A guest who stays tonight."""
    leaves = line.booking.departure
    left = nights((leaves - today).days)
    return _both(tr("to {day}, {nights} left"), tr("to {day}"), day=formats.short_date(leaves), nights=left)


def leaving_told(line: DayLine, today: date, formats: Formats) -> tuple[str, str]:
    """A guest who leaves today, or should have left."""
    booking, stay = line.booking, nights(line.booking.nights)
    if booking.departure != today:
        return _both(tr("was to leave {day}"), tr("since {day}"), day=formats.short_date(booking.departure))
    return _both(tr("{nights} from {day}"), stay, nights=stay, day=formats.short_date(booking.arrival))


def left_told(line: DayLine, _today: date, formats: Formats) -> tuple[str, str]:
    """A guest who left today."""
    stay = nights(line.booking.nights)
    if line.at is None:
        return _both(tr("{nights} from {day}"), stay, nights=stay, day=formats.short_date(line.booking.arrival))
    return _both(tr("{nights} · left {time}"), tr("left {time}"), nights=stay, time=formats.time(line.at))


def _both(words: str, few: str, **parts: str) -> tuple[str, str]:
    return words.format(**parts), few.format(**parts)


def money_told(amounts: tuple[Money, ...], formats: Formats) -> str:
    """Amounts of several currencies beside each other."""
    return " · ".join(formats.money(one) for one in amounts)
