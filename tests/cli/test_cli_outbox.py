"""What waits at a desk whose database was away, on the command line."""

from __future__ import annotations

from rentease_desk.config import Config
from rentease_desk.domain.outbox import KeepDraft
from rentease_desk.domain.settings import Property
from rentease_desk.wiring import open_outbox
from tests.tools.commands import Commands
from tests.tools.databases import PostgresqlMaker
from tests.tools.outbox import euro
from tests.tools.proxy import proxy_to


def test_what_waits_is_listed_without_the_database_and_delivered_with_it(
    unopened: Commands, postgresql_maker: PostgresqlMaker
) -> None:
    cli, address = unopened, postgresql_maker.copy()
    with proxy_to(address) as proxy:
        cli.extra["RENTEASE_DATABASE_URL"] = proxy.address(address)
        cli.run("bookings", "add", "--guest", "Ana", "--arrival", "2026-11-05", "--departure", "2026-11-07",
                "--reference", "LN-1")  # fmt: skip
        at = proxy.address(address)
        outbox = open_outbox(Config(cli.folder / "data", at, "elena", "Desk 1"), at)
        proxy.away()
        for uid, reference in (("one", "LN-1"), ("two", "LN-2"), ("three", "LN-3")):
            outbox.keep(KeepDraft(uid, euro(1_250), reference=reference), Property())
        first, _, _ = cli.json("outbox", "list")
        assert (first["slip"], first["amount"], first["state"], first["sent"]) == ("P-0001", 1_250, "waiting", False)
        assert "PROVISIONAL" in cli.run("outbox", "slip", "P-0001").out
        assert "cannot be reached" in cli.run("outbox", "deliver", status=1).err
        assert "12.50" in cli.run("outbox", "list").out
        proxy.restore()
        ran = cli.run("outbox", "deliver", status=1)
        assert "1 delivered, 2 still waiting." in ran.out
        assert "P-0002: No booking has this reference." in ran.err
        cli.run("outbox", "choose", "P-0002", "LN-1")
        cli.run("outbox", "undo", "P-0003", "--reason", "given back")
        told = cli.json("outbox", "deliver")
        assert (told["delivered"], told["refused"]) == (["two"], [])
        assert [one["state"] for one in cli.json("outbox", "list", "--all")] == ["delivered", "delivered", "undone"]
        assert cli.json("outbox", "list") == []


def test_a_property_in_a_file_has_nothing_waiting(cli: Commands) -> None:
    assert cli.json("outbox", "list") == []
    assert "0 delivered" in cli.run("outbox", "deliver").out
    assert "Nothing waits on this property" in cli.run("outbox", "slip", "P-0001", status=1).err
