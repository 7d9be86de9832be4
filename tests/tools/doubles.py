"""Card payments that were typed by hand while the internet was away, and came from Stripe all the same."""

from __future__ import annotations

from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import PaymentDraft, PaymentStatus, Source
from rentease_desk.services.bundle import Services

_TYPED = (
    ("slip 0815", "no internet, terminal printed a slip; guest has a copy", 20 * 60),
    ("", "paid at the bar", 26 * 60 * 60),
)


def doubles(services: Services) -> None:
    """The two latest card payments with a booking, typed a second time. In a worker."""
    query = PaymentQuery(source=Source.STRIPE, status=PaymentStatus.SUCCEEDED)
    found = services.payments.by_keys(services.payments.keys(query)[:200])
    own = [one for one in found if one.booking_pk is not None and one.currency == "eur" and one.method == "card"]
    for payment, (reference, note, before) in zip(own, _TYPED, strict=False):
        assert payment.booking_pk is not None
        draft = PaymentDraft(f"double-{payment.pk}", payment.booking_pk, "card", payment.money, reference, note,
                             occurred_at=payment.occurred_at - before)  # fmt: skip
        services.payments.take(draft)
