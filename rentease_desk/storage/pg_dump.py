"""PostgreSQL's own backup program, run on the property's database. No secret stands in its arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL

from rentease_desk.domain.errors import KnownError
from rentease_desk.logs import redact
from rentease_desk.storage.engine import parse_url
from rentease_desk.storage.sqlite_files import put_in_place, sync_file, told

_PASSED = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "host": "PGHOST",
    "port": "PGPORT",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}
"""What a database's address may say beside its place, and by which variable libpq's programs are told."""


def dump(address: str, target: Path, environ: Mapping[str, str]) -> Path:
    """Write a backup of a PostgreSQL database, in pg_dump's own form, and have pg_restore read its contents.

    Raises KnownError ``backup.not_postgresql``, ``.no_pg_dump``, ``.pg_dump_failed``, ``file.cannot_write``.
    """
    url = parse_url(address)
    if url.get_backend_name() != "postgresql":
        raise KnownError("backup.not_postgresql")
    program, reader = (shutil.which(name, path=environ.get("PATH")) for name in ("pg_dump", "pg_restore"))
    if program is None:
        raise KnownError("backup.no_pg_dump")
    part = target.absolute().with_name(f".{target.name}.{os.getpid()}.part")
    with told(target):
        try:
            _run([program, "--format=custom", "--no-password", f"--file={part}"], {**environ, **variables(url)})
            if reader is not None:
                _run([reader, "--list", str(part)], environ)
            sync_file(part)
            put_in_place(part, target.absolute())
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return target


def variables(url: URL) -> dict[str, str]:
    """The address as libpq's environment variables, the password among them: only this user can read them."""
    plain = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    told = {**plain, "PGPASSWORD": url.password}
    query = {_PASSED[name]: value for name, value in url.query.items() if name in _PASSED}
    return {name: str(value) for name, value in (told | query).items() if value}


def _run(command: list[str], environ: Mapping[str, str]) -> None:
    ran = subprocess.run(  # noqa: S603 - the program is PostgreSQL's, the arguments are ours
        command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        said = redact(ran.stderr.decode(errors="replace").strip()) or f"status {ran.returncode}"
        raise KnownError("backup.pg_dump_failed", reason=said)
