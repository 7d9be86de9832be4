"""What goes wrong between the desk and Stripe: retried where that helps, and told in a sentence where it does not."""

from __future__ import annotations

import socket
import threading
import traceback

import pytest

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.logs import redact
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError, Governor, Rates
from rentease_desk.stripe_gateway.transport import MAX_WAIT, TRIES
from tests.tools.accounts import DAY, Account
from tests.tools.practice import NOON
from tests.tools.stubs import Answer, Asked, closed_port, full_port, stub
from tests.tools.syncing import Impatient, open_gateway

WIDE = Span(0, NOON + 10 * DAY)
TEST_KEY = "rk_test_51Nabcdefghijklmnop"


def _list(gateway: StripeGateway, cancel: threading.Event | None = None) -> int:
    try:
        return len(gateway.list_charges(WIDE, None, cancel or Impatient()).charges)
    finally:
        gateway.close()


def _error(gateway: StripeGateway, cancel: threading.Event | None = None) -> StripeError:
    with pytest.raises(StripeError) as caught:
        _list(gateway, cancel)
    told = str(caught.value) + repr(caught.value)
    told += redact("".join(traceback.format_exception(caught.value)))  # as every log has it
    assert TEST_KEY not in told
    assert gateway._transport._key not in told
    return caught.value


@pytest.fixture
def paid(account: Account) -> Account:
    account.do("pay")
    return account


@pytest.mark.parametrize(("kind", "how"), [
    ("reset", {}), ("cut", {}), ("status", {"status": 500}), ("status", {"status": 502}), ("status", {"status": 503}),
    ("status", {"status": 409}), ("status", {"status": 429}), ("status", {"status": 429, "retry_after": 0}),
    ("status", {"status": 429, "should_retry": True}), ("status", {"status": 400, "should_retry": True}),
])  # fmt: skip
@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_what_passes_is_tried_again(paid: Account, kind: str, how: dict[str, object], times: int) -> None:
    paid.fault(kind, times=times, **how)
    assert _list(open_gateway(paid)) == 1


@pytest.mark.parametrize(
    ("kind", "how", "code", "sentence"),
    [
        ("reset", {}, "stripe.unreachable", "There is no answer from 127.0.0.1."),
        ("cut", {}, "stripe.unreachable", "There is no answer from 127.0.0.1."),
        ("status", {"status": 500}, "stripe.down", "Stripe answered with an error of its own (500)."),
        ("status", {"status": 503}, "stripe.down", "Stripe answered with an error of its own (503)."),
        ("status", {"status": 429}, "stripe.busy", "Too many requests were sent to this account."),
        ("status", {"status": 409}, "stripe.refused", "Stripe says: Another request is using this object."),
    ],
)
def test_what_stays_is_told_after_some_tries(
    paid: Account, kind: str, how: dict[str, object], code: str, sentence: str
) -> None:
    paid.fault(kind, times=99, **how)
    error = _error(open_gateway(paid))
    assert (error.code, error.explain().happened) == (code, sentence)
    assert error.explain().remedy
    paid.control.no_faults(paid.name)
    assert _list(open_gateway(paid)) == 1


def test_it_does_not_try_for_ever(paid: Account) -> None:
    paid.fault("status", status=503, times=99)
    before = paid.control.state(paid.name)["faults"]
    cancel = Impatient()
    _error(open_gateway(paid), cancel)
    waits = [one for one in cancel.waits if one > 0.01]
    assert len(waits) == TRIES - 1
    assert waits == sorted(waits)
    assert before == 1


@pytest.mark.parametrize("status", [500, 429])
def test_stripe_may_forbid_to_try_again(paid: Account, status: int) -> None:
    paid.fault("status", status=status, should_retry=False, times=2)
    _error(open_gateway(paid))
    paid.fault("status", status=400)  # behind the one that is left
    assert paid.faults_left == 2


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(0, 0, 0.01), (3, 3, 3.75), (45, 45, 56.25), (3600, MAX_WAIT, MAX_WAIT)]
)
def test_a_429_waits_as_long_as_it_is_asked(paid: Account, asked: int, least: float, most: float) -> None:
    paid.fault("status", status=429, retry_after=asked)
    cancel = Impatient()
    assert _list(open_gateway(paid), cancel) == 1
    longest = max(cancel.waits, default=0.0)
    assert least <= longest <= most


