"""JSON Schemas of Stripe's objects, derived from the installed ``stripe`` package's own type annotations.

They are stricter than Stripe: an object has exactly the keys that its class declares (nulls included), and an
enumerated field holds a value that the package lists. Only the objects asked for are described to the bottom; any
other resource is an id, or an object with an id.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

import stripe
from stripe._list_object import ListObject
from stripe._stripe_object import StripeObject

JsonSchema = dict[str, Any]

_SKIPPED = (".params", "_service", ".v2", ".tests", ".events")
_PLAIN_OBJECTS = {"StripeObject", "UntypedStripeObject", "APIResource"}
_BRANCHES = {"Charge.PaymentMethodDetails", "Refund.DestinationDetails", "PaymentIntent.NextAction"}
"""Classes whose ``type`` names the one other key that an object of theirs carries."""
_SCALARS: dict[Any, JsonSchema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Decimal: {"anyOf": [{"type": "string"}, {"type": "number"}]},
    Any: {},
}


def build(names: Iterable[str]) -> dict[str, JsonSchema]:
    """A self-contained draft 2020-12 schema for each ``object`` name.

    Raises KeyError for a name that the package does not have, TypeError for an annotation that cannot be read.
    """
    wanted = list(names)
    resources = _resource_classes()
    builder = _Builder({resources[name] for name in wanted}, set(resources.values()))
    roots = {name: builder.reference(resources[name]) for name in wanted}
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {name: {"$schema": dialect, "$defs": builder.definitions, **root} for name, root in roots.items()}


@cache
def _resource_classes() -> dict[str, type[StripeObject]]:
    """Every top-level resource class of the package by its ``object`` name."""
    return {cls.OBJECT_NAME: cls for cls in _classes() if isinstance(getattr(cls, "OBJECT_NAME", None), str)}


def _classes() -> Iterator[Any]:
    for info in pkgutil.walk_packages(stripe.__path__, "stripe."):
        if any(part in info.name for part in _SKIPPED):
            continue
        try:
            module = importlib.import_module(info.name)
        except ImportError:  # an optional HTTP library
            continue
        for cls in vars(module).values():
            if inspect.isclass(cls) and issubclass(cls, StripeObject) and cls.__module__ == info.name:
                yield cls


class _Builder:
    """Collects the definitions that the schemas of ``roots`` need; other ``resources`` stay shallow."""

    def __init__(self, roots: set[type[StripeObject]], resources: set[type[StripeObject]]) -> None:
        self.definitions: dict[str, JsonSchema] = {}
        self._roots = roots
        self._resources = resources
        self._namespaces: dict[str, dict[str, Any]] = {}

    def reference(self, cls: type[StripeObject]) -> JsonSchema:
        """The schema of a class, by reference: a class may contain itself."""
        if cls.__name__ in _PLAIN_OBJECTS:
            return {"type": "object"}
        if cls in self._resources - self._roots:
            return {"type": "object", "required": ["id"]}
        name = f"{cls.__module__}.{cls.__qualname__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(cls)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, cls: type[StripeObject]) -> JsonSchema:
        properties = {key: self._convert(annotation, cls) for key, annotation in _annotations(cls)}
        schema: JsonSchema = {"type": "object", "properties": properties, "additionalProperties": False}
        if cls.__qualname__ in _BRANCHES:
            branches = [{"properties": {"type": {"const": key}}, "required": [key]} for key in properties]
            return schema | {"required": ["type"], "maxProperties": 2, "anyOf": branches}
        return schema | {"required": sorted(properties)}

    def _convert(self, annotation: Any, cls: type[StripeObject]) -> JsonSchema:
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            annotation = eval(annotation, self._namespace(cls), dict(vars(cls)))  # the package's own annotations
        if annotation in _SCALARS:
            return _SCALARS[annotation]
        return self._generic(annotation, cls)

    def _generic(self, annotation: Any, cls: type[StripeObject]) -> JsonSchema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is typing.Union or isinstance(annotation, types.UnionType):
            return {"anyOf": [self._convert(argument, cls) for argument in _listed_only(arguments)]}
        if origin is Literal or str(origin).endswith("Literal"):
            return {"enum": list(arguments)}
        if hasattr(annotation, "__metadata__"):
            return self._convert(arguments[0], cls)
        if inspect.isclass(annotation) and issubclass(annotation, StripeObject):
            return self.reference(annotation)
        return self._container(origin, arguments, cls)

    def _container(self, origin: Any, arguments: tuple[Any, ...], cls: type[StripeObject]) -> JsonSchema:
        if origin is list:
            return {"type": "array", "items": self._convert(arguments[0], cls)}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._convert(arguments[1], cls)}
        if inspect.isclass(origin) and issubclass(origin, ListObject):
            return _list_of(self._convert(arguments[0], cls))
        if inspect.isclass(origin) and issubclass(origin, StripeObject):
            return {"type": "object", "additionalProperties": self._convert(arguments[0], cls)}
        raise TypeError(f"{cls.__name__}: cannot read {origin!r}")

    def _namespace(self, cls: type[StripeObject]) -> dict[str, Any]:
        """The class's module, plus what it imports for type checking only."""
        module = sys.modules[cls.__module__]
        if cls.__module__ not in self._namespaces:
            names = dict(vars(module))
            for alias, found in _imports(inspect.getsource(module)):
                names.setdefault(alias, found)
            self._namespaces[cls.__module__] = names
        return self._namespaces[cls.__module__]


def _annotations(cls: type[StripeObject]) -> Iterator[tuple[str, Any]]:
    """The keys of an object of this class and their types, inherited ones included."""
    remapped = getattr(cls, "_field_remappings", {})
    for base in reversed(cls.__mro__):
        if base is StripeObject or not issubclass(base, StripeObject):
            continue
        for key, annotation in vars(base).get("__annotations__", {}).items():
            if not key.startswith("_") and not key.isupper() and "ClassVar" not in str(annotation):
                yield remapped.get(key, key), annotation


def _listed_only(arguments: tuple[Any, ...]) -> list[Any]:
    """Without the ``str`` that the package adds to each enumeration for values of the future."""
    enumerated = any(str(get_origin(argument)).endswith("Literal") for argument in arguments)
    return [argument for argument in arguments if not (enumerated and argument is str)]


def _imports(source: str) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("stripe"):
            continue
        if ".params" in str(node.module):
            continue
        module = importlib.import_module(str(node.module))
        for alias in node.names:
            if hasattr(module, alias.name):
                yield alias.asname or alias.name, getattr(module, alias.name)


def _list_of(items: JsonSchema) -> JsonSchema:
    return {
        "type": "object",
        "required": ["object", "data", "has_more", "url"],
        "additionalProperties": False,
        "properties": {
            "object": {"enum": ["list"]},
            "data": {"type": "array", "items": items},
            "has_more": {"type": "boolean"},
            "url": {"type": "string"},
        },
    }
