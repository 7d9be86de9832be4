"""What an operation is: it reads its input first and acts then, so that nothing happens when a field is wrong."""

from __future__ import annotations

from collections.abc import Callable

from rentease_desk.practice.inputs import Input
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World

Act = Callable[[World], list[Record]]
"""Returns what came or changed."""
Operation = Callable[[Input], Act]


def on(name: str, act: Callable[[World, str], Record]) -> Operation:
    """An operation that needs the id of an object, given as ``name``, and nothing else."""

    def operation(given: Input) -> Act:
        id_ = given.needed_text(name)
        return lambda world: [act(world, id_)]

    return operation


def setting(change: Callable[[World], None]) -> Act:
    """An act that changes how the account behaves from now on, and no object."""

    def act(world: World) -> list[Record]:
        change(world)
        return []

    return act
