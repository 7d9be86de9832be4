"""The property's settings: one declaration each, read from and shown as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.cash import rounded
from rentease_desk.domain.dates import DEFAULT_ROLL_MINUTES, Days, zone_info
from rentease_desk.domain.datev import Datev, datev_text, parse_datev
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.language import language_tag
from rentease_desk.domain.money import Money, digits, parse_plain, plain_decimal
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.payment import DEFAULT_METHODS, Method, MethodKind
from rentease_desk.domain.tax import parse_rate, rate_text
from rentease_desk.domain.text import clean_text

if TYPE_CHECKING:
    from rentease_desk.domain.stripe_accounts import StripeAccount
    from rentease_desk.domain.stripe_objects import Identity

DEFAULT_SYNC_MINUTES = 5
DEFAULT_LOCK_MINUTES = 5
_STEP = r"([A-Za-z]{3})\s*(\d{1,6}(?:[.,]\d{1,3})?)"
MAX_AGE = 99
MAX_LOCK_MINUTES = 240
_WEB = re.compile(r"https?://[\w-]+(\.[\w-]+)*(:\d{1,5})?([/?][^\s<>\"{}|\\^`]*)?", re.IGNORECASE)
_LINE, _LABEL = 80, 60
_BLANKS = re.compile(r"[ \t]+")
"""The most letters of a line on a receipt."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


