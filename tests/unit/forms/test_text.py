"""Normalising."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms.faults import Fault
from app.forms.text import lines, one_line


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        pytest.param("  Ada ", "Ada", id="trimmed"),
        pytest.param("\u00a0Ada\u3000", "Ada", id="trimmed of wide spaces"),
        pytest.param("Ada \t Byron\r\nKing", "Ada Byron King", id="inner white space"),
        pytest.param("Ada\u2028King", "Ada King", id="line separator"),
        pytest.param("\ufeff\u200bAda\u200b\u2060", "Ada", id="zero width"),
        pytest.param("\u200eAda\u200f", "Ada", id="direction marks"),
        pytest.param("Zoe\u0308", "Zo\u00eb", id="composed"),
        pytest.param("e\u200b\u0301", "\u00e9", id="composed across zero width"),
        pytest.param("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e", id="the non-joiner that Persian needs"),
        pytest.param("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3", id="the joiner of Sinhala"),
        pytest.param("A\u200cd\u200da\u200d", "Ada", id="joiners among letters that do not need them"),
        pytest.param("\u0645\u200c\u200c\u062e", "\u0645\u200c\u062e", id="one of several"),
        pytest.param("\u845b\U000e0100", "\u845b\U000e0100", id="a variant of a Chinese character"),
        pytest.param("a\U000e0100\u180b", "a", id="variants of nothing"),
        pytest.param("\u2764\ufe0f", "\u2764", id="the variant of an emoji"),
        pytest.param("O\u034f\u2061K", "OK", id="joiners and operators that do not show"),
        pytest.param(" \u200b ", "", id="nothing"),
    ],
)
def test_one_line(typed: str, text: str) -> None:
    assert one_line(typed) == text


CONTROLS = ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\x9f"]
OVERRIDES = ["\u202a", "\u202e", "\u2066", "\u2069", "\u206a"]
BLANKS = ["\u115f", "\u1160", "\u17b4", "\u2800", "\u3164", "\uffa0", "\ufff9", "\ufffc", "\U000e0041", "\U000e0fff"]


@pytest.mark.parametrize("character", [*CONTROLS, *OVERRIDES, *BLANKS, "\ud800", "\u0301" * 6], ids=ascii)
def test_what_is_not_seen_or_covers_the_rest_is_refused(character: str) -> None:
    with pytest.raises(Fault, match="invalid_characters"):
        one_line(f"A{character}da")
    with pytest.raises(Fault, match="invalid_characters"):
        lines(f"A{character}da")


def test_lines_keep_their_breaks() -> None:
    assert lines("\n one \r\n\r\ntwo\ttwo\n") == "one\n\ntwo two"


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\r\n \u00a0\u200b\u0301"))


@settings(max_examples=300)
@given(typed=TEXTS)
def test_normalising_twice_changes_nothing(typed: str) -> None:
    for clean in (one_line, lines):
        try:
            text = clean(typed)
        except Fault:
            continue
        assert clean(text) == text
        assert unicodedata.is_normalized("NFC", text)
