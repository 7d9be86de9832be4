"""A real Secret Service, where there is one: ``gnome-keyring-daemon`` on a bus of its own, in a folder of the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "rk_live_51NabcdefghijklWXYZ"
_NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
_MISSING = [name for name in _NEEDED if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"not installed here: {', '.join(_MISSING)}")

_UNLOCK = "printf password-of-the-ring | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "
_LOCK = "gnome-keyring-daemon --start --components=secrets >/dev/null && exec "
_KEEP = """
from rentease_desk.keychain import Keychain
ring = Keychain()
print(ring.describe())
ring.set("stripe-key", SECRET)
print(ring.get("stripe-key") == SECRET)
ring.set("stripe-key", "another")
print(ring.get("stripe-key"))
ring.delete("stripe-key")
print(ring.get("stripe-key"))
"""
_TRY = """
from rentease_desk.domain.errors import KeychainError
from rentease_desk.keychain import Keychain
try:
    Keychain(seconds=2).set("stripe-key", SECRET)
except KeychainError as error:
    print(error.code)
"""


def _on_a_bus(folder: Path, begin: str, code: str) -> str:
    """What a program prints that has the keyring to itself."""
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(run), "XDG_DATA_HOME": str(folder / "share")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "PYTHON_KEYRING"))}
    (folder / "program.py").write_text(f"SECRET = '{SECRET}'\n{code}", encoding="utf-8")
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{begin} "$0" program.py', sys.executable],
        env={**kept, **own, "PYTHONPATH": str(Path(__file__).parents[2])}, cwd=folder, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    (folder / "program.py").unlink()
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_real_keyring_keeps_and_forgets(tmp_path: Path) -> None:
    told = _on_a_bus(tmp_path, _UNLOCK, _KEEP).splitlines()
    assert "SecretService" in told[0]
    assert told[1:] == ["True", "another", "None"]
    rings = [one for one in tmp_path.rglob("*.keyring") if one.is_file()]
    assert rings
    assert all(SECRET.encode() not in one.read_bytes() for one in rings)


def test_a_real_keyring_that_nobody_can_unlock_is_given_up(tmp_path: Path) -> None:
    """Without a screen there is nobody to type its password: it refuses, or stays silent."""
    _on_a_bus(tmp_path, _UNLOCK, _KEEP)
    assert _on_a_bus(tmp_path, _LOCK, _TRY).strip() in {"keychain.locked", "keychain.silent"}
