"""Parameters as Stripe reads them: ``limit``, ``created[gte]``, ``expand[]``; unknown ones are refused."""

from __future__ import annotations

from urllib.parse import parse_qsl

from rentease_desk.practice.errors import ApiError


class Parameters:
    """The parameters of one request. Each is taken once; ``refuse_rest`` then complains about those nobody wanted."""

    def __init__(self, query: str) -> None:
        self.expand: list[str] = []
        self._values: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            stem, bracket, index = name.partition("[")
            if stem == "expand":
                self.expand.append(value)
            elif bracket and (index == "]" or index[:-1].isdecimal()):
                self._lists.setdefault(stem, []).append(value)
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

    def texts(self, name: str) -> list[str]:
        """The values of ``name[]``; none when it is not given."""
        return self._lists.pop(name, [])

    def pairs(self, name: str) -> dict[str, str] | None:
        """The values of ``name[…]`` by what stands in the brackets; None when there are none."""
        inside = [one for one in self._values if one.startswith(f"{name}[") and one.endswith("]")]
        return {one[len(name) + 1 : -1]: self._values.pop(one) for one in inside} or None

    def span(self, name: str) -> tuple[int | None, int | None]:
        """The first and the last second asked for, both included; None: open. docs.stripe.com/api/pagination"""
        exact = self.whole(name)
        above, below = self.whole(f"{name}[gt]"), self.whole(f"{name}[lt]")
        firsts = [exact, self.whole(f"{name}[gte]"), None if above is None else above + 1]
        lasts = [exact, self.whole(f"{name}[lte]"), None if below is None else below - 1]
        return (
            max((one for one in firsts if one is not None), default=None),
            min((one for one in lasts if one is not None), default=None),
        )

    def refuse_rest(self) -> None:
        """Raises ApiError ``parameter_unknown`` when something was given that nothing took."""
        left = [*self._values, *self._lists]
        if left:
            plural = "s" if len(left) > 1 else ""
            message = f"Received unknown parameter{plural}: {', '.join(left)}"
            raise ApiError(message, code="parameter_unknown", param=left[0])
