"""Text as it was typed or pasted -> text fit for an invoice."""

import re
import unicodedata

from app.forms.faults import Fault

# Soft hyphen, the joiners of no width, byte order mark and direction marks: pasted along unseen, and harmless to drop.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"))
# Controls, direction overrides (they make text read as something else) and lone surrogates.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """NFC, trimmed, every run of white space (line breaks too) one space. Raises Fault ``invalid_characters``."""
    return " ".join(_seen(text).split())


def lines(text: str) -> str:
    """The same for an answer that may have several lines; they end in a line feed."""
    return "\n".join(" ".join(line.split()) for line in _seen(text).splitlines()).strip("\n")


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():  # as most answers are; nothing of the below is in it
        return text
    if _REFUSED.search(text):
        raise Fault("invalid_characters")
    return unicodedata.normalize("NFC", text.translate(_UNSEEN))
