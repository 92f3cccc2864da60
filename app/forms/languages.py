"""A language as browsers and people name it -> the name of WHMCS's language file."""

import re

from app.forms.faults import Fault

# The spelling "ukranian" is WHMCS's own.
# https://docs.whmcs.com/Language_Files
_NAMES = {
    "ar": "arabic",
    "az": "azerbaijani",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fa": "farsi",
    "fr": "french",
    "he": "hebrew",
    "hr": "croatian",
    "hu": "hungarian",
    "it": "italian",
    "mk": "macedonian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "persian": "farsi",
    "portuguese": "portuguese-pt",
    "pt": "portuguese-pt",
    "pt-br": "portuguese-br",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
    "uk": "ukranian",
    "ukrainian": "ukranian",
    "zh": "chinese",
}
# A company may add language files of its own, so any well-formed name is one.
_FILE_NAME = re.compile(r"[a-z]{4,30}(-[a-z]{2})?")


def check_language(text: str) -> str:
    """WHMCS's name, from a code such as ``pt-BR`` or the English name. Raises Fault ``invalid_language``."""
    tag = text.casefold().replace("_", "-").replace(" ", "-")
    for name in (_NAMES.get(tag, tag), _NAMES.get(tag.partition("-")[0], "")):
        if _FILE_NAME.fullmatch(name):
            return name
    raise Fault("invalid_language")
