"""The parts inside of payment objects: who paid, with what, and what the bank said."""

from __future__ import annotations

from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.orders import Decline, Method, Payer
from rentease_desk.practice.records import Charge, Dispute, Intent, Refund

_WEEK = 7 * 86_400


def nulls(names: str) -> dict[str, None]:
    """Keys, separated by spaces, that an object carries without a value."""
    return dict.fromkeys(names.split())


def billing_details(payer: Payer) -> JsonObject:
    """Name and addresses as typed at checkout."""
    return {
        "address": {
            "city": None,
            "country": payer.country,
            "line1": None,
            "line2": None,
            "postal_code": None,
            "state": None,
        },
        "email": payer.email,
        "name": payer.name,
        "phone": payer.phone,
        "tax_id": None,
    }


def payment_error(intent: Intent) -> JsonObject | None:
    """``last_payment_error``: what became of the last attempt."""
    decline, method = intent.error, intent.order.method
    if decline is None:
        return None
    return {
        "advice_code": "try_again_later" if method.is_card else None,
        "charge": intent.latest_charge,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "network_advice_code": None,
        "network_decline_code": None,
        "param": None,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_type": method.type,
        "request_log_url": None,
        "setup_intent": None,
        "source": None,
        "type": "card_error" if method.is_card else "invalid_request_error",
    }


def next_action(intent_id: str) -> JsonObject:
    """Where the payer confirms with the bank."""
    address = f"https://hooks.stripe.com/redirect/authenticate/{intent_id}"
    return {"redirect_to_url": {"return_url": None, "url": address}, "type": "redirect_to_url"}


def outcome(decline: Decline | None) -> JsonObject:
    """What the bank and the risk check said."""
    return {
        "advice_code": "try_again_later" if decline else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "risk_score": 12,
        "rule": None,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def method_details(charge: Charge) -> JsonObject:
    """``payment_method_details``: the branch of the method that paid."""
    method = charge.order.method
    if method.is_card:
        return {"card": _card(charge), "type": "card"}
    return {method.type: _bank_debit(method), "type": method.type}


def _bank_debit(method: Method) -> JsonObject:
    return {
        "bank_code": "02008",
        "branch_code": "",
        "country": method.country,
        "expected_debit_date": None,
        "fingerprint": method.fingerprint,
        "last4": method.last4,
        "mandate": None,
    }


def _card(charge: Charge) -> JsonObject:
    method, amount = charge.order.method, charge.order.amount
    return {
        "amount_authorized": None if charge.decline else amount,
        "authorization_code": None,
        "brand": method.brand,
        "capture_before": charge.created + _WEEK if charge.order.manual and not charge.decline else None,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": method.country,
        "description": None,
        "electronic_commerce_indicator": None,
        "exp_month": method.exp_month,
        "exp_year": method.exp_year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": method.fingerprint,
        "funding": method.funding,
        "iin": None,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "issuer": None,
        "last4": method.last4,
        "mandate": None,
        "moto": None,
        "multicapture": {"status": "unavailable"},
        "network": method.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "regulated",
        "setup_credential_usage": None,
        "stored_credential_usage": None,
        "three_d_secure": None,
        "transaction_link_id": None,
        "wallet": None,
    }


def destination(refund: Refund) -> JsonObject | None:
    """``destination_details``: where a refund to a card went."""
    if refund.method_type != "card":
        return None
    return {
        "card": {
            "reference": None,
            "reference_status": "pending" if refund.status == "succeeded" else None,
            "reference_type": "acquirer_reference_number",
            "type": "pending" if refund.status == "pending" else "refund",
        },
        "type": "card",
    }


_PROGRAMMES = "mastercard_compliance visa_compelling_evidence_3 visa_compliance"
_EVIDENCE = (
    "access_activity_log appeal billing_address cancellation_policy cancellation_policy_disclosure "
    "cancellation_rebuttal customer_communication customer_email_address customer_name "
    "customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation "
    "duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure "
    "refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier "
    "shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text "
)


def evidence(dispute: Dispute) -> JsonObject:
    """What was handed in."""
    text = "The guest stayed with us and signed the bill." if dispute.has_evidence else None
    return {**nulls(_EVIDENCE), "uncategorized_text": text, "enhanced_evidence": nulls(_PROGRAMMES)}


def evidence_details(dispute: Dispute) -> JsonObject:
    """Until when evidence may be handed in, and whether it was."""
    return {
        "due_by": dispute.due_by,
        "enhanced_eligibility": nulls(_PROGRAMMES),
        "has_evidence": dispute.has_evidence,
        "past_due": dispute.past_due,
        "submission_count": int(dispute.has_evidence),
        "submission_method": "manual" if dispute.has_evidence else "not_submitted",
    }
