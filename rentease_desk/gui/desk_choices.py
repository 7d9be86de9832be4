"""What this desk chose for itself: appearance and zoom. The property's settings are in the database."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.theme import Appearance
from rentease_desk.services.whole_files import replace_file

log = logging.getLogger(__name__)


class DeskChoices(Struct, frozen=True):
    """``zoom`` in per cent."""

    appearance: Appearance = Appearance.AUTO
    zoom: int = 100


def read_choices(path: Path) -> DeskChoices:
    """What was chosen; a file that is not there or cannot be read counts as nothing chosen."""
    try:
        told = msgspec.json.decode(path.read_bytes())
        return DeskChoices(Appearance(told["appearance"]), int(told["zoom"]))
    except FileNotFoundError:
        return DeskChoices()
    except (OSError, msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not used: %s", path.name, error)
        return DeskChoices()


def write_choices(path: Path, choices: DeskChoices) -> None:
    """Keep what was chosen. A disk that cannot be written is no reason to stop."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = msgspec.json.format(msgspec.json.encode(asdict(choices))) + b"\n"
        replace_file(path, lambda out: out.write(told))
    except (OSError, KnownError) as error:
        log.warning("%s is not kept: %s", path.name, error)
