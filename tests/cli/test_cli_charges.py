"""Charges, and payments over several bookings, on the command line."""

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
    assert refused.json["error"]["code"] == "folio.reason_missing"
    back = cli.json("charges", "reverse", made["id"], "--reason", "wrong room")
    assert (back["amount"], back["reverses"]) == (-2_800, True)
    assert cli.run("charges", "reverse", made["id"], "--reason", "again", "--json", status=1).json["error"]["code"] == (
        "folio.reversed"
    )
    listed = cli.json("charges", "list", "LN-1")
    assert [one["amount"] for one in listed] == [40_000, 2_800, 2_000, -2_800]
    assert "wrong room" not in cli.run("charges", "list", "LN-1").out
    assert cli.json("bookings", "show", "LN-1")["balance"] == 42_000


def test_a_payment_is_split_moved_and_put_back(cli: Commands) -> None:
    for number in (1, 2):
        cli.run("bookings", "add", "--reference", f"LN-{number}", "--guest", f"Guest {number}", "--arrival",
                "2026-11-01", "--departure", "2026-11-05", "--total", "100")  # fmt: skip
    taken = cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "100.00")["id"]

    def parts(*command: str) -> dict[str, int]:
        return {one["booking_reference"]: one["left"] for one in cli.json("payments", *command)}

    assert parts("split", taken, "LN-1=40.00", "LN-2=60.00", "--reason", "two rooms") == {"LN-1": 4_000, "LN-2": 6_000}
    assert [cli.json("bookings", "show", f"LN-{one}")["balance"] for one in (1, 2)] == [6_000, 4_000]
    assert "Moved from LN-1" in cli.run("bookings", "show", "LN-2").out
    assert parts("move", taken, "LN-1", "--from", "LN-2")["LN-1"] == 10_000
    assert parts("put-back", taken) == {"LN-1": 4_000, "LN-2": 6_000}
    assert parts("parts", taken) == {"LN-1": 4_000, "LN-2": 6_000}
    wrong = cli.run("payments", "split", taken, "LN-1=40.00", "LN-2=61.00", "--json", status=1)
    assert wrong.json["error"]["code"] == "parts.sum"
    back = ("refunds", "add", "--payment", taken, "--amount", "10.00", "--reason", "noise")
    assert cli.run(*back, "--json", status=1).json["error"]["code"] == "refund.which"
    assert cli.json(*back, "--booking", "LN-2")["amount"] == 1_000
    assert parts("parts", taken) == {"LN-1": 4_000, "LN-2": 5_000}
    (listed,) = cli.json("payments", "list")
    assert (listed["amount"], listed["booking_reference"]) == (10_000, "LN-1")
    shares = [{"booking_reference": "LN-1", "amount": 4_000}, {"booking_reference": "LN-2", "amount": 6_000}]
    assert listed["parts"] == shares
    assert "LN-1 + LN-2" in cli.run("payments", "list").out
