"""One request to Stripe: governed, counted, retried, timed, and explained when it fails. Built on the stripe package.

The package's own parser makes ordered dictionaries and costs 13 ms for a page of 100 PaymentIntents, orjson 3 ms; so
the reply's bytes travel past the package on its headers object, and are parsed here.
"""

from __future__ import annotations

import email.utils
import random
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
import stripe
from msgspec import Struct
from requests.structures import CaseInsensitiveDict

from rentease_desk import __version__
from rentease_desk.domain.clock import Clock
from rentease_desk.domain.errors import StripeError
from rentease_desk.stripe_gateway.failures import (
    FOREIGN,
    error_code,
    is_decided,
    is_foreign,
    is_replayed,
    known_error,
    may_have_happened,
    was_sent,
)
from rentease_desk.stripe_gateway.governor import CancelledError, Governor
from rentease_desk.stripe_gateway.keys import is_loopback
from rentease_desk.stripe_gateway.ordinary import Listed, Quick
from rentease_desk.stripe_gateway.stripe_time import StripeTime

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0
TRIES = 5
MAX_WAIT = 60.0

requests.models.CONTENT_CHUNK_SIZE = 2**20
"""Bytes that are read of a reply at once: in pieces of 10 KB, as requests has it, a page costs a tenth more."""
stripe.enable_telemetry = False
stripe.set_app_info("Rentease Desk", version=__version__)


class Reply(Struct, frozen=True):
    """A parsed reply. ``observed_at``: when its request began, by Stripe's clock, UTC microseconds.

    ``replayed``: it is the first answer to its idempotency key once more, and as old as that.
    """

    data: dict[str, Any]
    observed_at: int
    replayed: bool = False
    listed: Listed | None = None
    """An ordinary page of a list that was read at once; then there is no other ``data``."""


class PostFailure(Struct, frozen=True):
    """A POST without a good answer. ``code`` and ``param`` are Stripe's.

    ``unsure``: what was asked for may have happened. ``decided``: Stripe worked the request out and refused it, which
    also settles earlier attempts with its key. ``spent``: the key repeats a failure of Stripe's own.
    """

    error: StripeError
    code: str | None = None
    param: str | None = None
    unsure: bool = False
    decided: bool = False
    spent: bool = False


class _Headers(CaseInsensitiveDict):  # type: ignore[type-arg]
    """Reply headers that carry the body as it came."""

    content: bytes = b""


class _Session(requests.Session):
    """Follows no redirect: Stripe sends none, a hotel's Wi-Fi sign-in page does, and the key stays here.

    Nor does a ``.netrc`` put another password in the key's place, or a proxy see what is meant for this computer.
    A plain GET goes to the adapter at once: what a session looks up for it costs as much as all the rest.
    """

    def __init__(self, *, loopback: bool) -> None:
        super().__init__()
        self.auth = lambda request: request
        self.trust_env = not loopback

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        """One request, as it is answered."""
        if method == "get" and options.get("data") is None and url.isascii():
            return self._get(url, options["headers"], options["timeout"], options["verify"])
        return super().request(method, url, **{**options, "allow_redirects": False})

    def _get(
        self, url: str, headers: Mapping[str, str], timeout: tuple[float, float], verify: str
    ) -> requests.Response:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = "GET", url, None
        request.headers = CaseInsensitiveDict({**self.headers, **headers})
        proxies = self.merge_environment_settings(url, {}, None, verify, None)["proxies"] if self.trust_env else {}
        return self.get_adapter(url).send(request, timeout=timeout, verify=verify, proxies=proxies)


class _BytesClient(stripe.RequestsClient):
    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, *, _usage: Any = None
    ) -> tuple[Any, int, Mapping[str, str]]:
        """As the package's client does it, with a good reply's bytes on the headers instead of in the body."""
        content, code, found = super().request(method, url, headers, post_data)
        if not 200 <= code < 300:
            return content if _is_stripes_error(content) else _FOREIGN_ERROR, code, found
        carried = _Headers(found)
        carried.content = content
        return b"{}", code, carried


