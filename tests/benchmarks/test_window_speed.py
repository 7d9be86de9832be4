"""How soon the window is painted, and how soon typing is answered, with 119,390 bookings in the database.

The floor is an empty PySide6 window that imports QtWidgets alone, started in the same run. Each program is started
several times in turn; times are from the start of the process to the line it prints when it has painted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from tests.tools import hotel_bookings
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker

ROOT = Path(__file__).parents[2]
RUNS = 7
_EMPTY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.painted)

    def painted(self):
        print("painted", flush=True)
        QApplication.quit()

app = QApplication(sys.argv)
window = Window()
window.show()
app.exec()
"""


@pytest.fixture(scope="module")
def full_desk(tmp_path_factory: pytest.TempPathFactory, sqlite_maker: SqliteMaker) -> Path:
    """A data folder whose database holds every booking of the data."""
    if not hotel_bookings.available():
        pytest.skip(hotel_bookings.MISSING)
    folder = tmp_path_factory.mktemp("full")
    desk = open_desk(sqlite_maker.copy(folder / "rentease-desk.sqlite3"))
    begun = time.perf_counter()
    count = hotel_bookings.load(desk)
    desk.db.close()
    print(f"\n{count} bookings loaded in {time.perf_counter() - begun:.0f} s")
    return folder


def _environment(folder: Path) -> dict[str, str]:
    """A fresh environment; byte code is kept, as it is where the program is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RENTEASE", "STRIPE"))}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "RENTEASE_DATA_DIR": str(folder)}


def _run(arguments: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Milliseconds from the start of the process to each line it prints; a line may carry a figure of its own."""
    begun = time.perf_counter()
    told = {}
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            name, _, figure = line.strip().partition(" ")
            told[name] = float(figure) if figure else (time.perf_counter() - begun) * 1000
    assert child.returncode == 0
    return told


def test_the_window_is_painted_and_the_search_answers(full_desk: Path) -> None:
    environment = _environment(full_desk)
    programs = {"empty": ["-c", _EMPTY], "desk": ["-m", "tests.tools.window_probe"]}
    for arguments in programs.values():
        _run(arguments, environment)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
    for _ in range(RUNS):
        for name, arguments in programs.items():
            runs[name].append(_run(arguments, environment))
    empty = median(one["painted"] for one in runs["empty"])
    desk = runs["desk"]
    print(f"floor, an empty window: {empty:.0f} ms (median of {RUNS})")
    painted = median(one["painted"] for one in desk)
    print(f"the desk's window painted: {painted:.0f} ms, at most {1.5 * empty + 150:.0f} ms")
    print(f"the day on it: {median(one['rows'] for one in desk):.0f} ms")
    for name in sorted(set(desk[0]) - {"painted", "rows"}):
        took = [one[name] for one in desk]
        print(f"search, {name.replace('_', ' ')}: {median(took):.0f} ms, worst {max(took):.0f} ms")
