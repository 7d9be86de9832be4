"""Query parameters as Stripe reads them: ``limit``, ``created[gte]``, ``expand[]``; unknown ones are refused."""

from __future__ import annotations

from urllib.parse import parse_qsl

from rentease_desk.practice.errors import ApiError


class Parameters:
    """The parameters of one request. Each is taken once; ``refuse_rest`` then complains about those nobody wanted."""

    def __init__(self, query: str) -> None:
        self.expand: list[str] = []
        self._values: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name.partition("[")[0] == "expand":
                self.expand.append(value)
            else:
                self._values[name] = value

    def text(self, name: str) -> str | None:
        """The value, None when it is not given. Raises ApiError for an empty one."""
        value = self._values.pop(name, None)
        if value == "":
            raise ApiError(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter;"
                f" however '{name}' cannot be unset. You should remove '{name}' from your request or supply a"
                " non-empty value.",
                code="parameter_invalid_empty",
                param=name,
            )
        return value

    def whole(self, name: str) -> int | None:
        """The value as a whole number. Raises ApiError for anything else."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.removeprefix("-").isdecimal() and len(value) <= 15):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        return int(value)

    def refuse_rest(self) -> None:
        """Raises ApiError ``parameter_unknown`` when something was given that nothing took."""
        if self._values:
            plural = "s" if len(self._values) > 1 else ""
            message = f"Received unknown parameter{plural}: {', '.join(self._values)}"
            raise ApiError(message, code="parameter_unknown", param=next(iter(self._values)))
