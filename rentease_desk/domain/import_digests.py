"""What a source said of a booking, kept as salted digests: enough to see what has changed, and nothing of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from msgspec import Struct, field

from rentease_desk.domain.imports import Field

_BYTES = 8


class Digests(Struct, frozen=True):
    """``said`` by the source of each field; ``here``, where the booking was given something else than that."""

    said: dict[Field, str]
    here: dict[Field, str] = field(default_factory=dict)

    def given(self, name: Field) -> str | None:
        """The digest of what the booking was given; None where the source has said nothing of the field yet."""
        return self.here.get(name) or self.said.get(name)


def digest(salt: str, name: Field, value: str) -> str:
    """Of one value."""
    return blake2b(f"{salt}\x1f{name}\x1f{value}".encode(), digest_size=_BYTES).hexdigest()


def digests(salt: str, values: Mapping[Field, str]) -> dict[Field, str]:
    """Of each field."""
    return {name: digest(salt, name, value) for name, value in values.items()}


def differing(salt: str, known: Digests, given: Mapping[Field, str]) -> list[Field]:
    """Of which fields the source says something else than before. Nothing, where it never said anything, is none."""
    return [name for name, value in given.items() if known.said.get(name, "") != _of(salt, name, value, known)]


def content_identity(cells: Iterable[str]) -> str:
    """What a row without a reference is recognised by: all that stands in it."""
    whole = "\x1f".join(map(str.strip, cells))
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _of(salt: str, name: Field, value: str, known: Digests) -> str:
    return "" if not value and name not in known.said else digest(salt, name, value)
