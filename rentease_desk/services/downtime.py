"""The downtime sheet: who arrives, stays and leaves today and tomorrow, and what each owes. All of one moment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.downtime import DayPage, Section, day_pages
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.settings import Property
from rentease_desk.reports.downtime_pages import TextDay, TextSection, downtime_html
from rentease_desk.services import locales
from rentease_desk.services.desk import Desk
from rentease_desk.storage.day_list import read_day
from rentease_desk.storage.settings import read_property

NAME = "downtime-sheet"


class DowntimeService:
    """Reads only. ``folder`` is where the sheet lies, this computer's own; it shows what everybody at the desk sees."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self.folder = folder

    def html(self) -> str:
        """The sheet as it is now, as a document for paper, PDF or a browser."""
        now = self._desk.clock.now()
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            today = settings.days.business_date(now)
            pages = day_pages(read_day(connection, today), read_day(connection, today + timedelta(days=1)))
        local = settings.days.local(now)
        made = f"{locales.full_date(settings.language, local.date())}, {locales.short_time(settings.language, local)}"
        return downtime_html(settings.name, made, [_day(page, settings.language) for page in pages])

    def path(self, kind: str) -> Path:
        """Where it lies, as ``pdf``. Raises KnownError ``file.cannot_write``."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KnownError("file.cannot_write", path=self.folder, reason=error.strerror or error) from error
        return self.folder / f"{NAME}.{kind}"


def _day(page: DayPage, language: str) -> TextDay:
    sections = [_section(one, language) for one in page.sections]
    return TextDay(locales.full_date(language, page.day), sections)


def _section(section: Section, language: str) -> TextSection:
    due = " + ".join(locales.money(language, one.minor, one.currency) for one in section.due)
    return TextSection(section.title, [_cells(one, language) for one in section.bookings], due)


def _cells(one: Booking, language: str) -> tuple[str, ...]:
    return (
        ", ".join(one.rooms) or "–",
        one.guest.name,
        one.guest.phone,
        one.reference,
        locales.from_to(language, one.arrival, one.departure),
        locales.money(language, one.totals.balance, one.currency),
    )
