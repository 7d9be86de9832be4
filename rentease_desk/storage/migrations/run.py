"""Runs migrations inside a transaction that the caller opened, so that both engines migrate whole or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; they stand here and not in a file, so that an installed program needs none."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    """Move the connection's database to the revision; the caller commits."""
    step = command.downgrade if down else command.upgrade
    step(configuration(connection), revision)
