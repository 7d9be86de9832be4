"""What Stripe says in codes, in plain words: why a payment or refund failed, and what a bank disputes.

Sources: docs.stripe.com/declines/codes, docs.stripe.com/error-codes, docs.stripe.com/refunds (failed refunds),
docs.stripe.com/disputes/categories. A code that does not stand here is told in Stripe's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rentease_desk.domain.follow_ups import FollowUpKind, Problem

Say = Callable[[str], str]
"""Says an English text in the reader's language."""


def why_failed(code: str | None, message: str | None, say: Say = str) -> str:
    """Why a payment failed: in our words, else in Stripe's."""
    return _said(_DECLINES, code, say) or message or spelt(code) or say("Stripe gives no reason")


def why_not_refunded(code: str | None, say: Say = str) -> str:
    """Why a refund failed."""
    return _said(_REFUNDS, code, say) or spelt(code) or say("Stripe gives no reason")


def why_disputed(reason: str | None, say: Say = str) -> str:
    """What the cardholder told the bank."""
    return _said(_REASONS, reason, say) or spelt(reason) or say("No reason was given")


def what_went_wrong(problem: Problem, say: Say = str) -> str:
    """The reason of a problem of any kind."""
    if problem.kind is FollowUpKind.REFUND:
        return why_not_refunded(problem.code, say)
    if problem.kind is FollowUpKind.DISPUTE:
        return why_disputed(problem.code, say)
    return why_failed(problem.code, problem.message, say)


def _said(words: Mapping[str, str], code: str | None, say: Say) -> str:
    found = words.get(code or "")
    return say(found) if found else ""


def spelt(code: str | None) -> str:
    """``some_new_code`` as words."""
    return (code or "").replace("_", " ").capitalize()


def _by_code(groups: Mapping[str, str]) -> Mapping[str, str]:
    return {code: words for words, codes in groups.items() for code in codes.split()}


_DECLINES = _by_code(
    {
        "Declined without a reason": (
            "generic_decline do_not_honor call_issuer no_action_taken not_permitted "
            "service_not_allowed transaction_not_allowed security_violation "
            "revocation_of_authorization revocation_of_all_authorizations stop_payment_order"
        ),
        "The bank could not handle it: try again": (
            "approve_with_id issuer_not_available processing_error reenter_transaction try_again_later"
        ),
        "Not enough money": "insufficient_funds withdrawal_count_limit_exceeded",
        "The card's limit is used up": "card_velocity_exceeded charge_exceeds_source_limit",
        "The card's number was mistyped": "incorrect_number invalid_number",
        "The card has expired": "expired_card invalid_expiry_month invalid_expiry_year",
        "The security code was wrong": "incorrect_cvc invalid_cvc",
        "The postcode did not fit": "incorrect_zip incorrect_address",
        "The card does not take this currency": "currency_not_supported",
        "The card cannot be used for this": "card_not_supported restricted_card new_account_information_available",
        "Card reported lost or stolen": "lost_card stolen_card pickup_card",
        "It was taken for fraud": "fraudulent merchant_blacklist highest_risk_level",
        "It looks like one paid just before": "duplicate_transaction",
        "The guest must confirm it at the bank": "authentication_required authentication_not_handled",
        "The guest did not confirm it": (
            "payment_intent_authentication_failure payment_intent_payment_attempt_expired"
        ),
        "The PIN was wrong": "incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required",
        "The PIN was wrong too often": "pin_try_exceeded",
        "The amount cannot be paid with this card": "invalid_amount",
        "The account does not exist, or is closed": "invalid_account no_account account_closed bank_account_unusable",
        "The account's owner does not allow the debit": "debit_not_authorized",
        "A test card was used with real money": "live_mode_test_card testmode_decline",
    }
)
"""Decline codes of cards, and codes of failed debits."""
_REFUNDS = {
    "charge_for_pending_refund_disputed": "The payment was disputed meanwhile",
    "declined": "The guest's bank declined it",
    "expired_or_canceled_card": "The card has expired or was cancelled",
    "insufficient_funds": "There was not enough money in Stripe",
    "lost_or_stolen_card": "Card reported lost or stolen",
    "merchant_request": "It was stopped by the property",
    "unknown": "The bank does not say why",
}
_REASONS = {
    "bank_cannot_process": "The bank cannot process the payment",
    "check_returned": "The cheque came back",
    "credit_not_processed": "Promised money was not given back",
    "customer_initiated": "The guest asked the bank",
    "debit_not_authorized": "The guest did not allow the debit",
    "duplicate": "Paid twice, says the guest",
    "fraudulent": "The cardholder did not pay this",
    "general": "No reason was given",
    "incorrect_account_details": "The account's details were wrong",
    "insufficient_funds": "Not enough money on the account",
    "noncompliant": "Against the card network's rules",
    "product_not_received": "Nothing was received, says the guest",
    "product_unacceptable": "Not as described, says the guest",
    "subscription_canceled": "The long stay was cancelled before",
    "unrecognized": "The cardholder does not know it",
}
