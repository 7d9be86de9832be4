"""Every text of the lists goes into every field: it comes back as it was, or a reason says why not."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from rentease_desk.domain.booking import Booking, BookingDraft, ChargeKind, Guest, checked, reference_key, room_key
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.imports import Fate
from rentease_desk.domain.lists import BookingQuery, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.parts import MoveDraft
from rentease_desk.domain.payment import Method, MethodKind, PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.settings import SETTINGS, Property, changed
from rentease_desk.domain.text import words
from rentease_desk.reports.csv_files import ISO, Dialect, excel_dialect, write_csv
from rentease_desk.reports.templates import printable
from rentease_desk.services.bookings import BookingService, add_booking
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import ExportService
from rentease_desk.services.importing.rows import RowImportService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService, take_payment
from rentease_desk.services.receipts import ReceiptService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.tables import payment_transfers
from tests.services.conftest import journal_is_whole
from tests.tools.databases import SQLITE_FIRST
from tests.tools.texts import needs_texts, packed, refusal, texts
from tests.unit.test_receipts import Values

pytestmark = needs_texts
TODAY, FIRST = date(2026, 11, 5), date(2020, 1, 1)
LIMITS = {"guest": 200, "email": 200, "phone": 60, "reference": 60, "room": 40, "channel": 60, "note": 2000}
"""The text fields of a booking, and how long each may be."""
engines = pytest.mark.parametrize("engine_name", SQLITE_FIRST, indirect=True)
every = pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.long)])
deeds = pytest.mark.parametrize(
    ("engine_name", "step"),
    [("sqlite", 12), *(pytest.param(*one, marks=pytest.mark.long) for one in (("sqlite", 1), ("postgresql", 12)))],
    indirect=["engine_name"],
)
"""What is written or asked one by one is that of every twelfth text in the ordinary run, of all in the long one."""


def told(booking: Booking) -> dict[str, str]:
    """The texts of a booking by their fields."""
    guest = booking.guest
    return {"guest": guest.name, "email": guest.email, "phone": guest.phone, "reference": booking.reference,
            "room": "".join(booking.rooms), "channel": booking.channel, "note": booking.note}  # fmt: skip


def made(at: int, fields: Mapping[str, str]) -> BookingDraft:
    """A booking of a night of its own."""
    arrival = FIRST + timedelta(days=at)
    guest = Guest(fields["guest"], fields["email"], fields["phone"])
    return BookingDraft(
        guest,
        arrival,
        arrival + timedelta(days=1),
        fields["reference"],
        fields["room"],
        channel=fields["channel"],
        note=fields["note"],
        currency="eur",
    )


def wanted() -> list[dict[str, str]]:
    """What a booking for each text keeps: the text in each field that takes it; a reference is nobody else's, a room is
    called as it was first.
    """
    found, taken, rooms = [], set(), dict[str, str]()
    for at, text in enumerate(texts()):
        kept = {name: "" if refusal(text, limit) else text.strip() for name, limit in LIMITS.items()}
        key = reference_key(kept["reference"])
        if not key or key in taken:
            kept["reference"] = f"No. {at}"
        taken.add(key)
        kept["room"] = rooms.setdefault(room_key(kept["room"]), kept["room"])
        found.append(kept | {"guest": kept["guest"] or "x"})
    return found


def test_what_a_field_cannot_take_is_refused_beside_it_with_a_sentence() -> None:
    plain = dict.fromkeys(LIMITS, "x")
    refused = 0
    for text in texts():
        for name, limit in LIMITS.items():
            code = refusal(text, limit) or ("booking.guest_empty" if name == "guest" and not text.strip() else "")
            if not code:
                assert told_of(checked(made(0, plain | {name: text})))[name] == text.strip()
                continue
            with pytest.raises(InputError) as caught:
                checked(made(0, plain | {name: text}))
            assert (caught.value.code, caught.value.field) == (code, name)
            assert caught.value.explain().happened
            refused += 1
    assert refused > 100


def told_of(found: BookingDraft) -> dict[str, str]:
    guest = found.guest
    return {"guest": guest.name, "email": guest.email, "phone": guest.phone, "reference": found.reference,
            "room": found.room, "channel": found.channel, "note": found.note}  # fmt: skip


@pytest.mark.parametrize("dialect", [ISO, excel_dialect("."), excel_dialect(",")])
def test_every_text_comes_back_from_a_spreadsheet_and_none_is_run(dialect: Dialect) -> None:
    out = io.BytesIO()
    write_csv(out, ("text", "amount"), [(text, Money(-5, "eur")) for text in texts()], 1, dialect)
    read = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""), delimiter=dialect.separator)
    assert [row[0] for row in read][1:] == [inert(text) for text in texts()]


@every
def test_every_text_of_a_file_is_kept_found_printed_and_filed(
    desk: Desk, bookings: BookingService, payments: PaymentService, tmp_path: Path, step: int, engine_name: str
) -> None:
    """Every room is a new one: on PostgreSQL, where each costs a few round trips, a quarter of the texts come in."""
    fields = wanted() if engine_name == "sqlite" or step == 1 else wanted()[::4]
    come_in(desk, fields, tmp_path / "rows.csv")
    here = {one.reference: one for one in bookings.page(bookings.keys(BookingQuery(TODAY)))}
    assert {name: told(one) for name, one in here.items()} == {one["reference"]: one for one in fields}
    some = fields[::step]
    for kept in some:
        assert is_found(bookings, here[kept["reference"]].pk, kept), kept
    with desk.writing() as unit:
        for at, kept in enumerate(some):
            booking = here[kept["reference"]]
            take_payment(unit, payment(at, booking.pk, kept), Property(), booking.uid)
    for kept in some[::20]:
        assert kept["guest"] in {one.guest for one in payments.page(payments.keys(PaymentQuery(kept["note"])))}
        assert bookings.near(kept["reference"], TODAY)[0] == bookings.find(kept["reference"])
    printed(ReceiptService(desk), payments, some)
    for preset in (Preset.ISO, Preset.EXCEL):  # the other presets are of reports
        filed(ExportService(desk), tmp_path / f"{preset}.csv", preset, some)
    assert journal_is_whole(desk)


def come_in(desk: Desk, fields: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write a file of bookings, and import it."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        names = ("Guest", "E-mail", "Telephone", "Reference", "Room", "Channel", "Note")
        writer.writerow([*names, "Arrival", "Departure"])
        for at, kept in enumerate(fields):
            night = FIRST + timedelta(days=at)
            stay = (night.isoformat(), (night + timedelta(days=1)).isoformat())
            writer.writerow([*(kept[name] for name in LIMITS), *stay])
    imports, source = RowImportService(desk), "Naughty <b>file</b>"
    looked = imports.look(path, source)
    looked = replace(looked, mapped=replace(looked.mapped, new_rooms=True))
    outcome = imports.run(path, source, looked, threading.Event(), lambda _done, _total: None)
    assert {row.fate for row in outcome.spool.all()} == {Fate.NEW}


def is_found(bookings: BookingService, pk: int, kept: Mapping[str, str]) -> bool:
    """By its guest and its reference, unless a text is of marks only, which searches are blind to."""
    return all(
        pk in bookings.keys(BookingQuery(TODAY, text)) for text in {kept["guest"], kept["reference"]} if words(text)
    )


def payment(at: int, pk: int, kept: Mapping[str, str]) -> PaymentDraft:
    """A payment whose reference and note are a text, too."""
    return PaymentDraft(f"p{at}", pk, "cash", Money(at + 1, "eur"), kept["note"][:120].strip(), kept["note"])


@pytest.mark.long
@engines
def test_every_text_that_is_written_at_the_desk_is_kept(desk: Desk, bookings: BookingService) -> None:
    fields = wanted()
    with desk.writing() as unit:
        settings = Property(zone="Europe/Rome")
        drafts = [checked(made(at, kept)) for at, kept in enumerate(fields)]
        pks = [add_booking(unit, one, settings, f"b{at}") for at, one in enumerate(drafts)]
    assert [told(one) for one in bookings.page(pks)] == fields
    assert all(is_found(bookings, pk, kept) for pk, kept in zip(pks, fields, strict=True))
    assert journal_is_whole(desk)


def printed(receipts: ReceiptService, payments: PaymentService, fields: Sequence[Mapping[str, str]]) -> None:
    """Names stand on their receipts, and nothing in one is HTML. (Every name is set by a test of receipts alone.)"""
    tags: set[str] = set()
    for at, kept in tuple(enumerate(fields))[::10]:
        page = receipts.look(payments.find(f"p{at}").pk).page
        values = Values(receipts.html(page, Paper.A4))
        assert printable(kept["guest"]) in values.found, kept
        tags = tags or values.tags
        assert values.tags == tags


def filed(exports: ExportService, path: Path, preset: Preset, fields: Sequence[Mapping[str, str]]) -> None:
    """The file gives back every text, made inert where a spreadsheet would run it."""
    exports.payments(PaymentQuery(), path, preset)
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = {row["id"]: row for row in csv.DictReader(source, delimiter=",")}
    for at, kept in enumerate(fields):
        row = rows[f"p{at}"]
        assert (row["guest"], row["note"]) == (inert(kept["guest"]), inert(kept["note"]))
        assert (row["booking_reference"], row["amount"]) == (
            inert(kept["reference"]),
            f"{(at + 1) // 100}.{(at + 1) % 100:02}",
        )


def inert(text: str) -> str:
    """Money rule 13."""
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r", "\0"} and text else text


@deeds
def test_every_reason_description_and_note_is_kept(
    desk: Desk, payments: PaymentService, soren: Booking, others: list[Booking], step: int
) -> None:
    """Several texts stand in each field at once."""
    parts, charges, some = PartService(desk), ChargeService(desk), list(packed(200))[::step]
    refunds = RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    homes = [one.pk for one in others]
    for at, text in enumerate(some):
        added = charges.add(ChargeDraft(f"c{at}", soren.pk, ChargeKind.EXTRA, Money(1, "eur"), text=text, reason=text))
        back = charges.reverse(ReverseDraft(f"r{at}", added.value.pk, text)).value
        assert (added.value.text, added.value.reason, back.reason) == (text, text, text)
        paid = payments.take(PaymentDraft(f"p{at}", homes[0], "cash", Money(100, "eur"))).value
        given = refunds.refund(RefundDraft(f"g{at}", paid.pk, Money(1, "eur"), text), threading.Event())
        assert given.value.refund.reason == text
        parts.move(MoveDraft(f"m{at}", paid.pk, homes[1], reason=text))
        taken = payments.take(PaymentDraft(f"v{at}", soren.pk, "cash", Money(at + 1, "eur"), text[:120].strip(), text))
        void = payments.void(taken.value.pk, text).value
        assert (void.reference, void.note, void.void_reason) == (text[:120].strip(), text, text)
    with desk.db.reading() as connection:
        assert set(connection.scalars(select(payment_transfers.c.reason))) == set(some)
    assert journal_is_whole(desk)


@deeds
def test_every_setting_takes_every_text_or_says_why_not(settings: SettingsService, step: int) -> None:
    answers = [taken(name, text) for text in texts() for name in SETTINGS]
    assert set(answers) == {"kept", "refused"}
    for text in list(packed(80))[::step]:
        kept = settings.set({"name": text, "address": text, "tax_lines": text}).value
        assert (kept.name, *map(solid, (kept.address, kept.tax_lines))) == (text, solid(text), solid(text))
    assert settings.get() == kept


def test_the_name_of_a_way_to_pay_is_kept_or_refused(settings: SettingsService) -> None:
    some = [text.strip() for text in texts() if text.strip() and not refusal(text, 60)]
    methods = tuple(Method(f"m{at}", text, MethodKind.OTHER) for at, text in enumerate(some))
    assert settings.save(replace(settings.get(), methods=methods)).value.methods == methods
    with pytest.raises(InputError) as caught:
        settings.save(replace(settings.get(), methods=(Method("m", "4242 4242 4242 4242", MethodKind.CARD),)))
    assert (caught.value.code, settings.get().methods) == ("text.card_number", methods)


def taken(name: str, text: str) -> str:
    """Whether a setting takes a text: then it is shown so that it can be read again; else it says why not."""
    try:
        found = changed(Property(), {name: text})
    except InputError as error:
        return "refused" if error.field == name and error.explain().happened else "without a reason"
    return "kept" if changed(Property(), {name: SETTINGS[name].show(found)}) == found else "not read again"


def solid(text: str) -> str:
    """Without blanks and ends of lines, as receipts set them anew."""
    return "".join(text.split())