@pytest.mark.parametrize("header", ["soon", "-5", "Thu, 05 Nov 2026 12:00:00 GMT", "1e9", "١"])
def test_a_429_that_asks_for_nonsense_waits_a_little(paid: Account, header: str) -> None:
    answers = iter(
        [Answer({"error": {"message": "slow", "type": "x"}}, 429, {"Retry-After": header.encode().decode("latin-1")})]
    )
    empty = Answer({"object": "list", "data": [], "has_more": False})
    cancel = Impatient()
    with stub(lambda _: next(answers, empty)) as server:
        assert _list(open_gateway(paid, base=server.url), cancel) == 0
    assert 0.4 < max(cancel.waits) < 1


def test_a_real_wait_is_as_long_as_asked_and_others_wait_too(paid: Account) -> None:
    """With a clock that runs: the second endpoint is held back as well."""
    paid.fault("status", status=429, retry_after=1)
    gateway = open_gateway(paid)
    clock = gateway._transport._clock
    begun = clock.monotonic()
    assert _list(gateway, threading.Event()) == 1
    assert clock.monotonic() - begun >= 1


def test_a_wait_can_be_cancelled(paid: Account) -> None:
    paid.fault("status", status=429, retry_after=50, times=9)
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with pytest.raises(CancelledError):
        _list(open_gateway(paid), cancel)
    timer.join()


def test_nothing_is_sent_once_it_is_cancelled(paid: Account) -> None:
    cancel = threading.Event()
    cancel.set()
    paid.fault("reset")
    with pytest.raises(CancelledError):
        _list(open_gateway(paid), cancel)
    assert paid.faults_left == 1


def test_nobody_listens(account: Account) -> None:
    error = _error(open_gateway(account, base=closed_port()))
    assert error.code == "stripe.unreachable"
    assert "Check the internet" in str(error)


def test_the_name_is_not_known(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = _error(open_gateway(account, base="https://api.stripe.com", key=TEST_KEY))
    assert (error.code, error.params["host"]) == ("stripe.unreachable", "api.stripe.com")


def test_nobody_takes_the_connection(account: Account) -> None:
    with full_port() as url:
        error = _error(open_gateway(account, base=url, timeouts=(0.05, 5)))
    assert error.code == "stripe.unreachable"


def test_nobody_answers(paid: Account) -> None:
    paid.fault("latency", latency_ms=900, times=TRIES)
    error = _error(open_gateway(paid, timeouts=(5, 0.05)))
    assert error.code == "stripe.timeout"
    assert "took longer than" in str(error)
    paid.control.no_faults(paid.name)


def test_one_slow_answer_is_asked_for_again(paid: Account) -> None:
    paid.fault("latency", latency_ms=900)
    assert _list(open_gateway(paid, timeouts=(5, 0.3))) == 1


def test_a_slow_drip_is_waited_for(paid: Account) -> None:
    paid.fault("drip", chunk=400, pause_ms=5)
    assert _list(open_gateway(paid, timeouts=(5, 2))) == 1


PAGE = "<html><body>Welcome to our Wi-Fi</body></html>"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 407, 418, 511])
@pytest.mark.parametrize("body", [PAGE, "", '{"message": "sign in"}', '{"error": "sign in"}', '{"error": null}',
                                  '{"error": ["sign in"]}', "[]", "null", '"x"', "\udcff"])  # fmt: skip
def test_what_is_not_stripes_answer_is_told_as_such(account: Account, status: int, body: str) -> None:
    content = body.encode("utf-8", "surrogateescape")
    with stub(Answer(content, status, {"Content-Type": "text/html"})) as server:
        gateway = open_gateway(account, base=server.url)
        if status == 200 and body.startswith("{"):
            assert _error(gateway).code == "stripe.refused"
        else:
            assert _error(gateway).code == "stripe.not_stripe"
    assert len(server.asked) == 1


def test_the_practice_servers_sign_in_page(paid: Account) -> None:
    for kind in ("html", "invalid_json"):
        paid.fault(kind)
        error = _error(open_gateway(paid))
        assert error.code == "stripe.not_stripe"
        assert "open a browser, sign in, and sync again" in str(error)
    assert _list(open_gateway(paid)) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_sign_in_page_does_not_get_the_key(account: Account, status: int) -> None:
    with stub(Answer(PAGE)) as portal:
        with stub(Answer(PAGE, status, {"Location": f"{portal.url}/login"})) as server:
            error = _error(open_gateway(account, base=server.url))
        assert portal.asked == []
    assert error.code == "stripe.not_stripe"