_FOREIGN_ERROR = orjson.dumps({"error": {"type": FOREIGN}})


def _is_stripes_error(content: bytes) -> bool:
    """Whether it is ``{"error": {…}}``; on anything else the package would stumble."""
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return isinstance(data, dict) and isinstance(data.get("error"), dict)


class Transport:
    """Requests to one Stripe account with one key. Threads share it."""

    def __init__(
        self,
        key: str,
        base: str,
        account: str | None,
        clock: Clock,
        *,
        governor: Governor,
        count: Callable[[date], None],
        timeouts: tuple[float, float] = (CONNECT_TIMEOUT, READ_TIMEOUT),
    ) -> None:
        self._key = key
        self._host = urlsplit(base).hostname or base
        self._clock = clock
        self._timeouts = timeouts
        self._governor = governor
        self._count = count
        self._session = _Session(loopback=is_loopback(base))
        self._client = stripe.StripeClient(
            key,
            stripe_account=account,
            base_addresses={"api": base},
            max_network_retries=0,  # _attempts retries, so that waiting can be cancelled
            http_client=_BytesClient(timeout=timeouts, session=self._session),
        )
        self.time = StripeTime(clock.monotonic)

    def get(self, path: str, cancel: threading.Event, *, quick: Quick | None = None, **params: Any) -> Reply:
        """A GET request, tried again where that may help. ``quick`` reads the reply, if it is an ordinary page.

        Raises StripeError; LookupError where Stripe knows no such object; CancelledError.
        """
        for attempt in range(TRIES):
            with self._governor.turn(_endpoint(path), cancel) as begun:
                answer = self._send("get", path, params, quick)
            if isinstance(answer, Reply):
                return answer
            seconds = _wait_before(answer, attempt)
            if answer.http_status == 429:
                self._governor.limited(_endpoint(path), begun, seconds, _limited_reason(answer))
            self._raise_unless_it_may_help(answer, path, attempt)
            if cancel.wait(seconds):
                raise CancelledError from answer
        raise AssertionError("the last attempt raises")

    def post(self, path: str, cancel: threading.Event, *, key: str, **params: Any) -> Reply | PostFailure:
        """A POST request, tried again where that may help, each time with the same idempotency ``key``.

        Raises CancelledError only if nothing was sent.
        """
        unsure, failure = False, None
        for attempt in range(TRIES):
            try:
                with self._governor.turn(_endpoint(path), cancel) as begun:
                    answer = self._post_once(path, params, key)
            except CancelledError:
                if failure is None:
                    raise
                return failure
            if isinstance(answer, Reply):
                return answer
            failure, seconds, again = self._judged(answer, path, begun, attempt, unsure)
            unsure = failure.unsure
            if not again or cancel.wait(seconds):
                return failure
        raise AssertionError("the last attempt returns")

    def _post_once(self, path: str, params: dict[str, Any], key: str) -> Reply | stripe.StripeError | StripeError:
        """One attempt; an answer that is not Stripe's is a value, too."""
        try:
            return self._send("post", path, {**params, "idempotency_key": key})
        except StripeError as error:
            return error

    def _judged(
        self, error: stripe.StripeError | StripeError, path: str, begun: float, attempt: int, unsure: bool
    ) -> tuple[PostFailure, float, bool]:
        """What an attempt means after earlier ones that were ``unsure``, how many seconds to wait, whether to retry."""
        left = attempt + 1 < TRIES
        if isinstance(error, StripeError):
            return PostFailure(error, unsure=True), 0.5 * 2**attempt, left
        seconds = _wait_before(error, attempt)
        if error.http_status == 429:
            self._governor.limited(_endpoint(path), begun, seconds, _limited_reason(error))
        known = known_error(error, self._key, self._host, self._timeouts[1])
        spent = (error.http_status or 0) >= 500 and is_replayed(error.headers)
        decided = is_decided(error)
        failure = PostFailure(
            known,
            error_code(error),
            getattr(error.error, "param", None),
            not decided and (unsure or may_have_happened(error)),
            decided,
            spent,
        )
        return failure, seconds, left and not spent and _may_retry(error, known)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def _send(
        self, method: str, path: str, params: dict[str, Any], quick: Quick | None = None
    ) -> Reply | stripe.StripeError:
        """One attempt, counted if Stripe got it. An error of the package is a value here: the turn is over first."""
        sent = self._clock.monotonic()
        try:
            response = self._client.raw_request(method, path, **params)
        except stripe.StripeError as error:
            if "Date" in (error.headers or {}) and not is_foreign(error):
                self._learn_time(error.headers or {}, sent)
            if was_sent(error):
                self._count_read(method)
            return error
        reply = self._reply(response, sent, quick)
        self._count_read(method)
        return reply

    def moment(self) -> int:
        """Now, as replies are dated: UTC microseconds by Stripe's clock. Needs one reply before."""
        return self.time.microseconds(self._clock.monotonic())

    def _count_read(self, method: str) -> None:
        """Stripe's allocation is of reads."""
        if method == "get":
            self._count(self._today())

    def _today(self) -> date:
        """The UTC day by Stripe's clock; by this computer's before the first reply."""
        now = self.time.now() if self.time.known else self._clock.now()
        return datetime.fromtimestamp(now, UTC).date()

    def _reply(self, response: Any, sent: float, quick: Quick | None) -> Reply:
        headers = response.headers
        listed = quick(headers.content) if quick is not None else None
        data = self._parsed(headers.content) if listed is None else {}
        self._learn_time(headers, sent)
        return Reply(data, self.time.microseconds(sent), is_replayed(headers), listed)

    def _parsed(self, content: bytes) -> dict[str, Any]:
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise StripeError("stripe.not_stripe", transient=True, host=self._host) from error
        if not isinstance(data, dict):
            raise StripeError("stripe.not_stripe", transient=True, host=self._host)
        return data

    def _learn_time(self, headers: Mapping[str, str], sent: float) -> None:
        told = email.utils.parsedate_tz(headers.get("Date", ""))
        date = email.utils.mktime_tz(told) if told else self._clock.now()  # a proxy may take the header away
        self.time.observe(sent, self._clock.monotonic(), date)

    def _raise_unless_it_may_help(self, error: stripe.StripeError, path: str, attempt: int) -> None:
        """Raise what a person is told, unless there is to be another attempt."""
        if error.http_status == 404 and error_code(error) == "resource_missing":
            raise LookupError(path) from error
        known = known_error(error, self._key, self._host, self._timeouts[1])
        if attempt + 1 == TRIES or not _may_retry(error, known):
            raise known from error


def _endpoint(path: str) -> str:
    """What Stripe counts together: ``/v1/payment_intents`` with every single object below it."""
    return "/".join(path.split("/")[:3])


def _limited_reason(error: stripe.StripeError) -> str:
    return str((error.headers or {}).get("Stripe-Rate-Limited-Reason", ""))


def _may_retry(error: stripe.StripeError, known: StripeError) -> bool:
    advice = (error.headers or {}).get("Stripe-Should-Retry")
    if advice in {"true", "false"}:
        return advice == "true"
    if isinstance(error, stripe.APIConnectionError):
        return bool(error.should_retry) or isinstance(error.__cause__, requests.exceptions.ChunkedEncodingError)
    return error.http_status == 409 or known.code in {"stripe.busy", "stripe.down"}


def _wait_before(error: stripe.StripeError, attempt: int) -> float:
    """What ``Retry-After`` asks for, which the package ignores; else 0.5 s doubling. Jitter keeps desks apart."""
    asked = (error.headers or {}).get("Retry-After", "")
    seconds = float(asked) if asked.replace(".", "", 1).isdecimal() else 0.5 * 2**attempt
    return min(MAX_WAIT, seconds * random.uniform(1.0, 1.25))  # noqa: S311 - not for secrets
