"""The account's own page: docs.stripe.com/api/accounts/object."""

from __future__ import annotations

from typing import Final

from rentease_desk.practice import details
from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.store import Profile, Store

_ACCOUNT_NULLS: Final = details.nulls(
    "capabilities company controller deleted external_accounts future_requirements groups individual "
    "requirements tos_acceptance"
)
_PROFILE_NULLS: Final = details.nulls(
    "annual_revenue estimated_worker_count minority_owned_business_designation monthly_estimated_revenue "
    "specified_commercial_transactions_act_url support_address support_phone support_url url"
)
_SETTINGS_NULLS: Final = details.nulls(
    "bacs_debit_payments card_issuing invoices payouts paypay_payments sepa_debit_payments treasury"
)
_HOTELS: Final = "7011"


def account(store: Store) -> JsonObject:
    """What a full key may read of the account."""
    profile = store.profile
    return {
        "id": store.ids.account,
        "object": "account",
        "business_profile": _business_profile(profile),
        "business_type": "company",
        "charges_enabled": True,
        "country": profile.country,
        "created": store.opened,
        "default_currency": profile.currency,
        "details_submitted": True,
        "email": profile.email,
        "metadata": {},
        "payouts_enabled": True,
        "settings": _settings(profile),
        "type": "standard",
        **_ACCOUNT_NULLS,
    }


def _business_profile(profile: Profile) -> JsonObject:
    return {
        "mcc": _HOTELS,
        "name": profile.name,
        "product_description": "Rooms",
        "support_email": profile.email,
        **_PROFILE_NULLS,
    }


def _settings(profile: Profile) -> JsonObject:
    descriptor = profile.name.upper()
    kana_and_kanji = details.nulls("statement_descriptor_prefix_kana statement_descriptor_prefix_kanji")
    payments = details.nulls("statement_descriptor_kana statement_descriptor_kanji")
    return {
        "branding": details.nulls("icon logo primary_color secondary_color"),
        "card_payments": {"decline_on": None, "statement_descriptor_prefix": None, **kana_and_kanji},
        "dashboard": {"display_name": profile.name, "timezone": profile.zone},
        "payments": {"statement_descriptor": descriptor, **payments, **kana_and_kanji},
        **_SETTINGS_NULLS,
    }
