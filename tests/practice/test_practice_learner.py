"""What a learner can make happen, and what is told about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from rentease_desk.practice.newest import TARGETS, Target
from rentease_desk.practice.sample import Sample
from rentease_desk.practice.spec import Kind
from tests.tools.practice import ControlRefusedError, RunningServer, running_server, stripe_client

Step = tuple[str, dict[str, object]]
PAID: Step = ("guest-pays", {})
HELD: Step = ("guest-pays", {"how": "hold"})
DEBIT: Step = ("guest-pays", {"how": "debit"})
PAGE: Step = ("guest-pays", {"how": "page"})
MONTHLY: Step = ("guest-pays", {"how": "monthly"})


def _then(operation: str, **given: object) -> Step:
    return "newest", {"operation": operation, "given": given}


DRAFT = (MONTHLY, _then("subscription-renew", draft=True))
OPEN = (MONTHLY, _then("subscription-renew", fails=True))
PREPARED: dict[str, tuple[Step, ...]] = {
    "describe": (PAID,),
    "require-action": (("payment-fails", {}), PAID),
    "succeed": (("payment-fails", {}), PAID),
    "fail": (("payment-fails", {}), PAID),
    "process": (("payment-fails", {}), PAID),
    "settle": (DEBIT, PAID),
    "fail-debit": (DEBIT, PAID),
    "capture": (HELD, PAID),
    "cancel": (HELD, PAID),
    "refund": (PAID, HELD),
    "update-refund": (PAID, _then("refund", status="pending")),
    "dispute": (PAID, HELD),
    "dispute-respond": (PAID, _then("dispute")),
    "dispute-escalate": (PAID, _then("dispute", inquiry=True)),
    "dispute-close": (PAID, _then("dispute")),
    "subscription-renew": (MONTHLY,),
    "subscription-describe": (MONTHLY,),
    "subscription-cancel": (MONTHLY,),
    "invoice-finalize": DRAFT,
    "invoice-pay": OPEN,
    "invoice-void": OPEN,
    "invoice-give-up": OPEN,
    "checkout-complete": (PAGE,),
    "checkout-fail": (PAGE,),
    "checkout-expire": (PAGE,),
}
OPERATED: dict[str, tuple[Step, ...]] = {
    "payment-link-switch": (("payment-link", {}),),
    "payment-link-visit": (("payment-link", {}),),
    "payment-link-pay": (("payment-link", {}),),
    "authorize": (("create", {"manual": True}),),
    "payout-fail": (("pay", {}), ("payout", {}), ("pay", {})),
    "checkout-settle": (("checkout", {"method": "sepa_debit"}),),
}
GIVEN: dict[str, dict[str, object]] = {"update-refund": {"status": "failed"}, "describe": {"description": "LN-1"}}


@pytest.fixture
def hotel() -> Iterator[RunningServer]:
    """A server with the sample's account, to change."""
    with running_server(kind=Kind.SAMPLE) as running:
        yield running


@pytest.fixture
def desk(hotel: RunningServer) -> Iterator[stripe.StripeClient]:
    with stripe_client(hotel.url, hotel.key) as client:
        yield client


def test_a_guest_pays_for_a_booking(hotel: RunningServer, desk: stripe.StripeClient, sample: Sample) -> None:
    booking = next(one for one in sample.bookings if one.balance > 0)
    told = hotel.control.act("guest-pays", reference=booking.reference, amount=4_200)
    shown = desk.raw_request("get", f"/v1/payment_intents/{told['id']}").data
    assert told == {
        "action": "guest-pays",
        "guest": booking.guest.name,
        "amount": 4_200,
        "currency": "eur",
        "reference": booking.reference,
        "id": shown["id"],
        "payment": shown["id"],
        "status": "succeeded",
    }
    assert (shown["amount_received"], shown["metadata"]) == (4_200, {"booking_reference": booking.reference})
    assert desk.v1.payment_intents.list({"limit": 1}).data[0].id == told["id"]


@pytest.mark.parametrize(
    ("named_by", "metadata", "description"),
    [
        ("booking_id", {"booking_id": "{uid}"}, "Hotel Lanterna"),
        ("booking_reference", {"booking_reference": "{reference}"}, "Hotel Lanterna"),
        ("description", {}, "Hotel Lanterna {reference}"),
        ("nothing", {}, "Hotel Lanterna"),
    ],
)
def test_ways_to_name_the_booking(
    named_by: str, metadata: dict[str, str], description: str, hotel: RunningServer, sample: Sample
) -> None:
    booking = sample.bookings[40]
    told = hotel.control.act("guest-pays", reference=booking.reference, named_by=named_by)
    order = next(one for one in hotel.control.dump("payment_intents") if one["id"] == told["id"])["order"]
    words = {"uid": booking.uid, "reference": booking.reference}
    assert dict(order["metadata"]) == {name: text.format(**words) for name, text in metadata.items()}
    assert order["description"] == description.format(**words)
    assert told["reference"] == (None if named_by == "nothing" else booking.reference)


def test_without_a_reference_somebody_pays_who_owes(hotel: RunningServer, sample: Sample) -> None:
    owing = {booking.reference: booking.balance for booking in sample.bookings if booking.balance > 0}
    told = [hotel.control.act("guest-pays") for _ in range(4)]
    assert len({one["reference"] for one in told}) == 4
    assert all(one["amount"] == max(owing[one["reference"]], 1_000) for one in told)


