"""A pgbouncer in front of the tests' PostgreSQL, as hosts of databases put one: one server for each transaction."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.tools.ports import free_port

PROGRAM = shutil.which("pgbouncer")
_TRIES = 200
_PAUSE = 0.02

_SETTINGS = """[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
"""


@contextmanager
def pgbouncer(address: str, folder: Path) -> Iterator[str]:
    """The address of the same database, by way of a pgbouncer in transaction mode. It ends with the block."""
    assert PROGRAM is not None
    url, listen = make_url(address), free_port()
    host = url.query.get("host") or url.host
    told = {"host": host, "port": url.port or 5432, "user": url.username, "listen": listen}
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(**told))
    process = subprocess.Popen([PROGRAM, "-q", *harmless_user(Path(str(host))), str(settings)])
    try:
        through = url.set(host="127.0.0.1", port=listen, query={}).render_as_string(hide_password=False)
        _wait_until_it_answers(through, process)
        yield through
    finally:
        process.kill()  # it would wait for its clients
        process.wait()


def harmless_user(sockets: Path) -> list[str]:
    """It refuses to work as root: it takes the server's user, who may reach its sockets."""
    return [] if os.geteuid() else ["-u", sockets.owner()]


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    plain = address.replace("postgresql+psycopg://", "postgresql://")
    for _ in range(_TRIES):
        assert process.poll() is None, "pgbouncer ended"
        with suppress(psycopg.OperationalError), psycopg.connect(plain, connect_timeout=5):
            return
        time.sleep(_PAUSE)
    raise AssertionError("pgbouncer does not answer")
