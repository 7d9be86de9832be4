"""The server of a load test: a PostgreSQL that is restarted and whose connections are cut, and a pooler before it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.tools.databases import PostgresqlMaker, as_admin, postgresql
from tests.tools.pgbouncer import PROGRAM, harmless_user
from tests.tools.ports import free_port

_SETTINGS = """[databases]
* = host={host} port={port} user=rentease_desk
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 1000
default_pool_size = {pool}
server_login_retry = 1
query_wait_timeout = 20
"""


class Cluster:
    """A property's database, whose server obeys. ``address`` is what desks are given."""

    def __init__(self, maker: PostgresqlMaker, folder: Path, pool: int | None) -> None:
        """``pool``: connections of a pooler in transaction mode; None: desks reach the server themselves."""
        self._maker = maker
        self._direct = maker.copy()
        self._admin = as_admin(self._direct)
        self.sockets = Path(str(make_url(self._direct).query["host"]))
        self._folder, self._pool = folder, pool
        self._pooler: subprocess.Popen[bytes] | None = None
        self.address = self._direct
        if pool is not None:
            self._port = free_port()
            url = make_url(self._direct).set(host="127.0.0.1", port=self._port, query={"sslmode": "disable"})
            self.address = url.render_as_string(hide_password=False)
            self.start_pooler()

    def start_pooler(self) -> None:
        """Begin to listen."""
        assert PROGRAM is not None
        assert self._pool is not None
        settings = self._folder / "pgbouncer.ini"
        told = {"host": self.sockets, "port": 5432, "listen": self._port, "pool": self._pool}
        settings.write_text(_SETTINGS.format(**told))
        self._pooler = subprocess.Popen([PROGRAM, "-q", *harmless_user(self.sockets), str(settings)])
        _until_open(self._port)

    def stop_pooler(self) -> None:
        """All connections of desks end."""
        if self._pooler is not None:
            self._pooler.kill()
            self._pooler.wait()
            self._pooler = None

    def restart(self, seconds_away: float) -> None:
        """Stop the server at once, as a power cut does, wait, and start it again."""
        control = ("-w", "-D", str(self._data), "-m", "immediate", "stop")
        self._run("pg_ctl", *control)
        time.sleep(seconds_away)
        options = f'-h "" -k {self.sockets}'
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._data / "log"), "-D", str(self._data), "start")

    def cut(self) -> None:
        """End all connections of desks."""
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with psycopg.connect(self._admin.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(query)

    @property
    def _data(self) -> Path:
        return Path(self._server.pgdata)

    @property
    def _server(self) -> Any:
        return self._maker.server

    def _run(self, command: str, *arguments: str) -> None:
        program = str(Path(self._server.bin_path) / command)
        subprocess.run(
            [program, *arguments], check=True, user=self._server.system_user, cwd="/",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def cluster(folder: Path, pool: int | None, *, durable: bool) -> Iterator[Cluster]:
    """A cluster that ends with the block. ``durable``: a commit is on the disk, as it must be where it counts."""
    with postgresql(durable=durable) as maker:
        made = Cluster(maker, folder, pool)
        try:
            yield made
        finally:
            made.stop_pooler()


def _until_open(port: int) -> None:
    for _ in range(500):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError("pgbouncer does not listen")
