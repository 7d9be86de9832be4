"""What the commands of one run share: the configuration and, once a command needs them, the services."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import typer

from rentease_desk.config import Config, for_practice, from_environment
from rentease_desk.domain.dates import DateRange, parse_day
from rentease_desk.domain.errors import ConfigurationError
from rentease_desk.domain.staff import Approval, ApprovalNeededError, Pin
from rentease_desk.logs import log_to_file

if TYPE_CHECKING:
    from rentease_desk.practice.process import PracticeProcess
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.database_access import DatabaseAccess

log = logging.getLogger(__name__)

T = TypeVar("T")


class Session:
    """Made once for each run of the command line. ``staff``: who works; ``approver``: who approves what that one may
    not do alone. The PINs of both are asked for when they are needed.
    """

    def __init__(self) -> None:
        self.practice = False
        self.staff: str | None = None
        self.approver: str | None = None
        self._config: Config | None = None
        self._services: Services | None = None
        self._access: DatabaseAccess | None = None
        self._server: PracticeProcess | None = None

    @property
    def config(self) -> Config:
        """The configuration; in practice with the address of a practice server that is started for it."""
        if self._config is None:
            self._config = _read(for_practice if self.practice else from_environment)
            _start_log(self._config)
        return self._config

    @property
    def access(self) -> DatabaseAccess:
        """Which database it is, and what opens it."""
        from rentease_desk.services.database_access import DatabaseAccess

        self._access = self._access or DatabaseAccess(self.config)
        return self._access

    @property
    def services(self) -> Services:
        """The services on the configured database, with whoever was named at the desk.

        Raises DatabaseError, and KnownError ``staff.…`` for a name or a PIN that is not right.
        """
        if self._services is None:
            from rentease_desk.wiring import build

            self._services = self._practice_services() if self.practice else build(self.config, access=self.access)
            if self.staff is not None:
                self._services.staff.sign_in(self.staff, self._pin(self.staff, self.config.pin))
        return self._services

    @contextmanager
    def by_itself(self) -> Iterator[Services]:
        """The services for what no person does: it may sync, and nothing else. No PIN is asked for."""
        self.staff = None
        with self.services.desk.seat.as_system():
            yield self.services

    def approved(self, work: Callable[[Approval | None], T]) -> T:
        """Do it; where somebody has to approve it, and was named, ask for their PIN and do it with their word."""
        try:
            return work(None)
        except ApprovalNeededError as needed:
            if self.approver is None:
                raise
            pin = self._pin(self.approver, self.config.approver_pin)
            return work(self.services.staff.approve(needed, self.approver, pin))

    def new_pin(self, name: str) -> Pin:
        """A PIN that somebody is to get, typed twice at a terminal."""
        if not sys.stdin.isatty():
            return Pin(sys.stdin.readline())
        typed: str = typer.prompt(f"New PIN of {name}", hide_input=True, confirmation_prompt=True, err=True)
        return Pin(typed)

    def secret(self, name: str) -> str:
        """A secret that is to be kept: from a terminal that does not show it, or a line of standard input.

        Never an argument: what is typed there can be read by others.
        """
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        typed: str = typer.prompt(name, hide_input=True, err=True)
        return typed

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

    def _pin(self, name: str, given: str | None) -> Pin:
        """From the environment, a terminal that does not show it, or a line of standard input; never an argument."""
        if given is not None:
            return Pin(given)
        if not sys.stdin.isatty():
            return Pin(sys.stdin.readline())
        typed: str = typer.prompt(f"PIN of {name}", hide_input=True, err=True)
        return Pin(typed)

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
        log.warning("No log is kept: %s: %s.", config.log_dir, error.strerror or error)
