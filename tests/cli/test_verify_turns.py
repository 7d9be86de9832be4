"""What ``verify-stripe`` tells when not every account could be compared."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer

from rentease_desk.cli.output import Output
from rentease_desk.cli.verify import _each, _end, _Found, _StoppedError
from rentease_desk.domain.errors import ConflictError, KeychainError
from rentease_desk.domain.stripe_accounts import AccountState, StripeAccount
from rentease_desk.domain.stripe_objects import Identity

ACCOUNTS = [
    StripeAccount(name, Identity(f"acct_{name}", False), name, False, AccountState.IN_USE)
    for name in ("Hotel", "Spa", "Bar")
]


def _told(capsys: pytest.CaptureFixture[str], **outcomes: Exception) -> tuple[list[str], list[str], str]:
    """The accounts that were compared, the codes of what went wrong, and what people read of it. The status is 1."""

    def compare(account: StripeAccount | None) -> _Found:
        assert account is not None
        if account.name in outcomes:
            raise outcomes[account.name]
        return _Found({"name": account.name}, agrees=True)

    with pytest.raises(typer.Exit) as ended:
        _end(Output(as_json=True), _each(ACCOUNTS, compare))
    assert ended.value.exit_code == 1
    printed = capsys.readouterr()
    found: dict[str, Any] = json.loads(printed.out) if printed.out else {"accounts": []}
    error = found.get("error")
    codes = [] if error is None else [one["code"] for one in (error, *error.get("beside", ()))]
    return [one["name"] for one in found["accounts"]], codes, printed.err


def test_what_ends_it_is_told_beside_what_failed_and_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Another desk begins a sync while the last of three is compared."""
    silent = KeychainError("keychain.locked", reason="no")
    busy = ConflictError("sync.running", holder="Bar", since="13:00")
    compared, codes, said = _told(capsys, Hotel=silent, Bar=busy)
    assert (compared, codes) == (["Spa"], ["keychain.locked", "sync.running"])
    assert said.startswith("Hotel: ")
    assert _told(capsys, Spa=busy)[:2] == (["Hotel"], ["sync.running"])


def test_who_stops_it_hears_what_was_found_before(capsys: pytest.CaptureFixture[str]) -> None:
    compared, codes, said = _told(capsys, Spa=_StoppedError())
    assert (compared, codes) == (["Hotel"], [])
    assert "Not every account was compared" in said
    compared, codes, said = _told(capsys, Hotel=_StoppedError())
    assert (compared, codes) == ([], [])
    assert "Nothing was compared" in said
