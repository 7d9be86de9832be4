"""A calendar's address: limits hold, and nothing of it but the host is ever told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.intake import fetching
from rentease_desk.intake.fetching import checked_address, fetched
from rentease_desk.services.importing.calendars import Address

SECRET = "s3cr3t-t0ken"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self._answer(302, b"", {"Location": f"/{path.removeprefix('/to/')}?s={SECRET}"})
        elif path == "/round":
            self._answer(302, b"", {"Location": f"/round?s={SECRET}"})
        elif path == "/file":
            self._answer(302, b"", {"Location": "file:///etc/passwd"})
        elif path == "/large":
            self._answer(200, b"x" * 200_000)
        else:
            self._answer(200 if path == "/good" else 404, b"BEGIN:VCALENDAR")

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def refused(address: str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        fetched(address)
    return caught.value


def test_a_calendar_is_fetched_over_redirects(base: str) -> None:
    assert fetched(f"{base}/good?s={SECRET}") == b"BEGIN:VCALENDAR"
    assert fetched(f"{base}/to/to/good?s={SECRET}") == b"BEGIN:VCALENDAR"


def test_limits_hold_and_nothing_of_the_address_is_told(
    base: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
    with caplog.at_level(logging.INFO):
        errors = {name: refused(f"{base}/{name}?s={SECRET}") for name in ("gone", "round", "file", "large")}
        errors["away"] = refused(f"http://127.0.0.1:1/{SECRET}")
    assert {name: error.code for name, error in errors.items()} == {
        "gone": "calendar.refused", "round": "calendar.refused", "file": "calendar.address",
        "large": "calendar.too_large", "away": "calendar.unreachable",
    }  # fmt: skip
    for error in errors.values():
        assert SECRET not in f"{error} {error!r} {error.__cause__!r}"
    assert SECRET not in caplog.text


@pytest.mark.parametrize("text", ["", "ftp://x/y", "file:///etc/passwd", "https://", "calendar.ics", "https://a b/c",
                                  "http://[::1/x", "http://h:port/x"])  # fmt: skip
def test_only_addresses_of_the_web_are_taken(text: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_address(text)
    assert caught.value.code == "calendar.address"
    assert caught.value.params == {}


def test_webcal_is_https_and_an_address_shows_nothing() -> None:
    assert checked_address(" webcal://h.example/x ") == "https://h.example/x"
    assert SECRET not in repr(Address(f"https://h.example/{SECRET}"))
