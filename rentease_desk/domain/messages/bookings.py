"""Bookings, stays and charges."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

BOOKINGS = {
    "booking.not_found": Message(
        "No such booking", "There is no booking with the reference “{reference}”.", "Check the reference."
    ),
    "booking.reference_taken": Message(
        "This reference is taken",
        "Another booking has the reference “{reference}” already.",
        "Choose another.",
    ),
    "booking.guest_empty": Message("The guest's name is missing", "A booking needs a guest.", "Type a name."),
    "booking.dates": Message(
        "These dates do not fit",
        "The departure {departure} is not after the arrival {arrival}.",
        "Correct the dates.",
    ),
    "booking.too_long": Message(
        "This stay is too long", "It has {nights} nights; the most is {limit}.", "Correct the dates."
    ),
    "booking.persons": Message(
        "Nobody stays",
        "A booking needs one guest at least, and no more than {limit}.",
        "Correct the number of guests.",
    ),
    "booking.total_negative": Message(
        "The total is negative", "A stay cannot cost less than nothing.", "Type a total of zero or more."
    ),
    "booking.currency_fixed": Message(
        "The currency cannot be changed",
        "This booking has charges or payments in {currency}.",
        "Make a new booking for the other currency.",
    ),
    "booking.changed": Message(
        "Somebody else changed this booking",
        "{actor} saved it after you had opened it.",
        "Look at the new version, then make your change again.",
    ),
    "room.taken": Message(
        "The room is taken",
        "{room} is {guest}'s on the night of {night} ({reference}).",
        "Choose another room.",
    ),
    "room.blocked": Message(
        "The room is blocked",
        "{room} is blocked on {night} by the calendar “{source}”.",
        "Choose another room, or free the night in that calendar and import it again.",
    ),
    "room.not_found": Message(
        "No such room", "There is no room or bed called “{room}”.", "Check the name; a new booking can make a room."
    ),
    "text.card_number": Message(
        "This looks like a card number",
        "Card numbers must never be written into this program.",
        "Take it out; brand and last four digits are enough.",
    ),
    "text.too_long": Message("This text is too long", "It has more than {limit} characters.", "Shorten it."),
}

STAYS = {
    "stay.tentative": Message(
        "This booking is not confirmed yet",
        "{guest} ({reference}) holds a room without a promise.",
        "Confirm it first: edit the booking, and choose Confirmed.",
    ),
    "stay.too_early": Message(
        "It is too early to check in",
        "{guest} ({reference}) arrives on {arrival}.",
        "If the guest is here already, edit the booking and change the arrival.",
    ),
    "stay.too_late": Message(
        "This stay is over",
        "{guest} ({reference}) was to leave on {departure}.",
        "If the guest has come after all, edit the booking and change its dates.",
    ),
    "stay.no_room": Message(
        "There is no room yet",
        "{guest} ({reference}) has no room to be checked into.",
        "Edit the booking, choose a room, then check in.",
    ),
    "stay.in_house": Message(
        "The guest is in the house already",
        "{guest} ({reference}) is checked in.",
        "Undo the check-in if it was wrong.",
    ),
    "stay.departed": Message(
        "The guest has left already", "{guest} ({reference}) is checked out.", "Undo the check-out if it was wrong."
    ),
    "stay.no_show": Message(
        "This guest did not come",
        "{guest} ({reference}) stands as a no-show.",
        "Undo the no-show if the guest has come after all.",
    ),
    "stay.cancelled": Message(
        "This booking is cancelled", "{guest} ({reference}) gave it up.", "Undo the cancellation if it was wrong."
    ),
    "stay.not_arrived": Message(
        "The guest is not in the house", "{guest} ({reference}) was not checked in.", "Check in first, then check out."
    ),
    "stay.no_show_early": Message(
        "The guest may still come",
        "{guest} ({reference}) arrives on {arrival}.",
        "Wait for that day, or cancel the booking.",
    ),
    "stay.owes": Message(
        "The bill is not paid",
        "{guest} ({reference}) still owes {amount}.",
        "Take a payment, or check out all the same and leave it open.",
    ),
    "stay.owed": Message(
        "The guest has money left here",
        "{amount} of {guest} ({reference}) stand on the folio.",
        "Give it back, or check out all the same and leave it there.",
    ),
    "stay.nothing_to_undo": Message(
        "There is nothing to undo",
        "{reference} was not checked in, checked out, cancelled or called a no-show here.",
        "Look at the booking; edit it if something is wrong.",
    ),
    "stay.changed_since": Message(
        "It cannot be undone any more",
        "{actor} changed {reference} after that.",
        "Look at the booking as it is now.",
    ),
    "stay.money_since": Message(
        "It cannot be undone any more",
        "Money has moved on the folio of {reference} after that.",
        "Look at the folio; what was charged or paid is corrected there.",
    ),
    "stay.room_taken": Message(
        "The room was given away",
        "{room} is {guest}'s on the night of {night} by now ({reference}).",
        "Nothing was undone. Move that booking first, or make a new one in another room.",
    ),
    "move.arrived": Message(
        "The guest has arrived already",
        "{guest} ({reference}) is in the house since {arrival}: the arrival cannot be moved.",
        "Change the room or the departure; undo the check-in if it was wrong.",
    ),
    "move.needs_room": Message(
        "A guest in the house needs a room", "{guest} ({reference}) is checked in.", "Choose another room."
    ),
    "move.leaving": Message(
        "No night is left to move",
        "{guest} ({reference}) leaves on {departure}.",
        "Extend the stay first, then change the room.",
    ),
    "move.over": Message(
        "These days are over",
        "{guest} ({reference}) cannot be moved to a stay that ends on {departure}.",
        "Choose later days.",
    ),
}

CHARGES = {
    "folio.not_found": Message("No such line", "This charge is not here.", "Look at the folio again."),
    "folio.kind": Message("This cannot be entered", "“{kind}” is not entered by hand.", "Choose another kind."),
    "folio.other_currency": Message(
        "Another currency", "The booking is in {booking}, the charge in {charge}.", "Charge it in {booking}."
    ),
    "folio.quantity": Message("This number cannot be used", "It is not between 1 and {limit}.", "Correct the number."),
    "folio.nothing": Message(
        "The price is missing",
        "A line of nothing, or of less, cannot be charged.",
        "Type the price of one, without a minus; a discount takes it off by itself.",
    ),
    "folio.text_missing": Message("The text is missing", "An extra says what it is for.", "Write it, in a few words."),
    "folio.reason_missing": Message("The reason is missing", "This needs a reason.", "Write why, in a few words."),
    "folio.nights": Message(
        "These nights do not fit", "The last day is not after the first.", "Correct the number of nights."
    ),
    "folio.is_reversal": Message(
        "This line takes another one back", "It cannot be taken back itself.", "Charge again what is right."
    ),
    "folio.reversed": Message(
        "This line is taken back already", "Somebody has reversed it.", "Look at the folio again."
    ),
    "folio.uid_reused": Message(
        "This line was saved already, with another content",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you enter it again.",
    ),
    "tax.rate": Message("This is not a tax rate", "“{text}” is not between 0 and 100 %.", "Type it as 22 or 7.5."),
}
