"""What may stand in a name, a company, a line of an address or a longer answer, and what may not."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.forms.faults import Fault
from app.forms.prose import ANSWER, COMPANY, LINE, NAME, Rule, prose
from app.forms.text import lines, one_line
from tests.unit.forms.real_texts import ANSWERS, COMPANIES, LINES, NAMES
from tests.unit.forms.visitors import faults, fields, form, site

TAKEN = {NAME: NAMES, COMPANY: NAMES + COMPANIES, LINE: NAMES + LINES, ANSWER: NAMES + COMPANIES + LINES + ANSWERS}


@pytest.mark.parametrize(("rules", "typed"), [(rules, text) for rules, texts in TAKEN.items() for text in texts])
def test_what_people_write_is_taken_as_it_is(rules: tuple[Rule, ...], typed: str) -> None:
    clean = lines if rules is ANSWER else one_line
    assert prose(200, rules)(clean(typed)) == typed


MARKUP = [
    "<b>Ada",
    "Ada>",
    "{$client_password}",
    "{{ 7*7 }}",
    "{php}",
    "A{d}a",
    "\uff1cscript\uff1e",
    "\ufe64b",
    "\uff5b$x}",
]
FORMULAS = ["=1+1", "+1", "@SUM(1)", "-1", "- 1", "--1", "-cmd|'/c calc'!A0", "\uff1d1+1", "\uff20a", "=", "@"]
LINKS = [
    "http://evil.example",
    "Ada https://x.example",
    "www.evil.example",
    "WWW.evil",
    "x://y",
    "\uff57ww.evil.example",
]
PATHS = ["bit.ly/x1", "Win at prize.example/go"]
ADDRESSES = ["prize.com", "Ada prize.NET now", "a@b.example", "Write to win@prize.example"]


@pytest.mark.parametrize(
    ("rules", "code", "typed"),
    [
        *((rules, "no_markup", text) for rules in (NAME, COMPANY, LINE) for text in MARKUP),
        *((rules, "invalid_start", text) for rules in (NAME, COMPANY, LINE) for text in FORMULAS),
        *((rules, "no_links", text) for rules in (NAME, COMPANY, LINE) for text in LINKS),
        *((rules, "no_links", text) for rules in (NAME, COMPANY) for text in PATHS),
        *((NAME, "no_links", text) for text in ADDRESSES),
        *((ANSWER, "no_markup", text) for text in ("<b>", "x </p>", "<!--", "{$x}", "{{ x", "{%", "\uff1cscript>")),
        *((ANSWER, "invalid_start", text) for text in ("=1", "@SUM(1)", "+\nSUM(1)", "-1|cmd", "\uff1d1")),
    ],
)
def test_what_would_act_elsewhere_is_refused(rules: tuple[Rule, ...], code: str, typed: str) -> None:
    with pytest.raises(Fault, match=code):
        prose(200, rules)(typed)


def test_length_counts_characters() -> None:
    assert prose(3, NAME)("Zoë") == "Zoë"
    with pytest.raises(Fault, match="too_long") as refused:
        prose(3, NAME)("Zoës")
    assert refused.value.limit == 3


TEXT_FIELDS = ["first_name", "last_name", "company", "address1", "address2", "city", "state", "postcode", "tax_id"]


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("=1+1", "invalid_start"),
        ("A<b>", "no_markup"),
        ("http://x.example", "no_links"),
        ("A\x00", "invalid_characters"),
    ],
)
def test_every_text_that_goes_to_whmcs_is_checked(field: str, typed: str, code: str) -> None:
    assert faults(site(), fields({field: typed})) == [(field, code)]


def test_a_custom_field_is_checked_and_may_have_links_and_lines() -> None:
    given_site = site(custom_fields={"heard_from": 3})
    assert form(given_site, {"heard_from": "https://a.example\nb"}).custom_fields == ((3, "https://a.example\nb"),)
    assert faults(given_site, fields({"heard_from": "x {$y}"})) == [("heard_from", "no_markup")]


TEXTS = st.text(st.characters() | st.sampled_from("<>{}=+-@\t\r\n/.:\uff1c\uff1d\u202e\u200d"), max_size=60)


@settings(max_examples=300)
@given(typed=TEXTS)
@example(typed="\u200b=1")
@example(typed="\u200d@x")
def test_no_text_of_one_line_keeps_what_acts(typed: str) -> None:
    try:
        text = prose(100, LINE)(one_line(typed))
    except Fault:
        return
    assert not set(text) & set("<>{}\t\r\n\x00\x1b\u202e")
    assert not text.startswith(("=", "+", "@"))
    assert not text.startswith("-") or not text.strip("- ")
