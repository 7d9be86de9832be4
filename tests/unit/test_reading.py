"""Structs are read by readers that were made one at a time: msgspec ends the program where two threads learn one."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

import rentease_desk
from rentease_desk.domain.reading import converted, json_reader, msgpack_reader


class Inner(Struct):
    """A part of ``Outer``."""

    name: str
    parts: tuple[int, ...] = ()


class Outer(Struct):
    """Read by nothing else: here it is read for the first time."""

    inner: Inner
    others: dict[str, Inner]


PACKAGE = Path(rentease_desk.__file__).parent
_LEARNS = {"convert", "Decoder"}


def _learning(tree: ast.AST) -> list[int]:
    """Lines on which msgspec is asked to learn a type."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and "msgspec" in ast.unparse(call.func)
        and (call.func.attr in _LEARNS or _names_a_struct(call))
    ]


def _names_a_struct(call: ast.Call) -> bool:
    """A dict of plain values is not learnt."""
    kinds = [ast.unparse(one.value) for one in call.keywords if one.arg == "type"]
    return any(not kind.startswith(("dict[", "list[")) for kind in kinds)


def test_nothing_else_learns_a_struct() -> None:
    found = {
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in PACKAGE.rglob("*.py")
        for line in _learning(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {one.partition(":")[0] for one in found} == {str(Path("domain", "reading.py"))}


def test_the_check_sees_each_form() -> None:
    seen = "msgspec.convert(a, B)\nmsgspec.json.Decoder(B)\nmsgspec.json.decode(a, type=B)\nmsgspec.msgpack.Decoder(B)"
    assert len(_learning(ast.parse(seen))) == 4
    assert _learning(ast.parse("msgspec.json.decode(a)\nmsgspec.json.decode(a, type=dict[str, str])")) == []


def test_threads_that_read_one_struct_at_first_read_it_whole() -> None:
    found: list[Outer] = []
    start = threading.Barrier(8)

    def read() -> None:
        start.wait()
        found.append(json_reader(Outer).decode(b'{"inner":{"name":"a","parts":[1]},"others":{"b":{"name":"c"}}}'))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Outer(Inner("a", (1,)), {"b": Inner("c")})] * 8
    assert msgpack_reader(Inner).decode(msgspec.msgpack.encode(Inner("x"))) == Inner("x")


def test_what_is_no_such_value_is_said() -> None:
    assert converted("7", str) == "7"
    with pytest.raises(msgspec.ValidationError):
        converted("7", int)
