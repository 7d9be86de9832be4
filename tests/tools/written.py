"""Which public methods of the services write, read from their source: by transactions of their own, or by calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

SERVICES = Path(__file__).parents[2] / "rentease_desk" / "services"
WRITES = frozenset({"writing", "doing"})
"""How a transaction is opened."""
_BESIDE = frozenset({"require", "replace_file", "set", "delete", "settle", "settle_all", "hashed", "execute"})
"""Names of calls that may change what is no row (a file, the keyring, Stripe), or that ask for a permission."""


class Method(NamedTuple):
    """A method: what it calls by name, and which permissions it names itself."""

    calls: frozenset[str]
    permissions: frozenset[str]


def _named(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _method(node: ast.AST) -> Method:
    calls = {_named(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    # A method that is only handed on, as ``lambda: self._retry(…)`` or ``partial(run.poll)``, is called by somebody.
    calls |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    named = {
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "Permission"
    }
    return Method(frozenset(name for name in calls if name), frozenset(named))


@cache
def _trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(SERVICES).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SERVICES.rglob("*.py"))
    }


def modules_with(call: str) -> set[str]:
    """The modules in which something of this name is called."""
    return {
        name
        for name, tree in _trees().items()
        if any(isinstance(one, ast.Call) and _named(one.func) == call for one in ast.walk(tree))
    }


def permissions_in(tree: ast.AST) -> set[str]:
    """The permissions that are named in some source."""
    return set(_method(tree).permissions)


def all_permissions() -> set[str]:
    """The permissions that are named anywhere in the services."""
    return {name for tree in _trees().values() for name in permissions_in(tree)}


def writing_methods() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each public method of a service that writes, by class and name, with the permissions that it names, itself or by
    what it calls of its class and module.
    """
    for tree in _trees().values():
        functions = {one.name: _method(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
        constants = {
            target.id: frozenset(permissions_in(one))
            for one in tree.body
            if isinstance(one, ast.Assign)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        for kind in tree.body:
            if isinstance(kind, ast.ClassDef) and kind.name.endswith("Service"):
                own = functions | {one.name: _method(one) for one in kind.body if isinstance(one, ast.FunctionDef)}
                for name in own:
                    if not name.startswith("_") and name not in functions:
                        calls, named = _reached(name, own)
                        if calls & (WRITES | _BESIDE | _writers()):
                            names = _names_of(kind, name)
                            yield kind.name, name, named | {p for c in names for p in constants.get(c, ())}


def _names_of(kind: ast.ClassDef, name: str) -> set[str]:
    found = next(one for one in kind.body if isinstance(one, ast.FunctionDef) and one.name == name)
    return {one.id for one in ast.walk(found) if isinstance(one, ast.Name)}


def _reached(name: str, own: dict[str, Method]) -> tuple[set[str], frozenset[str]]:
    """All names that are called on the way, and all permissions that are named."""
    seen: set[str] = set()
    wait, calls, named = [name], set[str](), set[str]()
    while wait:
        one = wait.pop()
        if one in seen:
            continue
        seen.add(one)
        calls |= own[one].calls
        named |= own[one].permissions
        wait += [other for other in own[one].calls if other in own]
    return calls, frozenset(named)


@cache
def _writers() -> frozenset[str]:
    """The functions of modules that open a transaction: whoever calls one writes."""
    functions = [one for tree in _trees().values() for one in tree.body if isinstance(one, ast.FunctionDef)]
    return frozenset(one.name for one in functions if _method(one).calls & WRITES)
