"""Logs without secrets, and what the environment says."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from rentease_desk.config import STRIPE_BASE, for_practice, from_environment, resources_dir, split_password
from rentease_desk.logs import (
    CRASH,
    LOG,
    LogFile,
    RedactingFormatter,
    guard_secrets,
    log_to_file,
    read_log,
    redact,
    take_crash,
)

SECRETS = [
    "sk_live_51NabcdefghijklWXYZ",
    "rk_test_51NabcdefghijklWXYZ",
    "pk_live_51NabcdefghijklWXYZ",
    "whsec_abcdefgh12345678",
    "sk_org_live_51NabcdefghijklWXYZ",
    "ek_test_51NabcdefghijklWXYZ",
    "pi_3Nabcd_secret_51NabcdefghijklWXYZ",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "key={}",
        "'{}'",
        '{{"api_key": "{}"}}',
        "Authorization: Bearer {}",
        "https://{}@api.stripe.com/v1",
        "…{}…",
        "({}),",
        "https://x.example/?return=%2Fv1%3Fkey%3D{}",
        "b'{}'",
        "log{}",
        "one\\n{}\\ntwo",
    ],
)
def test_keys_are_redacted_wherever_they_stand(secret: str, around: str) -> None:
    told = redact(around.format(secret))
    assert secret[-12:] not in told
    assert "…" in told


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql+psycopg://desk:hunter2@db.local/desk", "hunter2"),
        ("postgresql://desk:hun@ter2/x@db/desk", "ter2"),
        ("postgresql://desk@db/desk?password=hunter2&sslmode=require", "hunter2"),
        ("host=db password=hunter2 user=desk", "hunter2"),
        ("connection failed: password='hunter2'", "hunter2"),
        ('{"password": "hunter2", "user": "desk"}', "hunter2"),
        ("X-Token: abc token=hunter2", "hunter2"),
        ("Authorization: Basic c2tfbGl2ZV94Og==", "c2tfbGl2ZV94"),
        ("authorization: bearer abcd.efgh-1234", "efgh"),
        ("PASSWORD = hunter2", "hunter2"),
        ("PGPASSWORD=hunter2", "hunter2"),
        ("sk_org_live_51Nabcdefgh", "51Nabc"),
        ("whsec_ab+cd/ef==", "cd/ef"),
        ("pi_3Nabc_secret_hunter2", "hunter2"),
        ("DETAIL:  Failing row contains (7, Ada, a (small) note\nhunter2, null).\nin line 3", "hunter2"),
        ('CONTEXT:  COPY guests, line 1: "g-0\thunter2\tAda"', "hunter2"),
        ("DETAIL:  Key (email)=(hunter2) already exists.", "hunter2"),
        ("https://calendar.example/private-hunter2/basic.ics?t=hunter2", "hunter2"),
    ],
)
def test_passwords_and_tokens_are_redacted(text: str, hidden: str) -> None:
    assert hidden not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Booking LN-2017 saved",
        "pi_3NabcdefghijklmnopqrstuvWXYZ",
        "acct_1Nabcdefghijkl",
        "https://api.stripe.com/v1/charges",
        "12:30",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert redact(text) == text


def test_tracebacks_are_redacted_too() -> None:
    formatter = RedactingFormatter("%(message)s")
    with pytest.raises(ValueError, match="cannot use") as caught:
        raise ValueError(f"cannot use {SECRETS[0]}")
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed with %s", (SECRETS[1],), None)
    record.exc_info = (caught.type, caught.value, caught.tb)
    told = formatter.format(record)
    assert "ValueError" in told
    assert not any(secret[8:] in told for secret in SECRETS)


def test_the_log_file_holds_no_secret(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log_to_file(tmp_path / "logs")
        logging.getLogger("rentease_desk.test").warning("the key %s was tried", SECRETS[0])
        for handler in set(root.handlers) - set(before):
            handler.close()
            root.removeHandler(handler)
    finally:
        root.setLevel(level)
    text = (tmp_path / "logs" / "rentease-desk.log").read_text(encoding="utf-8")
    assert "the key sk_live_… was tried" in text


def _own_handlers() -> list[logging.Handler]:
    """A handler with a formatter of somebody else's, and what is used where there is none."""
    foreign = logging.StreamHandler(io.StringIO())
    foreign.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    return [foreign, logging.StreamHandler(io.StringIO())]


