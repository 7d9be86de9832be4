"""A network of a desk and its PostgreSQL in which cables are pulled: it cuts, refuses, delays, holds, says nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.tools.ports import free_port

_INSERT, _COMMIT = b"INSERT", b"COMMIT"
_PIECE = 65_536
_PATIENCE = 30.0


class _Cable:
    """One connection of a desk, with the connection to the server behind it."""

    def __init__(self, proxy: Proxy, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._proxy, self._near, self._far = proxy, near, far
        self._writes = False
        self._unanswered = False

    async def carry(self, reader: asyncio.StreamReader, far_reader: asyncio.StreamReader) -> None:
        """Both ways, until either side hangs up."""
        ways = [
            asyncio.ensure_future(self._carry(reader, self._far, up=True)),
            asyncio.ensure_future(self._carry(far_reader, self._near, up=False)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self.cut()

    def cut(self) -> None:
        """Without a good-bye."""
        for end in (self._near, self._far):
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        """What was read is under way for the proxy's delay while more is read."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.ensure_future(self._arrive(under_way, writer))
        try:
            while piece := await reader.read(_PIECE):
                if self._is_cut_by(piece, up=up):
                    return
                if not self._proxy.is_silent:
                    under_way.put_nowait((asyncio.get_running_loop().time() + self._proxy.delay, piece))
            await under_way.join()
        except ConnectionError:
            return
        finally:
            arriving.cancel()
            await asyncio.gather(arriving, return_exceptions=True)

    async def _arrive(self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        while True:
            due, piece = await under_way.get()
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._proxy.open.wait()
            writer.write(piece)
            under_way.task_done()

    def _is_cut_by(self, piece: bytes, *, up: bool) -> bool:
        """Whether the cable is pulled just before a commit reaches the server, or just before its answer comes back."""
        self._writes |= up and _INSERT in piece
        if not (up and self._writes and _COMMIT in piece):
            return not up and self._unanswered
        self._writes = False
        if self._proxy.commits_to_lose:
            self._proxy.commits_to_lose -= 1
            return True
        if self._proxy.answers_to_lose:
            self._proxy.answers_to_lose -= 1
            self._unanswered = True
        return False


class Proxy:
    """Listens on 127.0.0.1 and carries on to a server's Unix socket. Its methods may be called from any thread.

    ``delay``: seconds that each piece is under way, in each direction. ``commits_to_lose``: so many commits of
    inserts never reach the server; ``answers_to_lose``: so many reach it, and their answers are lost. Both cut
    the connection.
    """

    def __init__(self, target: Path) -> None:
        self.delay = 0.0
        self.is_silent = False
        self.commits_to_lose = 0
        self.answers_to_lose = 0
        self._target = target
        self._cables: set[_Cable] = set()
        self._server: asyncio.Server | None = None
        self.open = asyncio.Event()
        """While it is not set, all that was sent is under way."""
        self.open.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-proxy")
        self._thread.start()
        self.port = free_port()
        self.restore()

    def address(self, address: str) -> str:
        """The address of a database of the server, by way of this proxy."""
        url = make_url(address)
        kept = {name: value for name, value in url.query.items() if name not in {"host", "port"}}
        return url.set(host="127.0.0.1", port=self.port, query=kept).render_as_string(hide_password=False)

    def cut(self) -> None:
        """All connections end; new ones are taken."""
        self._do(self._cut())

    def away(self) -> None:
        """All connections end, and nobody listens any more."""
        self._do(self._stop())

    def restore(self) -> None:
        """It listens again, and speaks."""
        self.is_silent = False
        self._do(self._start())

    def hold(self) -> None:
        """Nothing arrives any more, in either direction, before ``let_go``."""
        self._do(self._hold())

    def let_go(self) -> None:
        """What was held arrives."""
        self._loop.call_soon_threadsafe(self.open.set)

    def close(self) -> None:
        """End it."""
        self.away()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(_PATIENCE)

    async def _hold(self) -> None:
        self.open.clear()

    async def _start(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, reuse_address=True)

    async def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        await self._cut()
        if server is not None:
            await server.wait_closed()

    async def _cut(self) -> None:
        for cable in tuple(self._cables):
            cable.cut()
        while self._cables:
            await asyncio.sleep(0.001)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far = await asyncio.open_unix_connection(str(self._target))
        cable = _Cable(self, writer, far)
        self._cables.add(cable)
        try:
            await cable.carry(reader, far_reader)
        finally:
            self._cables.discard(cable)


@contextmanager
def proxy_to(address: str) -> Iterator[Proxy]:
    """A proxy before the server of this address, ended at the end."""
    url = make_url(address)
    proxy = Proxy(Path(str(url.query["host"])) / f".s.PGSQL.{url.port or 5432}")
    try:
        yield proxy
    finally:
        proxy.close()
