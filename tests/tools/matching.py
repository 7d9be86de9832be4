"""Payments as guests really make them, each with the booking it was meant for: seeded, so that figures can be repeated.

What is wrong with a payment is drawn independently: the name (exact, misspelt, shortened, turned round, somebody
else's, none), the e-mail (the guest's, another, none), the amount (balance, total, deposit, one night, nearby, odd),
what was written beside it, and when it was paid. One guest in six has several stays; one payment in ten is a
stranger's, for whom there is no booking.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from rentease_desk.domain.stripe_objects import Identity, Page, StripeCharge, StripeIntent
from rentease_desk.domain.text import fold
from rentease_desk.services.desk import Desk
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.tables import booking_search, bookings, charge_lines, guests, payments
from tests.tools.practice import NOON

ACCOUNT = Identity("acct_matching", livemode=False)
TODAY = date(2026, 11, 5)
DAY = 86_400
_GIVEN = (
    "Amara", "Søren", "Haruto", "Fatima", "Noor", "Oliver", "Renata", "Lucía", "Mihály", "Sanjay", "Chidi",
    "Jürgen", "Ana", "José", "Mary", "Zoë", "Łukasz", "Björn", "Chloé", "Ines", "Paolo", "Elena", "Dmitri",
    "Aisha", "Wei", "Yuki", "Kofi", "Priya", "Tomás", "Freya", "Henrik", "Giulia", "Marta", "Pierre", "Ahmed",
    "Nadia", "Ivan", "Katarzyna", "Emeka", "Leila", "Sofia", "Lars", "Hannah", "Mateo", "Olga", "Rashid",
    "Beatriz", "Niamh", "Viktor", "Grace",
)  # fmt: skip
_FAMILY = (
    "Okafor", "Lindqvist", "Nakamura", "El Mansouri", "van den Berg", "Bennett", "Cavalcanti", "Fernández Prieto",
    "Szabó", "Okoro", "Müller", "Silva", "Ferreira", "Smith", "García", "Żak", "Sørensen", "Dubois", "Prado",
    "Marchetti", "Volkov", "Haddad", "Chen", "Tanaka", "Mensah", "Sharma", "Novák", "Olsen", "Johansson", "Rossi",
    "Kowalska", "Lefèvre", "Hussein", "Petrov", "Nowak", "Eze", "Rahimi", "Costa", "Hansen", "Fischer", "López",
    "Ivanova", "Qureshi", "Almeida", "Murphy", "Horvat", "Williams", "Jensen", "Weber", "Bianchi", "Brown",
    "Taylor", "Schmidt", "Martin", "Bernard", "Andersson", "Nguyen", "Kim",
)  # fmt: skip
_MORE_FAMILIES = (
    "Abbott", "Adeyemi", "Aguilar", "Ahlgren", "Baker", "Balogh", "Barros", "Becker", "Bergström", "Blanchard",
    "Bošnjak", "Carlsen", "Castellani", "Chaudhry", "Christou", "Clarke", "Conti", "Cooper", "Czerny", "Dahl",
    "Delgado", "Demir", "Dietrich", "Doherty", "Eriksen", "Esposito", "Evans", "Falk", "Faure", "Fontana",
    "Forsberg", "Gallagher", "Gomes", "Greco", "Grönberg", "Haas", "Hakimi", "Hartmann", "Hoffmann", "Hughes",
    "Iversen", "Jansen", "Jovanović", "Kaplan", "Keller", "Kovács", "Krüger", "Laurent", "Lehtonen", "Lindgren",
    "Lombardi", "Lund", "Maier", "Mancini", "Mazur", "Meyer", "Moreau", "Moretti", "Mwangi", "Nilsen", "O'Brien",
    "Öztürk", "Papadopoulos", "Peeters", "Pereira", "Pfeiffer", "Popescu", "Quinn", "Ramos", "Reid", "Ricci",
    "Roux", "Sato", "Schneider", "Simmons", "Stewart", "Suzuki", "Tóth", "Urban", "Vargas", "Vermeulen",
    "Virtanen", "Wagner", "Walsh", "Wójcik", "Yamamoto", "Yılmaz", "Zimmermann",
)  # fmt: skip
_TEXTS = ("", "", "", "", "Room payment", "Hotel Lanterna", "payment for stay", "{family} room", "deposit", "Booking")
_COMPANIES = ("Meridian Travel Ltd", "ACME Consulting GmbH", "Tecnoforma srl", "Northwind Oy", "Globalia Viajes SA")


@dataclass(frozen=True, slots=True)
class Stay:
    """A booking of the set. ``paid`` of it was paid before, minor units."""

    pk: int
    guest: str
    email: str
    phone: str
    arrival: date
    nights: int
    total: int
    paid: int
    booked_on: date
    customer: str

    @property
    def reference(self) -> str:
        return f"LN-{2000 + self.pk}"

    @property
    def balance(self) -> int:
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, what it was meant for (None: nothing here), and what is wrong with it."""

    number: int
    meant: Stay | None
    name: str | None
    email: str | None
    amount: int
    day: date
    text: str
    last4: str
    customer: str | None
    noise: tuple[str, ...]

    @property
    def stripe_id(self) -> str:
        return f"pi_match_{self.number}"


