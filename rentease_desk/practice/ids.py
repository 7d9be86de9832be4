"""Object ids that look like Stripe's and repeat with the seed. As with Stripe, they do not sort by time."""

from __future__ import annotations

from base64 import b64encode
from random import Random


class Ids:
    """The ids of one account, one after the other. ``account`` is the account's own id."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose, and nothing secret
        self._owner = self._draw()[:10]
        self.account = f"acct_1{self._draw()[:5]}{self._owner}"

    def new(self, prefix: str) -> str:
        """An id of 23 characters after its prefix, the account's own ones among them: ``pi_3…``, ``pm_1…``."""
        drawn = self._draw()
        return f"{prefix}{drawn[:5]}{self._owner}{drawn[5:13]}"

    def customer(self) -> str:
        """``cus_…`` with 14 characters."""
        return f"cus_{self._draw()[:14]}"

    def _draw(self) -> str:
        """Sixteen letters and digits."""
        return b64encode(self._random.randbytes(12), b"Zz").decode()
