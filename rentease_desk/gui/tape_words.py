"""The tape chart's words and marks: where a stay stands, what is owed, what a move would do."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.booking import Booking, BookingStatus
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place, place_of
from rentease_desk.domain.tape import TapeBlock, TapeStay
from rentease_desk.gui.formats import DASH, Formats
from rentease_desk.gui.stay_words import nights
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.words import balance_chip, booking_chip


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("tape", text)


class Look(StrEnum):
    """How a bar is painted: each has a shape of its own."""

    IN_HOUSE = "in_house"
    ARRIVES = "arrives"
    TO_COME = "to_come"
    TENTATIVE = "tentative"
    LEFT = "left"
    BLOCKED = "blocked"


def look_name(look: Look) -> str:
    """What the legend calls it."""
    names = {
        Look.IN_HOUSE: tr("In house"),
        Look.ARRIVES: tr("Arrives today"),
        Look.TO_COME: tr("To come"),
        Look.TENTATIVE: tr("Not confirmed"),
        Look.LEFT: tr("Left"),
        Look.BLOCKED: tr("Blocked"),
    }
    return names[look]


def look_of(booking: Booking, today: date) -> Look:
    """How a booking is painted."""
    if booking.status is BookingStatus.IN_HOUSE:
        return Look.IN_HOUSE
    if booking.status is BookingStatus.TENTATIVE:
        return Look.TENTATIVE
    if booking.status is BookingStatus.CONFIRMED:
        return Look.ARRIVES if booking.arrival == today else Look.TO_COME
    return Look.LEFT


class Mark(Struct, frozen=True):
    """What the balance asks for: an icon in a colour, and the amount where something is to be done."""

    icon: str
    colour: str
    amount: str = ""


def mark_of(booking: Booking, formats: Formats, today: date) -> Mark:
    """What stands at the right of a bar."""
    chip, balance = balance_chip(booking, formats, today), booking.balance
    if chip.tone in {Tone.ATTENTION, Tone.WRONG}:
        return Mark(chip.icon, chip.tone.value, formats.amount(abs(balance.minor), balance.currency))
    is_on_its_way = 0 < balance.minor <= booking.totals.pending
    is_later = chip.tone is Tone.NEUTRAL and not is_on_its_way
    return Mark("circle" if is_later else chip.icon, chip.tone.value)


def marks_told() -> str:
    """What the marks mean."""
    return tr("✓ settled · ○ to pay later · ● due today · △ late · ↩ to give back")


def short_names(name: str) -> tuple[str, ...]:
    """A name, and what to fall back to where it is too long: ``M. Szabó``, then ``Szabó``."""
    first, _, rest = name.partition(" ")
    last = rest.rpartition(" ")[2]
    return (name, f"{first[0]}. {last}", last) if first and last else (name,)


def stay_told(stay: TapeStay, today: date, formats: Formats) -> str:
    """Everything about a bar, in one line: for the status bar, on hover, and for screen readers."""
    booking = stay.booking
    word = booking_chip(booking.status).word if look_of(booking, today) is not Look.ARRIVES else look_name(Look.ARRIVES)
    parts = (
        booking.guest.name,
        tr("room {room}").format(room=", ".join(booking.rooms)) if booking.rooms else tr("no room yet"),
        _days(booking.arrival, booking.departure, formats),
        nights(booking.nights),
        word,
        balance_chip(booking, formats, today).word,
    )
    return " · ".join(parts)


def block_told(room: str, block: TapeBlock, formats: Formats) -> str:
    """Everything about a block, in one line."""
    parts = (
        tr("{room} is blocked").format(room=room),
        _days(block.first, block.last, formats),
        nights((block.last - block.first).days),
        tr("by the calendar “{source}”").format(source=block.source),
    )
    return " · ".join(parts)


def free_told(room: str, night: date, formats: Formats) -> str:
    """A night that nobody has."""
    return tr("{room} is free on {day}").format(room=room, day=formats.short_date(night))


def place_told(before: Place, to: Place, formats: Formats) -> str:
    """Where to, in few words: ``302 → 303``, or the new days where the room stays."""
    if to.room != before.room:
        return f"{before.room or tr('no room')} → {to.room or tr('no room')}"
    return _days(to.arrival, to.departure, formats)


def days_told(before: Place, to: Place, formats: Formats) -> str:
    """The days and nights, and how many there were."""
    count = nights(to.nights)
    if to.nights != before.nights:
        count = tr("{nights} instead of {before}").format(nights=count, before=formats.count(before.nights))
    return f"{_days(to.arrival, to.departure, formats)}, {count}"


def difference_told(before: Money, after: Money, formats: Formats) -> str:
    """``+€98.00``, or that nothing changes."""
    minor = after.minor - before.minor
    if minor == 0:
        return tr("same price")
    return ("+" if minor > 0 else "") + formats.money(Money(minor, after.currency))


def price_told(before: Money, after: Money, formats: Formats) -> str:
    """What the stay costs then."""
    if before.minor == after.minor:
        return tr("the stay costs {price}").format(price=formats.money(after))
    return tr("{price} instead of {before}").format(price=formats.money(after), before=formats.money(before))


def moved_told(moved: Moved, formats: Formats) -> str:
    """What was just moved, and what came of it."""
    to, guest = place_of(moved.booking), moved.booking.guest.name
    where = tr("{guest}: {place}.").format(
        guest=guest, place=f"{to.room or tr('no room')}, {days_told(moved.before, to, formats)}"
    )
    if moved.undone:
        return tr("{guest} is back: {place}.").format(
            guest=guest, place=f"{to.room or tr('no room')}, {_days(to.arrival, to.departure, formats)}"
        )
    price = difference_told(moved.price_before, moved.price, formats)
    return " ".join((where, tr("Price: {difference}.").format(difference=price), tr("Ctrl+Z undoes it.")))


def _days(first: date, last: date, formats: Formats) -> str:
    return f"{formats.short_date(first)} {DASH} {formats.short_date(last)}"
