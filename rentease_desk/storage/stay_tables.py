"""What happened to stays: check-ins, check-outs, no-shows, cancellations and what undid them. Append-only.

Beside each: the nights that it gave back, and the charge lines that it wrote, so that it can be undone exactly.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key

UNDO = "undo"

# ``version`` is the booking's version after it: whoever changed the booking later has moved it on.
stay_changes = Table(
    "stay_changes",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("booking_pk", Key, ForeignKey("bookings.pk"), nullable=False, index=True),
    Column("deed", Text, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("undoes_pk", Key, ForeignKey("stay_changes.pk"), unique=True),
    *made_columns(),
    CheckConstraint("deed IN ('check_in', 'check_out', 'no_show', 'cancel', 'undo')", name="deed_known"),
    CheckConstraint("(deed = 'undo') = (undoes_pk IS NOT NULL)", name="undoes"),
    Index(None, "business_date"),
)

stay_nights = Table(
    "stay_nights",
    metadata,
    Column("change_pk", Key, ForeignKey("stay_changes.pk"), primary_key=True, autoincrement=False),
    Column("room_pk", Key, ForeignKey("rooms.pk"), primary_key=True, autoincrement=False),
    Column("night", Date, primary_key=True),
)

stay_charges = Table(
    "stay_charges",
    metadata,
    Column("change_pk", Key, ForeignKey("stay_changes.pk"), primary_key=True, autoincrement=False),
    Column("charge_pk", Key, ForeignKey("charge_lines.pk"), primary_key=True, autoincrement=False),
)
