"""A desk on a PostgreSQL that can be away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOON
from tests.tools.clocks import SetClock
from tests.tools.databases import PostgresqlMaker
from tests.tools.outbox import FarDesk, begin, open_far
from tests.tools.proxy import Proxy, proxy_to


@pytest.fixture(scope="package")
def network(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture
def proxy(network: Proxy) -> Iterator[Proxy]:
    yield network
    network.delay, network.commits_to_lose, network.answers_to_lose = 0.0, 0, 0
    network.restore()


@pytest.fixture
def far(postgresql_maker: PostgresqlMaker, proxy: Proxy, tmp_path: Path) -> Iterator[FarDesk]:
    """At noon, with one booking."""
    clock = SetClock(NOON)
    services = open_far(tmp_path, proxy.address(postgresql_maker.copy()), clock)
    yield begin(services, clock)
    services.close()
