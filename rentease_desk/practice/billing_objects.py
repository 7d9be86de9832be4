"""Subscriptions and invoices as Stripe's API (2026-10-28.endive) shows them; see ``objects``.

Since 2025-03-31 ("basil") an invoice has no ``payment_intent``, ``charge`` or ``subscription`` of its own: they stand
in ``payments``, which is null unless it is expanded, and in ``parent``.
"""

from __future__ import annotations

from typing import Final

from rentease_desk.practice import details
from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Price, Subscription
from rentease_desk.practice.errors import JsonObject

_COUNTRY, _NAME = "IT", "Hotel Lanterna"
_SUBSCRIPTION_NULLS: Final = details.nulls(
    "application application_fee_percent billing_cycle_anchor_config billing_thresholds customer_account "
    "days_until_due default_source managed_payments next_pending_invoice_item_invoice on_behalf_of "
    "pause_collection pending_invoice_item_interval pending_setup_intent pending_update "
    "presentment_details schedule status_details test_clock transfer_data trial_end trial_start"
)
_ITEM_NULLS: Final = details.nulls("billed_until billing_thresholds current_trial deleted")
_PRICE_NULLS: Final = details.nulls(
    "currency_options custom_unit_amount deleted lookup_key nickname tiers tiers_mode transform_quantity"
)
_PLAN_NULLS: Final = details.nulls("deleted meter nickname tiers tiers_mode transform_usage trial_period_days")
_INVOICE_NULLS: Final = details.nulls(
    "account_tax_ids application automatically_finalizes_at confirmation_secret custom_fields customer_account "
    "customer_address customer_phone customer_shipping default_payment_method default_source deleted due_date "
    "footer from_invoice last_finalization_error latest_revision on_behalf_of payments receipt_number "
    "rendering shipping_cost shipping_details statement_descriptor test_clock threshold_reason "
    "webhooks_delivered_at"
)


def shown(record: Subscription | Invoice | InvoicePayment, *, livemode: bool) -> JsonObject:
    """The object as it is without expansions."""
    match record:
        case Subscription():
            return subscription(record, livemode=livemode)
        case Invoice():
            return invoice(record, livemode=livemode)
        case InvoicePayment():
            return invoice_payment(record, livemode=livemode)


