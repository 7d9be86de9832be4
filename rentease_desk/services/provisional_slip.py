"""What a guest gets for cash that is not in the database yet: a slip with a name of its own, and no receipt number."""

from __future__ import annotations

from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import Kept
from rentease_desk.domain.receipts import Page, Row, Sheet, Stamp
from rentease_desk.domain.settings import Property
from rentease_desk.reports.receipt_words import Words, words_for
from rentease_desk.services import locales


def compose(kept: Kept, settings: Property) -> Page:
    """In the property's language: the guest's stands in the database, which is away. English where there are no words
    of it, with the property's way to write amounts and days.
    """
    language = settings.language.replace("_", "-")
    tag, words = words_for(language)
    draft, local = kept.draft, settings.days.local(kept.occurred_at)
    moment = f"{locales.long_date(language, local.date())}, {locales.short_time(language, local)}"
    rows = (
        Row(words.paid_on, moment),
        Row(words.booking, draft.reference),
        Row(words.method, words.cash),
        Row(words.received_by, f"{kept.actor}, {kept.desk}"),
    )
    sheet = Sheet(
        language=language,
        words=tag,
        property_name=settings.name,
        address=tuple(settings.address.splitlines()),
        tax_lines=tuple(settings.tax_lines.splitlines()),
        title=words.slip,
        number_label=words.slip_number,
        rows=rows,
        total=Row(words.received, _money(language, draft.amount)),
        after=tuple(_after(kept, language, words)),
        notes=(words.not_receipt,),
    )
    return Page(kept.slip, sheet, (Stamp(words.provisional, words.receipt_follows),))


def _after(kept: Kept, language: str, words: Words) -> list[Row]:
    draft, code = kept.draft, kept.draft.amount.currency
    due = draft.amount.minor if draft.cash_due is None else draft.cash_due
    rows = []
    if due != draft.amount.minor:
        rows.append(Row(words.paid_in_cash, _money(language, Money(due, code))))
    if draft.tendered is not None and draft.tendered != due:
        rows.append(Row(words.tendered, _money(language, Money(draft.tendered, code))))
        rows.append(Row(words.change, _money(language, Money(draft.tendered - due, code))))
    return rows


def _money(language: str, amount: Money) -> str:
    return locales.money(language, amount.minor, amount.currency)
