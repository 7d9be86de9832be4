"""How long nobody has touched the window: by the computer's clock too, which goes on while the computer sleeps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

from rentease_desk.domain.clock import Clock

_LOOK_MILLISECONDS = 5_000
_TOUCHES = frozenset(
    {
        QEvent.Type.ShortcutOverride,  # which comes before every key, and is all that comes of a shortcut
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """``expired``: nobody has touched any window of the program for ``seconds()``; 0 is never.

    Only events of windows pass here, not those of all their widgets: a filter on the application would see every paint.
    """

    expired = Signal()

    def __init__(self, parent: QObject, clock: Clock, seconds: Callable[[], int]) -> None:
        super().__init__(parent)
        self._clock, self._seconds = clock, seconds
        self._touched = self._now()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_LOOK_MILLISECONDS)

    def begin(self) -> None:
        """Somebody has just sat down."""
        self._touched = self._now()

    @property
    def rested(self) -> float:
        """Seconds since somebody has touched a window, or since this looks."""
        return self._now()[1] - self._touched[1]

    @Slot()
    def _tick(self) -> None:
        self.look()

    def look(self) -> bool:
        """Tell if it has been long enough, and whether it has."""
        passed = max(now - then for now, then in zip(self._now(), self._touched, strict=True))
        is_over = 0 < self._seconds() <= passed
        if is_over:
            self.begin()
            self.expired.emit()
        return is_over

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A touch. One that comes too late, as after the computer has slept, locks the desk and does nothing else."""
        if event.type() in _TOUCHES:
            if self.look():
                return True
            self.begin()
        return super().eventFilter(watched, event)

    @Slot(QWindow)
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _now(self) -> tuple[float, float]:
        return float(self._clock.now()), self._clock.monotonic()