def subscription(subscription: Subscription, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/subscriptions/object"""
    order, ends = subscription.order, subscription.cancel_at
    return {
        "id": subscription.id,
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": subscription.created,
        "billing_mode": {"flexible": None, "type": "classic", "updated_at": None},
        "billing_schedules": [],
        "cancel_at": ends,
        "cancel_at_period_end": ends is not None and ends == subscription.period_end,
        "canceled_at": subscription.canceled_at,
        "cancellation_details": {
            **details.nulls("comment feedback feedback_option"),
            "reason": "cancellation_requested" if subscription.canceled_at else None,
        },
        "collection_method": "charge_automatically",
        "created": subscription.created,
        "currency": order.currency,
        "customer": order.customer,
        "default_payment_method": subscription.payment_method,
        "default_tax_rates": [],
        "description": order.description,
        "discounts": [],
        "ended_at": subscription.ended_at,
        "invoice_settings": {
            **details.nulls("account_tax_ids custom_fields description footer"),
            "issuer": _issuer(),
        },
        "items": _items(subscription, livemode=livemode),
        "latest_invoice": subscription.latest_invoice,
        "livemode": livemode,
        "metadata": dict(order.metadata),
        "payment_settings": {
            **details.nulls("payment_method_options payment_method_types"),
            "save_default_payment_method": "off",
        },
        "start_date": subscription.created,
        "status": subscription.status,
        "trial_settings": {"end_behavior": {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}},
        **_SUBSCRIPTION_NULLS,
    }


def invoice(invoice: Invoice, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/invoices/object"""
    return {
        "id": invoice.id,
        "object": "invoice",
        "account_country": _COUNTRY,
        "account_name": _NAME,
        **_amounts(invoice),
        "attempt_count": invoice.attempt_count,
        "attempted": invoice.attempt_count > 0,
        "auto_advance": invoice.status in {"draft", "open"} and invoice.billing_reason != "manual",
        "automatic_tax": {**details.nulls("disabled_reason liability provider status"), "enabled": False},
        "billing_reason": invoice.billing_reason,
        "collection_method": "charge_automatically",
        "created": invoice.created,
        "currency": invoice.order.currency,
        **_whose(invoice),
        "default_tax_rates": [],
        "description": invoice.order.description,
        "discounts": [],
        **_when_finalized(invoice),
        "issuer": _issuer(),
        "lines": _lines(invoice, livemode=livemode),
        "livemode": livemode,
        "metadata": {} if invoice.subscription else dict(invoice.order.metadata),
        "next_payment_attempt": invoice.next_payment_attempt,
        "parent": _parent(invoice),
        "payment_settings": details.nulls("default_mandate payment_method_options payment_method_types"),
        "period_end": invoice.period_start,  # of what was used before; what is paid for now stands in the line
        "period_start": invoice.period_start,
        "starting_balance": 0,
        "status": invoice.status,
        "status_details": _status_details(invoice),
        "status_transitions": {
            "finalized_at": invoice.finalized_at,
            "marked_uncollectible_at": invoice.uncollectible_at,
            "paid_at": invoice.paid_at,
            "voided_at": invoice.voided_at,
        },
        "total": invoice.order.amount,
        **_INVOICE_NULLS,
    }


def _whose(invoice: Invoice) -> JsonObject:
    """The customer, as they were when the invoice was made."""
    return {
        "customer": invoice.customer,
        "customer_email": invoice.customer_email,
        "customer_name": invoice.customer_name,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
    }


def _when_finalized(invoice: Invoice) -> JsonObject:
    """What a draft does not have."""
    finalized = invoice.finalized_at is not None
    address = f"https://invoice.stripe.com/i/{invoice.id}"
    return {
        "effective_at": invoice.finalized_at,
        "ending_balance": 0 if finalized else None,
        "hosted_invoice_url": address if finalized else None,
        "invoice_pdf": f"{address}/pdf" if finalized else None,
        "number": invoice.number if finalized else None,
    }


def invoice_payment(payment: InvoicePayment, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/invoice-payment/object"""
    return {
        "id": payment.id,
        "object": "invoice_payment",
        "amount_paid": payment.amount_paid,
        "amount_requested": payment.amount_requested,
        "created": payment.created,
        "currency": payment.currency,
        "invoice": payment.invoice,
        "is_default": True,
        "livemode": livemode,
        "payment": {
            "charge": None,
            "payment_intent": payment.intent,
            "payment_record": None,
            "type": "payment_intent",
        },
        "status": payment.status,
        "status_transitions": {"canceled_at": payment.canceled_at, "paid_at": payment.paid_at},
    }


def _amounts(invoice: Invoice) -> JsonObject:
    """No taxes, discounts or credit notes: practice is about payments."""
    total = invoice.order.amount
    return {
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": invoice.amount_paid,
        "amount_paid_off_stripe": invoice.amount_paid if invoice.off_stripe else 0,
        "amount_remaining": total - invoice.amount_paid,
        "amount_shipping": 0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }


def _parent(invoice: Invoice) -> JsonObject | None:
    if invoice.subscription is None:
        return None
    said: JsonObject = {
        "metadata": dict(invoice.order.metadata),
        "subscription": invoice.subscription,
        "subscription_proration_date": None,
    }
    return {"quote_details": None, "subscription_details": said, "type": "subscription_details"}


def _status_details(invoice: Invoice) -> JsonObject | None:
    return {"uncollectible": {"reason": "user_forgiven"}} if invoice.status == "uncollectible" else None


def _lines(invoice: Invoice, *, livemode: bool) -> JsonObject:
    order = invoice.order
    line: JsonObject = {
        "id": invoice.line,
        "object": "line_item",
        "amount": order.amount,
        "currency": order.currency,
        "description": order.description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice.id,
        "livemode": livemode,
        "metadata": dict(order.metadata),
        "parent": _line_parent(invoice),
        "period": {"end": invoice.period_end, "start": invoice.period_start},
        "pretax_credit_amounts": [],
        "pricing": _pricing(invoice),
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": invoice.subscription,
        "subtotal": order.amount,
        "taxes": [],
    }
    return {"object": "list", "data": [line], "has_more": False, "url": f"/v1/invoices/{invoice.id}/lines"}


def _line_parent(invoice: Invoice) -> JsonObject:
    kind = "subscription_item_details" if invoice.subscription else "invoice_item_details"
    said: JsonObject = {"proration": False, "proration_details": None, "subscription": invoice.subscription}
    if invoice.subscription:
        said |= {"invoice_item": None, "subscription_item": invoice.item}
    else:
        said["invoice_item"] = f"ii_{invoice.line[3:]}"
    return {"invoice_item_details": None, "subscription_item_details": None, "type": kind} | {kind: said}


def _pricing(invoice: Invoice) -> JsonObject:
    price = invoice.price
    named = None if price is None else {"price": price.id, "product": price.product}
    return {"price_details": named, "type": "price_details", "unit_amount_decimal": str(invoice.order.amount)}


def _items(subscription: Subscription, *, livemode: bool) -> JsonObject:
    """The only item; since "basil" the periods stand here."""
    order = subscription.order
    item: JsonObject = {
        "id": subscription.item,
        "object": "subscription_item",
        "created": subscription.created,
        "current_period_end": subscription.period_end,
        "current_period_start": subscription.period_start,
        "discounts": [],
        "metadata": {},
        "plan": _plan(subscription.price, order.amount, order.currency, livemode=livemode),
        "price": _price(subscription.price, order.amount, order.currency, livemode=livemode),
        "quantity": 1,
        "subscription": subscription.id,
        "tax_rates": [],
        **_ITEM_NULLS,
    }
    url = f"/v1/subscription_items?subscription={subscription.id}"
    return {"object": "list", "data": [item], "has_more": False, "url": url}


def _price(price: Price, amount: int, currency: str, *, livemode: bool) -> JsonObject:
    return {
        "id": price.id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": price.created,
        "currency": currency,
        "livemode": livemode,
        "metadata": {},
        "product": price.product,
        "recurring": {
            "interval": price.interval,
            "interval_count": price.interval_count,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "inclusive",
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
        **_PRICE_NULLS,
    }


def _plan(price: Price, amount: int, currency: str, *, livemode: bool) -> JsonObject:
    """The price again, in the words of an older time."""
    return {
        "id": price.id,
        "object": "plan",
        "active": True,
        "amount": amount,
        "amount_decimal": str(amount),
        "billing_scheme": "per_unit",
        "created": price.created,
        "currency": currency,
        "interval": price.interval,
        "interval_count": price.interval_count,
        "livemode": livemode,
        "metadata": {},
        "product": price.product,
        "usage_type": "licensed",
        **_PLAN_NULLS,
    }


def _issuer() -> JsonObject:
    return {"account": None, "type": "self"}
