"""Whether a window can be opened here. Qt itself ends the process without a word that a person could use."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from rentease_desk.domain.errors import KnownError

_PACKAGES = (
    "libegl1 libgl1 libopengl0 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0"
    " libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
)
_SECONDS = 5.0
_WITHOUT_SCREEN = frozenset({"offscreen", "minimal", "vnc", "eglfs", "linuxfb"})


def require_display(environ: Mapping[str, str]) -> None:
    """Raises KnownError ``qt.libraries`` naming the packages to install, or ``qt.display``. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    platform = environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    _require_libraries("Qt/lib/libQt6Gui.so.6")
    if platform in _WITHOUT_SCREEN:
        return
    if not platform.startswith("xcb") and _has_wayland(environ):
        return
    if not environ.get("DISPLAY"):
        raise KnownError("qt.display", reason="Neither DISPLAY nor WAYLAND_DISPLAY is set.")
    _require_libraries("Qt/plugins/platforms/libqxcb.so")
    _require_x_server(environ["DISPLAY"])


def _has_wayland(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY")
    return bool(name) and (Path(environ.get("XDG_RUNTIME_DIR", "/nowhere")) / str(name)).exists()


def _require_libraries(part: str) -> None:
    """Load a part of Qt, and with it everything it needs from the system."""
    found = importlib.util.find_spec("PySide6")
    if found is None or found.origin is None:
        raise KnownError("qt.libraries", reason="PySide6 is not installed.", install="Install it: pip install PySide6.")
    try:
        ctypes.CDLL(str(Path(found.origin).parent / part))
    except OSError as error:
        install = f"On Debian and Ubuntu: sudo apt install {_PACKAGES}."
        raise KnownError("qt.libraries", reason=f"The system says: {error}.", install=install) from error


def _require_x_server(display: str) -> None:
    """Ask it in a thread that is left behind if there is no answer: a screen far away may be silent for minutes."""
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(_answers(display)), name="screen", daemon=True)
    asking.start()
    asking.join(_SECONDS)
    if answers != [True]:
        raise KnownError("qt.display", reason=f"The screen {display} does not answer.")


def _answers(display: str) -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused
