"""The JSON that comes to the control address, read field by field; what cannot be read is explained in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import orjson

from rentease_desk.practice.errors import JsonObject

Choice = TypeVar("Choice", bound=StrEnum)


class ControlError(Exception):
    """What the control address was asked for cannot be done; the text is a sentence for people."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Input:
    """One JSON object. Every field is taken by name and kind; ``refuse_rest`` complains about those nobody took."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = dict(values)
        self._left = dict(values)

    def text(self, name: str) -> str | None:
        """A text that is not empty, None where it is absent or null."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise ControlError(f"“{name}” must be a text.")
        return value

    def needed_text(self, name: str) -> str:
        """A text that has to be there."""
        value = self.text(name)
        if value is None:
            raise ControlError(f"“{name}” is missing.")
        return value

    def whole(self, name: str, least: int = 0, most: int = 10**12) -> int | None:
        """A whole number within bounds, None where it is absent or null."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ControlError(f"“{name}” must be a whole number from {least} to {most}.")
        return value

    def number(self, name: str, default: int, least: int = 0, most: int = 10**12) -> int:
        """A whole number within bounds, or the default where it is absent or null."""
        value = self.whole(name, least, most)
        return default if value is None else value

    def flag(self, name: str) -> bool | None:
        """true or false, None where it is absent or null."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, bool):
            raise ControlError(f"“{name}” must be true or false.")
        return value

    def choice(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        """One of the texts of an enumeration."""
        value = self.text(name) or default
        try:
            return choices(value)
        except ValueError as error:
            raise ControlError(f"“{name}” must be one of: {', '.join(choices)}.") from error

    def texts(self, name: str) -> list[str] | None:
        """A list of texts, None where it is absent or null."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, list):
            raise ControlError(f"“{name}” must be a list of texts.")
        found = [one for one in value if isinstance(one, str)]
        if len(found) != len(value):
            raise ControlError(f"“{name}” must be a list of texts.")
        return found

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """An object of texts by name."""
        value = self._left.pop(name, None)
        if value is None:
            return ()
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise ControlError(f"“{name}” must be an object of texts.")
        return tuple(value.items())

    def values_of(self, name: str) -> dict[str, object]:
        """An object, empty where it is absent or null; what reads it complains about its fields."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, dict):
            raise ControlError(f"“{name}” must be an object.")
        return value or {}

    def refuse_rest(self) -> None:
        """Raises ControlError when there is a field that nothing took."""
        if self._left:
            raise ControlError(f"There is no field called “{'”, “'.join(self._left)}”.")


def read(body: bytes) -> Input:
    """The JSON object of a request; an empty body is an empty object. Raises ControlError."""
    if not body:
        return Input({})
    try:
        values: JsonObject = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ControlError("This is not JSON.") from error
    if not isinstance(values, dict):
        raise ControlError("This must be a JSON object.")
    return Input(values)
