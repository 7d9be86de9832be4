"""Receipts on the command line."""

from __future__ import annotations

from tests.tools.commands import Commands, run_many


def test_a_receipt_is_issued_shown_and_listed(cli: Commands) -> None:
    cli.run("settings", "set", "tax_lines", "P.IVA IT01234567890")
    cli.run("settings", "set", "receipt_paper", "80mm")
    cli.run("bookings", "add", "--reference", "LN-1", "--guest", "<b>Jürgen</b> Weiß", "--arrival", "2026-11-01",
            "--departure", "2026-11-05", "--total", "100", "--language", "de")  # fmt: skip
    taken = cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "100.00")["id"]
    out = cli.run("receipts", "issue", "--payment", taken).out
    assert "KOPIE" not in out
    assert "keine Rechnung im Sinne des Umsatzsteuerrechts" in out
    (listed,) = cli.json("receipts", "list")
    number = listed["number"]
    assert number in out
    assert (listed["amount"], listed["language"], listed["printed"]) == (10_000, "de", 1)
    html = cli.run("receipts", "show", number, "--format", "html").out
    assert "&lt;b&gt;Jürgen&lt;/b&gt; Weiß" in html
    assert "KOPIE" in html
    assert "max-width: 72mm" in html, "the property's paper"
    assert cli.json("receipts", "show", number)["printed"] == 2, "looked at only"
    back = cli.json("refunds", "add", "--payment", taken, "--amount", "10.00", "--reason", "noise")["id"]
    refund = cli.json("receipts", "issue", "--refund", back)
    assert (refund["kind"], refund["amount"], refund["refund_id"], refund["printed"]) == ("refund", 1_000, back, 0)
    assert number in cli.run("receipts", "list").out
    wrong = [("issue",), ("issue", "--payment", "nobody"), ("show", "2026-9999"), ("issue", "--refund", "nobody")]
    ran, modules = run_many(cli, [("receipts", *one, "--json") for one in wrong])
    codes = [one.json["error"]["code"] for one in ran]
    assert codes == ["receipt.of_what", "payment.not_found", "receipt.not_found", "payment.not_found"]
    assert not any(name.startswith("PySide6") for name in modules)
