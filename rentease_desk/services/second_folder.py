"""Which second folder this computer's backups go to, and how that went."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from rentease_desk.domain.reading import json_reader
from rentease_desk.services.whole_files import replace_file

log = logging.getLogger(__name__)


class SecondFolder(Struct, frozen=True):
    """Another folder that gets each backup too. ``good_at`` (UTC seconds): when it last did; ``trouble``: why it does
    not now.
    """

    folder: str = ""
    chosen_at: int = 0
    good_at: int | None = None
    trouble: str = ""

    def of_desk(self, desk: str) -> Path | None:
        """The folder in it that is a desk's own: several computers may share a stick. None: there is no second one."""
        name = "".join(letter if letter.isalnum() else "-" for letter in desk)
        return Path(self.folder) / f"rentease-desk {name}" if self.folder else None


_READER = json_reader(SecondFolder)


def read_second(state: Path) -> SecondFolder:
    """As it was kept last. A file that cannot be read counts as none."""
    try:
        return _READER.decode(state.read_bytes())
    except FileNotFoundError:
        return SecondFolder()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s is not used: %s", state.name, error)
        return SecondFolder()


def keep_second(state: Path, second: SecondFolder) -> None:
    """Keep it. Raises KnownError ``file.cannot_write``."""
    told = msgspec.json.format(msgspec.json.encode(second)) + b"\n"
    with suppress(OSError):  # of which the next line tells
        state.parent.mkdir(parents=True, exist_ok=True)
    replace_file(state, lambda out: out.write(told))
