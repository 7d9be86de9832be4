"""Charges on the command line."""

from __future__ import annotations

from tests.tools.commands import Commands


def test_a_charge_is_added_listed_and_taken_back(cli: Commands) -> None:
    cli.run("settings", "set", "city_tax", "2.50")
    cli.run("settings", "set", "extras_tax", "22")
    cli.run("bookings", "add", "--reference", "LN-1", "--guest", "Ada", "--arrival", "2026-11-01",
            "--departure", "2026-11-05", "--adults", "2", "--total", "400")  # fmt: skip
    made = cli.json("charges", "add", "--booking", "LN-1", "--text", "Breakfast", "--quantity", "2", "--unit", "14.00")
    assert (made["amount"], made["tax_rate_ppm"], made["tax"]) == (2_800, 220_000, 505)
    tax = cli.json("charges", "add", "--booking", "ln-1", "--kind", "city_tax")
    assert (tax["amount"], tax["quantity"], tax["service_to"]) == (2_000, 8, "2026-11-05")
    refused = cli.run("charges", "add", "--booking", "LN-1", "--kind", "discount", "--unit", "5", "--json", status=1)
    assert refused.json["error"]["code"] == "charge.reason_missing"
    back = cli.json("charges", "reverse", made["id"], "--reason", "wrong room")
    assert (back["amount"], back["reverses"]) == (-2_800, True)
    assert cli.run("charges", "reverse", made["id"], "--reason", "again", "--json", status=1).json["error"]["code"] == (
        "charge.reversed"
    )
    listed = cli.json("charges", "list", "LN-1")
    assert [one["amount"] for one in listed] == [40_000, 2_800, 2_000, -2_800]
    assert "wrong room" not in cli.run("charges", "list", "LN-1").out
    assert cli.json("bookings", "show", "LN-1")["balance"] == 42_000
