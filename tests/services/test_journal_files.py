"""The journal as a file, its head on a day, and the verifier that needs nothing of the desk."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rentease_desk.config import resources_dir
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.verification import Head, parse_head
from rentease_desk.services.desk import Desk
from rentease_desk.services.journal import JournalService, read_head_file
from rentease_desk.services.payments import PaymentService
from tests.tools.clocks import SetClock
from tests.tools.databases import SQLITE_FIRST

pytestmark = pytest.mark.parametrize("engine_name", SQLITE_FIRST)
DAY = 86_400
VERIFIER = resources_dir() / "verify_journal.py"


def nothing(_done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def journal(desk: Desk) -> JournalService:
    return JournalService(desk)


@pytest.fixture
def taken(payments: PaymentService, soren: Booking, clock: SetClock) -> Callable[[str], None]:
    """Takes cash, and lets a day go by."""

    def take(uid: str) -> None:
        note = 'Grüße "€"\n\x1f\u2028\U0001f600'
        payments.take(PaymentDraft(uid, soren.pk, "cash", Money(1_000, "eur"), note=note, reference=note))
        clock.advance(DAY)

    return take


def run_verifier(file: Path, *options: str) -> tuple[int, str]:
    """On a Python that knows nothing but itself."""
    ran = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), *options], capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.strip()


def test_the_verifier_is_short_and_needs_nothing_but_python(engine_name: str) -> None:
    lines = VERIFIER.read_text().splitlines()
    assert len(lines) < 100
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))} - {"__future__"}
    assert imported <= sys.stdlib_module_names


def test_a_journal_leaves_as_a_file_and_is_verified_without_the_desk(
    journal: JournalService, taken: Callable[[str], None], tmp_path: Path
) -> None:
    file, again, steps = tmp_path / "journal.jsonl", tmp_path / "again.jsonl", list[tuple[int, int]]()
    taken("one")
    done = journal.export(file, threading.Event(), lambda done, total: steps.append((done, total)))
    assert done is not None
    assert done.head == journal.head(date(2030, 1, 1)).head == read_head_file(file)
    assert (done.rows, steps[-1]) == (done.head.seq, (done.rows, done.rows))
    journal.export(again, threading.Event(), nothing)
    assert again.read_bytes() == file.read_bytes(), "the same journal gives the same bytes"
    assert run_verifier(file) == (0, f"All {done.rows} rows fit.")
    assert run_verifier(file, "--head", str(done.head)) == (0, f"All {done.rows} rows fit.")


def test_the_verifier_names_the_first_row_that_does_not_fit(
    journal: JournalService, taken: Callable[[str], None], tmp_path: Path
) -> None:
    taken("one")
    file, changed, head = tmp_path / "journal.jsonl", tmp_path / "changed.jsonl", tmp_path / "head.json"
    journal.export(file, threading.Event(), nothing)
    saved = journal.save_head(head, date(2026, 11, 5)).head
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    last = saved.seq

    def told(*made: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        changed.write_text("".join(made), encoding="utf-8")
        return run_verifier(changed, *options)

    assert told(*lines[:2], lines[2].replace("Elena", "Elina"), *lines[3:]) == (
        1, "Row 2 does not follow from the row before it.",
    )  # fmt: skip
    assert told(*lines[:2], *lines[3:]) == (1, "Row 2 does not follow from the row before it.")
    cut = [*lines[:-2], json.dumps({"head": {"seq": last - 1, "hash": json.loads(lines[-3])["hash"]}}) + "\n"]
    assert told(*cut)[0] == 0, "nobody can know"
    missing = (1, f"Row {last} is missing: the end of the journal was removed.")
    assert told(*cut, options=("--head", str(saved))) == missing
    assert told(*cut, options=("--head-file", str(head))) == missing
    assert told(*lines[:-1])[1].startswith(f"The journal ends with row {last}, and its head")
    assert told(*lines, options=("--head", f"{last}:{'0' * 64}"))[1].startswith(f"Row {last} is not the one")
    assert told(*lines, options=("--head", "no head"))[0] == 2
    assert told("{}\n")[0] == 2


def test_each_day_has_its_head(journal: JournalService, taken: Callable[[str], None], tmp_path: Path) -> None:
    for uid in ("thursday", "friday"):
        taken(uid)
    heads = [journal.head(date(2026, 11, day)) for day in (4, 5, 6, 7)]
    seqs = [one.head.seq for one in heads]
    assert (seqs[0], seqs[2] - seqs[1], seqs[3]) == (0, 1, seqs[2])
    assert heads[0].head == Head(0)
    assert (heads[1].zone, heads[1].property, heads[1].at) == ("Europe/Rome", "Hotel Lanterna", 1_793_880_000)
    assert journal.head().day == date(2026, 11, 7), "as far as today has come"
    journal.save_head(tmp_path / "head.json", date(2026, 11, 5))
    assert read_head_file(tmp_path / "head.json") == heads[1].head == parse_head(f" {str(heads[1].head).upper()}\n")
    (tmp_path / "other.json").write_text("{}")
    for name, error in (("other.json", InputError), ("absent.json", KnownError)):
        with pytest.raises(error):
            read_head_file(tmp_path / name)


def test_what_takes_long_can_be_ended(journal: JournalService, soren: Booking, tmp_path: Path) -> None:
    ended = threading.Event()
    ended.set()
    assert journal.verify(ended, nothing).cancelled
    file = tmp_path / "journal.jsonl"
    file.write_text("an older copy")
    assert journal.export(file, ended, nothing) is None
    assert [one.name for one in tmp_path.iterdir() if one.suffix in {".jsonl", ".part"}] == ["journal.jsonl"]
    assert file.read_text() == "an older copy"
    steps: list[tuple[int, int]] = []
    found = journal.verify(threading.Event(), lambda done, total: steps.append((done, total)))
    assert (found.misfit, found.cancelled, steps[-1]) == (None, False, (found.looked, found.looked))
