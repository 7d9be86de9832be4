"""Every known error's English text: what it is, what happened, what to do. Windows translate these strings.

``{name}`` stands for a parameter of the error. Write for a receptionist: no jargon, no blame, one thing to do.
"""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """Templates of the three sentences. ``remedy`` is empty where there is nothing to do."""

    title: str
    happened: str
    remedy: str = ""


_AMOUNTS = {
    "amount.not_a_number": Message(
        "This is not an amount", "“{text}” cannot be read as one amount.", "Type digits and one decimal mark."
    ),
    "amount.zero": Message("The amount is zero", "A payment of nothing cannot be taken.", "Type the amount received."),
    "amount.negative": Message(
        "The amount is negative",
        "Money given back is not entered as a negative payment.",
        "Type the amount received, without a minus.",
    ),
    "amount.too_many_decimals": Message(
        "Too many decimals", "{currency} has {places} decimals.", "Leave out the digits after them."
    ),
    "amount.too_large": Message(
        "The amount is too large",
        "It has more than {digits} digits.",
        "Check it; a digit may have slipped in.",
    ),
    "amount.tendered_short": Message(
        "Not enough was given", "{tendered} is less than {amount}.", "Take more, or lower the amount."
    ),
    "amount.other_currency": Message(
        "Another currency",
        "“{text}” is not in {currency}, and amounts of two currencies are never mixed.",
        "Type the amount in {currency}.",
    ),
    "currency.unknown": Message(
        "Unknown currency",
        "“{currency}” is not a currency of ISO 4217.",
        "Use a code such as EUR, USD or JPY.",
    ),
}

