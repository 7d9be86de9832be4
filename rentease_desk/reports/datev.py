"""A DATEV booking batch: EXTF, header version 700, category 21, format version 13; Windows-1252, semicolons, CRLF.

Source: DATEV-Format, developer.datev.de, "Kopfzeile" (31 fields) and "Buchungsstapel" (125 fields).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import BinaryIO

from msgspec import Struct

from rentease_desk.domain.datev import Datev
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.reports.csv_files import inert
from rentease_desk.reports.tables_csv import Control

ENCODING = "cp1252"
_TEXT, _DOCUMENT, _LABEL = 60, 36, 30
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$%&*+-/")
"""What stands in *Belegfeld 1*."""


class Booking(Struct, frozen=True):
    """One line. ``amount`` is put on the debit side of ``account`` where it is positive, else on the credit side."""

    day: date
    amount: Money
    account: int
    contra: int
    document: str
    text: str


class Batch(Struct, frozen=True):
    """The days of one fiscal year, ``first`` to ``last``. ``currency`` is that of all its bookings."""

    datev: Datev
    first: date
    last: date
    currency: str
    label: str


def write_batch(out: BinaryIO, batch: Batch, bookings: Iterable[Booking], column: str) -> Control:
    """Write a batch. Bookings of nothing are left out: DATEV takes no zero. ``column`` names the sum in the control."""
    digest, rows, total = hashlib.sha256(), 0, 0
    for booking in chain((None,), bookings):
        if booking is not None and not booking.amount.minor:
            continue
        text = _head(batch) if booking is None else _line(booking)
        data = text.encode(ENCODING, errors="replace")
        digest.update(data)
        out.write(data)
        if booking is not None:
            rows, total = rows + 1, total + booking.amount.minor
    totals = {batch.currency: {column: total}} if rows else {}
    return Control(rows, totals, digest.hexdigest())


def _head(batch: Batch) -> str:
    """When it was made is told from its days, so that the same days give the same bytes."""
    datev, made = batch.datev, f"{batch.last:%Y%m%d}235959000"
    fields = (
        '"EXTF"', "700", "21", '"Buchungsstapel"', "13", made, "", '"RE"', '""', '""', str(datev.consultant),
        str(datev.client), f"{datev.year_of(batch.first):%Y%m%d}", str(datev.length), f"{batch.first:%Y%m%d}",
        f"{batch.last:%Y%m%d}", _quoted(batch.label, _LABEL), '""', "1", "0", "0", _quoted(batch.currency.upper(), 3),
        "", '""', "", "", '""', "", "", '""', '""',
    )  # fmt: skip
    return f"{';'.join(fields)}\r\n{';'.join(COLUMNS)}\r\n"


def _line(booking: Booking) -> str:
    amount = booking.amount
    fields = [""] * len(COLUMNS)
    fields[0] = plain_decimal(Money(abs(amount.minor), amount.currency)).replace(".", ",")
    fields[1] = '"S"' if amount.minor > 0 else '"H"'
    fields[2] = f'"{amount.currency.upper()}"'
    fields[6], fields[7] = str(booking.account), str(booking.contra)
    fields[9] = f"{booking.day:%d%m}"
    fields[10] = _quoted("".join(one for one in booking.document if one in _ALLOWED), _DOCUMENT)
    fields[13] = _quoted(booking.text, _TEXT)
    fields[113] = "0"
    return f"{';'.join(fields)}\r\n"


def _quoted(text: str, most: int) -> str:
    """In quotes, without what would end a line; nothing that a spreadsheet would run."""
    plain = inert("".join(one if one.isprintable() else " " for one in text).strip())[:most]
    return f'"{plain.replace(chr(34), chr(34) * 2)}"'


def _pairs(name: str, count: int) -> Iterator[str]:
    for at in range(1, count + 1):
        yield from (f"{name} - Art {at}", f"{name} - Inhalt {at}")


COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre",
    "Beleglink", *_pairs("Beleginfo", 8), "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge",
    "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L",
    "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung",
    *_pairs("Zusatzinformation", 20), "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr",
    "Zugeordnete Fälligkeit", "Skontotyp", "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)",
    "EU-Land (Anzahlungen)", "Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)",
    "Herkunft-Kz", "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername",
    "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit",
    "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
)  # fmt: skip
"""The 125 fields of format version 13."""
