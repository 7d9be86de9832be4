"""Files that the desk writes."""

from __future__ import annotations

from enum import StrEnum


class Preset(StrEnum):
    """How a file is written."""

    ISO = "iso"
    EXCEL = "excel"
    XERO = "xero"
    QUICKBOOKS = "quickbooks"
    DATEV = "datev"
