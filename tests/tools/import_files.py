"""A file of bookings and a calendar to be imported, with something of everything."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

_HEADER = "Buchung;Gast;Anreise;Abreise;Zimmer;Preis;Status;E-Mail\r\n"
_GUESTS = ("Jürgen Müller", "Søren Lindqvist", "Ana Silva", "José Ferreira", "山田 太郎", "Zoë Brontë", "Nóra Szabó",
           "Łukasz Wójcik", "Fatima El Mansouri", "Noor van den Berg")  # fmt: skip


def import_files(folder: Path, today: date) -> tuple[Path, Path]:
    """Both, in a folder."""
    rows, calendar = folder / "agency.csv", folder / "attic.ics"
    first = date(today.year + 1, 3, 3)
    lines = [_row(at, guest, first + timedelta(days=at % 7)) for at, guest in enumerate(_GUESTS)]
    lines[3] = lines[3].replace("1.240,50", "viel")
    lines[6] = lines[6].replace("/", "-", 1)
    text = _HEADER.replace("Buchung", "Reference").replace("Gast", "Guest").replace("Anreise", "Arrival")
    text = text.replace("Abreise", "Departure").replace("Zimmer", "Room").replace("Preis", "Total")
    rows.write_text(text + "".join(lines), encoding="utf-8", newline="")
    spans = ((1, 4), (6, 8), (9, 9))
    events = [
        _event(at, today + timedelta(days=one), today + timedelta(days=two)) for at, (one, two) in enumerate(spans)
    ]
    calendar.write_text("BEGIN:VCALENDAR\r\n" + "".join(events) + "END:VCALENDAR\r\n", encoding="utf-8", newline="")
    return rows, calendar


def _row(at: int, guest: str, day: date) -> str:
    status, room = "storniert" if at == 4 else "fest", "Attic" if at % 3 == 0 else ""
    arrival, departure = (one.strftime("%d/%m/%Y") for one in (day, day + timedelta(days=2)))
    return f"AG-{at + 1};{guest};{arrival};{departure};{room};1.240,50;{status};guest{at}@mail.example\r\n"


def _event(at: int, first: date, last: date) -> str:
    days = f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\nDTEND;VALUE=DATE:{last:%Y%m%d}\r\n"
    return f"BEGIN:VEVENT\r\nUID:{at}@airbnb.com\r\nSUMMARY:Airbnb (Not available)\r\n{days}END:VEVENT\r\n"
