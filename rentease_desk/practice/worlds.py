"""The accounts of one server, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final

from rentease_desk.practice.handshake import DEFAULT
from rentease_desk.practice.inputs import ControlError
from rentease_desk.practice.pay_page import PREFIX
from rentease_desk.practice.spec import WorldSpec
from rentease_desk.practice.stage import Stage

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Worlds:
    """The default account, which may be kept in a state file, and any further ones, which are not."""

    def __init__(self, spec: WorldSpec, state: Path | None = None, url: str = "") -> None:
        """``url``: where the server is."""
        self._url = url
        self.default = Stage(spec, state, self._pages(""))
        self._stages = {DEFAULT: self.default}
        self._lock = Lock()

    def __iter__(self) -> Iterator[Stage]:
        return iter(list(self._stages.values()))

    def get(self, name: str) -> Stage:
        """Raises ControlError 404."""
        stage = self._stages.get(name)
        if stage is None:
            raise ControlError(f"There is no practice account called “{name}”.", 404)
        return stage

    def create(self, spec: WorldSpec) -> Stage:
        """A further account. Raises ControlError when the name is taken or cannot stand in an address, or there is no
        such platform.
        """
        platform = self.get(spec.platform).keys if spec.platform else None
        if not _NAME.fullmatch(spec.name):
            raise ControlError("A name has at most forty lower-case letters, digits and hyphens.")
        with self._lock:
            if spec.name in self._stages:
                raise ControlError(f"There is a practice account called “{spec.name}” already.")
            self._stages[spec.name] = stage = Stage(spec, None, self._pages(f"/worlds/{spec.name}"), platform)
        return stage

    def reached(self, platform: Stage, account: str | None) -> Stage:
        """The connected account that a request to a platform names; without one, or of another platform's, itself."""
        if account is None:
            return platform
        connected = (one for one in self if one.spec.platform == platform.spec.name and one.world.account == account)
        return next(connected, platform)

    def delete(self, name: str) -> None:
        """Raises ControlError 404, and 400 for the default account."""
        if name == DEFAULT:
            raise ControlError("The default account stays.")
        with self._lock:
            self.get(name).close()
            del self._stages[name]

    def _pages(self, path: str) -> str | None:
        return f"{self._url}{path}{PREFIX}" if self._url else None

    def close(self) -> None:
        """Let go of every file."""
        for stage in self:
            stage.close()
