"""The language that a guest reads: by its own name, so that guests can point at it."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from rentease_desk.gui.context import Context
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.fields import ComboField

NAMES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano", "pt": "Português",
    "nl": "Nederlands", "pl": "Polski", "ar": "العربية", "cs": "Čeština", "da": "Dansk", "el": "Ελληνικά",
    "fi": "Suomi", "hr": "Hrvatski", "hu": "Magyar", "ja": "日本語", "ko": "한국어", "nb": "Norsk", "ro": "Română",
    "ru": "Русский", "sk": "Slovenčina", "sl": "Slovenščina", "sv": "Svenska", "tr": "Türkçe", "uk": "Українська",
    "zh": "中文",
}  # fmt: skip
LANGUAGES = (
    "en_GB", "en_US", "de_DE", "fr_FR", "it_IT", "es_ES", "pt_PT", "nl_NL", "sv_SE", "pl_PL", "cs_CZ", "hu_HU", "ja_JP",
)  # fmt: skip
"""By which numbers and dates are written: language and country."""


class LanguageField(ComboField):
    """Holds a language by its BCP 47 name; "" is the property's."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self.addItem(self.tr("As the property"), "")
        for tag, name in NAMES.items():
            self.addItem(name, tag)

    @property
    def tag(self) -> str:
        """The language."""
        return str(self.currentData() or "")

    @tag.setter
    def tag(self, tag: str) -> None:
        """One that is not listed, as pt-BR from a file, is kept as it is."""
        if self.findData(tag) < 0:
            self.addItem(tag, tag)
        self.setCurrentIndex(self.findData(tag))


class LocaleField(ComboField):
    """The language and country by which numbers and dates are written. One that is not listed is typed, as de_CH."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, editable=True, completes=True)
        for tag in LANGUAGES:
            self.addItem(_name_of(tag), tag)

    @property
    def tag(self) -> str:
        """As ``en_GB``, or what was typed."""
        at = self.findText(self.currentText().strip())
        return self.currentText() if at < 0 else str(self.itemData(at))

    @tag.setter
    def tag(self, tag: str) -> None:
        if self.findData(tag) < 0 and QLocale(tag).language() != QLocale.Language.C:
            self.addItem(_name_of(tag), tag)
        at = self.findData(tag)
        self.setCurrentText(tag if at < 0 else self.itemText(at))


def _name_of(tag: str) -> str:
    there = QLocale(tag)
    name = NAMES.get(tag.split("_")[0]) or there.nativeLanguageName()
    return f"{name} ({there.nativeTerritoryName()})" if "_" in tag else name
