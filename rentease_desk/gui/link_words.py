"""Payment links in words: how one stands, how long it lives, and what is written to the guest."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from PySide6.QtCore import QCoreApplication

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.links import HOUR, LinkState, PaymentLink
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.tokens import Tone


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("links", text)


def link_chip(state: LinkState) -> Chip:
    """How a link stands."""
    chips: Mapping[LinkState, Chip] = {
        LinkState.MAKING: Chip(tr("Being made"), "circle-dashed", Tone.NEUTRAL),
        LinkState.REFUSED: Chip(tr("Not made"), "circle-cross", Tone.WRONG),
        LinkState.OPEN: Chip(tr("Open"), "clock", Tone.ATTENTION),
        LinkState.CANCELLING: Chip(tr("Being cancelled"), "circle-dashed", Tone.ATTENTION),
        LinkState.PROCESSING: Chip(tr("Debit under way"), "clock", Tone.NEUTRAL),
        LinkState.PAID: Chip(tr("Paid"), "circle-tick", Tone.GOOD),
        LinkState.UNPAID: Chip(tr("Debit came back"), "circle-cross", Tone.WRONG),
        LinkState.EXPIRED: Chip(tr("Expired"), "circle-slash", Tone.OUTLINE),
        LinkState.CANCELLED: Chip(tr("Cancelled"), "circle-slash", Tone.OUTLINE),
    }
    return chips[state]


def life_words(life: int | None) -> str:
    """How long a link lives (seconds), in a word or two."""
    if life is None:
        return tr("Until paid")
    if life < HOUR:
        return tr("{n} minutes").format(n=life // 60)
    return tr("{n} hours").format(n=life // HOUR)


def end_words(link: PaymentLink, formats: Formats) -> str:
    """Until when it can be paid by, or since when it stands."""
    if link.trouble is not None:
        return link.trouble.explain().happened
    if link.state not in {LinkState.OPEN, LinkState.CANCELLING}:
        return tr("made {moment} by {actor}").format(moment=formats.moment(link.created_at), actor=link.actor)
    if link.expires_at is None:
        return tr("until it is paid or cancelled")
    return tr("until {moment}").format(moment=formats.moment(link.expires_at))


def message_to(link: PaymentLink, booking: Booking, hotel: str, formats: Formats) -> str:
    """What the guest gets to read."""
    words = tr("Dear {guest},\n\nplease pay {amount} for your stay {reference} here:\n{url}\n\n{until}{hotel}")
    until = ""
    if link.expires_at is not None:
        until = tr("The page is open until {moment}.").format(moment=formats.moment(link.expires_at)) + "\n\n"
    return words.format(
        guest=booking.guest.name,
        amount=formats.money(link.money),
        reference=booking.reference,
        url=link.url or "",
        until=until,
        hotel=hotel,
    )


def mail_to(booking: Booking, hotel: str, text: str) -> str:
    """An address that opens the mail program with the message, ready to be sent."""
    subject = tr("{hotel}: payment for {reference}").format(hotel=hotel, reference=booking.reference)
    body = text.replace("\n", "\r\n")  # RFC 6068
    return f"mailto:{quote(booking.guest.email)}?subject={quote(subject)}&body={quote(body)}"
