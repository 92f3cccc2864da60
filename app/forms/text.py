"""Text as it was typed or pasted -> text fit for an invoice."""

import re
import unicodedata

from app.forms.faults import Fault

# Pasted along unseen, and harmless to drop: soft hyphens, joiners, direction marks, variation selectors of emoji.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\ufeff"))
_UNSEEN |= dict.fromkeys([*range(0x2060, 0x2065), *range(0xFE00, 0xFE10)])
# These are unseen too, and part of how some scripts are written: they stay after a letter of such a script.
# https://www.rfc-editor.org/rfc/rfc5892#appendix-A.1
_OUT_OF_PLACE = re.compile(
    "(?<![\u0600-\u0dff\u1000-\u109f\u1780-\u18af])[\u200c\u200d]"  # Arabic to Sinhala, Myanmar, Khmer, Mongolian
    "|(?<![\u1800-\u18af])[\u180b-\u180d\u180f]"
    "|(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"  # variants of Chinese characters
)
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls
    "\u202a-\u202e\u2066-\u206f"  # direction overrides and isolates: text reads as something else
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters that show nothing
    "\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # never typed
    "\ud800-\udfff]"  # lone surrogates
    "|[\u0300-\u036f]{5}"  # accents piled up until they cover the lines above
)


def one_line(text: str) -> str:
    """NFC, trimmed, every run of white space (line breaks too) one space. Raises Fault ``invalid_characters``."""
    return " ".join(_seen(text).split())


def lines(text: str) -> str:
    """The same for an answer that may have several lines; they end in a line feed."""
    return "\n".join(" ".join(line.split()) for line in _seen(text).splitlines()).strip("\n")


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():  # as most answers are; nothing of the above is in it
        return text
    seen = unicodedata.normalize("NFC", _OUT_OF_PLACE.sub("", text.translate(_UNSEEN)))
    if _REFUSED.search(seen):
        raise Fault("invalid_characters")
    return seen
