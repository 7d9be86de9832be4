"""What can go wrong between a desk and Stripe, one fault at a time: tests and learners switch it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.limits import RATE_LIMITED
from rentease_desk.practice.messages import Delivery, Reply, error_reply

_CAPTIVE_PORTAL = b"""<!DOCTYPE html>
<html><head><title>Welcome</title></head><body><h1>Hotel Wi-Fi</h1><p>Please accept our terms.</p></body></html>
"""
_MESSAGES = {
    409: ("Another request is using this object.", "lock_timeout"),
    429: (RATE_LIMITED, "rate_limit"),
}


class FaultKind(StrEnum):
    """``LATENCY`` only waits. ``HTML`` is a hotel's captive portal: a page with status 200."""

    LATENCY = "latency"
    STATUS = "status"
    RESET = "reset"
    CUT = "cut"
    HTML = "html"
    INVALID_JSON = "invalid_json"
    DRIP = "drip"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, for the next ``times`` requests whose path (``/v1/…``) begins with ``path``.

    ``latency_ms`` goes with every kind. ``status``, ``retry_after`` (seconds), ``should_retry`` and ``reason`` belong
    to STATUS; ``chunk`` (bytes) and ``pause_ms`` to DRIP. ``reached``: what was asked for happens, and only its answer
    goes wrong, as it always does with the kinds that spoil an answer.
    """

    kind: FaultKind
    times: int = 1
    path: str = "/v1"
    latency_ms: int = 0
    status: int = 503
    retry_after: int | None = None
    should_retry: bool | None = None
    reason: str | None = None
    chunk: int = 64
    pause_ms: int = 20
    reached: bool = False


class Faults:
    """The faults that wait for a request of one account, oldest first, and whether everything is down."""

    def __init__(self) -> None:
        self.down = False
        self._queue: list[Fault] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, fault: Fault) -> None:
        """Wait for the next request."""
        with self._lock:
            self._queue.append(fault)

    def clear(self) -> None:
        """Forget all that wait."""
        with self._lock:
            self._queue.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that meets this request, one time of it used up."""
        with self._lock:
            for index, fault in enumerate(self._queue):
                if path.startswith(fault.path):
                    left = replace(fault, times=fault.times - 1)
                    self._queue[index : index + 1] = [left] if left.times > 0 else []
                    return fault
        return None


def is_in_the_way(fault: Fault) -> bool:
    """Whether the request never reaches the account: what is asked for is not even worked out."""
    return not fault.reached and fault.kind in {FaultKind.STATUS, FaultKind.RESET, FaultKind.HTML}


def spoilt(fault: Fault, reply: Reply) -> Reply:
    """The reply as the fault lets it through."""
    delay = fault.latency_ms / 1_000
    match fault.kind:
        case FaultKind.LATENCY:
            return replace(reply, delivery=Delivery(delay))
        case FaultKind.STATUS:
            return replace(_failure(fault), delivery=Delivery(delay))
        case FaultKind.RESET:
            return replace(reply, delivery=Delivery(delay, reset=True))
        case FaultKind.CUT:
            return replace(reply, delivery=Delivery(delay, cut=True))
        case FaultKind.HTML:
            return Reply(200, _CAPTIVE_PORTAL, "text/html; charset=utf-8", delivery=Delivery(delay))
        case FaultKind.INVALID_JSON:
            return replace(reply, body=reply.body[: len(reply.body) // 2], delivery=Delivery(delay))
        case FaultKind.DRIP:
            return replace(reply, delivery=Delivery(delay, chunk=fault.chunk, pause=fault.pause_ms / 1_000))


def out_of_service() -> Reply:
    """What everybody gets while the account is down."""
    return _failure(Fault(FaultKind.STATUS, status=503))


def _failure(fault: Fault) -> Reply:
    message, code = _MESSAGES.get(fault.status, ("An unknown error occurred.", None))
    type_ = "api_error" if fault.status >= 500 else "invalid_request_error"
    reply = error_reply(ApiError(message, status=fault.status, code=code, type_=type_))
    headers = {
        "Retry-After": fault.retry_after,
        "Stripe-Should-Retry": None if fault.should_retry is None else str(fault.should_retry).lower(),
        "Stripe-Rate-Limited-Reason": fault.reason,
    }
    return replace(reply, headers=tuple((name, str(value)) for name, value in headers.items() if value is not None))
