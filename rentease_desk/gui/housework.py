"""What the window does for itself while nobody touches it: clear up, and get ready what will be asked for next."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Slot

from rentease_desk.domain.clock import SystemClock
from rentease_desk.gui.idle import IdleWatch

_MILLISECONDS = 500
_REST_SECONDS = 2.0
"""So long nobody has touched the window: what takes some hundredths of a second is not in anybody's way."""
_OLDER_COLLECTION = 8
"""Every so many collections also those objects are looked at that one collection has left."""
_FULL_COLLECTION = 120
"""Every so many all of them, as soon as the window rests: that takes longer than a key may wait."""
_PATIENT_COLLECTIONS = 10 * _FULL_COLLECTION
"""Without a rest that long, they are looked at all the same."""
_SOON = ("gui.views.bookings_view", "gui.views.payments_view", "gui.views.folio_view", "gui.dialogs.take_payment")


class Housework(QObject):
    """Python's collector may destroy Qt objects in whichever thread it runs: by itself it is off; here it runs in the
    window's.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rest = IdleWatch(self, SystemClock(), lambda: 0)
        self._ahead: list[Callable[[], object]] = []
        self._collections = self._collected = 0
        self._timer = QTimer(self, interval=_MILLISECONDS)
        self._timer.timeout.connect(self._do)
        self._timer.start()

    def begin(self, then: Sequence[Callable[[], object]] = ()) -> None:
        """The desk is open. What is there by now the collector never looks at again, which would take 90 ms. What is
        likely to be needed next is imported, and made (``then``), a piece at a time while the window rests.
        """
        self._collections = self._collected = 0
        self._ahead = [*(partial(import_module, f"rentease_desk.{name}") for name in _SOON), *then]

    def stop(self) -> None:
        """Nothing more."""
        self._timer.stop()

    @Slot()
    def _do(self) -> None:
        rests = self._rest.rested >= _REST_SECONDS
        self._collect(rests=rests)
        if rests and self._ahead:
            self._ahead.pop(0)()

    def _collect(self, *, rests: bool) -> None:
        """The young objects often, all of them now and then."""
        if not self._collections:
            gc.freeze()
        self._collections += 1
        if self._collections - self._collected >= (_FULL_COLLECTION if rests else _PATIENT_COLLECTIONS):
            self._collected = self._collections
            gc.collect()
        else:
            gc.collect(0 if self._collections % _OLDER_COLLECTION else 1)
