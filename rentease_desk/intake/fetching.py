"""A calendar from its address, which is a secret: whoever knows it sees when rooms are taken. It stands in no message.

Limits hold on time, size and redirects; only the web's own two schemes are followed, and never from https to http.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from rentease_desk import __version__
from rentease_desk.domain.errors import InputError, KnownError

if TYPE_CHECKING:
    import requests

MOST_BYTES = 5_000_000
_CONNECT, _READ, _WHOLE = 5.0, 15.0, 30.0
_REDIRECTS = 5
_PIECE = 1 << 16
_MOVED = frozenset({301, 302, 303, 307, 308})


def checked_address(address: str) -> str:
    """The address; ``webcal://`` is https by another name. Raises InputError ``calendar.address``."""
    plain = address.strip()
    scheme, _, rest = plain.partition("://")
    if scheme.lower() in {"webcal", "webcals"}:
        plain = f"https://{rest}"
    try:
        parts = urlsplit(plain)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_web = False
    if not is_web or any(one.isspace() or ord(one) < 32 for one in plain):
        raise InputError("calendar.address", field="address")
    return plain


def fetched(address: str, now: float | None = None) -> bytes:
    """What stands at an address.

    Raises InputError ``calendar.address``, KnownError ``calendar.unreachable``, ``.refused`` or ``.too_large``, which
    name the host and nothing else of the address.
    """
    import requests  # 0.1 s that nothing else here needs

    url, ends = checked_address(address), (time.monotonic() if now is None else now) + _WHOLE
    host = urlsplit(url).hostname or ""
    try:
        with requests.Session() as session:
            session.auth = lambda request: request  # what stands in a .netrc is not for this
            session.headers["User-Agent"] = f"RenteaseDesk/{__version__}"
            return _followed(session, url, ends)
    except requests.Timeout:
        pass  # told below, without what the library says: that holds the address
    except requests.RequestException as error:
        raise KnownError("calendar.unreachable", host=host, reason=_plain(error)) from None
    raise KnownError("calendar.unreachable", host=host, reason="it did not answer in time")


def read_file(path: Path) -> bytes:
    """A calendar's file. Raises KnownError ``file.cannot_read``, ``import.empty`` or ``calendar.too_large``."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error
    if not content.strip():
        raise KnownError("import.empty", path=path.name)
    return _within(content)


def _followed(session: requests.Session, url: str, ends: float) -> bytes:
    for _ in range(_REDIRECTS + 1):
        host = urlsplit(url).hostname or ""
        with session.get(url, stream=True, allow_redirects=False, timeout=(_CONNECT, _READ)) as reply:
            if reply.status_code not in _MOVED:
                return _body(reply, host, ends)
            target = urljoin(url, reply.headers.get("Location", ""))
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise KnownError("calendar.refused", host=host, reason="it leads away from https")
        url = checked_address(target)
    raise KnownError("calendar.refused", host=urlsplit(url).hostname or "", reason="it leads on and on")


def _body(reply: requests.Response, host: str, ends: float) -> bytes:
    if reply.status_code != 200:
        raise KnownError("calendar.refused", host=host, reason=f"status {reply.status_code}")
    content = bytearray()
    for piece in reply.iter_content(_PIECE):
        content += piece
        _within(content)
        if time.monotonic() > ends:
            raise KnownError("calendar.unreachable", host=host, reason="it did not answer in time")
    return bytes(content)


def _within(content: bytes | bytearray) -> bytes:
    if len(content) > MOST_BYTES:
        raise KnownError("calendar.too_large", limit=f"{MOST_BYTES // 1_000_000} MB")
    return bytes(content)


def _plain(error: Exception) -> str:
    """What kind of trouble it was: the text of the error holds the address."""
    words = {"SSLError": "its certificate is not trusted", "ProxyError": "the proxy refused",
             "ConnectionError": "there is no connection"}  # fmt: skip
    return words.get(type(error).__name__, "it does not speak HTTP as expected")
