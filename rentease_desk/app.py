"""Opens the window, where one can be opened. Nothing of Qt is imported before that is known."""

from __future__ import annotations

import gc
import logging
import os
import sys

from rentease_desk.config import for_practice, from_environment
from rentease_desk.display import require_display
from rentease_desk.domain.errors import KnownError
from rentease_desk.logs import log_to_file

log = logging.getLogger(__name__)


def run(*, practice: bool) -> int:
    """Open the window; returns the exit status when it is closed, 1 where no window can be opened."""
    try:
        require_display(os.environ)
    except KnownError as error:
        print(error, file=sys.stderr)  # noqa: T201 - there is nowhere else to say it
        return 1
    config = for_practice(os.environ) if practice else from_environment(os.environ)
    try:
        log_to_file(config.log_dir)
    except OSError as error:
        log.warning("No log is kept: %s: %s.", config.log_dir, error.strerror or error)
    gc.disable()  # Python's collector runs on a timer of the window, gui/housework.py; imports leave nothing to collect
    from rentease_desk.running import run_desktop

    return run_desktop(config)
