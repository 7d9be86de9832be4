"""``practice …``: make things happen at a running practice server. Its address and token come from the environment,
as ``practice-server`` prints them; the token is never an argument."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.domain.errors import ConfigurationError
from rentease_desk.practice.faults import FaultKind
from rentease_desk.practice.spec import Kind
from rentease_desk.stripe_gateway.keys import is_loopback

if TYPE_CHECKING:
    from rentease_desk.practice.client import ControlAddress

app = typer.Typer(help="Make things happen at a practice server that is running.", no_args_is_help=True)

TOKEN = "RENTEASE_PRACTICE_TOKEN"  # noqa: S105 - the name of a variable
_ADDRESS = "STRIPE_API_BASE"
Given = Annotated[
    list[str] | None, typer.Option("--given", help="A field and its value: --given amount=4200. May be repeated.")
]


@app.callback()
def practice() -> None:
    """Make things happen at a practice server that is running."""


@app.command()
def show(as_json: JsonOption = False) -> None:
    """Show what the account is, what it holds and what is wrong with it at the moment."""
    Output(as_json=as_json).value(_control().get())


@app.command()
def act(
    name: Annotated[str, typer.Argument(help="guest-pays, payment-fails, refund, dispute, payout, burst, newest.")],
    given: Given = None,
    as_json: JsonOption = False,
) -> None:
    """Let happen what the Practice menu offers: nothing needs to be named."""
    Output(as_json=as_json).value(_control().post(f"actions/{name}", _fields(given)))


@app.command()
def do(
    name: Annotated[str, typer.Argument(help="An operation: pay, capture, late-events, balance-delay …")],
    given: Given = None,
    as_json: JsonOption = False,
) -> None:
    """Let any operation happen; objects are named by their ids (docs/practice.md has them all)."""
    objects: list[dict[str, Any]] = _control().post(f"operations/{name}", _fields(given))["objects"]
    Output(as_json=as_json).rows(("Id", "Status"), ((one, (one["id"], str(one.get("status", "")))) for one in objects))


@app.command()
def fault(
    kind: Annotated[FaultKind, typer.Argument(help="What goes wrong with requests to come.")],
    times: Annotated[int, typer.Option(min=1, help="With how many of them.")] = 1,
    path: Annotated[str, typer.Option(help="Only with those whose path begins so.")] = "/v1",
    latency_ms: Annotated[int, typer.Option(min=0, help="How long each waits, milliseconds.")] = 0,
    status: Annotated[int, typer.Option(min=400, max=599, help="Of “status”: 429, 500, 502, 503 …")] = 503,
    retry_after: Annotated[int | None, typer.Option(min=0, help="Of “status”: Retry-After, seconds.")] = None,
    should_retry: Annotated[bool | None, typer.Option(help="Of “status”: what Stripe-Should-Retry says.")] = None,
    reason: Annotated[str | None, typer.Option(help="Of “status”: Stripe-Rate-Limited-Reason.")] = None,
    chunk: Annotated[int, typer.Option(min=1, help="Of “drip”: bytes at a time.")] = 64,
    pause_ms: Annotated[int, typer.Option(min=0, help="Of “drip”: milliseconds between them.")] = 20,
    reached: Annotated[bool, typer.Option("--reached", help="It happens, and only the answer goes wrong.")] = False,
) -> None:
    """Let something go wrong on the way to the account or back."""
    given: dict[str, object] = {"kind": kind.value, "times": times, "path": path, "latency_ms": latency_ms}
    given |= {"status": status, "retry_after": retry_after, "should_retry": should_retry, "reason": reason}
    _control().post("faults", given | {"chunk": chunk, "pause_ms": pause_ms, "reached": reached})
    Output(as_json=False).line(f"The next {times} requests meet “{kind.value}”.")


@app.command()
def limit(
    endpoint: Annotated[int, typer.Option(min=0, help="Requests a second for each endpoint; 0: no limit.")] = 0,
    total: Annotated[int, typer.Option(min=0, help="Requests a second in all; 0: no limit.")] = 0,
) -> None:
    """Admit so many requests a second, as Stripe does: 25 and 100 with a live key, 25 and 25 with a test key."""
    _control().post("limits", {"endpoint": endpoint, "total": total})
    Output(as_json=False).line(f"Admitted a second: {endpoint or 'any'} an endpoint, {total or 'any'} in all.")


@app.command()
def permission(
    name: Annotated[str, typer.Argument(help="rak_charge_read, rak_event_read …")],
    granted: Annotated[bool, typer.Option("--granted/--withdrawn", help="Give it back, or take it away.")] = False,
) -> None:
    """Take a permission away from every key of the account, or give it back."""
    withdrawn = _control().post("permissions", {"permission": name, "granted": granted})["withdrawn"]
    Output(as_json=False).line(f"Taken away at the moment: {', '.join(withdrawn) or 'nothing'}.")


@app.command()
def key(
    may: Annotated[list[str] | None, typer.Option("--may", help="A permission; without any, the key may all.")] = None,
    expired: Annotated[bool, typer.Option("--expired", help="It has expired.")] = False,
) -> None:
    """Make a further key of the account, and print it."""
    Output(as_json=False).line(_control().post("keys", {"permissions": may or None, "expired": expired})["api_key"])


@app.command()
def clock(
    set_: Annotated[int | None, typer.Option("--set", min=0, help="The account's time, UTC seconds.")] = None,
    advance: Annotated[int, typer.Option(min=0, help="Let so many seconds pass at once.")] = 0,
    frozen: Annotated[bool | None, typer.Option("--frozen/--ticking", help="Whether it stands still.")] = None,
) -> None:
    """Move the account's clock: what is due by then happens, and events grow old."""
    now = _control().post("clock", {"set": set_, "advance": advance, "frozen": frozen})["now"]
    Output(as_json=False).line(f"It is {now} in the account.")


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")],
    kind: Annotated[Kind, typer.Option(help="What it holds.")] = Kind.EMPTY,
    seed: Annotated[int, typer.Option(help="The same seed gives the same account.")] = 2,
    count: Annotated[int, typer.Option(min=0, help="How many payments a bulk account holds.")] = 1_000,
    livemode: Annotated[bool, typer.Option("--live", help="Its keys and objects say that its money is real.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Open a further account on the same server, with a key of its own."""
    given = {"name": name, "kind": kind.value, "seed": seed, "count": count, "livemode": livemode}
    told = _control().open(given)
    Output(as_json=as_json).value({one: told[one] for one in ("name", "account", "base_url", "api_key")})


@app.command()
def down() -> None:
    """Stripe cannot be reached, until “practice mend”."""
    _control().post("actions/down", {"on": True})
    Output(as_json=False).line("Stripe is down.")


@app.command()
def mend() -> None:
    """Nothing goes wrong any more: no faults, no limits, every permission, and Stripe is up."""
    _control().post("actions/mend", {})
    Output(as_json=False).line("All is well again.")


def _control() -> ControlAddress:
    from rentease_desk.practice.client import ControlAddress

    base, token = os.environ.get(_ADDRESS, ""), os.environ.get(TOKEN, "")
    if not is_loopback(base):
        raise ConfigurationError("environment.invalid", name=_ADDRESS, reason="it is not a practice server's")
    if not token:
        raise ConfigurationError("environment.invalid", name=TOKEN, reason="it is not set")
    return ControlAddress(base, token)


def _fields(given: list[str] | None) -> dict[str, Any]:
    """``amount=4200`` is a number, ``won=true`` true, ``metadata={"a": "b"}`` an object, everything else a text."""
    fields = {}
    for one in given or ():
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter("Say it as name=value.", param_hint="--given")
        fields[name] = _value(text)
    return fields


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, float) else value
