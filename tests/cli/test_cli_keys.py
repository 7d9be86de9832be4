"""The key: kept in the keyring, or told why not; never an argument, never shown, never sent to a stranger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.accounts import Account, Accounts
from tests.tools.commands import Commands, run_many
from tests.tools.stubs import Answer, stub

KEY = "rk_test_51NabcdefghijklWXYZ"
RING = """
import json, pathlib
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5
    path = pathlib.Path(__file__).with_name("ring.json")

    def _all(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, name):
        return self._all().get(f"{service}/{name}")

    def set_password(self, service, name, password):
        self.path.write_text(json.dumps(self._all() | {f"{service}/{name}": password}))

    def delete_password(self, service, name):
        self.path.write_text(json.dumps({key: one for key, one in self._all().items() if key != f"{service}/{name}"}))
"""


@pytest.fixture
def ring(cli: Commands) -> Path:
    """A keyring in a file; returns the file. Its module lies where commands run, and Python looks there first."""
    (cli.home / "file_ring.py").write_text(RING)
    cli.extra["PYTHON_KEYRING_BACKEND"] = "file_ring.Keyring"
    return cli.home / "ring.json"


def test_a_key_is_kept_used_and_forgotten(cli: Commands, ring: Path, account: Account) -> None:
    cli.extra["STRIPE_API_BASE"] = account.url
    account.do("pay")
    key = account.restricted(
        "rak_payment_intent_read",
        "rak_charge_read",
        "rak_customer_read",
        "rak_balance_transaction_source_read",
        "rak_event_read",
    )
    said = cli.run("key", "set", "--json", typed=f"  {key} \n")
    assert said.json["source"] == "keyring"
    assert said.json["restricted"] is True
    assert key in ring.read_text()
    told = cli.run("sync", "--json", "--from", "2026-11-01", "--to", "2026-11-30")
    assert told.json["new"] == 1
    later = [["key", "show"], ["doctor"], ["key", "remove"], ["key", "show", "--json"], ["sync", "--no-wait"]]
    shown, _ = run_many(cli, later)
    assert [one.status for one in shown] == [0, 0, 0, 0, 0]
    assert shown[3].json["key"] is None
    assert "No Stripe key" in shown[4].err
    assert "waiting" in shown[4].out
    assert key not in ring.read_text()
    texts = [said.out, said.err, told.out, told.err, *(one.out + one.err for one in shown)]
    texts += [one.read_text(encoding="utf-8") for one in (cli.folder / "data").rglob("*.log")]
    assert all(key not in text for text in texts)


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        ("keyring.backends.fail.Keyring", "There is no keyring."),
        ("keyring.backends.null.Keyring", "what was kept did not come back"),
    ],
)
def test_without_a_keyring_it_says_what_to_do(cli: Commands, backend: str, sentence: str) -> None:
    cli.extra["PYTHON_KEYRING_BACKEND"] = backend
    ran = cli.run("key", "set", typed=KEY, status=1)
    assert sentence in ran.err
    assert "STRIPE_API_KEY" in ran.err
    assert KEY not in ran.out + ran.err


def test_a_key_is_never_an_argument(cli: Commands) -> None:
    for arguments in (("key", "set", KEY), ("key", "set", "--key", KEY), ("sync", "--key", KEY)):
        ran = cli.run(*arguments, status=2)
        assert "Usage:" in ran.err
    assert "KEY" not in cli.run("key", "set", "--help").out


@pytest.mark.parametrize("typed", ["", "\n", "pk_live_51Nabc", "hello", "rk_live_…4242", "\x00", "rk_test_51N\x00abc"])
def test_what_is_no_key_is_refused_and_not_repeated(cli: Commands, ring: Path, typed: str) -> None:
    told = cli.run("key", "set", typed=typed, status=1)
    assert "key" in told.err
    assert not typed.strip() or typed.strip() not in told.err
    assert not ring.exists()


def test_a_live_key_is_not_sent_to_a_stranger(cli: Commands) -> None:
    with stub(Answer({})) as server:
        cli.extra |= {
            "STRIPE_API_KEY": KEY.replace("test", "live"),
            "HTTPS_PROXY": server.url,
            "HTTP_PROXY": server.url,
        }
        for base, sentence in (
            ("https://pay.example", "is not Stripe"),
            ("http://pay.example", "not reached by https"),
            ("https://evil.example\\.stripe.com", "not reached by https"),
        ):
            cli.extra["STRIPE_API_BASE"] = base
            (synced, looked), _ = run_many(cli, [["sync"], ["doctor"]])
            assert (synced.status, looked.status) == (1, 1)
            assert sentence in synced.err
            assert sentence in looked.out.replace("\n", " ")
            assert KEY[8:] not in synced.err + looked.out
        assert server.asked == []


def test_a_database_is_chosen_without_its_password(cli: Commands, ring: Path) -> None:
    refused = cli.run("db", "use", "postgresql://desk:hunter2@db.example/desk", status=1)
    assert "Leave it out" in refused.err
    assert "hunter2" not in refused.out + refused.err
    chosen = cli.json("db", "use", "sqlite:///elsewhere.sqlite3")
    assert chosen == {"place": "elsewhere.sqlite3", "address": "sqlite:///elsewhere.sqlite3"}
    assert cli.json("db", "current")["current"] is None
    cli.run("db", "password", "hunter2", status=2)
    assert "hunter2" in cli.run("db", "password", typed="hunter2\n").out + ring.read_text()
    cli.run("db", "forget-password")
    assert "hunter2" not in ring.read_text()


def test_settings_go_from_desk_to_desk_without_secrets(cli: Commands, ring: Path) -> None:
    cli.run("key", "set", typed=KEY)
    cli.run("settings", "set", "name", "Pensione Aurora")
    cli.run("settings", "export", "--out", "aurora.json")
    written = cli.home / "aurora.json"
    assert KEY not in written.read_text()
    cli.run("settings", "set", "name", "Another")
    dry, taken, again = run_many(
        cli, [["settings", "import", "aurora.json", *more, "--json"] for more in (["--dry-run"], [], [])]
    )[0]
    change = [{"name": "name", "before": "Another", "after": "Pensione Aurora"}]
    assert (dry.json, taken.json, again.json) == (change, change, [])
    assert cli.json("settings", "show")["name"] == "Pensione Aurora"
    written.write_text(written.read_text().replace("Europe/", "Mars/").replace("UTC", "Mars/Olympus"))
    refused = cli.run("settings", "import", "aurora.json", status=1)
    assert "Mars/" in refused.err
    assert "cannot be read" in cli.run("settings", "import", "nowhere.json", status=1).err


def test_two_accounts_each_with_a_key_of_its_own(
    cli: Commands, ring: Path, account: Account, accounts: Accounts
) -> None:
    """The second is a connected account, which the platform's key reaches at the same address."""
    spa = accounts.open(platform=account.name)
    cli.extra["STRIPE_API_BASE"] = account.url
    account.do("pay", amount=10_000)
    spa.do("pay", amount=4_000)
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    cli.run("key", "set", typed=f"{account.key}\n")
    cli.run("sync", *days)
    added = cli.run("accounts", "add", "Spa", "--connected", spa.id, "--json", typed=f"{account.key}\n")
    assert added.json == [
        {"account": spa.id, "name": "Spa", "live": False, "connected": True, "state": "in_use"}
    ]  # fmt: skip
    assert sorted(json.loads(ring.read_text())) == [
        "Rentease Desk/stripe-key", f"Rentease Desk/stripe-key {spa.id}",
    ]  # fmt: skip
    assert cli.json("sync", *days)["new"] == 1
    compared = cli.json("verify-stripe", *days)["accounts"]
    assert [(one["account"], one["agrees"]) for one in compared] == [(account.id, True), (spa.id, True)]
    listed = [
        ["accounts", "rename", account.id, "Hotel"], ["accounts", "default", "spa"], ["accounts", "list"],
        ["key", "list", "--json"], ["doctor", "--json"], ["doctor"], ["key", "remove", "--account", "Spa"],
        ["sync", *days], ["sync", "--account", "Hotel", *days], ["accounts", "remove", "Spa"], ["accounts", "list"],
        ["sync", "--account", "Spa", *days], ["key", "show", "--account", "Bar"],
        ["payments", "list"], ["unmatched", "list"], ["events", "list"], ["follow-ups", "list"],
    ]  # fmt: skip
    told, _ = run_many(cli, listed)
    _, _, shown, keys, looked, seen, _, lacking, alone, _, after, removed, unknown, paid, lost, *heads = told
    assert "Hotel" in shown.out
    assert "synced, makes new links" in shown.out
    assert [(one["name"], one["source"]) for one in keys.json] == [("Hotel", "keyring"), ("Spa", "keyring")]
    reached = [one["account"] for one in looked.json if (one["name"], one["state"]) == ("stripe account", "ok")]
    assert reached == ["Hotel", "Spa"]
    assert "Spa: stripe account" in seen.out
    assert (lacking.status, alone.status, removed.status, unknown.status) == (1, 0, 1, 1)
    assert "Spa: No key for this Stripe account" in lacking.err
    assert "removed" in after.out
    for listing in (paid, lost):
        assert sorted(line.split()[-1] for line in listing.out.splitlines()) == ["Account", "Hotel", "Spa"]
    assert [one.out.split()[-1] for one in heads] == ["Account", "Account"]
    assert sorted(json.loads(ring.read_text())) == ["Rentease Desk/stripe-key"]
    assert len(cli.json("payments", "list")) == 2


