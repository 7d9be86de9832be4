"""A small HTTP/1.1 server for this computer only: keep-alive, no Nagle delay, and replies that can go wrong on purpose.

The standard library's handler spends more time on a request's headers than the practice account on its answer, and
cannot break a reply half-way.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from io import BufferedIOBase
from threading import Event, Lock, Thread
from typing import Final

from rentease_desk.practice.clock import http_date
from rentease_desk.practice.messages import Delivery, Reply, Request

Answer = Callable[[Request], Reply]

LOOPBACK: Final = "127.0.0.1"
_MAX_LINE: Final = 65_536
_MAX_HEADERS: Final = 200
_MAX_BODY: Final = 4 << 20
_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class HttpServer:
    """Answers every request with ``answer``, each connection in a thread of its own. ``port`` 0 takes a free one."""

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self._listener = _Listener((LOOPBACK, port), answer)
        self._thread = Thread(target=self._serve, name="practice-server")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and wait for their threads."""
        self._listener.stopping.set()
        if self._thread.is_alive():
            socket.create_connection((LOOPBACK, self.port), 5).close()  # it sleeps until somebody knocks
            self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()

    def _serve(self) -> None:
        while not self._listener.stopping.is_set():
            self._listener.handle_request()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = sys.platform != "win32"
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        self.stopping = Event()
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Connection)

    def hello(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def goodbye(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._connections:
                _shut(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error; everything else is a bug and shows as one."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wbufsize = 0
    server: _Listener

    def setup(self) -> None:
        self.server.hello(self.request)
        super().setup()

    def handle(self) -> None:
        while not self.server.stopping.is_set():
            try:
                request = _read(self.rfile)
            except _BadRequestError as error:
                self._send(Reply(400, str(error).encode(), "text/plain"), keep=False)
                return
            if request is None:
                return
            keep = request.headers.get("connection", "").lower() != "close"
            if not self._deliver(self.server.answer(request), keep=keep) or not keep:
                return

    def finish(self) -> None:
        self.server.goodbye(self.request)
        super().finish()

    def _deliver(self, reply: Reply, *, keep: bool) -> bool:
        """Send the reply the way it asks for. Returns whether the connection is still good."""
        how = reply.delivery
        if how.delay and self.server.stopping.wait(how.delay):
            return False
        if how.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            self.connection.close()
            return False
        self._send(reply, keep=keep)
        return not how.cut

    def _send(self, reply: Reply, *, keep: bool) -> None:
        head = _head(reply, keep=keep)
        pieces = _pieces(reply.body, reply.delivery)
        self.connection.sendall(head + next(pieces, b""))
        for piece in pieces:
            if self.server.stopping.wait(reply.delivery.pause):
                return
            self.connection.sendall(piece)


class _BadRequestError(Exception):
    """What came is not HTTP as this server speaks it."""


def _read(stream: BufferedIOBase) -> Request | None:
    """The next request of a connection; None when the other side has finished."""
    line = stream.readline(_MAX_LINE)
    if not line.strip():
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise _BadRequestError("This is not an HTTP/1.1 request.")
    headers = dict(_headers(stream))
    if "transfer-encoding" in headers:
        raise _BadRequestError("Send a body with its Content-Length.")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MAX_BODY:
        raise _BadRequestError("The Content-Length cannot be right.")
    path, _, query = words[1].partition("?")
    return Request(words[0], path, query, headers, stream.read(int(length)) if length != "0" else b"")


def _headers(stream: BufferedIOBase) -> Iterator[tuple[str, str]]:
    for _ in range(_MAX_HEADERS):
        line = stream.readline(_MAX_LINE)
        if line in {b"\r\n", b"\n"}:
            return
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise _BadRequestError("A header cannot be read.")
        yield name.lower(), value.strip()
    raise _BadRequestError("There are too many headers.")


def _head(reply: Reply, *, keep: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        f"Date: {http_date(int(time.time()) if reply.date is None else reply.date)}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
        *(f"{name}: {value}" for name, value in reply.headers),
        f"Connection: {'keep-alive' if keep else 'close'}",
    ]
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1")


def _pieces(body: bytes, how: Delivery) -> Iterator[bytes]:
    if how.cut:
        yield body[: len(body) // 2]
    elif how.chunk:
        yield from (body[start : start + how.chunk] for start in range(0, len(body), how.chunk))
    else:
        yield body


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
