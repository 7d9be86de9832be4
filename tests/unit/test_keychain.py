"""Keyrings that never answer, raise, are locked, keep nothing, or are not there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

from rentease_desk.domain.errors import KeychainError
from rentease_desk.keychain import MAX_LENGTH, Keychain

SECRET = "rk_live_51NabcdefghijklWXYZ"


class Ring(KeyringBackend):
    """Keeps passwords in memory."""

    priority = 5.0
    name = "a ring of the test"

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def use() -> Iterator[Any]:
    """Sets a backend; the one from before is back after the test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def _failing(error: BaseException) -> Ring:
    class Failing(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            raise error

        def set_password(self, service: str, username: str, password: str) -> None:
            raise error

    return Failing()


def test_a_secret_is_kept_and_forgotten(use: Any) -> None:
    use(Ring())
    keychain = Keychain()
    assert keychain.get("stripe-key") is None
    keychain.set("stripe-key", SECRET)
    assert keychain.get("stripe-key") == SECRET
    keychain.set("stripe-key", "another")
    assert keychain.get("stripe-key") == "another"
    assert keychain.get("other") is None
    keychain.delete("stripe-key")
    keychain.delete("stripe-key")
    assert keychain.get("stripe-key") is None
    assert keychain.describe() == "a ring of the test"


def test_there_is_no_keyring(use: Any) -> None:
    use(NoKeyring())
    for call in _calls(Keychain()):
        with pytest.raises(KeychainError) as caught:
            call()
        assert caught.value.code == "keychain.none"
        assert "set STRIPE_API_KEY" in str(caught.value)
        assert "this session only" in str(caught.value)


def _calls(keychain: Keychain) -> list[Any]:
    return [
        lambda: keychain.get("stripe-key"),
        lambda: keychain.set("stripe-key", SECRET),
        lambda: keychain.delete("stripe-key"),
        keychain.describe,
    ]


def test_a_keyring_that_keeps_nothing_is_found_out(use: Any) -> None:
    use(NullKeyring())
    keychain = Keychain()
    assert keychain.get("stripe-key") is None
    with pytest.raises(KeychainError, match="did not come back"):
        keychain.set("stripe-key", SECRET)
    keychain.delete("stripe-key")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InitError("no D-Bus"), "no D-Bus"),
        (RuntimeError(), "RuntimeError"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (SystemExit(), "SystemExit"),
    ],
)
def test_a_keyring_that_refuses_is_quoted(use: Any, error: BaseException, reason: str) -> None:
    use(_failing(error))
    for call in _calls(Keychain())[:3]:
        with pytest.raises(KeychainError) as caught:
            call()
        assert caught.value.code == "keychain.failed"
        assert reason in str(caught.value)


def test_a_locked_keyring_says_so(use: Any) -> None:
    use(_failing(KeyringLocked("Failed to unlock the collection!")))
    for call in _calls(Keychain())[:3]:
        with pytest.raises(KeychainError, match="Failed to unlock") as caught:
            call()
        assert caught.value.code == "keychain.locked"
        assert "this session only" in str(caught.value)


def test_a_refusal_that_repeats_the_secret_does_not_show_it(use: Any) -> None:
    use(_failing(ValueError(f"cannot store {SECRET}")))
    with pytest.raises(KeychainError) as caught:
        Keychain().set("stripe-key", SECRET)
    assert SECRET not in str(caught.value)


def test_a_keyring_package_that_cannot_be_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def refusing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "keyring":
            raise ImportError("a broken plugin")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(KeychainError, match="a broken plugin"):
        Keychain().get("stripe-key")


def test_a_keyring_that_never_answers_is_not_waited_for(use: Any) -> None:
    """One thread is left behind, not one more for each try; when it answers at last, all is well again."""
    answered = threading.Event()

    class Silent(Ring):
        asked = 0

        def get_password(self, service: str, username: str) -> str | None:
            Silent.asked += 1
            answered.wait(20)
            return "late"

    use(Silent())
    keychain = Keychain(seconds=0.05)
    for _ in range(3):
        with pytest.raises(KeychainError) as caught:
            keychain.get("stripe-key")
        assert caught.value.code == "keychain.silent"
        assert "Unlock it and try again" in str(caught.value)
    assert Silent.asked == 1
    assert [one.name for one in threading.enumerate()].count("keyring") == 1
    answered.set()
    left = keychain._left_behind
    assert left is not None
    left.join(10)
    assert keychain.get("stripe-key") == "late"


def test_what_is_kept_too_late_is_taken_out_again(use: Any) -> None:
    """Its caller was told that nothing was kept, and may have chosen this session only."""
    answered = threading.Event()

    class Late(Ring):
        def set_password(self, service: str, username: str, password: str) -> None:
            answered.wait(20)
            super().set_password(service, username, password)

    ring = Late()
    use(ring)
    keychain = Keychain(seconds=0.05)
    with pytest.raises(KeychainError) as caught:
        keychain.set("stripe-key", SECRET)
    assert caught.value.code == "keychain.silent"
    answered.set()
    left = keychain._left_behind
    assert left is not None
    left.join(10)
    assert ring.kept == {}
    keychain.set("stripe-key", SECRET)
    assert keychain.get("stripe-key") == SECRET


def test_who_waits_for_another_call_waits_no_longer_than_the_limit(use: Any) -> None:
    asked, answered = threading.Event(), threading.Event()

    class Slow(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            asked.set()
            answered.wait(20)
            return None

    use(Slow())
    keychain, told = Keychain(seconds=0.1), []
    first = threading.Thread(target=lambda: told.append(_code_of(lambda: keychain.get("stripe-key"))))
    first.start()
    assert asked.wait(10)
    assert _code_of(lambda: keychain.get("stripe-key")) == "keychain.silent"
    first.join(10)
    answered.set()
    assert told == ["keychain.silent"]


def _code_of(call: Any) -> str | None:
    try:
        call()
    except KeychainError as error:
        return error.code
    return None


def test_what_no_keyring_can_hold_is_refused(use: Any) -> None:
    ring = Ring()
    use(ring)
    Keychain().set("stripe-key", "x" * MAX_LENGTH)
    with pytest.raises(KeychainError, match="1200 characters"):
        Keychain().set("stripe-key", "x" * (MAX_LENGTH + 1))
    assert len(next(iter(ring.kept.values()))) == MAX_LENGTH


def test_threads_take_turns(use: Any) -> None:
    class Counting(Ring):
        inside = 0
        most = 0

        def get_password(self, service: str, username: str) -> str | None:
            Counting.inside += 1
            Counting.most = max(Counting.most, Counting.inside)
            Counting.inside -= 1
            return None

    use(Counting())
    keychain = Keychain()
    threads = [threading.Thread(target=keychain.get, args=("stripe-key",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counting.most == 1