def test_a_booking_of_the_hotels_own(hotel: RunningServer) -> None:
    told = hotel.control.act("guest-pays", reference="MINE-7", guest="Ada", amount=900, currency="GBP")
    assert (told["guest"], told["reference"], told["currency"]) == ("Ada", "MINE-7", "gbp")
    told = hotel.control.act("guest-pays", reference="MINE-7", amount=900, named_by="booking_id")
    assert told["reference"] == "MINE-7"


def test_a_payment_fails(hotel: RunningServer, desk: stripe.StripeClient) -> None:
    told = hotel.control.act("payment-fails", reference="LN-1850")
    shown = desk.raw_request("get", f"/v1/payment_intents/{told['id']}", expand=["latest_charge"]).data
    assert (told["status"], shown["status"]) == ("requires_payment_method", "requires_payment_method")
    assert shown["last_payment_error"]["decline_code"] == "insufficient_funds"
    assert shown["latest_charge"]["status"] == "failed"


def test_money_goes_back(hotel: RunningServer, desk: stripe.StripeClient) -> None:
    paid = hotel.control.act("guest-pays", reference="LN-1850", amount=10_000)
    part = hotel.control.act("refund", amount=3_000)
    assert (part["action"], part["payment"], part["amount"], part["status"]) == (
        "refund",
        paid["id"],
        3_000,
        "succeeded",
    )
    assert part["reference"] == "LN-1850"
    charge = desk.v1.payment_intents.retrieve(paid["id"]).latest_charge
    rest = hotel.control.act("refund", charge=charge, pending=True)
    assert (rest["amount"], rest["status"]) == (7_000, "pending")
    assert desk.v1.refunds.retrieve(rest["id"]).status == "pending"


def test_a_bank_disputes(hotel: RunningServer, desk: stripe.StripeClient) -> None:
    paid = hotel.control.act("guest-pays", reference="LN-1850", amount=10_000)
    told = hotel.control.act("dispute")
    assert (told["payment"], told["amount"], told["status"]) == (paid["id"], 10_000, "disputed")
    assert desk.v1.charges.retrieve(told["id"]).disputed is True


def test_money_goes_to_the_bank(hotel: RunningServer, desk: stripe.StripeClient) -> None:
    told = hotel.control.act("payout")
    shown = desk.v1.payouts.retrieve(told["id"])
    assert (shown.automatic, shown.amount, shown.currency) == (True, told["amount"], "eur")
    assert told["amount"] > 0
    with pytest.raises(ControlRefusedError, match="insufficient funds"):
        hotel.control.act("payout")


def test_an_account_without_a_sample(server: RunningServer) -> None:
    told = server.control.act("guest-pays")
    assert (told["guest"], told["amount"], told["reference"]) == ("A guest", 10_000, None)
    assert server.control.act("refund")["amount"] == 10_000


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("card", "succeeded", "payment_intents"),
        ("hold", "requires_capture", "payment_intents"),
        ("debit", "processing", "payment_intents"),
        ("page", "open", "checkout_sessions"),
        ("monthly", "active", "subscriptions"),
    ],
)
def test_guests_begin_to_pay_in_several_ways(how: str, status: str, kind: str, hotel: RunningServer) -> None:
    told = hotel.control.act("guest-pays", how=how, amount=4_200)
    [shown] = [one for one in hotel.control.dump(kind) if one["id"] == told["id"]]
    assert (told["status"], told["amount"], shown["status"]) == (status, 4_200, status)
    assert told["reference"] is not None


def test_many_guests_pay_in_one_second(hotel: RunningServer, desk: stripe.StripeClient) -> None:
    told = hotel.control.act("burst", count=30)
    newest = desk.v1.payment_intents.list({"limit": 31}).data
    assert newest[0].id == told["id"]
    assert len({one.created for one in newest[:30]}) == 1
    assert [one.amount for one in newest[:30]] == list(range(1_030, 1_000, -1))


@pytest.mark.parametrize(("operation", "target"), TARGETS.items())
def test_things_happen_to_the_newest_that_they_can_happen_to(operation: str, target: Target) -> None:
    """Each is prepared once; where it can, something newer is there to which it cannot happen."""
    with running_server() as server:
        for name, given in PREPARED.get(operation, ()):
            server.control.act(name, "default", **given)
        for name, given in OPERATED.get(operation, ()):
            server.control.operate(name, "default", **given)
            server.control.clock(advance=5 * 86_400 if operation == "payout-fail" else 0)
        if operation == "checkout-settle":
            server.control.act("newest", operation="checkout-complete")
        before = {one["id"]: one for one in server.control.dump()}
        told = server.control.act("newest", operation=operation, given=GIVEN.get(operation, {}))
        after = {one["id"]: one for one in server.control.dump()}
        assert told["id"] in after
        assert before != after or operation == "checkout-fail"
        assert told["amount"] >= 0


def test_nothing_to_which_it_could_happen(server: RunningServer) -> None:
    with pytest.raises(ControlRefusedError, match="There is nothing in the account"):
        server.control.act("newest", operation="capture")
    with pytest.raises(ControlRefusedError, match="“pay” does not happen to something"):
        server.control.act("newest", operation="pay")
    with pytest.raises(ControlRefusedError, match="“given” must be an object"):
        server.control.act("newest", operation="capture", given=3)


def test_all_is_well_again(server: RunningServer, client: stripe.StripeClient) -> None:
    server.control.fault("status", times=99)
    server.control.limit(endpoint=1)
    server.control.permit("rak_charge_read", granted=False)
    server.control.act("down", on=True)
    server.control.act("mend")
    for _ in range(3):
        client.v1.charges.list()
    state = server.control.state()
    assert (state["faults"], state["down"], state["withdrawn"]) == (0, False, [])
    assert state["limits"] == {"endpoint": 0, "total": 0}
