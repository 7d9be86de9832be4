"""Payment Links as Stripe's API (2026-10-28.endive) shows them; see ``objects``."""

from __future__ import annotations

from typing import Final

from rentease_desk.practice import details
from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.records import PaymentLink

_NULLS: Final = details.nulls(
    "application application_fee_amount application_fee_percent consent_collection inactive_message invoice_creation "
    "line_items managed_payments name_collection on_behalf_of optional_items payment_method_options "
    "payment_method_types shipping_address_collection subscription_data transfer_data"
)
_INTENT_NULLS: Final = details.nulls(
    "capture_method setup_future_usage statement_descriptor statement_descriptor_suffix transfer_group"
)


def payment_link(link: PaymentLink, pages: str, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/payment-link/object. ``pages``: what stands before the id in its address."""
    order = link.order
    limits = {"completed_sessions": {"count": link.completed, "limit": link.limit}} if link.limit else None
    return {
        "id": link.id,
        "object": "payment_link",
        "active": link.active,
        "after_completion": _after_completion(link),
        "allow_promotion_codes": False,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "currency": order.currency,
        "custom_fields": [],
        "custom_text": details.nulls("after_submit shipping_address submit terms_of_service_acceptance"),
        "customer_creation": "if_required",
        "livemode": livemode,
        "metadata": dict(link.metadata),
        "payment_intent_data": {"description": order.description, "metadata": dict(order.metadata), **_INTENT_NULLS},
        "payment_method_collection": "always",
        "phone_number_collection": {"enabled": False},
        "restrictions": limits,
        "shipping_options": [],
        "submit_type": "auto",
        "tax_id_collection": {"enabled": False, "required": "never"},
        "url": f"{pages}{link.id}",
        **_NULLS,
    }


def _after_completion(link: PaymentLink) -> JsonObject:
    if link.redirect_url is not None:
        return {"hosted_confirmation": None, "redirect": {"url": link.redirect_url}, "type": "redirect"}
    return {"hosted_confirmation": {"custom_message": None}, "redirect": None, "type": "hosted_confirmation"}