def test_every_handler_gets_what_is_redacted_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before, handlers = logging.getLogRecordFactory(), _own_handlers()
    logger = logging.getLogger("rentease_desk.test.handlers")
    for handler in handlers:
        logger.addHandler(handler)
    try:
        guard_secrets()
        for secret in SECRETS:
            logger.warning("key %s and %r", secret, {"key": secret})
    finally:
        logging.setLogRecordFactory(before)
        logger.handlers.clear()
    for handler in handlers:
        assert isinstance(handler, logging.StreamHandler)
        told = handler.stream.getvalue()
        assert told.count("…") >= 2 * len(SECRETS)
        assert not any(secret[-12:] in told for secret in SECRETS)


@pytest.mark.parametrize("code", ["raise ValueError(f'cannot use {key}')", "logging.warning('%s', key)"])
def test_what_a_failing_program_prints_is_redacted_too(code: str) -> None:
    begin = "import logging; from rentease_desk.logs import guard_secrets; guard_secrets(); key = input(); "
    ran = subprocess.run(
        [sys.executable, "-c", begin + code], input=SECRETS[0], capture_output=True, text=True, check=False
    )
    assert "sk_live_…" in ran.stderr
    assert SECRETS[0][-12:] not in ran.stderr


def test_an_empty_environment() -> None:
    config = from_environment({})
    assert config.stripe_key is None
    assert config.stripe_account is None
    assert config.stripe_base == STRIPE_BASE
    assert config.database_url.startswith("sqlite:///")
    assert config.database_url.endswith("rentease-desk.sqlite3")
    assert config.actor
    assert config.desk
    assert not config.practice


def test_what_the_environment_says(tmp_path: Path) -> None:
    config = from_environment(
        {
            "RENTEASE_DATA_DIR": str(tmp_path / "x"),
            "RENTEASE_DATABASE_URL": "postgresql://desk:hunter2@db/desk",
            "RENTEASE_DESK": "Bar",
            "STRIPE_API_KEY": SECRETS[1],
            "STRIPE_API_BASE": "http://127.0.0.1:4242/x",
            "STRIPE_ACCOUNT": "acct_1",
        }
    )
    assert (config.data_dir, config.desk, config.stripe_account) == (tmp_path / "x", "Bar", "acct_1")
    assert (config.stripe_base, config.stripe_key) == ("http://127.0.0.1:4242/x", SECRETS[1])
    assert (config.log_dir, config.desk_file) == (tmp_path / "x" / "logs", tmp_path / "x" / "desk.json")
    assert (config.database_url, config.database_password) == ("postgresql://desk@db/desk", "hunter2")
    assert config.database_given
    assert "hunter2" not in repr(config)
    assert SECRETS[1] not in repr(config)


