"""``backup``: made, listed, verified and put back by commands."""

from __future__ import annotations

from tests.tools.commands import Commands


def test_a_backup_is_made_verified_and_put_back(cli: Commands) -> None:
    made = cli.json("backup", "now")
    assert [one["name"] for one in cli.json("backup", "list")] == [made["name"]]
    held = cli.json("backup", "verify", made["name"])
    assert held["whole"]
    cli.run("settings", "set", "name", "Hotel Lanterna")
    asked = cli.run("backup", "restore", made["name"], typed="n\n", status=None)
    assert asked.status == 1
    assert "0 payments" in asked.err
    done = cli.json("backup", "restore", made["name"], "--yes")
    assert done["kept"].endswith("before-restore.sqlite3")
    assert "Hotel Lanterna" not in cli.run("settings", "show").out
    assert cli.json("backup", "restore", done["kept"], "--yes")["journal"] != held["journal"]
    assert "Hotel Lanterna" in cli.run("settings", "show").out
    assert cli.json("journal", "verify")["fits"]


def test_what_is_no_backup_is_refused(cli: Commands) -> None:
    ran = cli.run("backup", "restore", "yesterday", "--yes", status=1)
    assert "There is no such backup" in ran.err
    text = cli.home / "letter.txt"
    text.write_text("Dear guest" * 400)
    assert cli.run("backup", "verify", str(text), status=1).err.startswith("The database file is damaged")
    assert "Use “rentease-desk backup now”" in cli.run("backup", "pg-dump", "x.dump", status=1).err


def test_a_second_folder_is_chosen(cli: Commands) -> None:
    folder = cli.home / "stick"
    folder.mkdir()
    assert cli.json("backup", "second", str(folder))["folder"] == str(folder)
    made = cli.json("backup", "now")
    assert made["second"].startswith(str(folder))
    assert "also in" in cli.run("doctor", status=None).out
    assert cli.json("backup", "second", "--off")["folder"] is None
