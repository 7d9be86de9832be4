"""Which database this computer works on, and the password that opens it: in the keyring, and never in the address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from rentease_desk.config import Config, split_password, sqlite_address
from rentease_desk.domain.errors import ConfigurationError, DatabaseError, KeychainError, KnownError
from rentease_desk.domain.first_run import FoundDatabase
from rentease_desk.keychain import Keychain
from rentease_desk.services.whole_files import replace_file
from rentease_desk.storage.engine import identity, parse_url, place, with_password
from rentease_desk.storage.looking import look_at
from rentease_desk.storage.opening import current_revision

log = logging.getLogger(__name__)

T = TypeVar("T")


class DatabaseAccess:
    """Made once for a process. Calls may take as long as the keyring and the database do: never from the GUI thread."""

    def __init__(self, config: Config, keychain: Keychain | None = None) -> None:
        self._config = config
        self.keychain = keychain or Keychain()
        self._default, within = split_password(config.database_url)
        self._given = config.database_password or within
        self._session: str | None = None

    @property
    def address(self) -> str:
        """The address of the database, without a password. Raises ConfigurationError ``database.place``."""
        if self._config.database_given:
            return self._default
        return self._chosen() or self._default

    @property
    def place(self) -> str:
        """Where the database is, as people read it. Raises as ``address``, and DatabaseError ``database.url``."""
        return place(parse_url(self.address))

    @property
    def own(self) -> str:
        """The address of the file on this computer."""
        return sqlite_address(self._config.own_database)

    @property
    def is_fixed(self) -> bool:
        """Whether no other database can be chosen here: in practice, and where the environment says which one."""
        return self._config.database_given

    def look_at(self, address: str, password: str | None) -> FoundDatabase:
        """What stands at another address; "" is the file on this computer. Nothing is made. Raises DatabaseError."""
        return look_at(with_password(address or self.own, password))

    def connect(self, opening: Callable[[str], T]) -> T:
        """Do something with the whole address; where a password is asked for, with the one that the keyring has.

        Raises DatabaseError as ``opening``; ``database.password`` where there is none; as ``address``.
        """
        address, own = self.address, self._session or self._given
        try:
            return opening(with_password(address, own))
        except DatabaseError as error:
            if error.code != "database.refused" or own is not None:
                raise
            kept = self._kept(address, error)
        return opening(with_password(address, kept))

    def choose(self, address: str) -> None:
        """Work on another database from the next opening on; "" is the file on this computer. No password is in it.

        Raises DatabaseError ``database.url``, ``.password_typed``, ``.given``, KnownError ``file.cannot_write``.
        """
        if self._config.database_given:
            raise DatabaseError("database.given")
        address = _without_password(address.strip() or self.own)
        self._write(address)
        self._session = None

    def beside(self, address: str) -> DatabaseAccess:
        """Another database, with the password that the keyring has for it. Raises as ``choose``."""
        address = _without_password(address.strip())
        config = replace(self._config, database_url=address, database_given=True, database_password=None)
        return DatabaseAccess(config, self.keychain)

    def take_over(self, other: DatabaseAccess) -> bool:
        """Work on that database from now on; False where the environment says on which. Raises as ``choose``."""
        if not self._config.database_given:
            self.choose(other.address)
        return not self._config.database_given

    def choose_with(self, address: str, password: str | None) -> KeychainError | None:
        """``choose``, and keep its password; returns why it was not kept. It is asked for at the next start then."""
        self.choose(address)
        if password is None:
            return None
        try:
            self.keep(password)
        except KeychainError as error:
            return error
        return None

    def use_for_session(self, password: str) -> None:
        """Open the database with this password until the program ends."""
        self._session = password

    def try_for_session(self, password: str) -> None:
        """The same, if the database can be reached with it. Raises DatabaseError."""
        current_revision(with_password(self.address, password))
        self._session = password

    def keep(self, password: str) -> None:
        """Put the password of the chosen database into the keyring. Raises KeychainError, and as ``place``."""
        self.keychain.set(self._name(self.address), password)
        self._session = None

    def forget(self) -> None:
        """Take the password out of the session and the keyring. Raises KeychainError, and as ``place``."""
        self._session = None
        self.keychain.delete(self._name(self.address))

    def _kept(self, address: str, refused: DatabaseError) -> str:
        reason = "The keyring has none for it."
        try:
            kept = self.keychain.get(self._name(address))
        except KeychainError as error:
            kept, reason = None, f"{error.explain().title}: {error.explain().happened}"
        if kept is None:
            raise DatabaseError("database.password", address=place(parse_url(address)), reason=reason) from refused
        return kept

    def _chosen(self) -> str | None:
        path = self._config.place_file
        try:
            told = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
            return split_password(told["address"])[0]
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, KeyError) as error:
            raise ConfigurationError("database.place", path=path, reason=_why(error)) from error

    def _write(self, address: str) -> None:
        """Whole or not at all: a half file would leave the desk without its database."""
        data = msgspec.json.encode({"address": address}) + b"\n"
        make_folder(self._config.place_file)
        replace_file(self._config.place_file, lambda out: out.write(data))

    @staticmethod
    def _name(address: str) -> str:
        """Every database has a password of its own."""
        return f"database-password {identity(parse_url(address))}"


def make_folder(path: Path) -> None:
    """The folder of a file. Raises KnownError ``file.cannot_write``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError("file.cannot_write", path=path, reason=error.strerror or error) from error


def _without_password(typed: str) -> str:
    """An address as somebody gives it. Raises DatabaseError ``database.url`` or ``.password_typed``."""
    address, password = split_password(typed)
    if password is not None:
        raise DatabaseError("database.password_typed")
    parse_url(address)
    return address


def _why(error: Exception) -> str:
    """In words, without the path that is told before them."""
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