class Property(Struct, frozen=True):
    """Who the desk works for, and by which rules. ``day_roll_minutes``: minutes after local midnight.

    ``sync_minutes`` 0 is off. ``identity`` is the first Stripe account whose payments the database holds, if there is
    one; ``accounts`` are all of them, removed ones too, in the order in which they came.
    ``cash_rounding`` holds the smallest coin of each currency in which cash is rounded.
    ``city_tax``: minor units of ``currency`` for a person and night, children below ``city_tax_age`` do not count.
    ``website``: where a guest's browser goes after paying by a link.
    ``room_tax_ppm``, ``extras_tax_ppm``: the tax that prices contain, in millionths (22 % is 220,000).
    ``void_limit``, ``refund_limit``: minor units of ``currency`` above which a manager approves; None: no limit.
    ``lock_minutes``: after so many idle minutes the desk asks for a PIN again; 0 never.
    ``drawer_tolerance``: how much a counted drawer may differ without a manager, by currency.
    ``datev``: whom files for DATEV are for, and the accounts in them.
    ``address`` and ``tax_lines`` (as a VAT number): lines on receipts. ``receipt_paper``: what these are laid out for.
    """

    name: str = "My property"
    zone: str = "UTC"
    currency: str = "eur"
    day_roll_minutes: int = DEFAULT_ROLL_MINUTES
    language: str = "en_GB"
    reference_prefix: str = "B-"
    sync_minutes: int = DEFAULT_SYNC_MINUTES
    methods: tuple[Method, ...] = DEFAULT_METHODS
    identity: Identity | None = None
    version: int = 1
    cash_rounding: tuple[Money, ...] = ()
    city_tax: int = 0
    city_tax_age: int = 0
    room_tax_ppm: int = 0
    extras_tax_ppm: int = 0
    website: str = ""
    address: str = ""
    tax_lines: str = ""
    receipt_paper: Paper = Paper.A4
    void_limit: int | None = None
    refund_limit: int | None = None
    lock_minutes: int = DEFAULT_LOCK_MINUTES
    drawer_tolerance: tuple[Money, ...] = ()
    datev: Datev = Datev()
    accounts: tuple[StripeAccount, ...] = ()

    @property
    def days(self) -> Days:
        """Its calendar and business days."""
        return Days(zone_info(self.zone), self.day_roll_minutes)

    @property
    def asked_accounts(self) -> tuple[StripeAccount, ...]:
        """The Stripe accounts that are synced, in the order in which they came."""
        return tuple(one for one in self.accounts if one.is_asked)

    @property
    def default_account(self) -> StripeAccount | None:
        """The Stripe account in which new payment links are made; None while none is known."""
        asked = self.asked_accounts
        return next((one for one in asked if one.is_default), asked[0] if asked else None)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The accounts whose payments stand here, removed ones too; () while none is known."""
        return tuple(one.identity for one in self.accounts)

    def badge(self, account: str | None) -> str:
        """What tells an account (Stripe's id of it) from the property's others; "" where it has but one."""
        return "" if account is None else self.badges.get(account, "")

    @property
    def badges(self) -> Mapping[str, str]:
        """The same by Stripe's ids, of all its accounts; {} where it has but one."""
        return {one.identity.account: one.badge for one in self.accounts} if len(self.accounts) > 1 else {}

    def method(self, code: str) -> Method:
        """One of its manual methods. Raises InputError ``payment.method_unknown``."""
        found = next((method for method in self.methods if method.code == code), None)
        if found is None:
            known = ", ".join(method.code for method in self.methods)
            raise InputError("payment.method_unknown", field="method", method=code, known=known)
        return found

    def cash_due(self, method: Method, amount: Money) -> int:
        """What is to be taken for an amount, minor units: cash is rounded to the smallest coin, nothing else is."""
        step = next((one.minor for one in self.cash_rounding if one.currency == amount.currency), 1)
        return rounded(amount.minor, step) if method.kind is MethodKind.CASH else amount.minor

    def cash_back(self, code: str, amount: Money) -> int:
        """What is to be handed out for an amount that is given back by a method, minor units: as ``cash_due``."""
        found = next((method for method in self.methods if method.code == code), None)
        return amount.minor if found is None else self.cash_due(found, amount)

    def is_above(self, limit: int | None, amount: Money) -> bool:
        """Whether an amount is above one of its limits. Of another currency every amount is: they are not compared."""
        return limit is not None and (amount.currency != self.currency or amount.minor > limit)


class Setting(Struct, frozen=True):
    """A setting by its name: how it is shown as text, and how text becomes a changed property."""

    show: Callable[[Property], str]
    apply: Callable[[Property, str], Property]


def changed(settings: Property, values: Mapping[str, str]) -> Property:
    """The property with settings read from text. Raises InputError naming what cannot be taken."""
    for name, value in values.items():
        if name not in SETTINGS:
            raise InputError("settings.unknown", field=name, name=name, known=", ".join(SETTINGS))
        settings = SETTINGS[name].apply(settings, value)
    return settings


def with_clean_labels(settings: Property) -> Property:
    """With names of methods ready to store, as people typed them. Raises as ``clean_text``, naming ``methods``."""
    clean = (replace(one, label=clean_text(one.label, "methods", _LABEL)) for one in settings.methods)
    return replace(settings, methods=tuple(clean))


def _name(settings: Property, value: str) -> Property:
    name = clean_text(value, "name", 100)
    if not name:
        raise InputError("settings.name_empty", field="name")
    return replace(settings, name=name)


def _zone(settings: Property, value: str) -> Property:
    return replace(settings, zone=zone_info(value).key)


def _currency(settings: Property, value: str) -> Property:
    """Amounts of the old currency have to be said anew: what the city asks for, and the limits."""
    digits(value.strip())
    currency = value.strip().lower()
    return settings if currency == settings.currency else _in_currency(settings, currency)


def _in_currency(settings: Property, currency: str) -> Property:
    """Limits become nothing, not none: above them a manager is asked, until they are said anew."""
    limits = {name: None if getattr(settings, name) is None else 0 for name in ("void_limit", "refund_limit")}
    return replace(settings, currency=currency, city_tax=0, **limits)


def _day_roll(settings: Property, value: str) -> Property:
    match = re.fullmatch(r"(\d{1,2})(?::([0-5]\d))?", value.strip())
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else -1
    if not 0 <= minutes <= 720:
        raise InputError("settings.day_roll", field="day_roll", value=value.strip())
    return replace(settings, day_roll_minutes=minutes)


def _language(settings: Property, value: str) -> Property:
    return replace(settings, language=language_tag(value).replace("-", "_"))


def _lines(field: str, most: int) -> Callable[[Property, str], Property]:
    """Lines as they stand on a receipt; empty ones are left out."""

    def apply(settings: Property, value: str) -> Property:
        lines = [_BLANKS.sub(" ", line).strip() for line in clean_text(value, field, _LINE * most).splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > most or any(len(line) > _LINE for line in lines):
            raise InputError("settings.lines", field=field, lines=most, letters=_LINE)
        return replace(settings, **{field: "\n".join(lines)})

    return apply


def _paper(settings: Property, value: str) -> Property:
    text = "".join(value.lower().split())
    if text not in set(Paper):
        raise InputError("settings.paper", field="receipt_paper", value=value.strip(), known=", ".join(Paper))
    return replace(settings, receipt_paper=Paper(text))


def _datev(settings: Property, value: str) -> Property:
    return replace(settings, datev=parse_datev(value))


def _prefix(settings: Property, value: str) -> Property:
    return replace(settings, reference_prefix=clean_text(value, "reference_prefix", 12))


def _sync_minutes(settings: Property, value: str) -> Property:
    text = "0" if value.strip().lower() == "off" else value.strip()
    if not text.isdecimal() or len(text) > 4 or int(text) > 1440:
        raise InputError("settings.interval", field="sync_minutes", value=value.strip())
    return replace(settings, sync_minutes=int(text))


def _lock_minutes(settings: Property, value: str) -> Property:
    text = "0" if value.strip().lower() == "off" else value.strip()
    if re.fullmatch(r"[0-9]{1,3}", text) is None or int(text) > MAX_LOCK_MINUTES:
        raise InputError("settings.lock_minutes", field="lock_minutes", value=value.strip(), limit=MAX_LOCK_MINUTES)
    return replace(settings, lock_minutes=int(text))


def _limit(field: str) -> Callable[[Property, str], Property]:
    """An amount of the property's currency, or ``off``."""

    def apply(settings: Property, value: str) -> Property:
        text = value.strip()
        if text.lower() in {"", "off"}:
            return replace(settings, **{field: None})
        try:
            money = parse_plain(text, settings.currency)
        except InputError as error:
            raise InputError(error.code, field=field, **error.params) from error
        if money.minor < 0:
            raise InputError("settings.limit", field=field, value=text)
        return replace(settings, **{field: money.minor})

    return apply


def _show_limit(field: str) -> Callable[[Property], str]:
    def show(settings: Property) -> str:
        minor: int | None = getattr(settings, field)
        return "off" if minor is None else plain_decimal(Money(minor, settings.currency))

    return show


def _city_tax(settings: Property, value: str) -> Property:
    try:
        money = parse_plain(value.strip() or "0", settings.currency)
    except InputError as error:
        raise InputError(error.code, field="city_tax", **error.params) from error
    if money.minor < 0:
        raise InputError("settings.city_tax", field="city_tax", value=value.strip())
    return replace(settings, city_tax=money.minor)


def _city_tax_age(settings: Property, value: str) -> Property:
    text = value.strip() or "0"
    if re.fullmatch(r"[0-9]{1,2}", text) is None:
        raise InputError("settings.city_tax_age", field="city_tax_age", value=value.strip(), limit=MAX_AGE)
    return replace(settings, city_tax_age=int(text))


def _room_tax(settings: Property, value: str) -> Property:
    return replace(settings, room_tax_ppm=parse_rate(value, "room_tax"))


def _extras_tax(settings: Property, value: str) -> Property:
    return replace(settings, extras_tax_ppm=parse_rate(value, "extras_tax"))


def _website(settings: Property, value: str) -> Property:
    """An address of the web; ``https://`` may be left out."""
    text = clean_text(value, "website", 500)
    address = text if "://" in text or not text else f"https://{text}"
    if address and not _WEB.fullmatch(address):
        raise InputError("settings.website", field="website", value=text)
    return replace(settings, website=address)


def _methods(settings: Property, value: str) -> Property:
    codes = [code.strip().lower() for code in value.split(",") if code.strip()]
    if not codes or len(set(codes)) != len(codes) or not all(_CODE.fullmatch(code) for code in codes):
        raise InputError("settings.methods", field="methods", value=value.strip())
    known = {method.code: method for method in (*DEFAULT_METHODS, *settings.methods)}
    return replace(settings, methods=tuple(known.get(code) or _other(code) for code in codes))


def _amounts(field: str, code: str) -> Callable[[Property, str], Property]:
    """``CHF 0.05, SEK 1``, an amount a currency; ``off`` is none."""

    def apply(settings: Property, value: str) -> Property:
        text = value.strip()
        if text.lower() in {"", "off"}:
            return replace(settings, **{field: ()})
        wrong = InputError(code, field=field, value=text)
        if not re.fullmatch(rf"{_STEP}(?:\s*[,;]\s*{_STEP})*", text):
            raise wrong
        try:
            steps = tuple(parse_plain(step.replace(",", "."), name) for name, step in re.findall(_STEP, text))
        except InputError as error:
            raise wrong from error
        if len({one.currency for one in steps}) != len(steps) or any(one.minor < 1 for one in steps):
            raise wrong
        return replace(settings, **{field: steps})

    return apply


def _show_amounts(amounts: tuple[Money, ...]) -> str:
    return ", ".join(f"{one.currency.upper()} {plain_decimal(one)}" for one in amounts) or "off"


def _other(code: str) -> Method:
    return Method(code, code.replace("_", " ").capitalize(), MethodKind.OTHER)


SETTINGS: dict[str, Setting] = {
    "name": Setting(lambda one: one.name, _name),
    "zone": Setting(lambda one: one.zone, _zone),
    "currency": Setting(lambda one: one.currency.upper(), _currency),
    "day_roll": Setting(lambda one: f"{one.day_roll_minutes // 60:02}:{one.day_roll_minutes % 60:02}", _day_roll),
    "language": Setting(lambda one: one.language, _language),
    "reference_prefix": Setting(lambda one: one.reference_prefix, _prefix),
    "website": Setting(lambda one: one.website, _website),
    "sync_minutes": Setting(lambda one: str(one.sync_minutes), _sync_minutes),
    "cash_rounding": Setting(
        lambda one: _show_amounts(one.cash_rounding), _amounts("cash_rounding", "settings.cash_rounding")
    ),
    "drawer_tolerance": Setting(
        lambda one: _show_amounts(one.drawer_tolerance), _amounts("drawer_tolerance", "settings.drawer_tolerance")
    ),
    "city_tax": Setting(lambda one: plain_decimal(Money(one.city_tax, one.currency)), _city_tax),
    "city_tax_age": Setting(lambda one: str(one.city_tax_age), _city_tax_age),
    "room_tax": Setting(lambda one: rate_text(one.room_tax_ppm), _room_tax),
    "extras_tax": Setting(lambda one: rate_text(one.extras_tax_ppm), _extras_tax),
    "address": Setting(lambda one: one.address, _lines("address", 6)),
    "tax_lines": Setting(lambda one: one.tax_lines, _lines("tax_lines", 4)),
    "receipt_paper": Setting(lambda one: "A4" if one.receipt_paper is Paper.A4 else one.receipt_paper.value, _paper),
    "void_limit": Setting(_show_limit("void_limit"), _limit("void_limit")),
    "refund_limit": Setting(_show_limit("refund_limit"), _limit("refund_limit")),
    "lock_minutes": Setting(lambda one: str(one.lock_minutes), _lock_minutes),
    "datev": Setting(lambda one: datev_text(one.datev), _datev),
    "methods": Setting(lambda one: ",".join(method.code for method in one.methods), _methods),
}
