"""The window from the start of the program to its end: one a desk, and what a crash leaves is kept and told."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import time
from typing import IO

from rentease_desk.config import Config
from rentease_desk.desktop import Desktop
from rentease_desk.gui.one_window import OneWindow, window_name
from rentease_desk.gui.theme import application
from rentease_desk.logs import CRASH, take_crash

log = logging.getLogger(__name__)


def run_desktop(config: Config) -> int:
    """Open the window and run until it is closed; returns the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = application()
    app.setApplicationName("Rentease Desk")
    one = OneWindow(window_name(config.actor, f"{config.data_dir} {config.database_url}"), config.data_dir)
    if not one.is_first():
        log.info("the window that is open already was brought to the front")
        return 0
    last_crash, crash_file = take_last_crash(config), _crash_file(config)
    desktop = Desktop(app, config)
    desktop.window.painted.connect(one.listen)
    one.asked.connect(desktop.come_forward)
    if config.needs_first_run:
        one.listen()  # its window is another one
    desktop.crashes.install()
    desktop.last_crash = last_crash
    desktop.start()
    status = app.exec()
    desktop.window.hide()
    ended = desktop.stop()
    one.close()
    if not ended:
        log.warning("something did not end in time; it is left, and the next start goes on from the database")
        logging.shutdown()
        os._exit(status)
    if crash_file is not None:
        faulthandler.disable()
        crash_file.close()
    return status


def take_last_crash(config: Config) -> str:
    """What the last run wrote when a fault ended it, once; nothing if it ended well."""
    try:
        return take_crash(config.log_dir, time.strftime("%Y%m%dT%H%M%S"))
    except OSError as error:
        log.warning("what the last run has written cannot be read: %s", error)
        return ""


def _crash_file(config: Config) -> IO[str] | None:
    try:
        file = (config.log_dir / CRASH).open("w", encoding="utf-8")
    except OSError as error:
        log.warning("crashes are not kept: %s", error)
        return None
    faulthandler.enable(file)
    return file
