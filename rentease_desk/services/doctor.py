"""What is configured, what is reachable, what is missing: each with a sentence and what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from enum import StrEnum
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.backups import BackupService, Watch
from rentease_desk.services.desk import Desk
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.services.sync.account import require_opened
from rentease_desk.services.sync.reads import keep_reads, reads_of
from rentease_desk.storage.health import contents, engine_words, is_whole, room_beside
from rentease_desk.storage.receipts import count_receipts, gaps, list_skipped
from rentease_desk.stripe_gateway.gateway import BESIDE, READABLE, StripeGateway

_NO_KEY = frozenset({"stripe.no_key", "stripe.account_no_key"})


class State(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    ATTENTION = "attention"
    WRONG = "wrong"


class Finding(Struct, frozen=True):
    """One thing looked at. ``whose``: of which Stripe account, as people call it, where there are several."""

    name: str
    state: State
    text: str
    whose: str = ""


class DoctorService:
    """Looks at everything the desk stands on. Takes seconds where something does not answer.

    ``open_for`` makes a gateway to one of the property's accounts, or raises StripeError, KeychainError: each is asked.
    """

    def __init__(self, desk: Desk, key: StripeKeyService, open_for: OpenFor, backups: BackupService) -> None:
        self._backups = backups
        self._desk = desk
        self._key = key
        self._open_for = open_for

    def look(self, cancel: threading.Event) -> Iterator[Finding]:
        """The findings, one after the other."""
        yield _tried("database", self._database)
        yield from self._room()
        yield _tried("contents", self._contents)
        yield _tried("receipts", self._receipts)
        yield _tried("property", self._property)
        yield self._backup()
        yield _tried("keyring", self._key.keychain.describe)
        accounts = self._accounts()
        for one in accounts:
            whose = one.badge if one is not None and len(accounts) > 1 else ""
            yield from (replace(found, whose=whose) for found in self._of_account(one, cancel))

    def _database(self) -> str:
        with self._desk.db.reading() as connection:
            words, whole = engine_words(connection), is_whole(connection)
        if not whole:
            raise KnownError("database.corrupt", path=self._desk.db.place)
        if self._desk.db.is_read_only:
            raise KnownError("database.reading", path=self._desk.db.place)
        return f"{self._desk.db.place}, {words}, whole"

    def _room(self) -> Iterator[Finding]:
        """On the disk of the database's file; a server looks after its own."""
        path = self._desk.db.path
        if path is None:
            return
        try:
            free, needed = room_beside(path)
        except KnownError as error:
            yield Finding("disk", State.WRONG, str(error))
            return
        told = f"{free // 1_000_000} MB free where the database is"
        if free >= needed:
            yield Finding("disk", State.OK, told)
        else:
            text = f"{told}, {needed // 1_000_000} MB are asked for: free some space, or nothing can be saved soon."
            yield Finding("disk", State.ATTENTION, text)

    def _contents(self) -> str:
        with self._desk.db.reading() as connection:
            bookings, payments, seq = contents(connection)
        return f"{bookings} bookings, {payments} payments, journal at row {seq}"

    def _receipts(self) -> str:
        with self._desk.db.reading() as connection:
            count, broken, skipped = count_receipts(connection), gaps(connection), list_skipped(connection)
        if broken:
            raise KnownError("receipt.gap", years=", ".join(broken))
        told = f"{count} issued, their numbers have no gap"
        return told + "".join(f"; skipped: {one.label}" for one in skipped)

    def _property(self) -> str:
        settings = self._desk.property()
        roll = f"{settings.day_roll_minutes // 60:02}:{settings.day_roll_minutes % 60:02}"
        return f"{settings.name}, {settings.zone}, {settings.currency.upper()}, the day rolls at {roll}"

    def _backup(self) -> Finding:
        """When the last good one was made, here and in the second folder."""
        try:
            watch, made = self._backups.watch(), self._backups.listed_here()
        except KnownError as error:
            state = State.OK if error.code == "backup.postgresql" else State.WRONG
            return Finding("backup", state, str(error))
        last = iso_utc(made[0].taken_at) if made else "never"
        second = self._backups.second().folder
        told = f"{len(made)} in {self._backups.folder}, the last {last}"
        told += f"; also in {second}" if second else ""
        ok = watch == Watch() and bool(made)
        return Finding("backup", State.OK if ok else State.ATTENTION, f"{told}. {watch.trouble}".strip(". ") + ".")

    def _accounts(self) -> tuple[StripeAccount | None, ...]:
        """Those that are asked; None is the first, while none is known, or where the settings cannot be read, of which
        another finding speaks.
        """
        try:
            return self._desk.property().asked_accounts or (None,)
        except KnownError:
            return (None,)

    def _of_account(self, account: StripeAccount | None, cancel: threading.Event) -> Iterator[Finding]:
        yield self._stripe_key(account)
        yield from self._stripe(account, cancel)

    def _stripe_key(self, account: StripeAccount | None) -> Finding:
        try:
            info = self._key.info(account)
        except KnownError as error:
            return Finding("stripe key", State.WRONG, str(error))
        if info is None:
            return Finding("stripe key", State.ATTENTION, str(_no_key(account)))
        kind = "live" if info.live else "test"
        told = f"{info.fingerprint}, {kind}, from the {info.source.value}"
        if info.restricted:
            return Finding("stripe key", State.OK, told)
        return Finding("stripe key", State.ATTENTION, f"{told}. A restricted key (rk_) can do less harm.")

    def _stripe(self, account: StripeAccount | None, cancel: threading.Event) -> Iterator[Finding]:
        try:
            gateway = self._open_for(account)
        except StripeError as error:
            if error.code not in _NO_KEY:  # of which the finding above speaks
                yield Finding("stripe account", State.WRONG, str(error))
            return
        except KnownError:
            return  # the keyring's; the finding above says so
        with closing(gateway):
            found = _tried("stripe account", lambda: _account(gateway, account, cancel))
            yield found
            if found.state is State.OK:
                yield from _lists(gateway, cancel)
                yield self._reads(gateway, account, found.text)

    def _reads(self, gateway: StripeGateway, account: StripeAccount | None, told_id: str) -> Finding:
        """How near the account is to what Stripe allows; what the doctor asked just now is counted too."""
        try:
            if account is not None and account.identity == Identity(told_id, gateway.livemode):
                keep_reads(self._desk, gateway, account.identity)
            reads = reads_of(self._desk, account)
        except KnownError as error:
            return Finding("stripe reads", State.WRONG, str(error))
        told = f"{reads.used} of {reads.allowed} in 30 days"
        if reads.stretch == 1:
            return Finding("stripe reads", State.OK, told)
        return Finding("stripe reads", State.ATTENTION, f"{told}: the timer polls {reads.stretch} times less often.")


def _no_key(account: StripeAccount | None) -> StripeError:
    if account is None or account.is_first:
        return StripeError("stripe.no_key")
    return StripeError("stripe.account_no_key", name=account.badge, account=account.identity.account)


def _account(gateway: StripeGateway, account: StripeAccount | None, cancel: threading.Event) -> str:
    """Whose account the key opens. Raises StripeError where that is another than it is kept for."""
    gateway.confirm(cancel)
    found = gateway.identity(cancel)
    if account is not None:
        require_opened(account.identity, gateway, found)
    return found.account if found else "Stripe does not tell with this key"


def _lists(gateway: StripeGateway, cancel: threading.Event) -> Iterator[Finding]:
    for kind in READABLE:
        found = _tried(f"stripe {kind}", partial(_readable, gateway, kind, cancel))
        beside = kind in BESIDE and found.state is State.WRONG
        yield replace(found, state=State.ATTENTION) if beside else found


def _readable(gateway: StripeGateway, kind: str, cancel: threading.Event) -> str:
    gateway.probe(kind, cancel)
    return "readable"


def _tried(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, State.OK, look())
    except KnownError as error:
        return Finding(name, State.WRONG, str(error))
