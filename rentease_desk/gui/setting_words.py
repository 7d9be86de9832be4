"""What the settings are called, where they stand beside each other."""

from __future__ import annotations

from rentease_desk.gui.words import tr


def setting_name(name: str) -> str:
    """A setting by its name in ``domain.settings.SETTINGS``."""
    words = {
        "name": tr("Name"),
        "zone": tr("Time zone"),
        "currency": tr("Currency"),
        "day_roll": tr("The business day begins at"),
        "language": tr("Numbers and dates in"),
        "reference_prefix": tr("References begin with"),
        "website": tr("Website"),
        "sync_minutes": tr("Read card payments every"),
        "cash_rounding": tr("Cash is rounded to"),
        "drawer_tolerance": tr("A drawer may differ by"),
        "city_tax": tr("City tax, person and night"),
        "city_tax_age": tr("City tax from the age of"),
        "room_tax": tr("Tax in room prices, %"),
        "extras_tax": tr("Tax in extras, %"),
        "address": tr("Address on receipts"),
        "tax_lines": tr("Tax number on receipts"),
        "receipt_paper": tr("Paper of receipts"),
        "void_limit": tr("Front desk voids up to"),
        "refund_limit": tr("Front desk refunds up to"),
        "lock_minutes": tr("The idle desk locks after"),
        "datev": tr("Files for DATEV"),
        "methods": tr("Ways to pay by hand"),
    }
    return words.get(name, name)