@pytest.mark.parametrize(
    ("address", "without", "password"),
    [
        ("postgresql://desk:hunter2@db.local:5432/desk", "postgresql://desk@db.local:5432/desk", "hunter2"),
        ("postgresql://desk:hun%40ter2@db/desk", "postgresql://desk@db/desk", "hun@ter2"),
        ("postgresql://desk:hun@ter2/x@db/desk", "postgresql://desk@db/desk", "hun@ter2/x"),
        ("postgresql://desk@db/desk?password=hunter2&sslmode=require", "postgresql://desk@db/desk?sslmode=require",
         "hunter2"),
        ("postgresql://desk@db/desk?sslmode=require&password=hunter2", "postgresql://desk@db/desk?sslmode=require",
         "hunter2"),
        ("postgresql://desk@db/desk?Password=hunter2", "postgresql://desk@db/desk", "hunter2"),
        ("postgresql://postgres:@/desk?host=/run/x", "postgresql://postgres@/desk?host=/run/x", None),
        ("postgresql://desk@db:5432/desk", "postgresql://desk@db:5432/desk", None),
        ("sqlite:///C:/desk/a@b.sqlite3", "sqlite:///C:/desk/a@b.sqlite3", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_a_password_is_taken_out_of_an_address(address: str, without: str, password: str | None) -> None:
    assert split_password(address) == (without, password)


@pytest.mark.parametrize(
    "name", ["RENTEASE_DATABASE_URL", "STRIPE_API_KEY", "STRIPE_API_BASE", "STRIPE_ACCOUNT", "RENTEASE_DESK"]
)
def test_an_empty_variable_is_none(name: str, tmp_path: Path) -> None:
    given = {"RENTEASE_DATA_DIR": str(tmp_path)}
    assert from_environment(given | {name: ""}) == from_environment(given)


def test_practice_has_nothing_of_the_real_desk(tmp_path: Path) -> None:
    config = for_practice(
        {
            "RENTEASE_DATA_DIR": str(tmp_path),
            "RENTEASE_DATABASE_URL": "postgresql://real",
            "STRIPE_API_KEY": SECRETS[0],
            "STRIPE_API_BASE": "https://real",
            "STRIPE_ACCOUNT": "acct_real",
        }
    )
    assert config.practice
    assert (config.stripe_key, config.stripe_account, config.stripe_base) == (None, None, STRIPE_BASE)
    assert config.data_dir == tmp_path / "practice"
    assert str(config.data_dir.as_posix()) in config.database_url


def test_a_relative_folder_and_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert from_environment({"RENTEASE_DATA_DIR": "desk"}).data_dir == tmp_path / "desk"
    assert from_environment({"RENTEASE_DATA_DIR": "~/desk"}).data_dir == tmp_path / "home" / "desk"


def test_nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert from_environment({}).actor == "desk"


def test_resources_are_found() -> None:
    assert (resources_dir() / "icons").is_dir()


ENTRY = "2026-11-05 13:00:0{n},000 {level} MainThread rentease_desk.test: {text}\n"


def test_a_log_is_read_by_its_entries_over_a_rotation(tmp_path: Path) -> None:
    first = ENTRY.format(n=1, level="INFO", text="first") + ENTRY.format(n=2, level="ERROR", text="a bug")
    (tmp_path / f"{LOG}.1").write_text("the end of one\n" + first + "Traceback …\n  ValueError\n", encoding="utf-8")
    (tmp_path / LOG).write_text(ENTRY.format(n=3, level="WARNING", text=f"key {SECRETS[0]}"), encoding="utf-8")
    found = read_log(tmp_path)
    assert [one.level for one in found] == ["INFO", "ERROR", "WARNING"]
    assert found[1].text.endswith("ValueError")
    assert SECRETS[0][8:] not in found[2].text
    assert [one.level for one in read_log(tmp_path, 100)] == ["WARNING"]
    assert read_log(tmp_path / "none") == []
    (tmp_path / LOG).unlink()  # no test may leave a secret in a file


def test_what_a_fault_left_is_told_once_and_kept(tmp_path: Path) -> None:
    assert take_crash(tmp_path, "20261105") == ""
    for at in range(7):
        (tmp_path / CRASH).write_text(f"Fatal Python error {at}: {SECRETS[1]}", encoding="utf-8")
        told = take_crash(tmp_path, f"2026110{at}")
        assert told.startswith(f"Fatal Python error {at}")
        assert SECRETS[1][8:] not in told
        assert take_crash(tmp_path, "later") == ""
    assert sorted(one.name for one in tmp_path.iterdir()) == [f"crash-2026110{at}.txt" for at in range(2, 7)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
def test_a_log_on_a_full_disk_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    handler = LogFile("/dev/full", encoding="utf-8", delay=True)
    for text in ("one", "two"):
        handler.handle(logging.makeLogRecord({"msg": text}))
    assert capfd.readouterr().err == "No log is kept: /dev/full: No space left on device.\n"
    with suppress(OSError):  # as logging does at the end
        handler.close()
