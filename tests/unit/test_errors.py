"""Every known error has its sentences, and every code that is raised is known."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from rentease_desk.domain.errors import InputError, KnownError, StripeError
from rentease_desk.domain.messages import MESSAGES

PACKAGE = Path(__file__).parents[2] / "rentease_desk"
_FAMILIES = "|".join(sorted({code.partition(".")[0] for code in MESSAGES}))
_OTHERS = {
    "booking.com", "stripe.com", "stripe.jsonl", "customer.created", "customer.updated",
    "refund.created", "refund.failed", "refund.updated",
}  # fmt: skip
"""What looks like a code: names of hosts, files, and Stripe's events."""
CODE = re.compile(rf'"((?:{_FAMILIES})\.[a-z_]+)"')


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = InputError("amount.too_many_decimals", field="amount", currency="JPY", places=0)
    assert str(error) == "Too many decimals. JPY has 0 decimals. Leave out the digits after them."
    assert error.field == "amount"


def test_what_others_met_with_is_told_with_it() -> None:
    error, other = StripeError("stripe.no_key"), StripeError("stripe.account_no_key", name="Spa", account="acct_2")
    error.whose, error.beside = "Hotel", (other,)
    own, beside = str(error).split("\n")
    assert own == str(error.explain())
    assert own.startswith("Hotel: No Stripe key.")
    assert beside == str(other)


def test_an_unknown_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        KnownError("nothing.of_the_kind")


def test_every_code_in_the_program_has_a_message_and_every_message_a_use() -> None:
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "messages":
            used |= set(CODE.findall(path.read_text(encoding="utf-8"))) - _OTHERS
    assert used - set(MESSAGES) == set()
    assert set(MESSAGES) - used == set()


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_messages_are_sentences(code: str) -> None:
    message = MESSAGES[code]
    assert message.title
    assert not message.title.endswith(".")
    for part in message:
        assert part == part.strip()
        for _, name, _, _ in string.Formatter().parse(part):
            assert name is None or name.isidentifier()
    if message.remedy:
        assert message.remedy.endswith((".", "”", ")", "}")) or "rentease-desk" in message.remedy
