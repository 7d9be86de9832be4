"""What reads JSON as structs: made one at a time, so that threads may read as soon as they have it.

msgspec learns the fields of a struct when it is first asked for, and shows them to other threads before it knows their
types: who reads the same struct in that moment ends the program (0.22).
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_LEARNING = threading.Lock()


def json_reader(kind: type[T]) -> msgspec.json.Decoder[T]:
    """A reader of JSON, for a module to keep. Its ``decode`` may be called in any thread."""
    with _LEARNING:
        return msgspec.json.Decoder(kind)


def msgpack_reader(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """The same of MessagePack."""
    with _LEARNING:
        return msgspec.msgpack.Decoder(kind)


def converted(value: object, kind: Any) -> Any:
    """A plain value as one of this kind. Raises msgspec.ValidationError."""
    with _LEARNING:
        return msgspec.convert(value, kind)
