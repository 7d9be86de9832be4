"""Bookings and blocks from other programs."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

IMPORTS = {
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
