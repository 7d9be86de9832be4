"""What a technician needs to know of this desk, as text that may be sent to somebody: no secret is in it."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from rentease_desk import __version__
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import KeychainError, KnownError
from rentease_desk.domain.settings import SETTINGS
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.logs import LogEntry, redact
from rentease_desk.services.backups import BackupService
from rentease_desk.services.desk import Desk
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.storage.engine import identity
from rentease_desk.storage.health import contents, engine_words, revision_of
from rentease_desk.storage.staff import all_staff
from rentease_desk.storage.sync_state import last_success, recent_runs

_LIBRARIES = ("PySide6-Essentials", "SQLAlchemy", "psycopg", "stripe", "alembic", "keyring", "APScheduler")
_PRIVATE = frozenset({"address", "tax_lines"})
"""Settings that say nothing about a fault, and who somebody is."""
_LINES = 200


class DiagnosisService:
    """Looks at this desk; nothing is asked of Stripe, and of each account's key only what may be shown."""

    def __init__(self, desk: Desk, backups: BackupService, key: StripeKeyService) -> None:
        self._desk, self._backups, self._key = desk, backups, key

    def report(self, log: Sequence[LogEntry], more: Mapping[str, str] | None = None) -> str:
        """All of it. ``more``: what only the window knows, by its name."""
        parts: list[tuple[str, Callable[[], Iterator[str]]]] = [
            ("Database", self._database),
            ("Sync", self._sync),
            ("Backups", self._backed_up),
            ("Settings", self._settings),
        ]
        looked = [f"## {name}\n{_tried(lines)}" for name, lines in parts]
        return redact("\n\n".join([basics(more), *looked, log_part(log)]) + "\n")

    def _database(self) -> Iterator[str]:
        with self._desk.db.reading() as connection:
            bookings, payments, seq = contents(connection)
            yield f"{identity(self._desk.db.url)}, {engine_words(connection)}, version {revision_of(connection)}"
            yield f"{bookings} bookings, {payments} payments, journal at row {seq}, {len(all_staff(connection))} staff"
        path = self._desk.db.path
        if path is not None:
            yield f"{path.stat().st_size} bytes, {'read-only' if self._desk.db.is_read_only else 'writable'}"

    def _sync(self) -> Iterator[str]:
        settings = self._desk.property()
        for account in settings.accounts or (None,):
            name = "" if account is None else settings.badge(account.identity.account)
            yield f"{name}: {self._key_of(account)}" if name else self._key_of(account)
        with self._desk.db.reading() as connection:
            last, runs = last_success(connection), recent_runs(connection, 5)
        yield f"last success {'never' if last is None or last.ended_at is None else iso_utc(last.ended_at)}"
        for run in runs:
            told = "" if run.error_code is None else f" {run.error_code}: {run.error_text}"
            yield f"{iso_utc(run.started_at)} {run.outcome}{told}"

    def _key_of(self, account: StripeAccount | None) -> str:
        """That the keyring does not tell one is a finding, and keeps nothing of the others back."""
        if account is not None and not account.is_asked:
            return "removed"
        try:
            info = self._key.info(account)
        except KeychainError as error:
            return str(error)
        if info is None:
            return "no key"
        kind = f"{'live' if info.live else 'test'}, {'restricted' if info.restricted else 'full'}"
        return f"key {info.fingerprint}, {kind}, from the {info.source.value}"

    def _backed_up(self) -> Iterator[str]:
        made = self._backups.listed_here()
        yield f"{len(made)}, the last {iso_utc(made[0].taken_at) if made else 'never'}"
        second = self._backups.second()
        yield f"second folder {'chosen' if second.folder else 'none'} {second.trouble}".strip()

    def _settings(self) -> Iterator[str]:
        settings = self._desk.property()
        for name, setting in SETTINGS.items():
            if name not in _PRIVATE:
                yield f"{name}: {setting.show(settings)}"


def basics(more: Mapping[str, str] | None = None) -> str:
    """The program, and what it runs on: also where no database can be opened."""
    told = {
        "Rentease Desk": __version__,
        "Python": platform.python_version(),
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "SQLite": sqlite3.sqlite_version,
        **{name: _version(name) for name in _LIBRARIES},
        "Encoding": sys.getfilesystemencoding(),
        **(more or {}),
    }
    return "# Diagnostics of Rentease Desk\n" + "\n".join(f"{name}: {value}" for name, value in told.items())


def log_part(log: Sequence[LogEntry]) -> str:
    """The last lines of the log."""
    return "## Log\n" + "\n".join("\n".join(one.text for one in log).splitlines()[-_LINES:])


def closed_report(log: Sequence[LogEntry], more: Mapping[str, str] | None = None) -> str:
    """What can be told while the database is not open."""
    return redact("\n\n".join([basics(more), "## Database\nnot open", log_part(log)]) + "\n")


def _tried(lines: Callable[[], Iterator[str]]) -> str:
    """What went wrong is a finding too."""
    told: list[str] = []
    try:
        told.extend(lines())
    except (KnownError, OSError) as error:
        told.append(str(error))
    return "\n".join(told)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
