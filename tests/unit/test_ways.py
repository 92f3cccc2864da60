"""The way back from a hosted page."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.sites import Site
from app.ways import is_own_form, way_back

FORM = "https://www.acme.example/signup"


def site(**settings: object) -> Site:
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], **settings})


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        (FORM, FORM),
        (f"{FORM}?email=ada@example.com#top", FORM),
        ("https://www.acme.example/", "https://www.acme.example/"),
        ("https://evil.example/signup", None),
        ("https://www.acme.example@evil.example/", None),
        ("https://www.acme.example\\@evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_it_leads_to_the_page_that_sent_the_form(referer: str, expected: str | None) -> None:
    assert way_back(site(), referer) == expected
    assert way_back(None, referer) is None


@pytest.mark.parametrize("referer", ["", "https://signup.example.com/", "https://evil.example/"])
def test_or_to_the_form_of_ours(referer: str) -> None:
    assert way_back(site(hosted_form=True), referer) == "/v1/acme"
    assert way_back(site(hosted_form=True), FORM) == FORM


@given(st.text())
def test_whatever_a_referer_says_it_leads_nowhere_else(referer: str) -> None:
    back = way_back(site(), referer)
    assert back is None or (back.startswith("https://www.acme.example") and "?" not in back and "#" not in back)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/v1/acme", True),
        ("/v1/acme?plan=starter", True),
        ("/v1/other", False),
        ("/v1/acme/signup", False),
        ("//v1/acme", False),
        ("https://evil.example/v1/acme", False),
        ("", False),
        (None, False),
    ],
)
def test_the_form_of_ours_is_known_by_its_path(url: str | None, expected: bool) -> None:
    assert is_own_form(site(hosted_form=True), url) == expected
    assert not is_own_form(site(), url)
