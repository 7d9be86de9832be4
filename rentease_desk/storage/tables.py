"""The tables of bookings and their money as they are now. Migrations make them; a test holds the two together.

Times are UTC seconds (``observed_at``: microseconds), amounts minor units, ``livemode`` part of every Stripe key.
``pk`` is a row's key inside one database, ``uid`` its identity everywhere, made before the write. Personal fields
stand in the journal only as digests with the row's ``salt``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from rentease_desk.domain.booking import BookingStatus, ChargeKind
from rentease_desk.domain.payment import MethodKind, PaymentState, RefundStatus, Source
from rentease_desk.storage.columns import (
    Key,
    Plain,
    Uid,
    currency_code,
    made_columns,
    metadata,
    one_of,
    only_one,
    primary_key,
    single_row,
)

property_settings = Table(
    "property",
    metadata,
    single_row(),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("day_roll_minutes", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("reference_prefix", Text, nullable=False),
    Column("sync_minutes", Integer, nullable=False),
    Column("stripe_account", Text),
    Column("stripe_livemode", Boolean),
    Column("cash_rounding", Text, nullable=False, server_default="off"),
    Column("version", Integer, nullable=False),
    Column("city_tax", BigInteger, nullable=False, server_default="0"),
    Column("city_tax_age", SmallInteger, nullable=False, server_default="0"),
    Column("room_tax_ppm", Integer, nullable=False, server_default="0"),
    Column("extras_tax_ppm", Integer, nullable=False, server_default="0"),
    Column("website", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("tax_lines", Text, nullable=False, server_default=""),
    Column("receipt_paper", Text, nullable=False, server_default="a4"),
    Column("void_limit", BigInteger),
    Column("refund_limit", BigInteger),
    Column("lock_minutes", Integer, nullable=False, server_default="5"),
    Column("drawer_tolerance", Text, nullable=False, server_default="off"),
    Column("datev", Text, nullable=False, server_default=""),
    only_one(),
    currency_code(),
    CheckConstraint("day_roll_minutes BETWEEN 0 AND 720", name="day_roll"),
    CheckConstraint("sync_minutes BETWEEN 0 AND 1440", name="sync_minutes"),
)

methods = Table(
    "methods",
    metadata,
    Column("code", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("needs_reference", Boolean, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    one_of("kind", MethodKind),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

guests = Table(
    "guests",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Plain, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", Text, nullable=False, server_default=""),
)

TO_COME = "status IN ('tentative', 'confirmed')"
"""Of a booking: nothing has become of it yet. A question in these very words is answered from an index."""

bookings = Table(
    "bookings",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("reference", Plain, nullable=False),
    Column("reference_key", Plain, nullable=False, unique=True),
    Column("guest_pk", Key, ForeignKey("guests.pk"), nullable=False, index=True),
    Column("arrival", Date, nullable=False),
    Column("departure", Date, nullable=False),
    Column("adults", SmallInteger, nullable=False),
    Column("children", SmallInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    *made_columns(),
    currency_code(),
    one_of("status", BookingStatus),
    CheckConstraint("departure >= arrival", name="stay"),
    UniqueConstraint("pk", "currency"),  # lets charge lines name both: one folio, one currency
    Index(None, "arrival", "pk"),
    Index("ix_bookings_channels", "pk", "channel"),  # so small that a report holds it whole
    Index(None, "departure"),
    Index("ix_bookings_in_house", "departure", sqlite_where=text("status = 'in_house'"),
          postgresql_where=text("status = 'in_house'")),
    Index("ix_bookings_to_come", "arrival", sqlite_where=text(TO_COME), postgresql_where=text(TO_COME)),
)  # fmt: skip

# Folded text that the search looks through; made from the booking, its guest and rooms in the same transaction.
booking_search = Table(
    "booking_search",
    metadata,
    Column("booking_pk", Key, ForeignKey("bookings.pk"), primary_key=True, autoincrement=False),
    Column("arrival", Date, nullable=False),
    Column("text", Plain, nullable=False),
    # All that a search reads, in the order of the list. A text may be too long for an index of PostgreSQL.
    Index("ix_booking_search_ordered", "arrival", "booking_pk", "text", info={"engine": "sqlite"}),
)

charge_lines = Table(
    "charge_lines",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("booking_pk", Key, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_rate_ppm", Integer, nullable=False),
    Column("service_from", Date),
    Column("service_to", Date),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("corrects_pk", Key, ForeignKey("charge_lines.pk"), unique=True),
    Column("reason", Text, nullable=False),
    *made_columns(),
    Column("quantity", Integer),
    Column("unit_amount", BigInteger),
    currency_code(),
    one_of("kind", ChargeKind),
    CheckConstraint("tax_rate_ppm BETWEEN 0 AND 1000000", name="tax_rate"),
    ForeignKeyConstraint(["booking_pk", "currency"], ["bookings.pk", "bookings.currency"]),
    Index(None, "booking_pk", "amount"),
)

_MANUAL_HAS_NO_STRIPE = (
    "source <> 'manual' OR (stripe_account IS NULL AND livemode IS NULL AND stripe_payment_id IS NULL"
    " AND stripe_charge_id IS NULL AND stripe_status IS NULL AND fee IS NULL AND brand IS NULL AND last4 IS NULL"
    " AND state = 'succeeded' AND amount > 0)"
)
_SETTLED_AT_ONCE = (
    "(fee IS NULL) = (settlement_currency IS NULL) AND (net IS NULL) = (settlement_currency IS NULL)"
    " AND (available_on IS NULL) = (settlement_currency IS NULL)"
)
_STRIPE_HAS_KEY = (
    "source <> 'stripe' OR (stripe_account IS NOT NULL AND livemode IS NOT NULL AND stripe_payment_id IS NOT NULL"
    " AND stripe_status IS NOT NULL AND amount >= 0)"
)

# ``session_pk``: the drawer session that a manual payment was taken in; none is the implicit one of desk and day.
# ``late_of``: the closed business day on which it happened, where it counts on a later one.
payments = Table(
    "payments",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("booking_pk", Key, ForeignKey("bookings.pk")),
    Column("assigned_by", Text),
    Column("source", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date),
    Column("reference", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("tendered", BigInteger),
    Column("fee", BigInteger),
    Column("net", BigInteger),
    Column("settlement_currency", String(3)),
    Column("available_on", BigInteger),
    Column("stripe_account", Text),
    Column("livemode", Boolean),
    Column("stripe_payment_id", Text),
    Column("stripe_charge_id", Text),
    Column("stripe_status", Text),
    Column("brand", Text),
    Column("last4", String(4)),
    Column("payer_name", Text),
    Column("payer_email", Text),
    Column("description", Text),
    Column("customer_id", Text),
    Column("failure_code", Text),
    Column("failure_message", Text),
    Column("disputed", Boolean, nullable=False),
    Column("claimed_id", Plain),
    Column("claimed_reference", Plain),
    Column("search_text", Plain, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rounding", BigInteger, nullable=False, server_default="0"),
    Column("session_pk", Key),
    Column("late_of", Date),
    *made_columns(),
    currency_code(),
    one_of("source", Source),
    one_of("state", PaymentState),
    CheckConstraint(_MANUAL_HAS_NO_STRIPE, name="manual_has_no_stripe"),
    CheckConstraint(_STRIPE_HAS_KEY, name="stripe_has_key"),
    CheckConstraint(_SETTLED_AT_ONCE, name="settled_at_once"),
    CheckConstraint("state <> 'succeeded' OR business_date IS NOT NULL", name="counted_has_date"),
    CheckConstraint("(booking_pk IS NULL) = (assigned_by IS NULL)", name="assigned"),
    CheckConstraint("assigned_by IN ('entry', 'metadata', 'person')", name="assigned_by_known"),
    UniqueConstraint("stripe_account", "livemode", "stripe_payment_id"),
    UniqueConstraint("pk", "currency"),  # lets refunds name both: they are in the payment's currency
    # What reports add up stands in these whole: a million rows are summed in a quarter of a second.
    Index("ix_payments_moments", "occurred_at", "pk", "source", "method", "currency", "actor", "state", "booking_pk",
          "amount", "rounding"),
    Index("ix_payments_takings", "business_date", "source", "method", "currency", "actor", "state", "booking_pk",
          "amount", "rounding"),
    Index("ix_payments_folios", "booking_pk", "currency", "state", "business_date", "amount"),
    Index("ix_payments_claims", "claimed_reference", "claimed_id", sqlite_where=text("booking_pk IS NULL"),
          postgresql_where=text("booking_pk IS NULL")),
    Index("ix_payments_session", "session_pk", sqlite_where=text("session_pk IS NOT NULL"),
          postgresql_where=text("session_pk IS NOT NULL")),
    Index("ix_payments_failed", "stripe_account", "livemode", sqlite_where=text("state = 'failed'"),
          postgresql_where=text("state = 'failed'")),
)  # fmt: skip

payment_voids = Table(
    "payment_voids",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("payment_pk", Key, ForeignKey("payments.pk"), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date, nullable=False, index=True),
    *made_columns(),
)

refunds = Table(
    "refunds",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("payment_pk", Key, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failure_reason", Text),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date, index=True),
    Column("stripe_account", Text),
    Column("livemode", Boolean),
    Column("stripe_refund_id", Text),
    Column("observed_at", BigInteger),
    Column("rounding", BigInteger, nullable=False, server_default="0"),
    Column("session_pk", Key),
    Column("late_of", Date),
    *made_columns(),
    currency_code(),
    one_of("status", RefundStatus),
    CheckConstraint("amount > 0", name="positive"),
    CheckConstraint("status <> 'succeeded' OR business_date IS NOT NULL", name="counted_has_date"),
    CheckConstraint("(stripe_refund_id IS NULL) = (observed_at IS NULL)", name="observed"),
    UniqueConstraint("stripe_account", "livemode", "stripe_refund_id"),
    ForeignKeyConstraint(["payment_pk", "currency"], ["payments.pk", "payments.currency"]),
    Index(None, "payment_pk"),
    Index(None, "occurred_at", "pk"),
    Index("ix_refunds_session", "session_pk", sqlite_where=text("session_pk IS NOT NULL"),
          postgresql_where=text("session_pk IS NOT NULL")),
    Index("ix_refunds_failed", "stripe_account", "livemode", sqlite_where=text("status = 'failed'"),
          postgresql_where=text("status = 'failed'")),
)  # fmt: skip

# Money of a payment on other bookings than its own: what one booking gets, another gives (``storage/parts.py``).
payment_transfers = Table(
    "payment_transfers",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("payment_pk", Key, nullable=False),
    Column("refund_pk", Key, ForeignKey("refunds.pk")),
    Column("from_booking_pk", Key, ForeignKey("bookings.pk"), index=True),
    Column("to_booking_pk", Key, ForeignKey("bookings.pk"), index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("undoes", Uid),
    Column("reason", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date, nullable=False),
    *made_columns(),
    currency_code(),
    CheckConstraint("amount > 0 AND (whole OR from_booking_pk <> to_booking_pk)", name="moves"),
    CheckConstraint("whole OR (from_booking_pk IS NOT NULL AND to_booking_pk IS NOT NULL)", name="between_bookings"),
    UniqueConstraint("uid", "position"),
    UniqueConstraint("undoes", "position"),
    ForeignKeyConstraint(["payment_pk", "currency"], ["payments.pk", "payments.currency"]),
    Index(None, "payment_pk"),
)
