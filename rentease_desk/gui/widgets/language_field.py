"""The language that a guest reads: by its own name, so that guests can point at it."""

from __future__ import annotations

from rentease_desk.gui.context import Context
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