_BOOKINGS = {
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

_STAYS = {
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

_CHARGES = {
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

_PAYMENTS = {
    "payment.not_found": Message("No such payment", "This payment is not here.", "Refresh the list."),
    "payment.method_unknown": Message(
        "Unknown method", "“{method}” is not one of this property's methods: {known}.", "Choose one of them."
    ),
    "payment.reference_missing": Message(
        "The reference is missing",
        "{method} asks for a reference.",
        "Type the number on the slip or statement.",
    ),
    "payment.card_by_hand": Message(
        "Was this card charged through Stripe?",
        "A card charged through Stripe arrives by itself, and would stand here twice.",
        "Enter it only if it was taken on a terminal that Stripe does not see (--terminal).",
    ),
    "payment.other_currency": Message(
        "Another currency", "The booking is in {booking}, the payment in {payment}.", "Take it in {booking}."
    ),
    "payment.twin": Message(
        "The same payment twice?",
        "{amount} by {method} stands on this booking already, from {moment}.",
        "Look at the folio first. If this is another payment, take it all the same (--despite-duplicate).",
    ),
    "payment.cash_due": Message(
        "Cash is rounded otherwise now",
        "{due} is to be taken for {amount}.",
        "Look at what is to be taken, then take it.",
    ),
    "payment.uid_reused": Message(
        "This payment was saved already, with another amount",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you take it again.",
    ),
    "match.taken": Message(
        "Somebody else was first",
        "{actor} put this payment on {reference} meanwhile.",
        "Look at that folio; if it is wrong there, take it back first.",
    ),
    "match.changed": Message(
        "This payment has changed meanwhile",
        "Stripe or another desk told something new of it after you had opened it.",
        "Look at it again, then choose.",
    ),
    "match.other_currency": Message(
        "Another currency",
        "The payment is in {payment}, {reference} in {booking}.",
        "Choose a booking in {payment}.",
    ),
    "match.manual": Message(
        "This payment has its booking",
        "A payment that was entered by hand belongs to the booking it was entered on.",
        "Void it there, and enter it on the other booking.",
    ),
    "match.not_assigned": Message(
        "There is nothing to take back", "This payment is on no booking.", "Look at the list again."
    ),
    "match.not_by_person": Message(
        "This cannot be taken back here",
        "The payment itself names {reference}; no person put it there.",
        "Correct the booking's reference, or the payment's metadata in Stripe.",
    ),
    "match.moved": Message(
        "It is on another booking now",
        "{actor} put this payment on {reference} meanwhile.",
        "Look at that folio.",
    ),
    "void.stripe": Message("A Stripe payment cannot be voided", "The money went through Stripe.", "Refund it instead."),
    "void.already": Message("This payment is void already", "It was voided before.", ""),
    "void.refunded": Message(
        "A refunded payment cannot be voided",
        "Money of this payment was given back.",
        "Nothing needs to be done.",
    ),
    "void.day_over": Message(
        "Its day is over",
        "A payment can be voided on its own business day, {day}, only.",
        "Refund it instead.",
    ),
    "void.reason_missing": Message("The reason is missing", "A void needs a reason.", "Write why, in a few words."),
}

_PARTS = {
    "parts.void": Message("A void payment cannot be moved", "It counts as nothing.", "Take it on the other booking."),
    "parts.not_paid": Message(
        "This payment cannot be moved", "It did not succeed, or not yet.", "Wait until it has succeeded."
    ),
    "parts.nothing_left": Message(
        "Nothing is left to move", "All of it was given back, or is on another booking.", "Look at the folio."
    ),
    "parts.choose": Message("No booking is chosen", "Nothing was found yet.", "Type a name or reference, then choose."),
    "parts.same": Message("It is there already", "This is the booking it is on.", "Choose another booking."),
    "parts.twice": Message("A booking is named twice", "Each booking gets one part.", "Put its parts together."),
    "parts.amount": Message("A part is nothing", "Each part is more than nothing.", "Type an amount, or leave it out."),
    "parts.sum": Message(
        "The parts do not come to what is left", "They are {sum}, and {left} is left.", "Correct the amounts."
    ),
    "parts.changed": Message(
        "This payment has changed meanwhile",
        "Some of it was moved or given back after you had opened it.",
        "Look at the folio again.",
    ),
    "parts.uid_reused": Message(
        "This was saved already, for another payment", "The same entry was sent twice.", "Look at the folio again."
    ),
    "parts.no_deed": Message(
        "There is nothing to take back", "This payment was not moved, or that is undone already.", "Look at the folio."
    ),
    "parts.undone": Message("It is taken back already", "Somebody has undone it.", "Look at the folio again."),
    "parts.used": Message(
        "This cannot be taken back any more",
        "The money was moved on, given back or made void since.",
        "Move it to where it belongs now.",
    ),
    "parts.split": Message(
        "This payment is spread over several bookings",
        "Only the whole of it can be taken back.",
        "Undo the split first.",
    ),
}

_DUPLICATES = {
    "duplicates.kinds": Message(
        "These two cannot be one",
        "One must be entered by hand, and the other come from Stripe.",
        "Choose a card payment entered by hand and a Stripe payment.",
    ),
    "duplicates.not_card": Message(
        "This is no card payment",
        "Only a card payment entered by hand can be the same as one of Stripe's.",
        "If it was entered by mistake, void or refund it.",
    ),
    "duplicates.amount": Message(
        "The amounts differ", "{manual} was entered by hand, Stripe says {stripe}.", "Correct the entry by hand first."
    ),
    "duplicates.void": Message("This payment is void already", "It counts as nothing.", "Nothing needs to be done."),
    "duplicates.refunded": Message(
        "Money of the entry by hand was given back",
        "It counts as less than it was, so the two cannot be made one any more.",
        "Look at the folio: the refund may have corrected it already.",
    ),
    "duplicates.split": Message(
        "This payment is spread over several bookings",
        "Only a whole payment can be made one with another.",
        "Undo the split first.",
    ),
    "duplicates.not_paid": Message(
        "The Stripe payment is not paid", "It did not succeed, or not yet.", "Wait until it has succeeded."
    ),
    "duplicates.other_booking": Message(
        "They are on two bookings",
        "The entry by hand is on {manual}, the Stripe payment on {stripe}.",
        "If one of them is on the wrong booking, move it first.",
    ),
    "duplicates.taken": Message(
        "The Stripe payment stands for another entry",
        "{actor} made it one with another payment that was entered by hand.",
        "Look at the folio; if that was wrong, undo it first.",
    ),
    "duplicates.said_same": Message(
        "They are one already", "{actor} has merged these two payments.", "Look at the folio again."
    ),
    "duplicates.said_two": Message(
        "They are two payments",
        "{actor} said that these are two payments.",
        "If that was wrong, undo it first, then merge them.",
    ),
    "duplicates.changed": Message(
        "One of the payments has changed meanwhile",
        "Stripe or another desk told something new of it after you had opened it.",
        "Look at both again, then choose.",
    ),
    "duplicates.nothing": Message(
        "There is nothing to take back", "Nobody has said anything of these two payments.", "Look at them again."
    ),
    "duplicates.used": Message(
        "This cannot be taken back any more",
        "Money of the Stripe payment was moved or given back since.",
        "Take the payment by hand again, if it was one of its own.",
    ),
    "duplicates.uid_reused": Message(
        "This was saved already, for other payments", "The same entry was sent twice.", "Look at the folio again."
    ),
}

_REFUNDS = {
    "link.life": Message(
        "Stripe does not take this",
        "A page to pay on lives from 30 minutes to 24 hours.",
        "Choose one of the times, or a link that lives until it is paid.",
    ),
    "link.website_missing": Message(
        "The website is missing",
        "After paying, the guest's browser goes to the property's website, which is not set.",
        "Enter it in Settings, or choose a link that lives until it is paid: that needs none.",
    ),
    "link.other_currency": Message(
        "Another currency", "The booking is in {booking}, the link in {link}.", "Ask for it in {booking}."
    ),
    "link.others_open": Message(
        "Other links are still open",
        "By {count} other link(s) {amount} can still be paid, and with this one more than is owed.",
        "Cancel what the guest should not pay, or make this one beside them all the same.",
    ),
    "link.uid_reused": Message(
        "This link was saved already, with another amount",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you make another link.",
    ),
    "link.not_found": Message(
        "There is no such payment link", "“{id}” is not the id of one.", "“rentease-desk links list” shows them."
    ),
    "link.no_permission": Message(
        "This Stripe key may not make payment links",
        "The key {key} lacks the permission “{permission}” ({what}: write).",
        "Allow it in Stripe's dashboard (Developers, API keys).",
    ),
    "link.not_sent": Message("No payment link was made", "{reason}", "Try again later."),
    "link.stripe_refused": Message("Stripe refused the payment link", "{reason}", "Nothing was made."),
    "link.not_made": Message(
        "Stripe did not make this payment link",
        "It was asked for, no answer came, and 20 hours later Stripe shows no such link.",
        "Make another one, if it is still wanted.",
    ),
    "link.too_late": Message(
        "This payment link was never made",
        "The program ended before it asked Stripe, and the time for it has passed.",
        "Make another one, if it is still wanted.",
    ),
    "link.unknown": Message(
        "Stripe has not confirmed the payment link yet",
        "{reason}",
        "It is looked after by itself, and appears on the folio when Stripe has it.",
    ),
    "link.stopped": Message("It was stopped", "Stripe was not asked any more.", "Do it again, if it is still wanted."),
    "link.not_open": Message(
        "This payment link cannot be cancelled", "It is not open (any more).", "Look at the folio."
    ),
    "link.paid_meanwhile": Message(
        "The guest has paid by this link already",
        "It cannot be cancelled any more: {amount} comes by itself, or is here.",
        "If it was paid twice, refund one of the payments.",
    ),
    "link.cancel_refused": Message("Stripe did not cancel the link", "{reason}", "The link is open as before."),
    "link.cancel_unknown": Message(
        "Stripe has not confirmed that the link is cancelled",
        "{reason}",
        "It is tried again by itself. Until the folio says “cancelled”, the guest may still pay by it.",
    ),
    "refund.reason_missing": Message("The reason is missing", "A refund needs a reason.", "Write why, in a few words."),
    "refund.too_much": Message(
        "More than is left", "Of this payment {left} can still be refunded.", "Enter {left} or less."
    ),
    "refund.nothing_left": Message(
        "Nothing is left to refund",
        "All of it was given back, is on its way, or is on another booking.",
        "Look at the refunds on the folio.",
    ),
    "refund.which": Message(
        "The booking is missing",
        "The payment is spread over {references}; what goes back comes off one of these.",
        "Choose the booking.",
    ),
    "refund.other_currency": Message(
        "Another currency", "The payment is in {payment}, the refund in {refund}.", "Refund it in {payment}."
    ),
    "refund.void": Message("A void payment cannot be refunded", "It counts as nothing already.", ""),
    "refund.not_paid": Message(
        "There is no money to give back", "This payment did not succeed, or not yet.", "Wait until it has succeeded."
    ),
    "refund.uid_reused": Message(
        "This refund was saved already, with another amount",
        "The same entry was sent twice with different contents.",
        "Look at the folio before you refund again.",
    ),
    "refund.no_permission": Message(
        "This Stripe key may not refund",
        "The key {key} lacks the permission “{permission}” (Charges and Refunds: write). Nothing was refunded.",
        "Allow it in Stripe's dashboard (Developers, API keys), or refund there: Payments, open {charge}, Refund. The"
        " refund then arrives here by itself.",
    ),
    "refund.not_sent": Message("Nothing was refunded", "{reason}", "Try again later."),
    "refund.stripe_refused": Message("Stripe refused the refund", "{reason}", "Nothing was refunded."),
    "refund.already": Message(
        "It was refunded in Stripe already",
        "Stripe had given back {given} of it; that stands here now. Nothing more was refunded.",
        "Look at the folio: {left} can still be refunded.",
    ),
    "refund.not_made": Message(
        "Stripe did not make this refund",
        "It was asked for, no answer came, and 20 hours later Stripe shows no such refund. Nothing was refunded.",
        "Refund it again, if it is still owed.",
    ),
    "refund.too_late": Message(
        "This refund was never sent",
        "The program ended before it asked Stripe, more than 20 hours ago. Nothing was refunded.",
        "Refund it again, if it is still owed.",
    ),
    "refund.unknown": Message(
        "Stripe has not confirmed the refund yet",
        "{reason}",
        "It stays pending and is looked after by itself. Do not refund it a second time.",
    ),
}

_RECEIPTS = {
    "receipt.not_paid": Message(
        "There is nothing to confirm yet", "This payment did not succeed, or not yet.", "Wait until it has succeeded."
    ),
    "receipt.void": Message(
        "A void payment has no receipt", "It counts as nothing, and no receipt was issued before it was voided.", ""
    ),
    "receipt.refund_not_done": Message(
        "There is nothing to confirm yet",
        "This refund did not succeed, or not yet.",
        "Wait until Stripe says that it has succeeded.",
    ),
    "receipt.not_found": Message(
        "No such receipt", "There is no receipt “{number}”.", "Look at “receipts list”, or at the folio."
    ),
    "receipt.of_what": Message(
        "Of what?", "A receipt is of one payment, or of one refund.", "Name it with --payment or with --refund."
    ),
    "receipt.gap": Message(
        "Receipts are missing",
        "The numbers of {years} do not run from the first to the last one given.",
        "Somebody has changed the database itself: compare it with a backup, and ask your technician.",
    ),
    "receipt.not_printed": Message(
        "The receipt was not printed",
        "The printer {printer} did not take it.",
        "Look at the printer, then print again: the receipt keeps its number.",
    ),
    "receipt.no_printer": Message(
        "There is no printer",
        "This computer knows no printer.",
        "Save the receipt as a PDF, or set up a printer in the system's settings.",
    ),
}

_SETTINGS = {
    "settings.unknown": Message("No such setting", "There is no setting “{name}”. There are: {known}.", "Choose one."),
    "settings.zone": Message(
        "Unknown time zone",
        "“{zone}” is not a time zone.",
        "Use a name such as Europe/Rome or America/New_York.",
    ),
    "settings.day_roll": Message(
        "This hour cannot be used", "“{value}” is not a time from 00:00 to 12:00.", "Type it as 04:00."
    ),
    "settings.interval": Message(
        "This interval cannot be used",
        "“{value}” is not 0 (off) or 1 to 1440 minutes.",
        "Type a number of minutes.",
    ),
    "settings.city_tax": Message(
        "This amount cannot be used", "“{value}” is less than nothing.", "Type it as 2.50, or 0 for none."
    ),
    "settings.website": Message(
        "This is not a web address", "“{value}” cannot be opened by a browser.", "Enter it as https://hotel.example."
    ),
    "settings.city_tax_age": Message(
        "This age cannot be used", "“{value}” is not a number from 0 to {limit}.", "Type it as 14, or 0 for no limit."
    ),
    "settings.name_empty": Message("The name is missing", "The property needs a name.", "Type one."),
    "settings.methods": Message(
        "These methods cannot be used",
        "“{value}” is not a list of method codes.",
        "Type them as cash,cheque,transfer.",
    ),
    "settings.cash_rounding": Message(
        "Cash cannot be rounded like this",
        "“{value}” is not “off”, nor a currency with its smallest coin.",
        "Type it as CHF 0.05; several as CHF 0.05, SEK 1.",
    ),
    "settings.language": Message(
        "Unknown language", "“{value}” is not a language.", "Use a code such as en_GB, de_DE or it_IT."
    ),
    "settings.lines": Message(
        "Too much text", "There is room for {lines} lines of {letters} letters each.", "Shorten it."
    ),
    "settings.paper": Message("Unknown paper", "“{value}” is not one of {known}.", "Choose one of them."),
    "settings.changed": Message(
        "Somebody else changed the settings",
        "They were saved after you had opened them.",
        "Look at them again.",
    ),
    "environment.invalid": Message(
        "{name} cannot be used", "{reason}", "Correct the environment variable, or remove it."
    ),
    "date.invalid": Message("This is not a date", "“{text}” is not a day.", "Type it as 2026-11-05."),
    "range.empty": Message("The dates are the wrong way round", "{last} is before {first}.", "Correct the dates."),
}

_DATABASE = {
    "database.newer": Message(
        "This database is of a newer Rentease Desk",
        "It has version {found}; this program knows {known} and older.",
        "Update the program on this computer. Nothing was changed.",
    ),
    "database.older": Message(
        "This database must be brought up to date first",
        "It has version {found}; this program needs {known}.",
        "Run “rentease-desk db upgrade”, or open the desk, which offers it.",
    ),
    "database.no_such_version": Message(
        "There is no such version", "“{revision}” is not one of {known}.", "Choose one of them. Nothing was changed."
    ),
    "database.corrupt": Message(
        "The database file is damaged",
        "{path} cannot be read as a database.",
        "Leave the file as it is, put the last backup in its place, and keep the damaged one.",
    ),
    "database.foreign": Message(
        "This is another program's database",
        "{path} holds tables that are not Rentease Desk's.",
        "Choose another file. Nothing was changed.",
    ),
    "database.locked": Message(
        "The database is busy",
        "Another program held it for more than {seconds} seconds.",
        "Nothing was lost. Close the other program, or try again in a moment.",
    ),
    "database.readonly": Message(
        "The database cannot be written",
        "{path} is read-only for this user.",
        "Ask for the right to write it, then try again. Nothing was lost.",
    ),
    "database.full": Message(
        "The disk is full", "There is no room to save.", "Free some space, then try again. Nothing was lost."
    ),
    "database.unreachable": Message(
        "The database cannot be reached",
        "{address} does not answer.",
        "Check the network and the database server, then try again. Nothing was lost.",
    ),
    "database.refused": Message(
        "The database refused the sign-in",
        "{address} does not accept this user or password.",
        "Check both in the database's address.",
    ),
    "database.folder": Message(
        "The data folder cannot be used",
        "{path}: {reason}.",
        "Check the folder, or set RENTEASE_DATA_DIR to another.",
    ),
    "database.network_share": Message(
        "A database file on a network share is not safe",
        "{path} lies on a {kind} share, where two desks can damage it.",
        "Put the file on this computer's own disk, or use PostgreSQL for several desks (RENTEASE_DATABASE_URL).",
    ),
    "database.url": Message(
        "This is not a database address",
        "{reason}",
        "Use sqlite:///path or postgresql+psycopg://user@host/name.",
    ),
    "database.failed": Message(
        "The database could not do this",
        "{reason}",
        "Nothing was saved. Try again; if it stays, tell your technician.",
    ),
}

_STRIPE = {
    "stripe.no_key": Message(
        "No Stripe key",
        "This desk has no key for the property's Stripe account.",
        "Add one in Settings, Stripe.",
    ),
    "stripe.unreachable": Message(
        "Stripe cannot be reached",
        "There is no answer from {host}.",
        "Check the internet. Cash works meanwhile, and card payments follow with the next sync.",
    ),
    "stripe.timeout": Message(
        "Stripe answers too slowly",
        "{host} took longer than {seconds} seconds.",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.down": Message(
        "Stripe has a problem",
        "Stripe answered with an error of its own ({status}).",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.busy": Message(
        "Stripe asks us to wait",
        "Too many requests were sent to this account.",
        "Nothing was lost; the next sync tries again.",
    ),
    "stripe.wrong_key": Message(
        "Stripe does not accept the key",
        "The key {key} is wrong, or was deleted in Stripe.",
        "Put the right key into Settings, Stripe.",
    ),
    "stripe.expired_key": Message(
        "The Stripe key has expired",
        "The key {key} was rolled or has run out.",
        "Make a new key in Stripe's dashboard and put it into Settings, Stripe.",
    ),
    "stripe.no_permission": Message(
        "The Stripe key may not do this",
        "The key {key} lacks the permission “{permission}”.",
        "Edit the key in Stripe's dashboard (Developers, API keys) and allow it.",
    ),
    "stripe.not_stripe": Message(
        "This is not Stripe's answer",
        "{host} answered with a web page instead of data.",
        "A Wi-Fi sign-in page may stand in between: open a browser, sign in, and sync again.",
    ),
    "stripe.insecure_base": Message(
        "The key is not sent there",
        "{host} is not Stripe, and a live key is sent to Stripe's own address only.",
        "Remove STRIPE_API_BASE, or use a test key.",
    ),
    "stripe.insecure_http": Message(
        "The key is not sent there",
        "{host} is not reached by https, so anybody on the way could read the key.",
        "Use an address that begins with https.",
    ),
    "stripe.bad_key": Message(
        "This is not a Stripe key",
        "A key begins with rk_live_, rk_test_, sk_live_ or sk_test_.",
        "Copy it again from Stripe's dashboard (Developers, API keys).",
    ),
    "stripe.publishable_key": Message(
        "This key cannot read payments",
        "A key that begins with pk_ is made for web pages.",
        "Use a restricted key; it begins with rk_.",
    ),
    "stripe.other_account": Message(
        "This key belongs to another Stripe account",
        "The database holds payments of {expected}; the key is for {found}.",
        "Use the right key, or another database. Nothing was changed.",
    ),
    "stripe.other_mode": Message(
        "Test and live never mix",
        "The database holds {expected} payments; the key is a {found} key.",
        "Use a {expected} key, or another database. Nothing was changed.",
    ),
    "stripe.refused": Message(
        "Stripe refused the request",
        "Stripe says: {reason}",
        "Nothing was lost. If it stays, tell your technician.",
    ),
    "stripe.unreadable": Message(
        "This cannot be understood", "{object}: {reason}.", "It is looked at again next time."
    ),
    "subscription.not_found": Message(
        "No such subscription", "There is no subscription {id} here.", "Sync, then refresh the list."
    ),
    "customer.not_found": Message(
        "No such customer", "There is no customer {id} here.", "Sync, then refresh the list."
    ),
    "follow_up.not_found": Message(
        "Nothing to follow up there",
        "Nothing went wrong with “{id}”, as far as it is known here.",
        "Look at the list again; a sync may have brought what became of it.",
    ),
    "follow_up.changed": Message(
        "Somebody else was here meanwhile",
        "A note was written, or it was marked as done, after this list was read.",
        "Look at how it stands now, then do it again.",
    ),
    "follow_up.done": Message(
        "It is done already",
        "Somebody has marked it as done.",
        "Open it again first, if there is more to do.",
    ),
    "follow_up.settled": Message(
        "It resolved by itself",
        "Stripe shows nothing wrong with it any more.",
        "There is nothing to be done, and nothing to take back.",
    ),
    "event.not_found": Message(
        "There is no such event waiting",
        "“{id}” does not wait, and was not given up.",
        "It may have been handled meanwhile: look at the list of events again.",
    ),
    "event.reason_missing": Message("The reason is missing", "An event is dismissed with a reason.", "Say why."),
    "sync.running": Message(
        "A sync is running already",
        "{holder} began it at {since}.",
        "Wait for it to end; it does the same work.",
    ),
    "sync.lost_lease": Message(
        "Another desk has taken over the sync",
        "This computer was away too long in the middle of a run.",
        "Nothing was lost; the other desk goes on.",
    ),
}

_IMPORTS = {
    "import.empty": Message(
        "The file is empty", "There is nothing in “{path}”.", "Export it again, or choose another file."
    ),
    "import.spreadsheet": Message(
        "This is a spreadsheet",
        "“{path}” is a workbook, in which tables, formulas and formats are mixed.",
        "Open it in Excel or LibreOffice, save it as CSV (UTF-8), and choose that file.",
    ),
    "import.no_text": Message(
        "This is no file of rows",
        "“{path}” cannot be read as a table.",
        "Choose a CSV file, or a ZIP with one CSV in it.",
    ),
    "import.encoding": Message(
        "The letters cannot be read", "“{path}” is not written in {encoding}.", "Choose another encoding."
    ),
    "import.no_column": Message(
        "There is no such column", "No column is called “{column}”. There are: {known}.", "Choose one of them."
    ),
    "import.unmapped": Message(
        "Some columns are missing", "Nothing says where these come from: {names}.", "Choose a column for each."
    ),
    "import.open": Message(
        "The file leaves something open", "{questions}", "Say what is meant; nothing of it is guessed."
    ),
    "import.file_changed": Message(
        "The file has changed", "It is not the one that was looked through.", "Look through it again."
    ),
    "import.no_file": Message("Which file?", "No file is chosen.", "Type its name, or choose it."),
    "import.source": Message(
        "The source has no name", "Rows are recognised by it.", "Type a name, such as Booking.com."
    ),
    "import.other_kind": Message(
        "This source is of another kind",
        "“{source}” is known as a {kind}.",
        "Choose another name for this one.",
    ),
    "import.date": Message("Not a date", "“{text}” is no day of the calendar.", "Correct it in the file."),
    "import.order": Message(
        "The date means two days", "Day and month of “{text}” cannot be told apart.", "Say how dates are written."
    ),
    "import.amount": Message(
        "Not an amount",
        "“{text}” cannot be read as one amount with that decimal mark and no more decimals than the currency has.",
        "Correct it in the file.",
    ),
    "import.mark": Message(
        "The amount means two sums", "“{text}” depends on the decimal mark.", "Say which decimal mark is used."
    ),
    "import.other_currency": Message(
        "Another currency", "“{text}” is not in {currency}.", "Correct it, or say which column holds the currency."
    ),
    "import.sign": Message(
        "The currency is not certain", "“{sign}” may mean several currencies.", "Say which one the file is in."
    ),
    "import.count": Message("Not a number", "“{text}” is no count of persons or nights.", "Correct it in the file."),
    "import.status": Message(
        "Unknown status", "Nobody has said yet what “{text}” means.", "Say which status it stands for."
    ),
    "import.no_reference": Message(
        "No reference", "The row has none, and could not be recognised the next time.", "Add one in the file."
    ),
    "import.twice": Message(
        "The same reference again", "“{reference}” stands on line {first} already.", "Take one of the two out."
    ),
    "import.room_twice": Message(
        "The room is given twice",
        "{room} is asked for on line {first} already for the night of {night}.",
        "Take one of the two out, or give it another room.",
    ),
    "import.too_long": Message(
        "Too long",
        "A cell has more than {limit} characters; perhaps a quotation mark is never closed.",
        "Correct it in the file.",
    ),
    "import.too_many_cells": Message(
        "Too many cells",
        "The row has {found} cells, but there are only {columns} columns.",
        "Put text that holds the separator into quotation marks.",
    ),
    "import.room_unknown": Message(
        "No such room", "There is no room or bed called “{room}”.", "Say which room it is, or that it is new."
    ),
    "calendar.unreadable": Message(
        "This is no calendar", "What came is not written as iCalendar ({reason}).", "Check the address or the file."
    ),
    "calendar.address": Message(
        "This is not an address of a calendar",
        "It does not begin with https://, http:// or webcal://.",
        "Copy it once more from the page that offers it.",
    ),
    "calendar.no_address": Message(
        "The address is not known", "None is kept for “{source}”.", "Type the calendar's address, or choose a file."
    ),
    "calendar.no_room": Message(
        "Which room is this calendar of?", "A calendar blocks the nights of one room or bed.", "Choose the room."
    ),
    "calendar.refused": Message(
        "The calendar was not given out", "{host} answered: {reason}.", "Check the address; it may have been renewed."
    ),
    "calendar.unreachable": Message(
        "The calendar cannot be reached", "{host}: {reason}.", "Check the connection, then try again."
    ),
    "calendar.too_large": Message(
        "The calendar is too large", "It has more than {limit}.", "Ask for a calendar of fewer rooms or years."
    ),
    "calendar.no_night": Message(
        "No night", "The entry begins and ends on {day}.", "Nothing needs to be blocked for it."
    ),
    "calendar.endless": Message(
        "Repeated too often", "The entry comes more than {limit} times.", "Shorten it in its calendar."
    ),
    "calendar.no_dates": Message("No dates", "The entry does not say when it is.", "Correct it in its calendar."),
}

_SYSTEM = {
    "keychain.none": Message(
        "There is no keyring",
        "This system keeps no secrets for programs ({reason}).",
        "Set STRIPE_API_KEY in the environment, or install a keyring (GNOME Keyring, KWallet).",
    ),
    "keychain.silent": Message(
        "The keyring does not answer",
        "It said nothing for {seconds} seconds.",
        "Unlock it and try again. Until then the key is asked for where it is needed.",
    ),
    "keychain.failed": Message(
        "The keyring refused", "It said: {reason}", "Unlock it and try again, or set STRIPE_API_KEY."
    ),
    "file.cannot_write": Message(
        "The file cannot be written",
        "{path}: {reason}.",
        "Choose another folder, or close the program that has it open.",
    ),
    "file.cannot_read": Message(
        "The file cannot be read", "{path}: {reason}.", "Check that it is there, and that you may read it."
    ),
    "practice.failed": Message(
        "Practice mode could not start",
        "The practice server did not start ({reason}).",
        "Try again; if it stays, reset practice with “rentease-desk practice-reset”.",
    ),
    "practice.refused": Message("This cannot happen now", "{reason}", "Choose another booking, or something else."),
    "practice.gone": Message(
        "The practice server does not answer", "{reason}.", "Close the window and open practice again."
    ),
    "qt.libraries": Message(
        "Qt needs system libraries that are not here",
        "{reason}",
        "{install} The command line works without them: rentease-desk --help",
    ),
    "qt.display": Message(
        "There is no screen to open a window on",
        "{reason}",
        "Start it from a desktop session. The command line works without one: rentease-desk --help",
    ),
}

MESSAGES: dict[str, Message] = {
    **_AMOUNTS,
    **_BOOKINGS,
    **_STAYS,
    **_CHARGES,
    **_PAYMENTS,
    **_PARTS,
    **_DUPLICATES,
    **_REFUNDS,
    **_RECEIPTS,
    **_SETTINGS,
    **_DATABASE,
    **_STRIPE,
    **_IMPORTS,
    **_SYSTEM,
}
