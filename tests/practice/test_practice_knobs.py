"""Every knob of the practice server is in the table of docs/practice.md, can be turned, and is used by a test."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from typing import NamedTuple

import click
import pytest
import typer

from rentease_desk.cli import practice_control
from rentease_desk.gui.practice_items import Group, first_items, groups
from rentease_desk.gui.practice_troubles import troubles
from rentease_desk.practice.control import _ACTIONS, _HANDLERS
from rentease_desk.practice.faults import Fault, FaultKind
from rentease_desk.practice.keys import PERMISSIONS, WRITES
from rentease_desk.practice.learner import Learner
from rentease_desk.practice.operations import OPERATIONS
from rentease_desk.practice.spec import Kind
from tests.tools.commands import ROOT
from tests.tools.practice import RunningServer

OF_THE_WHOLE = {"dump", "operations", "actions"}
"""Addresses that are no knobs: what is below them is."""
CALLS = {
    "clock": "advance(",
    "limit": ".limit(",
    "permission": ".permit(",
    "key": "restricted(",
    "account": "accounts.open(",
    "show": ".state(",
}
"""What tests call where the command line has a command of its own."""


class Line(NamedTuple):
    """One line of the table."""

    what: str
    menu: tuple[str, ...]
    commands: tuple[str, ...]
    tests: tuple[str, ...]


def _table() -> list[Line]:
    text = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    return [
        Line(what, () if menu == "–" else tuple(menu.split("; ")), _quoted(commands), tuple(tests.split(", ")))
        for what, menu, commands, tests in rows
    ]


def _quoted(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


TABLE = _table()
COMMANDS = [command for line in TABLE for command in line.commands]


def _menu_words() -> set[str]:
    entries = [one.words for one in first_items()]
    some: tuple[Group, ...] = (*groups(), *troubles())
    return {*entries, *(one.words for group in some for one in group.entries if one)}


def _knobs() -> set[str]:
    """What the code of the server knows, as words of the command line."""
    learner = Learner.actions.fget  # type: ignore[attr-defined]
    assert learner is not None
    found = {f"do {name}" for name in OPERATIONS} | {f"fault {kind.value}" for kind in FaultKind}
    found |= {f"act {name}" for name in learner(Learner.__new__(Learner))}
    found |= set(_ACTIONS)
    return found | {name.rstrip("s") for _, name in _HANDLERS if name not in OF_THE_WHOLE}


def test_every_knob_of_the_code_is_in_the_table() -> None:
    turned = {" ".join(command.split()[:2]) for command in COMMANDS} | {command.split()[0] for command in COMMANDS}
    assert _knobs() - turned == set()


def test_every_command_is_in_the_table() -> None:
    commands = set(_commands().commands)
    assert commands == {command.split()[0] for command in COMMANDS}


def _commands() -> click.Group:
    found = typer.main.get_command(practice_control.app)
    assert hasattr(found, "commands")
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_of_the_table_is_understood(words: str) -> None:
    """Parsed, and not run."""
    name, *rest = shlex.split(words)
    command = _commands().commands[name]
    context = command.make_context(name, rest)
    if name == "do":
        assert context.params["name"] in OPERATIONS
    if name == "permission":
        assert context.params["name"] in {*PERMISSIONS.values(), *WRITES.values()}


def test_what_the_table_says_of_the_menu_is_there_and_the_other_way_round() -> None:
    told = {words for line in TABLE for words in line.menu}
    ours = {"Stripe is down", "All is well again"}  # the menu makes these two itself; its own tests choose them
    permissions = {one.words for one in troubles()[0].entries if one}
    untold = _menu_words() - told - permissions
    assert told - _menu_words() - ours == set()
    assert untold <= {"A guest pays without naming a booking", "A card is held for a guest"}, untold


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.what)
def test_every_line_is_used_by_its_tests(line: Line) -> None:
    text = "".join(_source(one) for one in line.tests)
    unused = [command for command in line.commands if not re.search(_use_of(command), text)]
    assert unused == []


def _source(test: str) -> str:
    """A test's text, with that of the town if it happens there."""
    text = (ROOT / test).read_text(encoding="utf-8")
    return text + (ROOT / "tests" / "tools" / "town.py").read_text(encoding="utf-8") if "town" in text else text


def _use_of(command: str) -> str:
    """How a test turns what a command turns: an operation, a fault or an action by its name, the others by a call."""
    word, *rest = command.split()
    if word in CALLS:
        return re.escape(CALLS[word])
    return rf"""["\s]{rest[0] if rest else word}["\s:]"""


def test_every_permission_can_be_withdrawn_in_the_menu() -> None:
    switches = [one for one in troubles()[0].entries if one]
    names = {one.on[0]["permission"] for one in switches}  # type: ignore[union-attr]
    assert names == {*PERMISSIONS.values(), *WRITES.values()}


def test_a_fault_can_be_turned_in_all_its_parts() -> None:
    options = {str(one.name) for one in _commands().commands["fault"].params}
    assert options == {one.name for one in fields(Fault)}


def test_every_kind_of_account_can_be_opened(server: RunningServer) -> None:
    for kind in Kind:
        assert server.control.create(f"of-{kind.value}", kind=kind.value, count=3)["kind"] == kind.value
