"""Where files live, and what the environment says. Read once at the start; nothing else looks at the environment."""

from __future__ import annotations

import getpass
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import platformdirs
from msgspec import Struct

APP = "rentease-desk"
STRIPE_BASE = "https://api.stripe.com"
_KEY_OF = "STRIPE_API_KEY_"
_BEFORE_HOST = re.compile(r"(://[^:/?#@]*):([^?#]*)@")
"""To the last @: a password may hold one, or a slash."""
_IN_QUERY = re.compile(r"([?&])password=([^&#]*)(&?)", re.IGNORECASE)


class Config(Struct, frozen=True):
    """One start of the program. Secrets are left out of ``repr``.

    ``database_url`` is an SQLAlchemy URL without its password; where it is not ``database_given``, what was chosen for
    this computer (``place_file``) comes first. ``stripe_key`` and ``database_password`` come from the environment and
    win over the keyring, as do the ``stripe_keys`` of further accounts, by their ids in upper case. ``pin`` and
    ``approver_pin`` are for commands that nobody is there to type a PIN for.
    """

    data_dir: Path
    database_url: str
    actor: str
    desk: str
    stripe_key: str | None = None
    stripe_base: str = STRIPE_BASE
    stripe_account: str | None = None
    stripe_keys: Mapping[str, str] = {}
    practice: bool = False
    pin: str | None = None
    approver_pin: str | None = None
    database_password: str | None = None
    database_given: bool = False

    def __repr__(self) -> str:
        return f"Config(data_dir={self.data_dir}, actor={self.actor!r}, desk={self.desk!r}, practice={self.practice})"

    @property
    def log_dir(self) -> Path:
        """Where logs go."""
        return self.data_dir / "logs"

    @property
    def place_file(self) -> Path:
        """Which database this computer works on, where that is not said by the environment."""
        return self.data_dir / "data-place.json"

    @property
    def first_run_file(self) -> Path:
        """The answers of a first run that was left."""
        return self.data_dir / "first-run.json"

    @property
    def needs_first_run(self) -> bool:
        """Whether nobody has said yet what this computer works on."""
        if self.practice or self.database_given:
            return False
        is_known = self.place_file.exists() or self.own_database.exists() or self._was_backed_up
        return self.first_run_file.exists() or not is_known

    @property
    def _was_backed_up(self) -> bool:
        """Then the database is gone, and was there: a backup is offered, and no new beginning."""
        return any((self.data_dir / "backups").glob(f"{self.own_database.stem}-*.sqlite3"))

    @property
    def own_database(self) -> Path:
        """The database on this computer, where no other is chosen."""
        return self.data_dir / "rentease-desk.sqlite3"

    @property
    def backup_file(self) -> Path:
        """Where this computer keeps which second folder its backups go to."""
        return self.data_dir / "backups.json"

    @property
    def downtime_dir(self) -> Path:
        """Where the downtime sheet lies."""
        return self.data_dir / "downtime"

    @property
    def desk_file(self) -> Path:
        """This desk's own choices (appearance, zoom), which the other desks do not share."""
        return self.data_dir / "desk.json"


def from_environment(environ: Mapping[str, str]) -> Config:
    """The configuration for real use."""
    data_dir = _data_dir(environ)
    given, password = split_password(environ.get("RENTEASE_DATABASE_URL") or "")
    return Config(
        data_dir=data_dir,
        database_url=given or sqlite_address(data_dir / "rentease-desk.sqlite3"),
        database_password=environ.get("RENTEASE_DATABASE_PASSWORD") or password,
        database_given=bool(given),
        actor=_actor(),
        desk=_desk(environ),
        stripe_key=environ.get("STRIPE_API_KEY") or None,
        stripe_base=environ.get("STRIPE_API_BASE") or STRIPE_BASE,
        stripe_account=environ.get("STRIPE_ACCOUNT") or None,
        stripe_keys=_stripe_keys(environ),
        pin=environ.get("RENTEASE_PIN") or None,
        approver_pin=environ.get("RENTEASE_APPROVER_PIN") or None,
    )


def for_practice(environ: Mapping[str, str]) -> Config:
    """The configuration for practice: a folder and a database of its own, and nothing of the real key or database.

    The address and key of the practice server are put in once it runs.
    """
    data_dir = _data_dir(environ) / "practice"
    return Config(
        data_dir=data_dir,
        database_url=sqlite_address(data_dir / "practice.sqlite3"),
        database_given=True,
        actor=_actor(),
        desk=_desk(environ),
        practice=True,
        pin=environ.get("RENTEASE_PIN") or None,
        approver_pin=environ.get("RENTEASE_APPROVER_PIN") or None,
    )


def split_password(address: str) -> tuple[str, str | None]:
    """A database's address without its password, and the password; None where there is none."""
    found = _BEFORE_HOST.search(address)
    if found is not None:
        address = f"{address[: found.end(1)]}{address[found.end() - 1 :]}"
    queried = _IN_QUERY.search(address)
    if queried is not None:
        kept = queried[1] if queried[3] else ""
        address = f"{address[: queried.start()]}{kept}{address[queried.end() :]}"
    password = (found[2] if found else "") or (queried[2] if queried else "")
    return address, unquote(password) or None


def sqlite_address(path: Path) -> str:
    """The address of a database in a file."""
    return f"sqlite:///{path.as_posix()}"


def resources_dir() -> Path:
    """Icons and templates: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def _data_dir(environ: Mapping[str, str]) -> Path:
    chosen = environ.get("RENTEASE_DATA_DIR")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_data_path(APP, appauthor=False)


def _stripe_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """``STRIPE_API_KEY_acct_…``: Windows knows no small letters in names."""
    names = ((name.upper(), key) for name, key in environ.items() if key)
    return {name.removeprefix(_KEY_OF): key for name, key in names if name.startswith(f"{_KEY_OF}ACCT_")}


def _actor() -> str:
    """The person at the computer, until the property has staff of its own."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "desk"


def _desk(environ: Mapping[str, str]) -> str:
    return environ.get("RENTEASE_DESK") or platform.node() or "Desk 1"
