"""The way to the imports, which are seldom needed: what they are made of is loaded with the first of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk

if TYPE_CHECKING:
    from rentease_desk.services.importing.calendars import CalendarImportService
    from rentease_desk.services.importing.rows import RowImportService


class Imports:
    """Loading takes 0.1 s: in the window, ask for either in a worker first."""

    def __init__(self, desk: Desk, keychain: Keychain) -> None:
        self._desk, self._keychain = desk, keychain

    @cached_property
    def rows(self) -> RowImportService:
        """Bookings from files. People who write meanwhile go first."""
        from rentease_desk.services.importing.rows import RowImportService

        return RowImportService(replace(self._desk, patient=True))

    @cached_property
    def calendars(self) -> CalendarImportService:
        """Blocks from calendars."""
        from rentease_desk.services.importing.calendars import CalendarImportService

        return CalendarImportService(self._desk, self._keychain)