def test_a_further_account_is_not_added_where_its_key_cannot_be_kept(
    cli: Commands, account: Account, accounts: Accounts
) -> None:
    spa = accounts.open(platform=account.name)
    cli.extra |= {"STRIPE_API_BASE": account.url, "STRIPE_API_KEY": account.key}
    cli.run("sync")
    refused = cli.run("accounts", "add", "Spa", "--connected", spa.id, typed=f"{account.key}\n", status=1)
    assert "There is no keyring" in refused.err
    assert len(cli.json("accounts", "list")) == 1


def test_a_further_accounts_key_may_come_from_the_environment(
    cli: Commands, ring: Path, account: Account, accounts: Accounts
) -> None:
    spa = accounts.open(platform=account.name)
    cli.extra |= {"STRIPE_API_BASE": account.url, "STRIPE_API_KEY": account.key}
    cli.run("sync")
    cli.run("accounts", "add", "Spa", "--connected", spa.id, typed=f"{account.key}\n")
    ring.unlink()
    cli.extra[f"STRIPE_API_KEY_{spa.id}"] = account.key
    spa.do("pay", amount=4_000)
    assert cli.json("sync", "--from", "2026-11-01", "--to", "2026-11-30")["new"] == 1
    assert [one["source"] for one in cli.json("key", "list")] == ["environment", "environment"]
    _one_without_a_key_hinders_no_comparison(cli, account, spa)


