"""Figures are printed, each beside a floor measured in the same run; nothing is asserted in seconds."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a benchmark, and may take its time."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.benchmark)
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(autouse=True)
def clean_memory() -> Iterator[None]:
    """What the benchmark before has left is not walked through again and again by Python's collector."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
