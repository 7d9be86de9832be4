"""The search for secrets finds what was planted, in every form, and does not take an empty run for a proof."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.tools.secret_search import PASSWORDS, SecretSearch, secrets_in

KEYS = [f"{kind}_{mode}_" + "51Nabcdefghijk" for kind in ("sk", "rk") for mode in ("live", "test")]


@pytest.mark.parametrize("secret", [*KEYS, *PASSWORDS])
def test_every_form_is_found(secret: str) -> None:
    raw = f"before {secret} after".encode()
    assert secrets_in(raw)
    assert secrets_in(raw.decode().encode("utf-16"))
    assert secrets_in(gzip.compress(raw))
    for before in range(3):
        assert secrets_in(b"Basic " + base64.b64encode(b"x" * before + secret.encode() + b":"))


def test_what_is_redacted_or_only_named_is_not_found() -> None:
    assert secrets_in("rk_live_…4242, sk_test_…, pi_live_abcdefghijklmnop, a rk_live_ key".encode()) == set()
    assert secrets_in(b"") == set()


@pytest.mark.plants_secrets
def test_files_names_databases_and_archives_are_looked_into(tmp_path: Path) -> None:
    inner = tmp_path / "logs"
    inner.mkdir()
    (inner / "desk.log").write_text(f"the key {KEYS[0]} was tried")
    (inner / f"{KEYS[3]}.txt").write_text("")
    (inner / "clean.log").write_text("the key rk_live_…wxyz was tried")
    with closing(sqlite3.connect(tmp_path / "desk.sqlite3")) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.execute("INSERT INTO t VALUES (?)", (KEYS[1],))
        connection.commit()
    with zipfile.ZipFile(tmp_path / "year.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("settings.json", '{"password": "hunter2"}')
    (tmp_path / "ring.json").write_text(KEYS[2])
    search = SecretSearch()
    found = search.look(tmp_path)
    assert set(found) == {"logs/desk.log", f"logs/{KEYS[3]}.txt", "desk.sqlite3", "year.zip"}
    assert (search.files, search.databases, search.folders) == (5, 1, 1)
    assert not any(KEYS[0] in told for told in found["logs/desk.log"])


def test_a_run_that_wrote_nothing_proves_nothing(tmp_path: Path) -> None:
    search = SecretSearch()
    search.look(tmp_path)
    search.demand(2)
    with pytest.raises(AssertionError, match="not a file"):
        search.demand(1)
    (tmp_path / "a.txt").write_text("x")
    search.look(tmp_path)
    with pytest.raises(AssertionError, match="no database"):
        search.demand(1)
    sqlite3.connect(tmp_path / "b.sqlite3").execute("CREATE TABLE t (a TEXT)").connection.close()
    search.look(tmp_path)
    search.demand(1)