def _one_without_a_key_hinders_no_comparison(cli: Commands, hotel: Account, spa: Account) -> None:
    """What the other found is told all the same, and why that one was not compared; where both cannot be, each is."""
    del cli.extra["STRIPE_API_KEY"]
    spa.do("pay", amount=500)
    spa.advance(60)
    days = ["--from", "2026-11-01", "--to", "2026-11-30"]
    asked: list[list[str]] = [["--json"], ["--lists", "--json"], []]
    (apart, listed, told), _ = run_many(cli, [["verify-stripe", *days, *more] for more in asked])
    del cli.extra[f"STRIPE_API_KEY_{spa.id}"]
    nobody = cli.run("verify-stripe", "--json", status=1)
    assert [one.status for one in (apart, listed, told)] == [1, 1, 1]
    assert [(one["account"], one["differing"]) for one in apart.json["accounts"]] == [(spa.id, 1)]
    assert [(one["name"], one["agrees"]) for one in listed.json["accounts"]] == [("Spa", True)]
    no_key = f"…{hotel.id[-6:]}: No Stripe key"
    assert [one.json["error"]["title"] for one in (apart, listed)] == [no_key, no_key]
    assert told.out.splitlines()[0].strip() == "Spa"
    assert "Everything agrees" in told.out
    assert told.err.startswith(no_key)
    assert nobody.json["accounts"] == []
    beside = [one["title"] for one in nobody.json["error"]["beside"]]
    assert (nobody.json["error"]["title"], beside) == (no_key, ["Spa: No key for this Stripe account"])
