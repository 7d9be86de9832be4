"""Cash drawers and the closing of days."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

_AGAIN = "Look at the drawer again."

DRAWERS = {
    "drawer.open_already": Message(
        "This drawer is open already",
        "{actor} has opened the drawer of {desk}.",
        "Go on with it, or close it first.",
    ),
    "drawer.not_open": Message(
        "The drawer is not open", "The drawer of {desk} is closed.", "Open it first, with the cash that lies in it."
    ),
    "drawer.closed": Message(
        "This drawer was closed meanwhile", "{actor} has closed it; nothing of it changes any more.", _AGAIN
    ),
    "drawer.still_open": Message(
        "This drawer is still open", "Session {number} of {desk} has no Z report yet.", "Close it first."
    ),
    "drawer.not_printed": Message(
        "The Z report was not printed",
        "The printer {printer} did not take it.",
        "Look at the printer, then print again.",
    ),
    "drawer.not_found": Message(
        "No such drawer session", "There is no session {number} at {desk}.", "Look at the list of sessions."
    ),
    "drawer.none_closed": Message(
        "No drawer was closed yet",
        "{desk} has no Z report: none of its sessions is closed.",
        "Count and close it first.",
    ),
    "drawer.negative_float": Message(
        "A float cannot be negative", "{amount} cannot lie in a drawer.", "Type what lies in it."
    ),
    "drawer.float_twice": Message(
        "A currency is named twice", "{currency} has two floats.", "Put them together to one sum."
    ),
    "drawer.float_differs": Message(
        "This is not what was handed over",
        "{handed} was left in this drawer when it was last closed, and {opened} was typed.",
        "Count the drawer again. If it is right, write why.",
    ),
    "drawer.reason_missing": Message(
        "The reason is missing", "Whoever counts the drawer must see what this was.", "Write why, in a few words."
    ),
    "drawer.kind": Message(
        "This cannot be done by itself", "It is written when a drawer is opened or closed.", "Choose in, out or drop."
    ),
    "drawer.piece_unknown": Message(
        "There is no such note or coin", "{currency} has no piece of {value}.", "Choose one of {known}."
    ),
    "drawer.pieces_negative": Message(
        "A count cannot be negative", "{pieces} pieces of {value} cannot be counted.", "Type how many there are."
    ),
    "drawer.count_unreadable": Message(
        "This count cannot be read", "“{text}” is not a note or coin with how many there are.", "Type it as 100=2,50=4."
    ),
    "drawer.by_pieces": Message(
        "Count the notes and coins", "{currency} is counted piece by piece.", "Say how many of each there are."
    ),
    "drawer.count_missing": Message(
        "Something was not counted", "{what} is still to be counted.", "Count it; where there is none, say 0."
    ),
    "drawer.not_counted": Message("The drawer is not counted", "No count was written yet.", "Count it first."),
    "drawer.counted_again": Message(
        "Somebody has counted again", "{actor} has written another count.", "Look at that one, then close."
    ),
    "drawer.moved": Message(
        "Money has moved since you looked", "Cash was taken or given out after that.", "Count again, then close."
    ),
    "drawer.note_missing": Message(
        "A note is missing", "The count differs from what was expected by {variance}.", "Write what may be the reason."
    ),
    "drawer.outside_tolerance": Message(
        "The difference is large",
        "{variance} is more than what may differ ({tolerance}).",
        "Count again. If it stays, let a manager accept it (--accept-variance).",
    ),
    "drawer.drop_too_much": Message(
        "So much is not in the drawer",
        "{drop} cannot be put away: {counted} was counted.",
        "Type what is put away of it.",
    ),
    "drawer.uid_reused": Message(
        "This was saved already, with other contents", "The same entry was sent twice.", _AGAIN
    ),
}

DAYS = {
    "day.closed_already": Message(
        "This day is closed already", "{actor} has closed {day}.", "Nothing needs to be done."
    ),
    "day.not_closed": Message("This day is not closed", "Nobody has closed {day}.", "Nothing needs to be done."),
    "day.to_come": Message(
        "This day is still to come", "{day} has not begun yet.", "Close it when its business is done."
    ),
    "day.something_open": Message(
        "Something is still open",
        "{what}",
        "See to it first, or close the day all the same (--despite-open).",
    ),
    "day.reason_missing": Message(
        "The reason is missing", "A closed day is reopened for a reason.", "Write why, in a few words."
    ),
    "day.uid_reused": Message("This was saved already, for another day", "The same entry was sent twice.", _AGAIN),
}
