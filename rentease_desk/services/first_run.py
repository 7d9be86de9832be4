"""The first run: answers are checked one by one and kept without secrets; all is made at the end, or nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.clock import Clock
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import InputError, KeychainError, KnownError, StripeError
from rentease_desk.domain.first_run import (
    DatabaseState,
    Estimate,
    FirstRunDraft,
    FoundDatabase,
    Secrets,
    estimated,
    first_range,
)
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.domain.payment import Method
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.settings import Property, changed, with_clean_labels
from rentease_desk.domain.staff import StaffDraft, checked_name, checked_pin
from rentease_desk.domain.stripe_accounts import connected_first
from rentease_desk.services.bundle import Services
from rentease_desk.services.database_access import DatabaseAccess, make_folder
from rentease_desk.services.gateways import OpenWith
from rentease_desk.services.stripe_accounts import AccountDraft
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.services.whole_files import replace_file
from rentease_desk.stripe_gateway.governor import CancelledError
from rentease_desk.stripe_gateway.keys import check_key, is_live

log = logging.getLogger(__name__)

_DRAFTS = json_reader(FirstRunDraft)


class Finished(Struct, frozen=True):
    """The desk as it was set up. ``notes``: what did not work, and can be done again under Settings."""

    services: Services
    notes: tuple[KnownError, ...]


class FirstRunService:
    """Made before there is a database. Calls take as long as disk, network and keyring do: never from the GUI thread.

    ``build`` opens the desk on an address with a password; ``file`` keeps the draft; ``defaults`` are the settings of a
    new database.
    """

    def __init__(
        self,
        access: DatabaseAccess,
        build: Callable[[str, str | None], Services],
        open_with: OpenWith,
        clock: Clock,
        file: Path,
        defaults: Callable[[], Property],
    ) -> None:
        self._access, self._build, self._open_with, self._clock = access, build, open_with, clock
        self._file, self._defaults = file, defaults
        self._keys = StripeKeyService(access.keychain, open_with=open_with)

    # --- the draft

    def draft(self) -> FirstRunDraft:
        """The answers of a first run that was left; else what can be told of this computer."""
        try:
            return _DRAFTS.decode(self._file.read_bytes())
        except FileNotFoundError:
            return self._fresh()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("the answers of the first run are not used: %s", error)
            return self._fresh()

    def keep(self, draft: FirstRunDraft) -> None:
        """Keep the answers for the next start. Raises KnownError ``file.cannot_write``."""
        data = msgspec.json.format(msgspec.json.encode(draft)) + b"\n"
        make_folder(self._file)
        replace_file(self._file, lambda out: out.write(data))

    def forget(self) -> None:
        """Nothing is left of the answers. Raises KnownError ``file.cannot_write``."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            raise KnownError("file.cannot_write", path=self._file, reason=error.strerror or error) from error

    # --- what each step asks

    def check_settings(self, values: dict[str, str]) -> dict[str, str]:
        """Raises InputError naming the one that cannot be taken."""
        changed(self._defaults(), values)
        return values

    def check_methods(self, methods: tuple[Method, ...]) -> tuple[Method, ...]:
        """Raises InputError."""
        clean = with_clean_labels(replace(self._defaults(), methods=methods)).methods
        if not clean:
            raise InputError("settings.methods", field="methods", value="")
        return clean

    def check_staff(self, draft: StaffDraft, others: tuple[StaffDraft, ...]) -> StaffDraft:
        """Raises InputError."""
        name = checked_name(draft.name)
        checked_pin(draft.pin)
        if any(one.name.casefold() == name.casefold() for one in others):
            raise InputError("staff.name_taken", field="name", name=name)
        return replace(draft, name=name)

    def look_at_database(self, address: str, password: str | None) -> FoundDatabase:
        """What stands there; "" is a file on this computer. Nothing is made. Raises DatabaseError."""
        return self._access.look_at(address, password)

    def test_key(self, key: str | None, cancel: threading.Event, connected: str = "") -> KeyReport:
        """Whose it is and what it may do; with ``connected``, whether it reaches that account. Raises StripeError,
        InputError naming ``account``.
        """
        if not key:
            raise StripeError("stripe.no_key")
        account = connected_first(connected, livemode=is_live(check_key(key))) if connected else None
        return self._keys.test(key, cancel, account)

    def estimate(
        self, key: str, settings: dict[str, str], days: int, cancel: threading.Event, connected: str = ""
    ) -> Estimate:
        """What so many days up to today will bring, by the newest page of them. Raises StripeError."""
        calendar = changed(self._defaults(), settings).days
        span = calendar.calendar_span(first_range(calendar.calendar_date(self._clock.now()), days))
        with closing(self._open_with(key, connected or None)) as gateway:
            try:
                page = gateway.list_intents(span, None, cancel)
            except CancelledError as error:
                raise StripeError("stripe.stopped") from error
        oldest = min((one.created for one in page.intents), default=None) if page.next_cursor else None
        until = Span(span.start, min(span.end, self._clock.now()))
        return estimated(len(page.intents), oldest, until.start, until.end)

    # --- the end

    def finish(self, draft: FirstRunDraft, secrets: Secrets) -> Finished:
        """Open the database, and write into it what was answered. Sent again after a failure, it goes on: people stand
        in it last, so where there are some all is written.

        A database that another desk has set up keeps its property, methods and staff. Raises DatabaseError.
        """
        found = self.look_at_database(draft.address, secrets.password)
        is_own = found.state is DatabaseState.NEW or found.identity == draft.began
        if is_own:
            self.keep(replace(draft, began=found.identity))
        services = self._build(draft.address or self._access.own, secrets.password)
        try:
            if is_own and not services.staff.read().people:
                self._write(services, draft, secrets.staff)
            notes = [*self._place(draft, secrets), *self._keep_key(services, draft, secrets)]
            self.forget()
        except BaseException:
            services.close()
            raise
        return Finished(services, tuple(notes))

    def _write(self, services: Services, draft: FirstRunDraft, staff: tuple[StaffDraft, ...]) -> None:
        settings = changed(services.settings.get(), draft.settings)
        services.settings.save(replace(settings, methods=draft.methods))
        for one in staff:
            services.staff.add(one)

    def _place(self, draft: FirstRunDraft, secrets: Secrets) -> list[KnownError]:
        """From now on this computer works on that database."""
        if not draft.address:
            return []
        self._access.choose(draft.address)
        if secrets.password is None:
            return []
        self._access.use_for_session(secrets.password)
        return [] if secrets.session else _noted(lambda: self._access.keep(str(secrets.password)))

    def _keep_key(self, services: Services, draft: FirstRunDraft, secrets: Secrets) -> list[KnownError]:
        """Where no keyring keeps it, it is used until the program ends."""
        if secrets.key is None:
            return []
        account = AccountDraft(secrets.key, "", draft.connected, secrets.meant)
        notes = [] if secrets.session else _noted(lambda: _keep(services, account))
        if secrets.session or any(isinstance(one, KeychainError) for one in notes):
            notes += _noted(lambda: _keep(services, replace(account, session=True)))
        return notes

    def _fresh(self) -> FirstRunDraft:
        settings = self._defaults()
        return FirstRunDraft(
            settings={"name": "", "zone": settings.zone, "currency": settings.currency.upper(),
                      "language": settings.language, "day_roll": "04:00", "cash_rounding": "off"}
        )  # fmt: skip


def _keep(services: Services, draft: AccountDraft) -> object:
    """A key of its own account says with the first sync whose it is; that one is connected has to be written down."""
    if draft.connected:
        return services.accounts.add_first(draft, threading.Event())
    keep = services.key.use_for_session if draft.session else services.key.keep
    return keep(draft.key, meant=draft.meant)


def _noted(work: Callable[[], object]) -> list[KnownError]:
    try:
        work()
    except KnownError as error:
        return [error]
    return []
