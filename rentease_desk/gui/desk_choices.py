"""What this desk chose for itself: appearance and zoom. The property's settings are in the database."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from rentease_desk.gui.theme import Appearance

log = logging.getLogger(__name__)


class DeskChoices(Struct, frozen=True):
    """``zoom`` in per cent."""

    appearance: Appearance = Appearance.AUTO
    zoom: int = 100


def read_choices(path: Path) -> DeskChoices:
    """What was chosen; a file that is not there or cannot be read counts as nothing chosen."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return DeskChoices(Appearance(told["appearance"]), int(told["zoom"]))
    except FileNotFoundError:
        return DeskChoices()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not used: %s", path.name, error)
        return DeskChoices()


def write_choices(path: Path, choices: DeskChoices) -> None:
    """Keep what was chosen. A disk that cannot be written is no reason to stop."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(choices), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        log.warning("%s is not kept: %s", path.name, error)
