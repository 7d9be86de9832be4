"""Where files live, and what the environment says. Read once at the start; nothing else looks at the environment."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from msgspec import Struct

APP = "rentease-desk"
STRIPE_BASE = "https://api.stripe.com"


class Config(Struct, frozen=True):
    """One start of the program. Secrets are left out of ``repr``.

    ``database_url`` is an SQLAlchemy URL; ``stripe_key`` comes from the environment and wins over the keyring.
    ``pin`` and ``approver_pin`` are for commands that nobody is there to type a PIN for.
    """

    data_dir: Path
    database_url: str
    actor: str
    desk: str
    stripe_key: str | None = None
    stripe_base: str = STRIPE_BASE
    stripe_account: str | None = None
    practice: bool = False
    pin: str | None = None
    approver_pin: str | None = None

    def __repr__(self) -> str:
        return f"Config(data_dir={self.data_dir}, actor={self.actor!r}, desk={self.desk!r}, practice={self.practice})"

    @property
    def log_dir(self) -> Path:
        """Where logs go."""
        return self.data_dir / "logs"

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
    return Config(
        data_dir=data_dir,
        database_url=environ.get("RENTEASE_DATABASE_URL") or _sqlite(data_dir / "rentease-desk.sqlite3"),
        actor=_actor(),
        desk=_desk(environ),
        stripe_key=environ.get("STRIPE_API_KEY") or None,
        stripe_base=environ.get("STRIPE_API_BASE") or STRIPE_BASE,
        stripe_account=environ.get("STRIPE_ACCOUNT") or None,
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
        database_url=_sqlite(data_dir / "practice.sqlite3"),
        actor=_actor(),
        desk=_desk(environ),
        practice=True,
        pin=environ.get("RENTEASE_PIN") or None,
        approver_pin=environ.get("RENTEASE_APPROVER_PIN") or None,
    )


def resources_dir() -> Path:
    """Icons and templates: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def _data_dir(environ: Mapping[str, str]) -> Path:
    chosen = environ.get("RENTEASE_DATA_DIR")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_data_path(APP, appauthor=False)


def _sqlite(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def _actor() -> str:
    """The person at the computer, until the property has staff of its own."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "desk"


def _desk(environ: Mapping[str, str]) -> str:
    return environ.get("RENTEASE_DESK") or platform.node() or "Desk 1"
