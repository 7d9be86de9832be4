"""Practice mode: a practice server of its own, a database of its own, and the sample property in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.config import Config
from rentease_desk.domain.booking import BookingDraft, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.practice.handshake import Handshake
from rentease_desk.practice.process import PracticeError, PracticeProcess
from rentease_desk.practice.sample import Booking, Sample, build_sample
from rentease_desk.services.bundle import Services
from rentease_desk.services.imports import BookingEntry, ChargeEntry, ImportService, PaymentEntry
from rentease_desk.wiring import build, default_property

_METHODS = {"card_terminal": "card"}
_STATE = "stripe.jsonl"
_LETTERHEAD = {"address": "Riva del Mandracchio 4\n34121 Trieste", "tax_lines": "P.IVA IT00000000000"}
"""What stands on the sample hotel's receipts. The number is nobody's."""
_LANGUAGES = {
    "AT": "de", "BR": "pt-BR", "CH": "de-CH", "DE": "de", "ES": "es", "FR": "fr", "GB": "en", "IE": "en", "IT": "it",
    "MX": "es-MX", "NL": "nl", "PL": "pl", "PT": "pt", "SE": "sv",
}  # fmt: skip
"""What guests of a country mostly read."""
_DATABASE = "practice.sqlite3"


def open_practice(config: Config) -> tuple[PracticeProcess, Services]:
    """Start the server and open the practice database, filled when it is new.

    Raises KnownError ``practice.failed``, or DatabaseError.
    """
    state = config.data_dir / _STATE
    if not state.exists():
        _delete_database(config.data_dir)  # of another account: the two belong together
    server = _start(state)
    try:
        return server, _services(config, server.handshake)
    except BaseException:
        server.stop()
        raise


def reset_practice(config: Config) -> None:
    """Forget everything that was practised. Nothing of it may be open. Raises KnownError ``file.cannot_write``."""
    try:
        (config.data_dir / _STATE).unlink(missing_ok=True)
        _delete_database(config.data_dir)
    except OSError as error:
        raise KnownError("file.cannot_write", path=config.data_dir, reason=error.strerror or error) from error


def entries(sample: Sample) -> Iterator[BookingEntry]:
    """The sample's bookings as the desk takes them in, without the card payments, which come from Stripe."""
    for booking in sample.bookings:
        yield BookingEntry(booking.uid, _draft(booking), tuple(_charges(booking)), tuple(_payments(booking)))


def _start(state: Path) -> PracticeProcess:
    try:
        state.parent.mkdir(parents=True, exist_ok=True)
        return PracticeProcess.start(state=state)
    except (PracticeError, OSError) as error:
        raise KnownError("practice.failed", reason=str(error)) from error


def _services(config: Config, handshake: Handshake) -> Services:
    """Nothing in the services knows that this is practice: they get a key and an address as any others."""
    services = build(replace(config, stripe_key=handshake.api_key, stripe_base=handshake.base_url))
    if not services.bookings.keys(BookingQuery(services.settings.get().days.calendar_date(handshake.began))):
        _fill(services, handshake)
    return services


def _fill(services: Services, handshake: Handshake) -> None:
    sample = build_sample(handshake.seed, handshake.began, handshake.zone)
    names = {"name": sample.name, "zone": sample.zone, "currency": sample.currency, "reference_prefix": "LN-"}
    services.settings.set({**names, **_LETTERHEAD, "language": default_property().language})
    ImportService(services.desk).load(entries(sample), {room.name: room.kind for room in sample.rooms})


def _delete_database(folder: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{_DATABASE}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(folder / "backups", ignore_errors=True)  # which would be missed otherwise, as real ones are


def _draft(booking: Booking) -> BookingDraft:
    return BookingDraft(
        guest=Guest(
            booking.guest.name, booking.guest.email, booking.guest.phone, _LANGUAGES.get(booking.guest.country, "")
        ),
        arrival=booking.arrival,
        departure=booking.departure,
        reference=booking.reference,
        room=booking.room,
        adults=booking.adults,
        children=booking.children,
        channel=booking.channel,
        status=BookingStatus(booking.status.value),
    )


def _charges(booking: Booking) -> Iterator[ChargeEntry]:
    for line in booking.lines:
        yield ChargeEntry(
            ChargeKind(line.kind.value),
            line.text,
            line.amount,
            line.occurred_at,
            line.tax_rate_ppm,
            line.service_from,
            line.service_to,
        )


def _payments(booking: Booking) -> Iterator[PaymentEntry]:
    for one in booking.manual_payments:
        method = _METHODS.get(one.method, one.method)
        yield PaymentEntry(one.uid, method, one.amount, one.occurred_at, one.reference or "")
