"""Fixtures of the practice server's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.populate import populate_sample
from rentease_desk.practice.sample import Sample, build_sample
from rentease_desk.practice.spec import Kind
from rentease_desk.practice.world import World
from tests.practice.checks import Schemas
from tests.tools.practice import NOON, RunningServer, running_server, stripe_client


@pytest.fixture
def world() -> World:
    """An empty account whose clock stands at NOON."""
    return World(1, WorldClock(NOON, frozen=True))


@pytest.fixture(scope="session")
def sample() -> Sample:
    return build_sample(1, NOON)


@pytest.fixture(scope="session")
def sample_world(sample: Sample) -> World:
    """The sample's account, to look at only."""
    world = World(1, WorldClock(NOON, frozen=True))
    populate_sample(world, sample)
    return world


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return Schemas()


@pytest.fixture
def server() -> Iterator[RunningServer]:
    """A server with an empty account."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def sample_server() -> Iterator[RunningServer]:
    """A server with the sample's account, to read only."""
    with running_server(kind=Kind.SAMPLE) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[stripe.StripeClient]:
    with stripe_client(server.url, server.key) as client:
        yield client


@pytest.fixture
def sample_client(sample_server: RunningServer) -> Iterator[stripe.StripeClient]:
    with stripe_client(sample_server.url, sample_server.key) as client:
        yield client
