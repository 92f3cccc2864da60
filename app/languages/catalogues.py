"""``Language``: what turns an English text into another language."""

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations, translation
from pathlib import Path

ENGLISH = "en"
CODES = (ENGLISH, "de", "fr", "es", "pt", "nl", "it", "pl")
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "visitors"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, as in ``<html lang>``, and its texts by the English ones."""

    code: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]


def load_languages() -> dict[str, Language]:
    """Every language by its code. Raises OSError when a catalogue is not there."""
    return {code: _load(code) for code in CODES}


def _load(code: str) -> Language:
    texts = NullTranslations() if code == ENGLISH else translation(DOMAIN, LOCALE, [code])
    return Language(code, texts.gettext, texts.ngettext)
