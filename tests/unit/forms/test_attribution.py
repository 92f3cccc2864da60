"""Where a visitor came from: read as far as it is in order, and never a reason to refuse anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms import read_attribution, read_signup
from app.sites import ATTRIBUTION
from tests.unit.forms.visitors import fields, site

TEXTS = st.text() | st.sampled_from(["http://[", "https://\u2100.example/", "//", "=1", "<b>", "\ud800"])


def read(**sent: str | tuple[str, ...]) -> dict[str, str]:
    return read_attribution(site(), fields(sent))


def test_every_name_is_read_and_nothing_else_of_the_form() -> None:
    sent = dict.fromkeys(ATTRIBUTION, "x") | {"referrer": "https://search.example/", "landing": "/"}
    assert read(**sent) == sent


def test_a_name_may_be_spelt_as_page_builders_do() -> None:
    assert read(**{"UTM-Source": "news", "Utm Medium": "mail"}) == {"utm_source": "news", "utm_medium": "mail"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  spring   sale ", "spring sale"),
        ("spring\x00\u202e\u200b\nsale", "spring sale"),
        ("Frühjahr", "Frühjahr"),
        ("www.partner.example", "www.partner.example"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_text_is_cleaned(sent: str, kept: str) -> None:
    assert read(utm_campaign=sent) == {"utm_campaign": kept}


@pytest.mark.parametrize(
    "sent",
    ["", " \x00 ", "x" * 201, "=HYPERLINK(1)", "@SUM(A1)", "＝1+1", "<script>", "{$x}", "[signup:abc]", "\x00=1"],  # noqa: RUF001 - the wide sign is meant
)
def test_an_odd_text_is_dropped(sent: str) -> None:
    assert read(utm_campaign=sent, utm_source="news") == {"utm_source": "news"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://Search.Example:443/find?q=ada@example.com#top", "https://search.example/find"),
        ("http://ada:secret@blog.example/a/b", "http://blog.example/a/b"),
        ("https://search.example", "https://search.example"),
    ],
)
def test_of_a_referrer_only_the_page_stays(sent: str, kept: str) -> None:
    assert read(referrer=sent) == {"referrer": kept}


@pytest.mark.parametrize("sent", ["javascript:alert(1)", "search.example", "https://", "http://[", "https:///find"])
def test_what_is_no_page_is_no_referrer(sent: str) -> None:
    assert read(referrer=sent) == {}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("/pricing?mail=ada@example.com#x", "/pricing"), ("https://www.acme.example/a?b", "/a"), ("pricing", None)],
)
def test_of_a_landing_page_only_the_path_stays(sent: str, kept: str | None) -> None:
    assert read(landing=sent).get("landing") == kept


def test_the_first_of_several_counts() -> None:
    assert read(utm_source=("", "news", "other")) == {"utm_source": "news"}


def test_a_name_that_the_site_uses_itself_keeps_the_sites_meaning() -> None:
    own = site(custom_fields={"referrer": 3}, fields={"UTM Source": "company"})
    sent = fields({"referrer": "https://search.example/", "utm_source": "ACME", "utm_term": "x"})
    assert read_attribution(own, sent) == {"utm_term": "x"}
    form, dropped = read_signup(own, sent)
    assert (form.company, form.custom_fields, dropped) == ("ACME", ((3, "https://search.example/"),), 0)


def test_a_site_that_names_custom_fields_wants_no_others() -> None:
    sent = fields({"utm_source": "news", "utm_term": "x", "gclid": "y"})
    assert read_attribution(site(attribution={"gclid": 7}), sent) == {"gclid": "y"}


def test_a_site_may_want_none() -> None:
    assert read_attribution(site(attribution="off"), fields({"utm_source": "news"})) == {}


def test_it_is_no_part_of_the_answers() -> None:
    """So the same answers are the same sign-up, wherever their sender came from; and nothing counts as unknown."""
    assert read_signup(site(), fields(dict.fromkeys(ATTRIBUTION, "x"))) == (read_signup(site(), fields())[0], 0)


@given(st.sampled_from(ATTRIBUTION), TEXTS)
def test_whatever_comes_is_bounded_and_harmless(name: str, sent: str) -> None:
    found = read_attribution(site(), {name: (sent,)})
    assert found.keys() <= {name}
    for text in found.values():
        assert 0 < len(text) <= 200
        assert text.isprintable()
        assert not set(text) & set("<>{}[]")
        assert text[0] not in "=+@"
