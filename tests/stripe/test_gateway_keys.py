"""Where a key may go, and where it never shows."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest
import requests

from rentease_desk.config import Config
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.services.stripe_key import KeySource, StripeKeyService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.keys import check_base, check_key, fingerprint, is_live, is_loopback, is_restricted
from tests.tools.accounts import Account, Accounts
from tests.tools.practice import NOON
from tests.tools.stubs import Answer, Stub, stub
from tests.tools.syncing import HonestMonotonic, Impatient, open_gateway

LIVE, TEST = "rk_live_51NabcdefghijklWXYZ", "rk_test_51NabcdefghijklWXYZ"
WIDE = Span(0, NOON)


@pytest.mark.parametrize("key", [LIVE, TEST, "sk_live_practice1", "sk_test_x", f"  {LIVE}\n"])
def test_keys(key: str) -> None:
    assert check_key(key) == key.strip()
    assert is_live(check_key(key)) is ("_live_" in key)
    assert is_restricted(check_key(key)) is ("rk_" in key)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("pk_live_51N", "stripe.publishable_key"),
        ("pk_test_51N", "stripe.publishable_key"),
        ("", "stripe.bad_key"),
        ("rk_live_", "stripe.bad_key"),
        ("rk_prod_51N", "stripe.bad_key"),
        ("whsec_51N", "stripe.bad_key"),
        ("rk_live_51N rk_live_51N", "stripe.bad_key"),
        ("rk_live_51N\nX-Evil: 1", "stripe.bad_key"),
        ("rk_live_…4242", "stripe.bad_key"),
        ("rk_live_ключ", "stripe.bad_key"),
        ("Bearer rk_live_51N", "stripe.bad_key"),
    ],
)
def test_what_is_no_key(key: str, code: str) -> None:
    with pytest.raises(StripeError) as caught:
        check_key(key)
    assert caught.value.code == code
    assert "51N" not in str(caught.value)


@pytest.mark.parametrize("key", [LIVE, TEST, "rk_live_1", "sk_test_practice3ba7b0fc9e9a2ab9fe422bc5"])
def test_a_fingerprint_tells_little(key: str) -> None:
    shown = fingerprint(key)
    assert len(shown.replace("…", "")) <= 12
    assert key not in shown


STRIPES = ["https://api.stripe.com", "https://API.Stripe.com/", "https://files.stripe.com/x", "https://stripe.com"]
HERE = [
    "http://127.0.0.1:4242/worlds/w1",
    "http://localhost:1",
    "http://[::1]:8080/",
    "http://127.9.9.9",
    "https://localhost",
]
FOREIGN = [
    "https://stripe.com.evil.example", "https://evilstripe.com", "https://api.stripe.co", "https://10.0.0.7",
    "https://localhost.evil.example", "https://127.0.0.1.nip.io", "https://0.0.0.0", "https://192.168.1.1",
]  # fmt: skip
UNCLEAR = [
    "http://api.stripe.com", "http://10.0.0.7:80", "http://localhost.evil.example", "ftp://127.0.0.1", "api.stripe.com",
    "//api.stripe.com", "", "https://", "http://[", "https://evil.example\\.stripe.com", "https://evil.example/\\@stripe.com",
    "https://api.stripe.com@evil.example", "https://user:secret@evil.example", "https://evil.example#.stripe.com",
    "https://evil.example?.stripe.com", "https://api.stripe.com:443:80", "https://api.stripe.com\t.evil.example",
    "https://api.stripe.com\n.evil.example", "https://xn--strpe-zra.com\u0000.stripe.com", "https://ｓtripe.com", "file:///etc/passwd",
    "http://127.0.0.1:80@evil.example/", "http://2130706433", "http://0x7f.1", "javascript:alert(1)", "https:///api.stripe.com",
]  # fmt: skip


@pytest.mark.parametrize("base", STRIPES + HERE)
@pytest.mark.parametrize("key", [LIVE, TEST])
def test_a_live_key_goes_to_stripe_or_to_this_computer(base: str, key: str) -> None:
    assert check_base(base, key) == base.rstrip("/")


@pytest.mark.parametrize("base", FOREIGN)
def test_a_live_key_goes_nowhere_else(base: str) -> None:
    with pytest.raises(StripeError) as caught:
        check_base(base, LIVE)
    assert caught.value.code == "stripe.insecure_base"
    assert check_base(base, TEST) == base


@pytest.mark.parametrize("base", UNCLEAR)
@pytest.mark.parametrize("key", [LIVE, TEST])
def test_no_key_goes_in_the_open_or_to_an_address_that_can_be_read_in_two_ways(base: str, key: str) -> None:
    with pytest.raises(StripeError) as caught:
        check_base(base, key)
    assert caught.value.code == "stripe.insecure_http"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("base", STRIPES + HERE + FOREIGN)
def test_the_package_that_sends_reads_the_same_host(base: str) -> None:
    """``requests`` connects to the host that was checked, and to no other."""
    prepared = requests.Request("GET", f"{base.rstrip('/')}/v1/charges").prepare()
    from urllib.parse import urlsplit

    assert urlsplit(str(prepared.url)).hostname == urlsplit(base).hostname
    assert is_loopback(base) is (base in HERE)


def _noted(server: Stub) -> int:
    return len(server.asked)


def test_a_refused_key_never_reaches_a_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of our own stands behind every name; the proof that it would notice is the last line."""
    real = socket.getaddrinfo

    with stub(Answer({"object": "list", "data": [], "has_more": False})) as server:

        def everybody(host: str, port: object, *rest: object, **more: object) -> object:
            return real("127.0.0.1", server.port, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", everybody)
        for base in FOREIGN + UNCLEAR:
            with pytest.raises(StripeError):
                StripeGateway(LIVE, HonestMonotonic(), base=base)
        assert _noted(server) == 0
        gateway = StripeGateway(TEST, HonestMonotonic(), base="http://localhost:1")
        gateway.list_charges(WIDE, None, Impatient())
        gateway.close()
        assert server.asked[0].headers["Authorization"] == f"Bearer {TEST}"


def test_a_proxy_of_the_environment_does_not_see_what_is_meant_for_this_computer(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.do("pay")
    with stub(Answer({"object": "list", "data": [], "has_more": False})) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        gateway = open_gateway(account)
        assert len(gateway.list_charges(Span(0, NOON + 9), None, Impatient()).charges) == 1
        gateway.close()
        assert proxy.asked == []


def test_a_proxy_on_the_way_to_stripe_gets_a_tunnel_and_not_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with stub(Answer("no", 403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("https_proxy", proxy.url)
        gateway = StripeGateway(LIVE, HonestMonotonic())
        with pytest.raises(StripeError) as caught:
            gateway.list_charges(WIDE, None, Impatient())
        gateway.close()
    assert caught.value.code == "stripe.unreachable"
    assert proxy.asked
    assert {one.path for one in proxy.asked} == {"api.stripe.com:443"}
    assert all(LIVE not in str(one) for one in proxy.asked)


def test_a_netrc_does_not_put_a_password_in_the_keys_place(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login desk password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    gateway = open_gateway(account)
    gateway.list_charges(WIDE, None, Impatient())
    gateway._transport._session.trust_env = True  # as on the way to Stripe
    gateway.list_charges(WIDE, None, Impatient())
    gateway.close()


def test_a_live_key_and_a_live_account_on_this_computer(accounts: Accounts) -> None:
    live = accounts.open(livemode=True)
    live.do("pay")
    gateway = open_gateway(live)
    assert gateway.livemode
    assert len(gateway.list_charges(Span(0, NOON + 9), None, Impatient()).charges) == 1
    gateway.close()


def test_objects_of_the_other_mode_are_not_taken(accounts: Accounts, account: Account) -> None:
    """Ids can be the same in test and live: what says another mode than the key is told, and left out."""
    live = accounts.open(livemode=True)
    live.do("pay")
    gateway = open_gateway(live)
    gateway.livemode = False
    page = gateway.list_charges(Span(0, NOON + 9), None, Impatient())
    gateway.close()
    assert page.charges == ()
    assert page.unreadable[0].reason.endswith("its livemode is not the key's")


def test_keys_do_not_show(account: Account, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    from rentease_desk.keychain import Keychain

    caplog.set_level(logging.DEBUG)
    gateway = open_gateway(account)
    gateway.list_charges(WIDE, None, Impatient())
    service = StripeKeyService(Keychain(), account.key, KeySource.ENVIRONMENT)
    config = Config(tmp_path, "postgresql://desk:secret@db/desk", "elena", "Desk 1", stripe_key=account.key)
    shown = [repr(gateway), repr(gateway._transport), repr(service), repr(service.info()), repr(config), caplog.text]
    gateway.close()
    assert not any(account.key in one or "secret" in one for one in shown)
