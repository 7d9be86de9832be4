"""How a practice server says where it is: one JSON line on its standard output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PREFIX: Final = "/_practice/"
"""What the paths of the control address begin with."""
DEFAULT: Final = "default"
"""The account that is there from the beginning."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """How to reach a server: its addresses, the default account's full key, and the control token.

    ``began`` and ``seed`` are what the account's sample property follows from.
    """

    base_url: str
    control_url: str
    control_token: str
    api_key: str
    account: str
    seed: int
    began: int
    zone: str