class Generator:
    """Draws stays, then payments for them."""

    def __init__(self, seed: int = 20_261_105) -> None:
        self._random = random.Random(seed)

    def stays(self, count: int) -> list[Stay]:
        """So many bookings around today; one guest in six comes more than once."""
        made: list[Stay] = []
        while len(made) < count:
            first = self._stay(len(made) + 1, self._guest())
            made.append(first)
            for _ in range(self._random.choice((1, 1, 2, 3)) if self._random.random() < 1 / 6 else 0):
                again = self._stay(len(made) + 1, (first.guest, first.email, first.phone))
                made.append(replace(again, customer=first.customer))
        return made[:count]

    def payments(self, stays: Sequence[Stay], count: int) -> list[Paid]:
        """So many payments: nine in ten for one of the stays that owe something."""
        owing = [one for one in stays if one.balance > 0 and -20 <= (one.arrival - TODAY).days <= 150]
        chosen = self._random.sample(owing, min(len(owing), count * 9 // 10))
        made = [self._paid(number, stay) for number, stay in enumerate(chosen, start=1)]
        return made + [self._stranger(number) for number in range(len(made) + 1, count + 1)]

    def _guest(self) -> tuple[str, str, str]:
        name = self._full_name()
        number = self._random.randrange(100, 999)
        email = f"{fold(name).replace(' ', '.')}{number}@{self._random.choice(('mail', 'post', 'web'))}.example"
        phone = f"+39 040 {self._random.randrange(1_000_000, 9_999_999)}"
        return name, email if self._random.random() < 0.85 else "", phone

    def _stay(self, pk: int, guest: tuple[str, str, str]) -> Stay:
        draw, nights = self._random, self._random.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 7))
        arrival = TODAY + timedelta(days=draw.randrange(-40, 180))
        total = nights * draw.randrange(70, 190) * 100 + draw.choice((0, 0, 50, 350, 1200))
        paid = draw.choice((0, 0, 0, 0, total // 5, total // 2, total))
        booked = min(TODAY, arrival) - timedelta(days=draw.randrange(0, 90))
        return Stay(pk, *guest, arrival, nights, total, paid, booked, f"cus_{pk}")

    def _paid(self, number: int, stay: Stay) -> Paid:
        name, how_named = self._name(stay.guest)
        email, how_mailed = self._email(stay, how_named)
        amount, how_much = self._amount(stay)
        day, when = self._day(stay)
        text, said = self._text(stay)
        known = self._random.random() < 0.06 and stay.paid > 0
        noise = (how_named, how_mailed, how_much, when, said)
        card = f"{self._random.randrange(10_000):04}"
        return Paid(number, stay, name, email, amount, day, text, card, stay.customer if known else None, noise)

    def _stranger(self, number: int) -> Paid:
        name, email, _ = self._guest()
        amount, day = self._random.randrange(2_000, 90_000), TODAY - timedelta(days=self._random.randrange(10))
        card = f"{self._random.randrange(10_000):04}"
        return Paid(number, None, name, email or None, amount, day, "", card, None, ("stranger",))

    def _name(self, guest: str) -> tuple[str | None, str]:
        given, _, family = guest.partition(" ")
        draw = self._random.random()
        if draw < 0.34:
            return guest, "exact name"
        if draw < 0.62:
            return self._misspelt(guest), "misspelt"
        if draw < 0.72:
            return (
                f"{given[0]} {family}" if self._random.random() < 0.5 else f"{family} {given[0]}".lower(),
                "shortened",
            )
        if draw < 0.80:
            return f"{family} {given}".upper(), "turned round"
        if draw < 0.87:
            return f"{self._random.choice(_GIVEN)} {family}", "family's card"
        if draw < 0.96:
            return self._other(), "other cardholder"
        return None, "no name"

    def _other(self) -> str:
        if self._random.random() < 0.4:
            return self._random.choice(_COMPANIES)
        return self._full_name()

    def _full_name(self) -> str:
        """One family in eight has two names."""
        families = self._random.sample([*_FAMILY, *_MORE_FAMILIES], 2 if self._random.random() < 1 / 8 else 1)
        return f"{self._random.choice(_GIVEN)} {' '.join(families)}"

    def _misspelt(self, name: str) -> str:
        letters = list(fold(name).title())
        for _ in range(self._random.choice((1, 1, 2))):
            at = self._random.randrange(1, len(letters) - 1)
            slip = self._random.choice(("drop", "double", "swap", "change"))
            if slip == "drop":
                del letters[at]
            elif slip == "double":
                letters.insert(at, letters[at])
            elif slip == "swap":
                letters[at], letters[at - 1] = letters[at - 1], letters[at]
            else:
                letters[at] = self._random.choice("aeioulnrst")
        return "".join(letters)

    def _email(self, stay: Stay, named: str) -> tuple[str | None, str]:
        draw = self._random.random()
        own = 0.72 if named not in {"other cardholder", "family's card"} else 0.6
        if stay.email and draw < own:
            tagged = self._random.random() < 0.1
            return stay.email.replace("@", "+hotel@") if tagged else stay.email.upper(), "own e-mail"
        if draw < 0.9:
            return f"someone{self._random.randrange(10_000)}@other.example", "other e-mail"
        return None, "no e-mail"

    def _amount(self, stay: Stay) -> tuple[int, str]:
        draw = self._random.random()
        if draw < 0.62:
            return stay.balance, "balance"
        if draw < 0.76:
            return max(100, stay.total * self._random.choice((20, 30, 50)) // 100), "deposit"
        if draw < 0.84:
            return max(100, stay.total // stay.nights), "one night"
        if draw < 0.96:
            return max(100, stay.balance + self._random.choice((-500, -200, 300, 700, 1_250))), "nearby"
        return max(100, stay.balance * self._random.randrange(20, 160) // 100), "odd amount"

    def _day(self, stay: Stay) -> tuple[date, str]:
        draw = self._random.random()
        departure = stay.arrival + timedelta(days=stay.nights)
        if draw < 0.35 or stay.arrival > TODAY + timedelta(days=20):
            return min(TODAY, stay.booked_on + timedelta(days=self._random.choice((0, 0, 1, 9)))), "at booking"
        if draw < 0.75:
            return stay.arrival + timedelta(days=self._random.choice((-2, -1, 0, 0, 1))), "at arrival"
        return departure + timedelta(days=self._random.choice((-1, 0, 0, 4))), "at departure"

    def _text(self, stay: Stay) -> tuple[str, str]:
        draw = self._random.random()
        if draw < 0.06:
            return self._random.choice(("{0}", "Booking {0}", "stay {0}, thanks")).format(stay.reference), "reference"
        if draw < 0.08:
            return stay.reference.lower().replace("-", " "), "loose reference"
        return self._random.choice(_TEXTS).format(family=stay.guest.split()[-1]), "no reference"


def load_stays(desk: Desk, stays: Sequence[Stay]) -> None:
    """Write the stays straight into an empty database, with what was paid of them before."""
    tables: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (guests, bookings, booking_search, charge_lines, payments)
    }
    with desk.db.writing(desk.operator) as unit:
        for stay in stays:
            _add(tables, stay, unit.made)
        for table, rows in tables.items():
            insert_many(unit.connection, table, rows)


def _add(tables: dict[Table, list[dict[str, Any]]], stay: Stay, made: dict[str, object]) -> None:
    pk, key = stay.pk, stay.reference.casefold()
    departure = stay.arrival + timedelta(days=stay.nights)
    booked_at = NOON + (stay.booked_on - TODAY).days * DAY
    tables[guests].append(
        {"pk": pk, "uid": f"g{pk}", "salt": "0", "name": stay.guest, "name_key": fold(stay.guest), "email": stay.email,
         "phone": stay.phone, "version": 1}
    )  # fmt: skip
    tables[bookings].append(
        {"pk": pk, "uid": f"b{pk}", "salt": "0", "reference": stay.reference, "reference_key": key, "guest_pk": pk,
         "arrival": stay.arrival, "departure": departure, "adults": 2, "children": 0, "channel": "Direct", "note": "",
         "currency": "eur", "status": "confirmed", "version": 1, **made, "created_at": booked_at}
    )  # fmt: skip
    text = fold(f"{stay.reference} {stay.guest} {stay.email} {stay.phone}")
    tables[booking_search].append({"booking_pk": pk, "arrival": stay.arrival, "text": text})
    tables[charge_lines].append(
        {"uid": f"c{pk}", "booking_pk": pk, "kind": "accommodation", "text": "", "amount": stay.total,
         "currency": "eur", "tax_rate_ppm": 0, "service_from": stay.arrival, "service_to": departure,
         "occurred_at": booked_at, "business_date": stay.booked_on, "corrects_pk": None, "reason": "", **made}
    )  # fmt: skip
    if stay.paid:
        tables[payments].append(_earlier(stay, booked_at, made))


def _earlier(stay: Stay, at: int, made: dict[str, object]) -> dict[str, Any]:
    """The deposit, paid by card with the booking."""
    return {
        "uid": f"p{stay.pk}", "salt": "0", "booking_pk": stay.pk, "assigned_by": "metadata", "source": "stripe",
        "method": "card", "amount": stay.paid, "currency": "eur", "state": "succeeded", "occurred_at": at,
        "business_date": stay.booked_on, "reference": "", "note": "", "stripe_account": ACCOUNT.account,
        "livemode": ACCOUNT.livemode, "stripe_payment_id": f"pi_before_{stay.pk}", "stripe_status": "succeeded",
        "brand": "visa", "last4": f"{stay.pk % 10_000:04}", "customer_id": stay.customer, "disputed": False,
        "search_text": "", "version": 1, **made,
    }  # fmt: skip


def charge_all(desk: Desk, paid: Sequence[Paid]) -> None:
    """A sync brings the payments in. None of them names a booking in its metadata."""
    days = desk.property().days
    for start in range(0, len(paid), 100):
        some = paid[start : start + 100]
        with desk.writing() as unit:
            shown = tuple(map(_intent, some)), tuple(map(_charge, some))
            store_payments(unit, ACCOUNT, days, [Page(NOON * 1_000_000, *shown)])


def _at(paid: Paid) -> int:
    return NOON + (paid.day - TODAY).days * DAY


def _intent(paid: Paid) -> StripeIntent:
    return StripeIntent(
        id=paid.stripe_id, created=_at(paid), amount=paid.amount, amount_received=paid.amount, amount_capturable=0,
        currency="eur", status="succeeded", capture_method="automatic", latest_charge_id=f"ch_match_{paid.number}",
        customer_id=paid.customer, payer_email=None, description=paid.text or None, error_code=None,
        error_message=None, metadata={},
    )  # fmt: skip


def _charge(paid: Paid) -> StripeCharge:
    return StripeCharge(
        id=f"ch_match_{paid.number}", payment_intent_id=paid.stripe_id, created=_at(paid), amount=paid.amount,
        amount_captured=paid.amount, captured=True, released=False, manual_capture=False, currency="eur",
        status="succeeded", disputed=False, method_type="card", brand="visa", last4=paid.last4, failure_code=None,
        failure_message=None, payer_name=paid.name, payer_email=paid.email, description=None,
        customer_id=paid.customer, balance_transaction_id=None, captured_at=None, metadata={},
    )  # fmt: skip
