"""Bookings, settings, the database, the doctor and practice from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.tools.accounts import Account
from tests.tools.commands import COMMAND, Commands, run_in_turn, run_many
from tests.tools.databases import PostgresqlMaker, as_admin

STAY = ("--arrival", "2026-11-01", "--departure", "2026-11-05")
QUIET = [
    ["bookings", "list", "--json"],
    ["bookings", "add", "--guest", "Ada", "--reference", "B-1", *STAY, "--json"],
    ["bookings", "show", "B-1"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "5"],
    ["payments", "list"],
    ["refunds", "list"],
    ["settings", "show"],
    ["settings", "set", "name", "Hotel"],
    ["db", "current"],
    ["key", "show"],
    ["doctor"],
    ["sync", "--from", "2026-11-01", "--to", "2026-11-02"],
    ["--version"],
    ["--help"],
]


def test_no_command_loads_qt(desk: Commands) -> None:
    desk.anew = True
    told, modules = run_many(desk, [*QUIET, ["export", "payments", "--out", str(desk.folder / "x.csv")]])
    assert {one.status for one in told} == {0, 1}
    assert not [name for name in modules if name.startswith(("PySide6", "shiboken6", "rentease_desk.gui"))]
    assert "rentease_desk.app" not in modules
    assert all("Traceback" not in one.err for one in told)


def test_bookings(unopened: Commands) -> None:
    add = ["bookings", "add", "--json", "--guest"]
    told, _ = run_many(
        unopened,
        [
            [
                *add,
                "Zoë Ünal",
                *STAY,
                "--reference",
                "B-1",
                "--email",
                "zoe@example.com",
                "--total",
                "100.50",
                "--room",
                "101",
            ],
            [*add, "Karl", *STAY, "--reference", "X-9", "--currency", "JPY", "--total", "5000", "--adults", "2"],
            [*add, "Nobody", *STAY, "--reference", "x-9"],
            [*add, "Nobody", *STAY, "--room", "101"],
            ["bookings", "list", "--json", "--search", "unal zoe"],
            ["bookings", "list", "--json", "--limit", "1"],
            ["bookings", "show", "x-9", "--json"],
            ["bookings", "show", "B-1"],
            ["bookings", "show", "nothing"],
        ],
    )
    assert [one.status for one in told] == [0, 0, 1, 1, 0, 0, 0, 0, 1]
    first, second = told[0].json, told[1].json
    assert (first["reference"], first["total"], first["balance"], first["currency"]) == ("B-1", 10_050, 10_050, "eur")
    assert (second["total"], second["adults"], second["uid"]) == (5000, 2, second["id"])
    assert json.loads(told[2].out)["error"]["code"] == "booking.reference_taken"
    assert json.loads(told[3].out)["error"]["code"] == "room.taken"
    assert [one["uid"] for one in told[4].json] == [first["uid"]]
    assert len(told[5].json) == 1
    assert told[6].json["folio"][0]["charge"] == 5000
    assert "100.50" in told[7].out
    assert "There is no booking with the reference “nothing”." in told[8].err


def test_a_card_by_hand_asks_whether_stripe_has_it(cli: Commands) -> None:
    card = ["payments", "add", "--booking", "B-1", "--method", "card", "--amount", "5", "--json"]
    told, _ = run_many(
        cli,
        [
            ["bookings", "add", "--guest", "Ada", "--reference", "B-1", *STAY],
            card,
            [*card, "--terminal"],
            [*card, "--terminal"],
            [*card, "--terminal", "--despite-duplicate"],
            ["payments", "list", "--json"],
        ],
    )
    assert [one.status for one in told] == [0, 1, 0, 1, 0, 0]
    assert "Was this card charged through Stripe?" in told[1].err
    assert "stands on this booking already" in told[3].err
    assert len(json.loads(told[5].out)) == 2


def test_cash_is_rounded_and_the_change_told(cli: Commands) -> None:
    cash = ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "99.98", "--tendered", "200"]
    told, _ = run_many(
        cli,
        [
            ["settings", "set", "cash_rounding", "CHF 0.05"],
            ["bookings", "add", "--guest", "Ada", "--reference", "B-1", "--currency", "CHF", *STAY],
            [*cash, "--json"],
        ],
    )
    assert [one.status for one in told] == [0, 0, 0]
    assert "Rounded: 100.00 CHF is taken in cash for 99.98 CHF." in told[2].err
    assert "Change to give: 100.00 CHF" in told[2].err
    assert json.loads(told[2].out)["rounding"] == 2


def test_settings(cli: Commands) -> None:
    told, _ = run_many(
        cli,
        [
            ["settings", "set", "zone", "Europe/Rome"],
            ["settings", "set", "day_roll", "3"],
            ["settings", "set", "methods", "cash,voucher"],
            ["settings", "set", "sync_minutes", "off", "--json"],
            ["settings", "show", "--json"],
            *[["settings", "set", name, value] for name, value in BAD_SETTINGS],
            ["settings", "show", "--json"],
        ],
    )
    shown = told[4].json
    assert (shown["zone"], shown["day_roll"], shown["methods"], shown["sync_minutes"]) == (
        "Europe/Rome", "03:00", "cash,voucher", "0",
    )  # fmt: skip
    for (name, value), one in zip(BAD_SETTINGS, told[5:-1], strict=True):
        assert one.status in {1, 2}, (name, value, one)
    assert told[-1].json == shown


BAD_SETTINGS = [
    ("zone", "Mars/Olympus"), ("zone", ""), ("zone", "../../etc/passwd"), ("zone", "Europe"),
    ("zone", "/etc/localtime"), ("zone", "."), ("zone", "\u0000"), ("zone", "x" * 5000),
    ("currency", "XXX"), ("currency", "euro"), ("currency", "ſek"),
    ("day_roll", "25"), ("day_roll", "4:60"), ("day_roll", "-1"), ("day_roll", ""), ("language", "1"), ("language", ""),
    ("name", " "), ("name", "x" * 101), ("name", "4242424242424242"), ("reference_prefix", "x" * 13),
    ("sync_minutes", "-1"), ("sync_minutes", "1441"), ("sync_minutes", "½"), ("sync_minutes", "9" * 5000),
    ("methods", ""), ("methods", "cash,cash"), ("methods", "Ca sh"), ("nonsense", "1"), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_the_database_goes_down_and_up(cli: Commands, empty_address: str, engine_name: str) -> None:
    cli.extra["RENTEASE_DATABASE_URL"] = empty_address
    told, _ = run_many(
        cli,
        [
            ["db", "current", "--json"],
            ["db", "upgrade", "--json"],
            ["bookings", "add", "--guest", "Ada", *STAY],
            ["db", "downgrade", "0002", "--yes", "--json"],
            ["bookings", "list"],
            ["db", "upgrade", "--yes", "--json"],
            ["bookings", "list", "--json"],
            ["db", "downgrade", "9999", "--yes"],
            ["db", "downgrade", "base", "--yes", "--json"],
            ["db", "current", "--json"],
        ],
    )
    assert [one.status for one in told] == [0, 0, 0, 0, 1, 0, 0, 1, 0, 0], [one.err for one in told]
    needed = told[0].json["needed"]
    assert [told[n].json["current"] for n in (0, 1, 3, 5, 8, 9)] == [None, needed, "0002", needed, None, None]
    assert "must be brought up to date first" in told[4].err
    assert [one["guest"] for one in told[6].json] == ["Ada"]
    assert (told[3].json["copy"] is not None) is (engine_name == "sqlite")


def test_a_downgrade_asks_first(cli: Commands) -> None:
    cli.run("db", "upgrade")
    refused = cli.run("db", "downgrade", "base", typed="n\n", status=1)
    assert "lose what it cannot hold" in refused.err
    assert cli.json("db", "current")["current"] is not None


def test_the_doctor_is_content(desk: Commands) -> None:
    ran = desk.run("doctor", "--json", status=None)
    told = {one["name"]: one for one in ran.json}
    assert told["database"]["state"] == told["stripe account"]["state"] == "ok"
    assert {name for name, one in told.items() if one["state"] == "wrong"} == {"keyring"}
    assert ran.status == 1


@pytest.mark.parametrize(
    ("extra", "name", "word"),
    [
        ({"STRIPE_API_KEY": "nonsense"}, "stripe account", "not a Stripe key"),
        ({"STRIPE_API_KEY": "pk_live_1"}, "stripe account", "cannot read payments"),
        ({"STRIPE_API_KEY": "rk_test_1", "STRIPE_API_BASE": "http://pay.example"}, "stripe account", "https"),
        ({"STRIPE_API_KEY": "rk_live_1", "STRIPE_API_BASE": "https://pay.example"}, "stripe account", "is not Stripe"),
        ({"STRIPE_API_KEY": "rk_test_1", "STRIPE_API_BASE": "http://["}, "stripe account", "https"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_key_or_address(
    cli: Commands, extra: dict[str, str], name: str, word: str
) -> None:
    cli.extra |= extra
    (ran,), _ = run_many(cli, [["doctor", "--json"]])
    told = {one["name"]: one for one in ran.json}
    assert (told[name]["state"], ran.status) == ("wrong", 1)
    assert word in told[name]["text"]


def test_the_practice_server(cli: Commands) -> None:
    server = cli.start("practice-server", "--kind", "empty")
    try:
        assert server.stdout is not None
        lines = [server.stdout.readline().decode() for _ in range(4)]
        export = next(line for line in lines if "STRIPE_API_BASE=" in line)
        address, key = (part.partition("=")[2].strip() for part in export.split()[1:3])
        request = urllib.request.Request(f"{address}/v1/account", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            assert json.loads(reply.read())["id"].startswith("acct_")
    finally:
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=20)
    assert b"Traceback" not in err


@pytest.mark.parametrize("option", [("--port", "99999"), ("--port", "-1"), ("--zone", "Nowhere"), ("--zone", "../x"),
                                    ("--zone", ""), ("--now", "-1"), ("--now", "99999999999999"), ("--count", "-1"),
                                    ("--kind", "x"), ("--state", "/dev/null/x")])  # fmt: skip
def test_a_practice_server_that_cannot_be(cli: Commands, option: tuple[str, str]) -> None:
    (ran,), _ = run_many(cli, [["practice-server", *option]])
    assert ran.status in {1, 2}
    assert ran.err


def test_practice_is_a_world_of_its_own(cli: Commands, account: Account) -> None:
    """The real key and the real database are not touched, and practice goes on where it was left."""
    cli.extra |= {"STRIPE_API_KEY": "rk_live_51NabcdefghijklWXYZ", "STRIPE_API_BASE": "https://pay.example"}
    told, _ = run_many(
        cli,
        [
            ["--practice", "sync", "--json"],
            ["--practice", "sync", "--json"],
            ["--practice", "settings", "show", "--json"],
            ["--practice", "bookings", "list", "--json"],
            ["settings", "show", "--json"],
            ["bookings", "list", "--json"],
            ["practice-reset"],
        ],
    )
    assert [one.status for one in told] == [0] * 7, [one.err for one in told]
    assert told[0].json["new"] > 100
    assert (told[1].json["new"], told[1].json["updated"]) == (0, 0)
    assert told[2].json["name"] == "Hotel Lanterna"
    assert len(told[3].json) > 100
    assert (told[4].json["name"], told[5].json) == ("My property", [])
    assert not (cli.folder / "data" / "practice" / "stripe.jsonl").exists()


BAD = [
    ["nonsense"],
    ["sync", "--from", "yesterday"],
    ["sync", "--from", "2026-11-31"],
    ["sync", "--from", "2026-11-05", "--to", "2026-11-01"],
    ["sync", "--to", "0001-01-01"],
    ["sync", "--from", ""],
    ["sync", "--from", "\udcff", "--json"],
    ["sync", "extra"],
    ["bookings"],
    ["bookings", "add"],
    ["bookings", "add", "--guest", "", *STAY],
    ["bookings", "add", "--guest", "Ada", "--arrival", "2026-11-05", "--departure", "2026-11-05"],
    ["bookings", "add", "--guest", "Ada", "--arrival", "9999-12-30", "--departure", "9999-12-31", "--total", "1e5"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--total", "abc"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--total", "-5"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--total", "1.234"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--total", "9" * 400],
    ["bookings", "add", "--guest", "Ada", *STAY, "--total", "٣"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--currency", "ABC"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--adults", "-1"],
    ["bookings", "add", "--guest", "Ada", *STAY, "--adults", "9" * 30],
    ["bookings", "add", "--guest", "4242 4242 4242 4242", *STAY],
    ["bookings", "add", "--guest", "x" * 5000, *STAY],
    ["bookings", "show"],
    ["bookings", "show", "\udcff"],
    ["bookings", "show", "\udcff", "--json"],
    ["bookings", "list", "--limit", "0"],
    ["bookings", "list", "--view", "x"],
    ["payments", "add", "--booking", "B-404", "--method", "cash", "--amount", "5"],
    ["payments", "add", "--booking", "B-1", "--method", "gold", "--amount", "5"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "0"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "-1"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "nan"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "9" * 5000],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "0." + "1" * 5000],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "1e3"],
    ["payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "0.001"],
    ["payments", "list", "--status", "x"],
    ["payments", "list", "--from", "2026-13-01"],
    ["refunds", "list", "--from", "x", "--json"],
    ["export"],
    ["export", "payments"],
    ["export", "payments", "--out", "x.csv", "--preset", "datev"],
    ["db", "downgrade", "--yes"],
    ["db", "downgrade", "nonsense", "--yes"],
    ["db", "downgrade", "-1", "--yes"],
    ["db", "downgrade", "0001; DROP TABLE payments", "--yes"],
    ["settings", "set", "name"],
    ["key", "nonsense"],
]
FINE = [
    ["sync", "--from", "0001-01-01", "--to", "0001-01-01"],
    ["sync", "--from", "9999-12-31", "--to", "9999-12-31"],
    ["bookings", "list", "--search", "\udcff"],
    ["bookings", "list", "--search", "% _ \\ ' \" ; -- \x00"],
    ["payments", "list", "--search", "\udcff\ud800", "--json"],
    ["payments", "list", "--search", "x" * 20_000],
    ["payments", "list", "--method", "\udcff"],
    ["payments", "list", "--from", "0001-01-01", "--to", "9999-12-31"],
    ["refunds", "list", "--from", "9999-12-31"],
    ["bookings", "add", "--guest", "\\[/x] [red]\x1b[31m:cat:", "--reference", "[/]", *STAY],
    ["bookings", "list"],
    ["bookings", "show", "[/]"],
    ["settings", "set", "name", "[/bold] \\[x]"],
    ["settings", "show"],
    ["doctor"],
]


def test_no_input_ends_in_a_traceback(desk: Commands) -> None:
    begin = [["bookings", "add", "--guest", "Ada", "--reference", "B-1", *STAY]]
    told, _ = run_many(desk, [*begin, *BAD, *FINE])
    for arguments, ran in zip([*begin, *BAD, *FINE], told, strict=True):
        assert isinstance(ran.status, int), (arguments, ran)
        assert "Traceback" not in ran.err, (arguments, ran)
        expected = {1, 2} if arguments in BAD else {0, 1}
        assert ran.status in expected, (arguments, ran)
        assert ran.err or ran.out, (arguments, ran)
    shown = next(
        ran.out for arguments, ran in zip([*begin, *BAD, *FINE], told, strict=True) if arguments == ["bookings", "list"]
    )
    assert r"\[/x] [red]" in shown
    assert ":cat:" in shown


@pytest.mark.parametrize(
    "extra",
    [
        {"RENTEASE_DATABASE_URL": "nonsense"},
        {"RENTEASE_DATABASE_URL": "sqlite://"},
        {"RENTEASE_DATABASE_URL": "mysql://root:hunter2@db/x"},
        {"RENTEASE_DATABASE_URL": "postgresql://desk:hunter2@127.0.0.1:1/x"},
        {"RENTEASE_DATABASE_URL": "postgresql://desk:hunter2@127.0.0.1:99999999/x"},
        {"RENTEASE_DATABASE_URL": "postgresql://desk:hunter2@[/x"},
        {"RENTEASE_DATABASE_URL": "sqlite:////dev/null/x.sqlite3"},
        {"RENTEASE_DATABASE_URL": "sqlite:////dev/null"},
        {"RENTEASE_DATA_DIR": "/dev/null"},
        {"RENTEASE_DATA_DIR": "~nobody-of-this-name/x"},
        {"RENTEASE_DATA_DIR": "x" * 300},
        {"STRIPE_API_BASE": "http://[", "STRIPE_API_KEY": "rk_test_1"},
        {"STRIPE_API_BASE": "", "STRIPE_API_KEY": ""},
        {"STRIPE_API_KEY": "\u00e4"},
    ],
    ids=str,
)
def test_no_environment_ends_in_a_traceback(cli: Commands, extra: dict[str, str]) -> None:
    cli.extra |= extra
    told, _ = run_many(cli, [["sync", "--from", "2026-11-01", "--to", "2026-11-02"], ["db", "current"], ["doctor"]])
    assert told[0].status == 1
    assert all("Traceback" not in one.err and "hunter2" not in one.out + one.err for one in told)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_of_the_world_reach_every_terminal(cli: Commands, encoding: str) -> None:
    cli.extra["PYTHONIOENCODING"] = encoding
    cli.extra["LC_ALL"] = "C"
    added, listed, read, unknown = run_in_turn(
        cli,
        ["bookings", "add", "--guest", "Łukasz Ünal 🏨", "--reference", "Ł-1", *STAY],
        ["bookings", "list", "--json"],
        ["bookings", "list"],
        ["bookings", "show", "Ø-9", "--json"],
    )
    assert [one.status for one in (added, listed, read, unknown)] == [0, 0, 0, 1]
    assert not any("Traceback" in one.err for one in (added, listed, read, unknown))
    assert listed.json[0]["guest"] == "Łukasz Ünal 🏨"
    assert "2026-11-01" in read.out
    assert unknown.json["error"]["code"] == "booking.not_found"


def test_a_pipe_that_is_closed_early_is_no_error(cli: Commands) -> None:
    run_many(cli, [["bookings", "add", "--guest", f"Guest {number}", *STAY] for number in range(30)])
    script = " ".join(f'"{part}"' for part in (*COMMAND, "bookings", "list", "--json")) + " | head -1"
    done = subprocess.run(
        ["sh", "-c", script], cwd=cli.home, env=cli.environ, capture_output=True, timeout=60, check=False
    )
    assert done.stdout.strip() == b"["
    assert b"Traceback" not in done.stderr


def test_the_work_moves_to_another_database(cli: Commands, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    told, _ = run_many(
        cli,
        [
            ["bookings", "add", "--guest", "Ada", "--reference", "B-1", *STAY],
            ["db", "move", new, "--yes", "--json"],
            ["db", "show", "--json"],
            ["bookings", "list", "--json"],
            ["db", "move", new, "--yes"],
        ],
    )
    moved = json.loads(told[1].out)
    assert (moved["rows"]["bookings"], moved["chosen"]) == (1, True)
    assert json.loads(told[2].out)["address"] == new
    assert [one["reference"] for one in json.loads(told[3].out)] == ["B-1"]
    assert "not empty" in told[4].err


def test_the_roles_of_a_server_are_printed_as_sql(cli: Commands, postgresql_maker: PostgresqlMaker) -> None:
    refused = cli.run("db", "roles", status=1)
    assert "Roles are for PostgreSQL" in refused.err
    cli.extra["RENTEASE_DATABASE_URL"] = postgresql_maker.copy()
    printed = cli.run("db", "roles", "--desk", "reception").out
    assert "GRANT SELECT, INSERT ON journal TO reception;" in printed
    with psycopg.connect(as_admin(postgresql_maker.copy()).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(printed.encode())


def test_a_database_of_a_newer_program_is_left_alone(cli: Commands, postgresql_maker: PostgresqlMaker) -> None:
    address = postgresql_maker.copy()
    cli.extra["RENTEASE_DATABASE_URL"] = address
    with psycopg.connect(as_admin(address).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE rentease_desk_version SET version_num = '9999'")
    told, _ = run_many(cli, [["sync"], ["db", "upgrade", "--yes"], ["bookings", "list"]])
    assert [one.status for one in told] == [1, 1, 1]
    assert all("Update the program on this computer. Nothing was changed." in one.err for one in told)


@pytest.mark.long
def test_stripe_and_the_database_are_away(cli: Commands) -> None:
    """Both are told after some tries, and the doctor does not ask for each list once more."""
    cli.extra |= {"STRIPE_API_KEY": "rk_test_1", "STRIPE_API_BASE": "http://127.0.0.1:1/x"}
    (synced, looked), _ = run_many(cli, [["sync"], ["doctor", "--json"]])
    assert (synced.status, looked.status) == (1, 1)
    assert "Stripe cannot be reached. There is no answer from 127.0.0.1." in synced.err
    assert [one["name"] for one in looked.json][-1] == "stripe account"
    cli.extra["RENTEASE_DATABASE_URL"] = "postgresql://desk:hunter2@127.0.0.1:1/desk"
    (away,), _ = run_many(cli, [["bookings", "list"]])
    assert "The database cannot be reached" in away.err
    assert "hunter2" not in away.err
