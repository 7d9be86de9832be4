"""Templates of what is put on paper: every text is escaped, and what can be neither seen nor set is marked."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rentease_desk.config import resources_dir

if TYPE_CHECKING:
    from jinja2 import Environment

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""What is no letter and no space: HTML forbids it, and some of it would be a command to a printer or terminal."""


def printable(text: str) -> str:
    """The text with a mark in the place of each character that can be neither seen nor set."""
    return _UNPRINTABLE.sub("\ufffd", text)


@cache
def templates(folder: str) -> Environment:
    """Those in a folder of the resources. Filters that are added are there for all of them."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 60 ms that most commands do not need

    return Environment(
        loader=FileSystemLoader(resources_dir() / folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )


def _finalized(value: object) -> object:
    """What is put into a template, before it is escaped."""
    return printable(value) if type(value) is str else value
