"""How fast an account of 100,000 payments is made and read. The floor: orjson alone on a page that is there already."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from random import Random
from statistics import median, quantiles

import orjson
import pytest

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.populate import populate_bulk
from rentease_desk.practice.spec import Kind
from rentease_desk.practice.world import World
from tests.practice.checks import Asker
from tests.tools.practice import NOON, running_server

COUNT = 100_000
PAGES = 60


@pytest.fixture(scope="module")
def many() -> World:
    world = World(1, WorldClock(NOON, frozen=True))
    begun = time.process_time()
    populate_bulk(world, COUNT)
    print(f"\n{COUNT} payments made in {time.process_time() - begun:.1f} s of CPU")
    return world


def _print_milliseconds(what: str, ask: Callable[[int], object]) -> None:
    """Many different questions, so that no cache helps."""
    took = []
    for number in range(PAGES):
        begun = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - begun) * 1_000)
    print(f"{what}: p50 {median(took):.2f} ms, p95 {quantiles(took, n=20)[-1]:.2f} ms")


def test_a_page_is_served_within_five_milliseconds(many: World) -> None:
    asker, rng = Asker(many), Random(1)
    intents = [one.id for one in rng.sample(list(many.store.intents), PAGES)]
    charges = [one.id for one in rng.sample(list(many.store.charges), PAGES)]
    starts = [one.created for one in rng.sample(list(many.store.intents), PAGES)]
    expand = ("data.latest_charge",)
    path = "/v1/payment_intents"
    page = orjson.loads(asker.bytes(path, limit=100, expand=expand))
    assert len(page["data"]) == 100
    _print_milliseconds("floor: orjson writes a page of intents and charges", lambda _: orjson.dumps(page))
    _print_milliseconds(
        "intents and charges", lambda n: asker.bytes(path, limit=100, starting_after=intents[n], expand=expand)
    )
    _print_milliseconds("charges", lambda n: asker.bytes("/v1/charges", limit=100, starting_after=charges[n]))
    _print_milliseconds(
        "intents since", lambda n: asker.bytes(path, limit=100, created__gte=starts[n], created__lt=NOON)
    )
    _print_milliseconds("charges of an intent", lambda n: asker.bytes("/v1/charges", payment_intent=intents[n]))


def test_small_requests_over_http() -> None:
    with running_server(kind=Kind.SAMPLE) as server:
        host, port = server.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=5)
        headers = {"Authorization": f"Bearer {server.key}"}

        def ask(_: int) -> object:
            connection.request("GET", "/v1/customers?limit=1", headers=headers)
            return orjson.loads(connection.getresponse().read())

        _print_milliseconds("a request over HTTP, both ends in one process", ask)
        connection.close()
