"""The server's own HTTP: keep-alive, and requests that are none."""

from __future__ import annotations

import http.client
import socket
import struct

import pytest

from rentease_desk.practice.clock import http_date
from tests.tools.practice import NOON, RunningServer


def _address(server: RunningServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def _spoken(server: RunningServer, said: bytes) -> bytes:
    with socket.create_connection(_address(server), 5) as connection:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := connection.recv(65_536):
            heard += piece
    return heard


def test_one_connection_serves_many_requests(server: RunningServer) -> None:
    connection = http.client.HTTPConnection(*_address(server), timeout=5)
    sockets = set()
    for _ in range(5):
        connection.request("GET", "/v1/customers", headers={"Authorization": f"Bearer {server.key}"})
        assert connection.getresponse().read().startswith(b'{"object":"list"')
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


def test_requests_may_come_all_at_once(server: RunningServer) -> None:
    asked = f"GET /v1/customers HTTP/1.1\r\nAuthorization: Bearer {server.key}\r\n\r\n".encode()
    assert _spoken(server, asked * 3).count(b"HTTP/1.1 200 OK") == 3


def test_a_connection_closes_when_asked_to(server: RunningServer) -> None:
    asked = b"GET /v1/customers HTTP/1.1\r\nConnection: close\r\n\r\n"
    heard = _spoken(server, asked * 2)
    assert heard.count(b"HTTP/1.1 401") == 1
    assert b"Connection: close" in heard


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"hello\r\n\r\n", b"This is not an HTTP/1.1 request."),
        (b"GET /v1 SPDY/3\r\n\r\n", b"This is not an HTTP/1.1 request."),
        (b"GET /v1 HTTP/1.1\r\nnonsense\r\n\r\n", b"A header cannot be read."),
        (b"GET /v1 HTTP/1.1\r\n", b"A header cannot be read."),
        (b"POST /v1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"Send a body with its Content-Length."),
        (b"POST /v1 HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"The Content-Length cannot be right."),
        (b"POST /v1 HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"The Content-Length cannot be right."),
        (b"GET /v1 HTTP/1.1\r\n" + b"a: b\r\n" * 300 + b"\r\n", b"There are too many headers."),
    ],
)
def test_what_is_not_http_is_refused(said: bytes, sentence: bytes, server: RunningServer) -> None:
    heard = _spoken(server, said)
    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert sentence in heard


def test_somebody_who_says_nothing_harms_nobody(server: RunningServer) -> None:
    assert _spoken(server, b"") == b""
    with socket.create_connection(_address(server), 5):
        assert server.control.state()["name"] == "default"


def test_somebody_who_hangs_up_early_harms_nobody(server: RunningServer, capfd: pytest.CaptureFixture[str]) -> None:
    asked = f"GET /v1/customers HTTP/1.1\r\nAuthorization: Bearer {server.key}\r\n\r\n".encode()
    for _ in range(5):
        with socket.create_connection(_address(server), 5) as connection:
            connection.sendall(asked * 50)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert server.control.state()["name"] == "default"
    assert capfd.readouterr().err == ""


def test_only_this_computer_is_served(server: RunningServer) -> None:
    assert _address(server)[0] == "127.0.0.1"


def test_dates_do_not_depend_on_the_language_of_the_computer() -> None:
    assert http_date(NOON) == "Thu, 05 Nov 2026 12:00:00 GMT"
    assert http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