@pytest.mark.parametrize("body", [PAGE, "", "{}", '{"error": "overloaded"}'])
def test_a_proxy_that_is_overloaded_is_a_problem_that_passes(account: Account, body: str) -> None:
    answers = iter([Answer(body, 503, {"Retry-After": "2"}), Answer(body, 429, {"Retry-After": "3"})])
    empty = Answer({"object": "list", "data": [], "has_more": False})
    cancel = Impatient()
    with stub(lambda _: next(answers, empty)) as server:
        assert _list(open_gateway(account, base=server.url), cancel) == 0
    assert any(2 <= one <= 2.5 for one in cancel.waits)
    assert any(3 <= one <= 3.75 for one in cancel.waits)


def test_a_wrong_key(account: Account) -> None:
    error = _error(open_gateway(account, key=TEST_KEY))
    assert (error.code, error.params["key"]) == ("stripe.wrong_key", "rk_test_…mnop")
    assert not error.transient


def test_an_expired_key(account: Account) -> None:
    key = account.restricted("rak_charge_read", expired=True)
    error = _error(open_gateway(account, key=key))
    assert error.code == "stripe.expired_key"
    assert "Make a new key" in str(error)


@pytest.mark.parametrize("permission", ["rak_payment_intent_read", "rak_customer_read"])
def test_a_key_that_may_not_names_what_it_lacks(account: Account, permission: str) -> None:
    error = _error(open_gateway(account, key=account.restricted(permission)))
    assert (error.code, error.params["permission"]) == ("stripe.no_permission", "rak_charge_read")


def test_an_intent_with_its_charge_needs_both_permissions(account: Account) -> None:
    gateway = open_gateway(account, key=account.restricted("rak_payment_intent_read"))
    with pytest.raises(StripeError) as caught:
        gateway.list_intents(WIDE, None, Impatient())
    gateway.close()
    assert caught.value.params["permission"] == "rak_charge_read"


def test_a_refusal_that_repeats_the_key_does_not_show_it(account: Account) -> None:
    refusal = {"error": {"message": f"Bad request with {TEST_KEY}", "type": "invalid_request_error"}}
    with stub(Answer(refusal, 400)) as server:
        error = _error(open_gateway(account, base=server.url, key=TEST_KEY))
    assert error.code == "stripe.refused"
    assert "rk_test_…mnop" in str(error)


def test_each_request_says_which_version_and_whose_account(account: Account) -> None:
    with stub(Answer({"object": "list", "data": [], "has_more": False})) as server:
        _list(open_gateway(account, base=server.url, account="acct_1"))
    (asked,) = server.asked
    assert asked.headers["Stripe-Version"]
    assert asked.headers["Stripe-Account"] == "acct_1"
    assert "Rentease Desk" in asked.headers["User-Agent"]
    assert "X-Stripe-Client-Telemetry" not in asked.headers
    assert "limit=100" in asked.path


def test_requests_keep_below_stripes_rate(account: Account) -> None:
    """Lists and single objects of one kind count together."""

    class Standing:
        def monotonic(self) -> float:
            return 100.0

        def now(self) -> int:
            return NOON

    cancel = Impatient()
    clock = Standing()
    gateway = open_gateway(account, clock=clock, governor=Governor(clock.monotonic, Rates(20, 100_000)))
    for number in range(3):
        gateway.fetch_intent(f"pi_{number}", cancel)
    gateway.list_intents(WIDE, None, cancel)
    gateway.fetch_charge("ch_1", cancel)
    gateway.close()
    assert [round(one, 3) for one in cancel.waits if one > 0.001] == [0.05, 0.1, 0.15]


def test_a_list_that_goes_round_in_circles_is_left(account: Account) -> None:
    """A cache in between that does not see the cursor: the same page for ever."""
    shown = {"object": "list", "data": [{"id": "ch_1", "object": "charge"}], "has_more": True}

    def answer(asked: Asked) -> Answer:
        return Answer(shown)

    with stub(answer) as server:
        gateway = open_gateway(account, base=server.url)
        page = gateway.list_charges(WIDE, None, Impatient())
        with pytest.raises(StripeError, match="does not go on"):
            gateway.list_charges(WIDE, page.next_cursor, Impatient())
        gateway.close()
