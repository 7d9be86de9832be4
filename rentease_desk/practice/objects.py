"""Records as Stripe's API (2026-10-28.endive) shows them: every key that the SDK's classes declare, nulls included.

Objects told apart by their ``type`` (``payment_method_details``, ``destination_details``, ``next_action``) carry the
one branch that the type names, as Stripe's do. Nothing is expanded here: what can be is an id.
"""

from __future__ import annotations

from typing import Final

from rentease_desk.practice import details
from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.records import BalanceTransaction, Charge, Customer, Dispute, Event, Intent, Payout, Refund

API_VERSION: Final = "2026-10-28.endive"
_DESCRIPTOR: Final = "HOTEL LANTERNA"
# Keys that the practice server never has anything to say in.
_PAYMENT_INTENT_NULLS: Final = details.nulls(
    "allowed_payment_method_types amount_details application application_fee_amount customer_account "
    "excluded_payment_method_types hooks managed_payments on_behalf_of payment_details "
    "payment_method_configuration_details payment_method_options payment_record presentment_details "
    "processing review setup_future_usage shipping source statement_descriptor "
    "statement_descriptor_suffix transfer_data transfer_group"
)
_CHARGE_NULLS: Final = details.nulls(
    "application application_fee application_fee_amount authorization_code failure_balance_transaction "
    "level3 on_behalf_of presentment_details radar_options receipt_number receipt_url refunds review "
    "shipping source source_transfer statement_descriptor statement_descriptor_suffix transfer "
    "transfer_data transfer_group"
)
_REFUND_NULLS: Final = details.nulls(
    "customer customer_account description instructions_email next_action presentment_details "
    "receipt_number source_transfer_reversal transfer_reversal"
)
_CUSTOMER_NULLS: Final = details.nulls(
    "address business_name cash_balance currency customer_account default_source deleted description "
    "discount individual_name invoice_credit_balance shipping sources subscriptions tax tax_ids "
    "test_clock"
)

_PAYOUT_NULLS: Final = details.nulls(
    "application_fee application_fee_amount original_payout payout_method reversed_by statement_descriptor"
)


def payment_intent(intent: Intent, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/payment_intents/object"""
    order = intent.order
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": order.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_received": intent.amount_received,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": "manual" if order.manual else "automatic_async",
        "client_secret": f"{intent.id}_secret_{intent.id[:2:-1]}",
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": order.currency,
        "customer": order.customer,
        "description": order.description,
        "last_payment_error": details.payment_error(intent),
        "latest_charge": intent.latest_charge,
        "livemode": livemode,
        "metadata": dict(order.metadata),
        "next_action": details.next_action(intent.id) if intent.status == "requires_action" else None,
        "payment_method": intent.payment_method,
        "payment_method_types": ["card", "sepa_debit"] if order.currency == "eur" else ["card"],
        "receipt_email": order.payer.email,
        "status": intent.status,
        **_PAYMENT_INTENT_NULLS,
    }


def charge(charge: Charge, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/charges/object"""
    order, decline = charge.order, charge.decline
    refunded = charge.amount_refunded + charge.released
    return {
        "id": charge.id,
        "object": "charge",
        "amount": order.amount,
        "amount_captured": charge.amount_captured,
        "amount_refunded": refunded,
        "balance_transaction": charge.balance_transaction,
        "billing_details": details.billing_details(order.payer),
        "calculated_statement_descriptor": _DESCRIPTOR if order.method.is_card else None,
        "captured": charge.captured,
        "created": charge.created,
        "currency": order.currency,
        "customer": order.customer,
        "description": order.description,
        "disputed": charge.disputed,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {"stripe_report": None, "user_report": None},
        "livemode": livemode,
        "metadata": dict(order.metadata),
        "outcome": details.outcome(decline),
        "paid": charge.status == "succeeded",
        "payment_intent": charge.intent,
        "payment_method": charge.payment_method,
        "payment_method_details": details.method_details(charge),
        "receipt_email": order.payer.email,
        "refunded": refunded >= order.amount or 0 < charge.amount_captured <= charge.amount_refunded,
        "status": charge.status,
        **_CHARGE_NULLS,
    }


def refund(refund: Refund) -> JsonObject:
    """docs.stripe.com/api/refunds/object"""
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": details.destination(refund),
        "failure_balance_transaction": refund.failure_balance_transaction,
        "failure_reason": refund.failure_reason,
        "metadata": dict(refund.metadata),
        "payment_intent": refund.intent,
        "payment_method": refund.payment_method,
        "pending_reason": "processing" if refund.status == "pending" else None,
        "reason": refund.reason,
        "status": refund.status,
        **_REFUND_NULLS,
    }


