"""Settings, the database, and what the program needs of the computer."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

SETTINGS = {
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
    "settings.limit": Message(
        "This limit cannot be used", "“{value}” is less than nothing.", "Type it as 100.00, or off for no limit."
    ),
    "settings.lock_minutes": Message(
        "This interval cannot be used",
        "“{value}” is not 0 (off) or 1 to {limit} minutes.",
        "Type a number of minutes.",
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
    "settings.drawer_tolerance": Message(
        "The drawer's tolerance cannot be read",
        "“{value}” is not “off”, nor a currency with an amount.",
        "Type it as EUR 5; several as EUR 5, CHF 5.",
    ),
    "settings.language": Message(
        "Unknown language", "“{value}” is not a language.", "Use a code such as en_GB, de_DE or it_IT."
    ),
    "settings.lines": Message(
        "Too much text", "There is room for {lines} lines of {letters} letters each.", "Shorten it."
    ),
    "settings.paper": Message("Unknown paper", "“{value}” is not one of {known}.", "Choose one of them."),
    "settings.file": Message(
        "This is no file of settings",
        "{reason}",
        "Choose a file that was exported under Settings. Nothing was changed.",
    ),
    "settings.changed": Message(
        "Somebody else changed the settings",
        "They were saved after you had opened them.",
        "Look at them again.",
    ),
    "environment.invalid": Message(
        "{name} cannot be used", "{reason}", "Correct the environment variable, or remove it."
    ),
    "date.invalid": Message("This is not a date", "“{text}” is not a day.", "Type it as 2026-11-05."),
    "filter.no_name": Message("The name is missing", "A filter is found again by its name.", "Type one."),
    "filter.name_taken": Message(
        "There is such a filter already",
        "Somebody has saved a filter of this page as “{name}”.",
        "Choose another name, or replace that one.",
    ),
    "filter.changed": Message(
        "This filter has changed meanwhile",
        "Another desk has renamed, replaced or deleted it.",
        "Look at the filters again.",
    ),
    "range.empty": Message("The dates are the wrong way round", "{last} is before {first}.", "Correct the dates."),
}

DATABASE = {
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
    "database.not_owner": Message(
        "The tables belong to another user",
        "{user} may work with this database, but not change its tables.",
        "Run “rentease-desk db upgrade” once, signed in as the owner of the tables.",
    ),
    "database.no_roles": Message(
        "A file has no roles",
        "{path} is one file: who may open it is said by the rights of its folder.",
        "Roles are for PostgreSQL.",
    ),
    "database.not_empty": Message(
        "There is something in that database already",
        "{path} is not empty; nothing is ever put over what is there.",
        "Choose an empty one. Nothing was changed.",
    ),
    "database.move_older": Message(
        "This database cannot be moved yet",
        "{path} is not of this program's version, or has no tables.",
        "Run “rentease-desk db upgrade” first.",
    ),
    "database.move_syncing": Message(
        "A sync is running", "Nothing can be moved while it writes.", "Try again when it has ended."
    ),
    "database.move_differs": Message(
        "What arrived is not what was there",
        "The two places differ in “{what}”. The new one was emptied again, and the old one goes on as before.",
        "Let the journal be verified here, and report this.",
    ),
    "database.moved": Message(
        "This database has moved",
        "Its contents were taken to another place, where the work goes on. Here nothing is written any more.",
        "Choose the new place: “rentease-desk db use”, or ask who moved it.",
    ),
    "database.no_such_version": Message(
        "There is no such version", "“{revision}” is not one of {known}.", "Choose one of them. Nothing was changed."
    ),
    "database.corrupt": Message(
        "The database file is damaged",
        "{path} cannot be read as a database.",
        "Open the desk, which offers the last good backup, or use “rentease-desk backup restore”. The file is kept.",
    ),
    "database.gone": Message(
        "The database file is not where it was",
        "{path} is not there, but it was backed up before.",
        "Put it back, or open the desk, which offers the last good backup (“rentease-desk backup restore”).",
    ),
    "database.other_file": Message(
        "This is not Rentease Desk's file",
        "{path} is another program's.",
        "Choose another file (RENTEASE_DATABASE_URL), or move it away. Nothing was changed.",
    ),
    "database.taken_away": Message(
        "The database file was taken away",
        "{path} is not the file any more that this desk has opened.",
        "Put it back, then close the window and open it again. Nothing of this was saved.",
    ),
    "database.no_file": Message(
        "The database is no file",
        "{path} is a folder, or a device.",
        "Move it away, or choose a file (RENTEASE_DATABASE_URL). Nothing was changed.",
    ),
    "database.reading": Message(
        "This desk can only read",
        "{path} cannot be written: it is read-only for this user or on this disk, or the disk is full.",
        "Nothing can be saved until it may be written again; what is there can be looked at and exported.",
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
        "The disk is full",
        "There is no room where {path} is.",
        "Free some space, then try again. Nothing was lost.",
    ),
    "database.closed": Message(
        "The desk is closed just now", "Its database is being opened anew.", "Try again in a moment. Nothing was lost."
    ),
    "database.unreachable": Message(
        "The database cannot be reached",
        "{address} does not answer.",
        "Check the network and the database server, then try again. Nothing was lost.",
    ),
    "database.no_tls": Message(
        "The database server has no TLS",
        "{address} is another computer's, and would send what you see over the network for anybody to read.",
        "Have TLS switched on at the server. On a network that you trust you may go on without it: add ?sslmode=prefer "
        "to the database's address.",
    ),
    "database.tls": Message(
        "The database server is not who it should be",
        "The certificate of {address} was not accepted: {reason}.",
        "Check the host's name and the root certificate (sslrootcert) in the database's address. Nothing was sent.",
    ),
    "database.refused": Message(
        "The database refused the sign-in",
        "{address} does not accept this user or password.",
        "Check both. “rentease-desk db password” puts another password into the keyring.",
    ),
    "database.password": Message(
        "The database asks for a password",
        "{address} wants one. {reason}",
        "Enter it, keep it with “rentease-desk db password”, or set RENTEASE_DATABASE_PASSWORD.",
    ),
    "database.password_typed": Message(
        "A password stands in the address",
        "What is typed on a command line can be read by others, and stays in the shell's history.",
        "Leave it out, and change it. “rentease-desk db password” asks for it, and puts it into the keyring.",
    ),
    "database.place": Message(
        "It is not known which database to open",
        "{path} cannot be read: {reason}.",
        "Correct the file, or delete it and choose the database again. No other one was opened.",
    ),
    "database.missing": Message(
        "This is missing", "A database on a server has an address and a name.", "Ask your technician for both."
    ),
    "database.port": Message("This is not a port", "“{value}” is not a number.", "Type it as 5432, or leave it out."),
    "database.given": Message(
        "The environment says which database to open",
        "RENTEASE_DATABASE_URL comes before what is chosen here.",
        "Remove that variable first.",
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

SYSTEM = {
    "keychain.none": Message(
        "There is no keyring",
        "This system keeps no secrets for programs ({reason}). Nothing was written anywhere else.",
        "Use it for this session only, set STRIPE_API_KEY, or install a keyring (GNOME Keyring, KWallet).",
    ),
    "keychain.silent": Message(
        "The keyring does not answer",
        "It said nothing for {seconds} seconds.",
        "Unlock it and try again. Until then a secret can be used for this session only.",
    ),
    "keychain.locked": Message(
        "The keyring is locked",
        "It was not opened: {reason}",
        "Unlock it and try again, or use the secret for this session only.",
    ),
    "keychain.failed": Message(
        "The keyring refused", "It said: {reason}", "Unlock it and try again, or set STRIPE_API_KEY."
    ),
    "file.cannot_write": Message(
        "The file cannot be written",
        "{path}: {reason}.",
        "Choose another folder, or close the program that has it open.",
    ),
    "file.full": Message(
        "The disk is full",
        "There is no room for {path}.",
        "Free some space, or choose another folder. An older file of this name is as it was.",
    ),
    "journal.head": Message(
        "This is no head of a journal",
        "“{text}” is not a row number and a hash of 64 letters.",
        "Give it as it was printed: 812:9f86d0…, or the file in which it was saved.",
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
