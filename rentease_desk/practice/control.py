"""The control address ``/_practice/…``: JSON over HTTP for the program's Practice menu and for tests.

Every request carries ``X-Practice-Token``. Refusals are ``{"error": "a sentence"}``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rentease_desk.practice import truth
from rentease_desk.practice.errors import ApiError, JsonObject
from rentease_desk.practice.faults import Fault, FaultKind
from rentease_desk.practice.handshake import DEFAULT, PREFIX
from rentease_desk.practice.inputs import ControlError, Input, read
from rentease_desk.practice.limits import Limit
from rentease_desk.practice.messages import Reply, Request, json_reply
from rentease_desk.practice.spec import Kind, WorldSpec
from rentease_desk.practice.stage import Stage
from rentease_desk.practice.worlds import Worlds

_YEAR_2100: Final = 4_102_444_800


@dataclass(frozen=True, slots=True)
class Call:
    """A request below one account: what follows its name in the path, and the JSON that came with it."""

    rest: tuple[str, ...]
    given: Input
    query: str


Handler = Callable[[Stage, Call], Reply]


class Control:
    """Answers the control address of a server whose own address is ``url``."""

    def __init__(self, worlds: Worlds, token: str, url: Callable[[], str]) -> None:
        self._worlds = worlds
        self._token = token
        self._url = url

    def answer(self, request: Request) -> Reply:
        """Never raises for what comes in; a refusal is a reply."""
        if not hmac.compare_digest(request.headers.get("x-practice-token", "").encode(), self._token.encode()):
            return json_reply({"error": "The X-Practice-Token is missing or wrong."}, 403)
        try:
            return self._routed(request)
        except ControlError as error:
            return json_reply({"error": str(error)}, error.status)
        except ApiError as error:
            return json_reply({"error": error.message}, 400)

    def _routed(self, request: Request) -> Reply:
        parts = request.path.removeprefix(PREFIX).strip("/").split("/")
        if parts[0] != "worlds":
            raise ControlError("There is no such page.", 404)
        if len(parts) == 1:
            return self._all(request)
        stage = self._worlds.get(parts[1])
        if len(parts) == 2:
            return self._one(request, stage)
        handler = _HANDLERS.get((request.method, parts[2]))
        if handler is None:
            raise ControlError(f"There is no {request.method} of {'/'.join(parts[2:])}.", 404)
        return handler(stage, Call(tuple(parts[3:]), read(request.body), request.query))

    def _all(self, request: Request) -> Reply:
        if request.method == "POST":
            return json_reply(self._shown(self._worlds.create(_spec(read(request.body), self._worlds.default))), 201)
        if request.method == "GET":
            return json_reply({"worlds": [self._shown(stage) for stage in self._worlds]})
        raise ControlError("Accounts are listed with GET and made with POST.", 405)

    def _one(self, request: Request, stage: Stage) -> Reply:
        if request.method == "DELETE":
            self._worlds.delete(stage.spec.name)
            return json_reply({"deleted": stage.spec.name})
        if request.method == "GET":
            return json_reply(self._shown(stage) | _contents(stage))
        raise ControlError("An account is read with GET and removed with DELETE.", 405)

    def _shown(self, stage: Stage) -> JsonObject:
        name = stage.spec.name
        return {
            "name": name,
            "kind": stage.spec.kind,
            "seed": stage.spec.seed,
            "began": stage.spec.now,
            "zone": stage.spec.zone,
            "now": stage.clock.now(),
            "frozen": stage.clock.frozen,
            "account": stage.world.account,
            "livemode": stage.world.livemode,
            "base_url": self._url() if name == DEFAULT else f"{self._url()}/worlds/{name}",
            "api_key": stage.keys.full.secret,
            "down": stage.faults.down,
            "faults": len(stage.faults),
            "limits": stage.limits.limit,
            "refused": stage.limits.refused,
            "withdrawn": stage.keys.withdrawn,
            "switches": stage.switches,
        }


def _contents(stage: Stage) -> JsonObject:
    store = stage.world.store
    with stage.lock:
        return {"counts": truth.counts(store), "sums": truth.sums(store), "balance": truth.balance(store)}


def _spec(given: Input, default: Stage) -> WorldSpec:
    name, now = given.needed_text("name"), given.whole("now", most=_YEAR_2100)
    spec = WorldSpec(
        name=name,
        kind=given.choice("kind", Kind, Kind.EMPTY),
        seed=given.number("seed", 1),
        now=default.clock.now() if now is None else now,
        zone=_zone(given.text("zone") or default.spec.zone),
        frozen=bool(given.flag("frozen")),
        count=given.number("count", 0, most=1_000_000),
        livemode=bool(given.flag("livemode")),
        platform=given.text("platform") or "",
    )
    given.refuse_rest()
    return spec


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ControlError(f"There is no time zone called “{name}”.") from error


def _dump(stage: Stage, call: Call) -> Reply:
    """JSON lines; ``?kind=charges`` for one kind only."""
    only = call.query.partition("kind=")[2] or None
    with stage.lock:
        if only is not None and only not in truth.counts(stage.world.store):
            raise ControlError(f"There is no kind of object called “{only}”.")
        return Reply(200, b"".join(truth.dump(stage.world.store, only)), "application/x-ndjson")


def _action(stage: Stage, call: Call) -> Reply:
    name = "/".join(call.rest)
    special = _ACTIONS.get(name)
    return json_reply(stage.act(name, call.given)) if special is None else special(stage, call)


def _down(stage: Stage, call: Call) -> Reply:
    """``on``: whether Stripe cannot be reached. It is up again after a restart."""
    on = call.given.flag("on")
    call.given.refuse_rest()
    stage.faults.down = on is not False
    return json_reply({"action": "down", "on": stage.faults.down})


def _mend(stage: Stage, call: Call) -> Reply:
    """Nothing goes wrong any more: no fault, no limit, every permission, and Stripe is up."""
    call.given.refuse_rest()
    stage.mend()
    return json_reply({"action": "mend"})


_ACTIONS: Final[Mapping[str, Handler]] = {"down": _down, "mend": _mend}
"""Those that are no part of what happened to the account: they are forgotten at a restart."""


def _operation(stage: Stage, call: Call) -> Reply:
    return json_reply({"objects": stage.operate("/".join(call.rest), call.given)})


def _key(stage: Stage, call: Call) -> Reply:
    permissions, expired = call.given.texts("permissions"), call.given.flag("expired")
    call.given.refuse_rest()
    try:
        key = stage.keys.add(permissions, expired=bool(expired))
    except ValueError as error:
        raise ControlError(str(error)) from error
    return json_reply({"api_key": key.secret}, 201)


def _fault(stage: Stage, call: Call) -> Reply:
    given = call.given
    fault = Fault(
        kind=given.choice("kind", FaultKind, FaultKind.STATUS),
        times=given.number("times", 1, least=1),
        path=given.text("path") or "/v1",
        latency_ms=given.number("latency_ms", 0, most=600_000),
        status=given.number("status", 503, 400, 599),
        retry_after=given.whole("retry_after"),
        should_retry=given.flag("should_retry"),
        reason=given.text("reason"),
        chunk=given.number("chunk", 64, least=1),
        pause_ms=given.number("pause_ms", 20, most=60_000),
        reached=bool(given.flag("reached")),
    )
    given.refuse_rest()
    stage.faults.add(fault)
    return json_reply({"faults": len(stage.faults)}, 201)


def _no_faults(stage: Stage, call: Call) -> Reply:
    call.given.refuse_rest()
    stage.faults.clear()
    return json_reply({"faults": 0})


def _clock(stage: Stage, call: Call) -> Reply:
    """``set`` (UTC seconds), then ``advance`` (seconds), then ``frozen``."""
    given = call.given
    at, seconds, frozen = given.whole("set", most=_YEAR_2100), given.number("advance", 0), given.flag("frozen")
    given.refuse_rest()
    with stage.lock:
        moment = stage.clock.now() if at is None else at
        stage.clock.set(moment + seconds, frozen=frozen)
    return json_reply({"now": stage.clock.now(), "frozen": stage.clock.frozen})


def _limits(stage: Stage, call: Call) -> Reply:
    """``endpoint`` and ``total``: requests a second (0: no limit)."""
    given = call.given
    limit = Limit(given.number("endpoint", 0, most=10_000), given.number("total", 0, most=10_000))
    given.refuse_rest()
    stage.limits.set(limit)
    return json_reply(limit)


def _permission(stage: Stage, call: Call) -> Reply:
    """``permission`` (``rak_…``) is taken away from every key, or ``granted`` again."""
    name, granted = call.given.needed_text("permission"), bool(call.given.flag("granted"))
    call.given.refuse_rest()
    try:
        stage.keys.allow(name, granted=granted)
    except ValueError as error:
        raise ControlError(str(error)) from error
    return json_reply({"withdrawn": stage.keys.withdrawn})


_HANDLERS: Final[Mapping[tuple[str, str], Handler]] = {
    ("GET", "dump"): _dump,
    ("POST", "actions"): _action,
    ("POST", "operations"): _operation,
    ("POST", "keys"): _key,
    ("POST", "faults"): _fault,
    ("DELETE", "faults"): _no_faults,
    ("POST", "clock"): _clock,
    ("POST", "limits"): _limits,
    ("POST", "permissions"): _permission,
}
