"""What a guest gets for cash that is not in the database yet: a slip with a name of its own, and no receipt number."""

from __future__ import annotations

from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import Kept
from rentease_desk.domain.receipts import Page, Row, Sheet, Stamp
from rentease_desk.domain.settings import Property
from rentease_desk.services import locales

_TOLD = "The receipt follows, with its number."
_NOTE = "This slip confirms that the cash was received. It is no receipt and no invoice; the receipt replaces it."


def compose(kept: Kept, settings: Property) -> Page:
    """In English, with the property's way to write amounts and days."""
    language = settings.language.replace("_", "-")
    draft, local = kept.draft, settings.days.local(kept.occurred_at)
    moment = f"{locales.long_date(language, local.date())}, {locales.short_time(language, local)}"
    rows = (
        Row("Received on", moment),
        Row("Booking", draft.reference),
        Row("Method", "Cash"),
        Row("Received by", f"{kept.actor}, {kept.desk}"),
    )
    sheet = Sheet(
        language=language,
        words="en",
        property_name=settings.name,
        address=tuple(settings.address.splitlines()),
        tax_lines=tuple(settings.tax_lines.splitlines()),
        title="Provisional slip",
        number_label="Slip",
        rows=rows,
        total=Row("Received", _money(language, draft.amount)),
        after=tuple(_after(kept, language)),
        notes=(_NOTE,),
    )
    return Page(kept.slip, sheet, (Stamp("PROVISIONAL", _TOLD),))


def _after(kept: Kept, language: str) -> list[Row]:
    draft, code = kept.draft, kept.draft.amount.currency
    due = draft.amount.minor if draft.cash_due is None else draft.cash_due
    rows = []
    if due != draft.amount.minor:
        rows.append(Row("Paid in cash, rounded", _money(language, Money(due, code))))
    if draft.tendered is not None and draft.tendered != due:
        rows.append(Row("Tendered", _money(language, Money(draft.tendered, code))))
        rows.append(Row("Change", _money(language, Money(draft.tendered - due, code))))
    return rows


def _money(language: str, amount: Money) -> str:
    return locales.money(language, amount.minor, amount.currency)
