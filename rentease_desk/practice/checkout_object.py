"""Checkout Sessions as Stripe's API (2026-10-28.endive) shows them; see ``objects``."""

from __future__ import annotations

from typing import Final

from rentease_desk.practice import details
from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.records import CheckoutSession

_NULLS: Final = details.nulls(
    "after_expiration allow_promotion_codes allowed_payment_method_types billing_address_collection "
    "branding_settings cancel_url client_secret collected_information consent consent_collection "
    "currency_conversion customer_account excluded_payment_method_types integration_identifier invoice "
    "invoice_creation line_items locale managed_payments name_collection optional_items origin_context "
    "payment_method_configuration_details payment_method_options permissions presentment_details "
    "recovered_from redirect_on_completion return_url saved_payment_method_options setup_intent "
    "shipping_address_collection shipping_cost submit_type subscription tax_id_collection wallet_options"
)
_THANKS: Final = "https://hotel-lanterna.example/thanks"
_STRIPES_THANKS: Final = "https://stripe.com"
"""Of pages that a Payment Link opened, on which Stripe says thank you by itself."""


def checkout_session(session: CheckoutSession, pages: str, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/checkout/sessions/object. ``pages``: what stands before the id in its address."""
    order = session.order
    return {
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": order.amount,
        "amount_total": order.amount,
        "automatic_tax": {**details.nulls("liability provider status"), "enabled": False},
        "client_reference_id": session.reference,
        "created": session.created,
        "currency": order.currency,
        "custom_fields": [],
        "custom_text": details.nulls("after_submit shipping_address submit terms_of_service_acceptance"),
        "customer": order.customer,
        "customer_creation": None if order.customer else "if_required",
        "customer_details": _customer_details(session),
        "customer_email": None,
        "discounts": [],
        "expires_at": session.expires_at,
        "livemode": livemode,
        "metadata": dict(session.metadata),
        "mode": "payment",
        "payment_intent": session.intent,
        "payment_link": session.payment_link,
        "payment_method_collection": "if_required",
        "payment_method_types": ["card", "sepa_debit"] if order.currency == "eur" else ["card"],
        "payment_status": session.payment_status,
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": session.status,
        "success_url": session.success_url or (_STRIPES_THANKS if session.payment_link else _THANKS),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0, "breakdown": None},
        "ui_mode": "hosted_page",
        "url": f"{pages}{session.id}" if session.status == "open" else None,
        **_NULLS,
    }


def _customer_details(session: CheckoutSession) -> JsonObject | None:
    """What the guest typed, as soon as it was sent."""
    payer = session.order.payer
    if session.status != "complete":
        return None
    return {
        "address": details.billing_details(payer)["address"],
        "business_name": None,
        "email": payer.email,
        "individual_name": None,
        "name": payer.name,
        "phone": payer.phone,
        "tax_exempt": "none",
        "tax_ids": [],
    }