def customer(customer: Customer, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/customers/object"""
    return {
        "id": customer.id,
        "object": "customer",
        "balance": 0,
        "created": customer.created,
        "delinquent": False,
        "email": customer.email,
        "invoice_prefix": customer.id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": livemode,
        "metadata": dict(customer.metadata),
        "name": customer.name,
        "next_invoice_sequence": 1,
        "phone": customer.phone,
        "preferred_locales": [],
        "tax_exempt": "none",
        **_CUSTOMER_NULLS,
    }


def balance_transaction(line: BalanceTransaction, *, now: int) -> JsonObject:
    """docs.stripe.com/api/balance_transactions/object; ``now`` decides whether the money is available yet."""
    fee = {
        "amount": line.fee,
        "application": None,
        "currency": line.currency,
        "description": "Dispute fee" if line.category == "dispute" else "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": line.id,
        "object": "balance_transaction",
        "amount": line.amount,
        "available_on": line.available_on,
        "balance_type": "payments",
        "created": line.created,
        "currency": line.currency,
        "description": line.description,
        "exchange_rate": None if line.rate_ppm is None else line.rate_ppm / 1_000_000,
        "fee": line.fee,
        "fee_details": [fee] if line.fee else [],
        "net": line.net,
        "reporting_category": line.category,
        "source": line.source,
        "status": "available" if now >= line.available_on else "pending",
        "type": line.type,
    }


def dispute(dispute: Dispute, lines: list[JsonObject], *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/disputes/object; ``lines``: its balance transactions, which Stripe always shows whole."""
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": lines,
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": details.evidence(dispute),
        "evidence_details": details.evidence_details(dispute),
        "intended_submission_method": None,
        "is_charge_refundable": dispute.is_inquiry,
        "livemode": livemode,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": dispute.intent,
        "payment_method_details": None,
        "reason": dispute.reason,
        "status": dispute.status,
    }


def payout(payout: Payout, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/payouts/object"""
    failed, paid = payout.failure_code is not None, payout.status == "paid"
    return {
        "id": payout.id,
        "object": "payout",
        "amount": payout.amount,
        "arrival_date": payout.arrival_date,
        "automatic": payout.automatic,
        "balance_transaction": payout.balance_transaction,
        "created": payout.created,
        "currency": payout.currency,
        "description": "STRIPE PAYOUT",
        "destination": payout.destination,
        "failure_balance_transaction": payout.failure_balance_transaction,
        "failure_code": payout.failure_code,
        "failure_message": "The bank sent the money back." if failed else None,
        "livemode": livemode,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": payout.reconciliation_status,
        "source_type": "card",
        "status": payout.status,
        "trace_id": {"status": "supported" if paid else "pending", "value": payout.id[-12:] if paid else None},
        "type": "bank_account",
        **_PAYOUT_NULLS,
    }


def event(event: Event, shown: JsonObject, before: JsonObject | None, *, livemode: bool) -> JsonObject:
    """docs.stripe.com/api/events/object"""
    changed = before and {name: value for name, value in before.items() if shown.get(name) != value}
    return {
        "id": event.id,
        "object": "event",
        "account": None,
        "api_version": event.api_version,
        "context": None,
        "created": event.created,
        "data": {"object": shown, "previous_attributes": changed},
        "livemode": livemode,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": event.type,
    }
