"""Backups, and what is found out about the program itself."""

from __future__ import annotations

from rentease_desk.domain.messages.message import Message

UPKEEP = {
    "backup.not_same": Message(
        "The backup is not what it should be",
        "{path} ends at the journal's row {found}, the database at {expected}.",
        "It was thrown away. Try again; if it stays, look at the disk.",
    ),
    "backup.none": Message(
        "There is no such backup",
        "“{name}” is neither a file nor a backup in {folder}.",
        "“rentease-desk backup list” shows those there are.",
    ),
    "backup.postgresql": Message(
        "This property's backup is made at its database server",
        "The data is in PostgreSQL ({place}), and not in a file of this computer.",
        "Whoever runs the server must back it up each day and try the backup; “rentease-desk backup pg-dump FILE” "
        "writes one.",
    ),
    "backup.not_postgresql": Message(
        "This property's data is a file", "pg_dump is for PostgreSQL.", "Use “rentease-desk backup now”."
    ),
    "backup.no_pg_dump": Message(
        "pg_dump is not on this computer",
        "It comes with PostgreSQL's client programs.",
        "Install them (package postgresql-client), or let the server make the backup.",
    ),
    "backup.pg_dump_failed": Message(
        "pg_dump could not write the backup", "{reason}", "Nothing was kept. Correct it, then try again."
    ),
    "backup.own_folder": Message(
        "This folder cannot be the second one",
        "{path} is where the backups lie already, or inside of it.",
        "Choose a folder on another disk.",
    ),
}
