"""Cash that was taken while the database was away."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

_CHOOSE = "It waits. Choose its booking in the list of what waits."

OUTBOX = {
    "outbox.not_needed": Message(
        "Nothing waits on this property",
        "Its database is a file of this computer, which is never away.",
        "Take the payment as always.",
    ),
    "outbox.failed": Message(
        "What waits cannot be kept",
        "{path}: {reason}.",
        "Note the payment on paper, and take it when the database is back.",
    ),
    "outbox.newer": Message(
        "What waits was kept by a newer Rentease Desk",
        "{path} cannot be read by this version.",
        "Update the program on this computer. Nothing was changed.",
    ),
    "outbox.not_found": Message("No such payment waits", "“{name}” is not in the outbox.", "Look at the list."),
    "outbox.ended": Message(
        "It does not wait any more", "Slip {slip} was delivered or undone meanwhile.", "Look at the list."
    ),
    "outbox.only_cash": Message(
        "Only cash can be taken now",
        "The database is away, and this is no cash.",
        "Take cash, or wait until the database is back. What was typed stays.",
    ),
    "outbox.reference_missing": Message(
        "The reference is missing",
        "By it the payment finds its booking when the database is back.",
        "Type it as it stands on the booking.",
    ),
    "outbox.no_booking": Message("No booking has this reference", "“{reference}” names no booking.", _CHOOSE),
    "outbox.booking_cancelled": Message(
        "The booking is cancelled", "{reference} was cancelled; the money may belong elsewhere.", _CHOOSE
    ),
    "outbox.reason_missing": Message("The reason is missing", "Somebody will ask why later.", "Type it."),
    "outbox.may_be_in": Message(
        "It may be in the database already",
        "Slip {slip} was sent, and the answer never came.",
        "Let it be delivered, then void it there.",
    ),
    "outbox.others": Message(
        "Somebody else has taken it",
        "{actor} took slip {slip}; only they can undo it while the database is away.",
        "Wait until the database is back, or ask {actor}.",
    ),
    "outbox.drawer_waits": Message(
        "Cash still waits to be delivered",
        "{count} payments of {sums} lie in this drawer and are not in the database yet.",
        "Deliver what waits, then close the drawer.",
    ),
}
