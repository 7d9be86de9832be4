"""Anything done with money in any order, on both engines: what must always hold does, after every step."""

from __future__ import annotations

import random
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.tools.databases import ENGINES, PostgresqlMaker, SqliteMaker
from tests.tools.house import STEPS, House

SEED = 20_261_105
_AMOUNTS = st.sampled_from([100, 250, 500, 1_000, 2_500])


class Databases:
    """As many fresh databases of an engine as are asked for."""

    def __init__(self, engine: str, request: pytest.FixtureRequest, folder: Path) -> None:
        self._engine, self._request, self._folder = engine, request, folder
        self._numbers = count(1)

    def fresh(self) -> str:
        if self._engine == "sqlite":
            maker: SqliteMaker = self._request.getfixturevalue("sqlite_maker")
            return maker.copy(self._folder / f"{next(self._numbers)}.sqlite3")
        server: PostgresqlMaker = self._request.getfixturevalue("postgresql_maker")
        return server.copy()


def played(address: str, steps: int, chosen: int) -> tuple[tuple[int, str], int]:
    """The journal's head after so many steps, which this seed chooses; and how many the desk refused."""
    house, choice = House(address), random.Random(chosen)
    for _ in range(steps):
        amount = choice.choice([100, 250, 500, 1_000, 2_500])
        house.do(choice.choice(STEPS), choice.randrange(60), amount)
    head = house.head()
    house.close_down()
    return head, house.refused


def explored(databases: Databases, examples: int, steps: int) -> None:
    """Hypothesis looks for an order of steps after which something does not hold, and makes it short."""
    print(f"seed {SEED}")

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.house = House(databases.fresh())

        @rule(what=st.sampled_from(STEPS), first=st.integers(0, 59), second=_AMOUNTS)
        def step(self, what: str, first: int, second: int) -> None:
            self.house.do(what, first, second)

        def teardown(self) -> None:
            self.house.close_down()

    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        seed(SEED)(Machine),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, suppress_health_check=slow
        ),
    )


@pytest.mark.long
def test_the_same_seed_gives_the_same_journal(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    databases = Databases("sqlite", request, tmp_path)
    (head, refused), again = (played(databases.fresh(), 30, SEED) for _ in range(2))
    assert (head, refused) == again
    assert head[0] > 15
    assert 0 < refused < 25


def test_what_must_hold_holds_in_any_order(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    explored(Databases("sqlite", request, tmp_path), examples=4, steps=20)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_must_hold_holds_in_many_orders(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    explored(Databases(engine, request, tmp_path), examples=25 if engine == "sqlite" else 10, steps=40)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("chosen", range(SEED, SEED + 3))
def test_both_engines_write_the_same_journal(chosen: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    heads = [played(Databases(engine, request, tmp_path).fresh(), 100, chosen) for engine in ENGINES]
    assert heads[0] == heads[1], f"seed {chosen}"
