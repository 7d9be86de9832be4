"""Amounts, payments and their parts, duplicates and receipts."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

AMOUNTS = {
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

PAYMENTS = {
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
    "match.no_reason": Message(
        "A reason is missing",
        "Whoever looks for the money later must see why it belongs to no booking.",
        "Write some words, as “web shop”.",
    ),
    "match.ignored": Message(
        "This payment is ignored",
        "{actor} said that it belongs to no booking: {reason}.",
        "If that is wrong, take it back among the ignored payments first.",
    ),
    "match.not_ignored": Message(
        "There is nothing to take back", "Nobody ignores this payment any more.", "Look at the list again."
    ),
    "match.not_waiting": Message(
        "This payment waits for no booking",
        "It did not succeed, so there is no money of it.",
        "Nothing needs to be done.",
    ),
    "match.uid_reused": Message(
        "This was saved already, for another payment", "The same entry was sent twice.", "Look at the list again."
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
    "void.day_closed": Message(
        "Its day is closed", "{day} was closed, and nothing of it changes any more.", "Refund it instead."
    ),
    "void.drawer_closed": Message(
        "Its drawer is closed",
        "The drawer that it was taken in was counted and closed.",
        "Refund it instead.",
    ),
    "void.reason_missing": Message("The reason is missing", "A void needs a reason.", "Write why, in a few words."),
}

PARTS = {
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

DUPLICATES = {
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
    "duplicates.day_closed": Message(
        "The day of the entry by hand is closed",
        "{day} was closed, and nothing of it changes any more.",
        "Let a manager reopen that day, say it, and close the day again.",
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

RECEIPTS = {
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

REPORTS = {
    "report.too_long": Message(
        "This is too long for paper",
        "The report has more than {most} rows.",
        "Choose fewer days, or export the file.",
    ),
    "report.not_printed": Message(
        "The report was not printed", "The printer {printer} did not take it.", "Look at the printer, then print again."
    ),
    "report.basis": Message(
        "This report has no such dates",
        "“{report}” cannot be asked for by {basis}. It can be by: {known}.",
        "Choose one of these.",
    ),
    "report.same_basis": Message(
        "There is nothing to compare",
        "Takings by {basis} do not differ from themselves.",
        "Choose two of: business-day, occurred, payout.",
    ),
    "report.one_currency": Message(
        "This file holds one currency",
        "The days hold {one} and {other}, which are never added or mixed.",
        "Choose one currency.",
    ),
    "datev.who": Message(
        "DATEV does not know yet whom the file is for",
        "The numbers of the consultant and the client are missing in the settings.",
        "Ask the accountant for both, and write them as: consultant=1001, client=1.",
    ),
    "datev.account": Message(
        "An account for DATEV is missing",
        "The settings name no account for “{name}”.",
        "Add it to the settings of DATEV, as: {name}=1000.",
    ),
    "datev.entry": Message(
        "This cannot be used for DATEV",
        "“{entry}” is no number of a consultant, a client or an account, nor a year.",
        "Write it as: consultant=1001, client=1, length=4, year=01-01, clearing=1590, cash=1600, tax 7=8300.",
    ),
    "schedule.folder": Message(
        "This is no whole path of a folder",
        "“{folder}” does not begin at a drive or at the root.",
        "Choose the folder, or type its whole path.",
    ),
    "schedule.hour": Message("This hour cannot be used", "{value} is not an hour from 0 to 23.", "Type one of them."),
    "schedule.changed": Message(
        "Somebody else has changed this export", "It is not as it was shown.", "Look at the list, then do it again."
    ),
    "export.no_folder": Message(
        "The folder cannot be reached",
        "{folder} is not there. It is not made, as it may be a drive that is away.",
        "Connect the drive, or choose another folder. It is tried again by itself.",
    ),
    "report.preset": Message(
        "This file holds single movements",
        "“{preset}” takes a row for each payment, refund and dispute; “{report}” has none.",
        "Choose the report “Takings, row by row”, or the ISO or Excel file.",
    ),
}
