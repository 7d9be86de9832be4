"""What the commands of one run share: the configuration and, once a command needs them, the services."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from rentease_desk.config import Config, for_practice, from_environment
from rentease_desk.domain.dates import DateRange, parse_day
from rentease_desk.domain.errors import ConfigurationError
from rentease_desk.logs import log_to_file

if TYPE_CHECKING:
    from rentease_desk.practice.process import PracticeProcess
    from rentease_desk.services.bundle import Services

log = logging.getLogger(__name__)


class Session:
    """Made once for each run of the command line."""

    def __init__(self) -> None:
        self.practice = False
        self._config: Config | None = None
        self._services: Services | None = None
        self._server: PracticeProcess | None = None

    @property
    def config(self) -> Config:
        """The configuration; in practice with the address of a practice server that is started for it."""
        if self._config is None:
            self._config = _read(for_practice if self.practice else from_environment)
            _start_log(self._config)
        return self._config

    @property
    def services(self) -> Services:
        """The services on the configured database. Raises DatabaseError."""
        if self._services is None:
            from rentease_desk.wiring import build

            self._services = self._practice_services() if self.practice else build(self.config)
        return self._services

    def days(self, first: str | None, last: str | None, default: DateRange) -> DateRange:
        """A range from two options, either of which may be missing. Raises InputError."""
        return DateRange(
            default.first if first is None else parse_day(first), default.last if last is None else parse_day(last)
        )

    def today(self) -> date:
        """Today on the property's calendar."""
        desk = self.services.desk
        return desk.property().days.calendar_date(desk.clock.now())

    def close(self) -> None:
        """Close what was opened."""
        if self._services is not None:
            self._services.close()
        if self._server is not None:
            self._server.stop()

    def _practice_services(self) -> Services:
        from rentease_desk.practice.property import open_practice

        self._server, services = open_practice(self.config)
        return services


def _read(read: Callable[[Mapping[str, str]], Config]) -> Config:
    try:
        return read(os.environ)
    except RuntimeError as error:  # “~somebody” whom this computer does not know
        raise ConfigurationError("environment.invalid", name="RENTEASE_DATA_DIR", reason=str(error)) from error


def _start_log(config: Config) -> None:
    try:
        log_to_file(config.log_dir)
    except OSError as error:
        log.warning("no log is kept: %s", error)
