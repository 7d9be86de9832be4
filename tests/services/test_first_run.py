"""The first run: each answer is checked, nothing is made before the end, and no secret is in what is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from rentease_desk.config import Config, from_environment
from rentease_desk.domain.errors import DatabaseError, InputError, StripeError
from rentease_desk.domain.first_run import DatabaseState, Estimate, FirstRunDraft, Secrets, estimated, first_range
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Method, MethodKind
from rentease_desk.domain.permissions import Role
from rentease_desk.domain.staff import Pin, StaffDraft
from rentease_desk.keychain import Keychain
from rentease_desk.services.bundle import Services
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.services.first_run import FirstRunService
from rentease_desk.services.staff import StaffService
from rentease_desk.wiring import build, first_run
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.clocks import SetClock
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.rings import BROKEN, MemoryRing, broken_ring, used_ring

PASSWORD = "Wintergarten-7"
MANAGER = StaffDraft("uid-mara", "Mara", Role.MANAGER, Pin("4711"))
FRONT = StaffDraft("uid-elena", "Elena", Role.FRONT_DESK, Pin("2580"))
SETTINGS = {"name": "Pensione Aurora", "zone": "Europe/Rome", "currency": "EUR", "language": "it_IT",
            "day_roll": "03:00", "cash_rounding": "off"}  # fmt: skip


@pytest.fixture
def ring() -> Iterator[MemoryRing]:
    made = MemoryRing()
    with used_ring(made):
        yield made


@pytest.fixture
def config(tmp_path: Path, account: Account) -> Config:
    return from_environment({"RENTEASE_DATA_DIR": str(tmp_path / "data"), "STRIPE_API_BASE": account.url})


@pytest.fixture
def tables(config: Config, sqlite_maker: SqliteMaker) -> None:
    """The file on this computer has its tables already, and nothing in them: to make them takes a second."""
    config.data_dir.mkdir()
    sqlite_maker.copy(config.own_database)


def service(config: Config, clock: SetClock, seconds: float = 5.0) -> FirstRunService:
    return first_run(config, DatabaseAccess(config, Keychain(seconds)), clock)


def files(config: Config) -> list[str]:
    return sorted(one.name for one in config.data_dir.rglob("*") if one.is_file())


def test_nothing_is_made_by_looking_asking_and_leaving(
    config: Config, clock: SetClock, account: Account, cancel: threading.Event
) -> None:
    assert config.needs_first_run
    asked = service(config, clock)
    assert asked.draft().step == 0
    assert asked.check_settings(SETTINGS) == SETTINGS
    assert asked.look_at_database("", None).state is DatabaseState.NEW
    assert asked.test_key(account.key, cancel).lacking() == ()
    assert files(config) == []
    asked.keep(FirstRunDraft(step=3, settings=SETTINGS, days=30))
    assert service(config, clock).draft() == FirstRunDraft(step=3, settings=SETTINGS, days=30)
    assert files(config) == ["first-run.json"]
    assert config.needs_first_run
    asked.forget()
    asked.forget()
    assert files(config) == []


def test_all_of_it_is_written_at_the_end(config: Config, clock: SetClock, account: Account, ring: MemoryRing) -> None:
    methods = (Method("cash", "Cash", MethodKind.CASH), Method("twint", "Twint", MethodKind.OTHER))
    draft = FirstRunDraft(step=6, settings=SETTINGS, methods=methods)
    secrets = Secrets(key=account.key, staff=(MANAGER, FRONT))
    assert account.key not in repr(secrets)
    finished = service(config, clock).finish(draft, secrets)
    assert finished.notes == ()
    assert list(ring.kept.values()) == [account.key]
    _close(finished.services)
    assert not config.needs_first_run
    assert "first-run.json" not in files(config)
    again = build(config, clock=clock)
    saved = again.settings.get()
    assert (saved.name, saved.zone, saved.day_roll_minutes, saved.methods) == (
        "Pensione Aurora", "Europe/Rome", 180, methods,
    )  # fmt: skip
    assert [one.name for one in again.staff.read().people] == ["Elena", "Mara"]
    _close(again)


@pytest.mark.usefixtures("tables")
def test_a_connected_account_is_written_down_with_the_key_of_its_platform(
    config: Config, clock: SetClock, account: Account, accounts: Accounts, ring: MemoryRing, cancel: threading.Event
) -> None:
    spa = accounts.open(platform=account.name)
    account.do("pay", amount=10_000)
    spa.do("pay", amount=4_000)
    asked = service(config, clock)
    report = asked.test_key(account.key, cancel, spa.id)
    assert report.identity is not None
    assert (report.identity.account, report.lacking()) == (spa.id, ())
    with pytest.raises(InputError, match="not a connected account"):
        asked.test_key(account.key, cancel, "4711")
    with pytest.raises(StripeError) as caught:
        asked.test_key(account.key, cancel, "acct_1Stranger")
    assert caught.value.code == "stripe.not_connected"
    assert asked.estimate(account.key, SETTINGS, 30, cancel, spa.id) == Estimate(1, exact=True)
    finished = asked.finish(FirstRunDraft(settings=SETTINGS, connected=spa.id), Secrets(key=account.key))
    services = finished.services
    (one,) = services.accounts.all()
    assert (one.identity.account, one.connected, one.is_first, finished.notes) == (spa.id, True, True, ())
    assert [name for _, name in ring.kept] == ["stripe-key"]
    assert services.key.test(None, cancel).identity == one.identity
    days = first_range(services.settings.get().days.calendar_date(clock.now()), 30)
    assert services.sync.sync(days, cancel).summary.new == 1
    (paid,) = services.payments.by_keys(services.payments.keys(PaymentQuery()))
    assert (paid.stripe_account, paid.amount) == (spa.id, 4_000)
    _close(services)


def _close(services: Services) -> None:
    services.close()


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("kind", BROKEN)
def test_without_a_keyring_it_works_for_this_session_and_says_so(
    config: Config, clock: SetClock, account: Account, kind: str
) -> None:
    with broken_ring(kind) as code:
        finished = service(config, clock, seconds=0.05).finish(
            FirstRunDraft(settings=SETTINGS), Secrets(key=account.key)
        )
        assert [one.code for one in finished.notes] == [code]
        assert finished.services.key.current() == account.key
        _close(finished.services)


@pytest.mark.usefixtures("tables")
def test_a_failure_at_the_end_is_tried_again_and_goes_on(
    config: Config, clock: SetClock, account: Account, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, draft = service(config, clock), FirstRunDraft(settings=SETTINGS)
    with monkeypatch.context() as broken:
        broken.setattr(StaffService, "add", _full)
        with pytest.raises(DatabaseError):
            asked.finish(draft, Secrets(staff=(MANAGER,)))
    assert config.needs_first_run
    finished = service(config, clock).finish(service(config, clock).draft(), Secrets(staff=(MANAGER,)))
    assert finished.services.settings.get().name == "Pensione Aurora"
    assert [one.name for one in finished.services.staff.read().people] == ["Mara"]
    _close(finished.services)


def _full(*_: object) -> None:
    raise DatabaseError("database.full", path="the data folder")


def test_a_second_desk_joins_and_changes_nothing(
    config: Config, clock: SetClock, ring: MemoryRing, postgresql_maker: PostgresqlMaker, tmp_path: Path
) -> None:
    address = postgresql_maker.copy()
    asking = postgresql_maker.with_password(address, PASSWORD)
    first = service(config, clock).finish(
        FirstRunDraft(settings=SETTINGS, address=asking), Secrets(password=PASSWORD, staff=(MANAGER,))
    )
    _close(first.services)
    assert PASSWORD not in config.place_file.read_text()
    assert list(ring.kept.values()) == [PASSWORD]
    other = from_environment({"RENTEASE_DATA_DIR": str(tmp_path / "second")})
    asked = service(other, clock)
    found = asked.look_at_database(asking, PASSWORD)
    assert (found.state, found.name) == (DatabaseState.OURS, "Pensione Aurora")
    with pytest.raises(DatabaseError):
        asked.look_at_database(asking, "wrong")
    joined = asked.finish(
        FirstRunDraft(settings=SETTINGS | {"name": "Mine"}, address=asking), Secrets(password=PASSWORD, session=True)
    )
    assert joined.services.settings.get().name == "Pensione Aurora"
    assert PASSWORD not in joined.services.desk.db.place
    _close(joined.services)
    postgresql_maker.drop(address)


def test_what_cannot_be_taken_is_named(config: Config, clock: SetClock, cancel: threading.Event) -> None:
    asked = service(config, clock)
    with pytest.raises(InputError) as caught:
        asked.check_settings(SETTINGS | {"name": " "})
    assert caught.value.field == "name"
    for draft, field in ((replace(MANAGER, pin=Pin("1234")), "pin"), (replace(MANAGER, name="mara"), "name")):
        with pytest.raises(InputError) as caught:
            asked.check_staff(draft, (MANAGER,))
        assert caught.value.field == field
    with pytest.raises(InputError):
        asked.check_methods(())
    with pytest.raises(StripeError):
        asked.test_key(None, cancel)
    with pytest.raises(DatabaseError):
        asked.look_at_database("mysql://db/x", None)


def test_a_damaged_draft_begins_afresh(config: Config, clock: SetClock) -> None:
    config.data_dir.mkdir()
    for content in ("", "[]", '{"step": "three"}'):
        config.first_run_file.write_text(content)
        assert service(config, clock).draft().step == 0


def test_the_first_import_is_estimated(
    config: Config, clock: SetClock, account: Account, cancel: threading.Event
) -> None:
    asked = service(config, clock)
    assert asked.estimate(account.key, SETTINGS, 30, cancel) == Estimate(0, exact=True)
    for _ in range(3):
        account.do("pay")
    assert asked.estimate(account.key, SETTINGS, 30, cancel) == Estimate(3, exact=True)


def test_what_is_behind_the_first_page_is_taken_to_be_as_dense() -> None:
    assert estimated(100, 90 * DAY, 0, 100 * DAY) == Estimate(1000, exact=False)
    assert estimated(100, 100 * DAY, 0, 100 * DAY).payments > 1000
    assert estimated(40, None, 0, 100 * DAY) == Estimate(40, exact=True)
    told = Estimate(1000, exact=False)
    assert (told.requests, told.minutes) == (42, 1)


@pytest.fixture
def cancel() -> threading.Event:
    return threading.Event()
