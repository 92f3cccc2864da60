"""What Content-Security-Policy and Referrer-Policy mean for a form."""

import pytest

from app.page_check.documents import Document
from app.page_check.markup import read_page
from app.page_check.policies import allows, hiding_policy, policies_of
from tests.unit.page_check.pages import ASTRO, GATEWAY, PAGE_URL, PLAIN, acme, codes

OWN = ("https://www.acme.example",)


@pytest.mark.parametrize(
    ("sources", "url", "allowed"),
    [
        ("", "https://a.example/", False),
        ("'none'", "https://a.example/", False),
        ("*", "https://a.example/", True),
        ("https:", "https://a.example/", True),
        ("http:", "https://a.example/", True),
        ("https:", "http://a.example/", False),
        ("data:", "https://a.example/", False),
        ("'self'", "https://www.acme.example/x", True),
        ("'SELF'", "https://www.acme.example/x", True),
        ("'self'", "https://a.example/", False),
        ("a.example", "https://a.example/x", True),
        ("A.example", "https://a.example/x", True),
        ("https://a.example", "https://a.example/x", True),
        ("http://a.example", "https://a.example/x", True),
        ("https://a.example", "http://a.example/x", False),
        ("a.example", "https://b.a.example/", False),
        ("*.example", "https://b.a.example/", True),
        ("*.a.example", "https://a.example/", False),
        ("a.example:8443", "https://a.example/", False),
        ("a.example:8443", "https://a.example:8443/", True),
        ("a.example:*", "https://a.example:8443/", True),
        ("a.example", "https://a.example:8443/", False),
        ("a.example/v1/", "https://a.example/v1/acme", True),
        ("a.example/v1", "https://a.example/v1/acme", False),
        ("a.example/v1/acme", "https://a.example/v1/acme", True),
        ("b.example a.example", "https://a.example/", True),
        ("'nonce-x' 'sha256-x'", "https://a.example/", False),
        ("[::1]:8000", "http://[::1]:8000/", True),
        ("a.example", "https://a.example:99999999/", False),
    ],
)
def test_sources(sources: str, url: str, allowed: bool) -> None:
    assert allows(sources.split(), url, OWN) is allowed


def test_self_is_the_site_where_the_page_has_no_address_yet() -> None:
    assert allows(["'self'"], "https://x.preview.acme.example/", ("https://*.preview.acme.example",))


def test_every_policy_of_headers_and_page_counts() -> None:
    page = read_page("<meta http-equiv='Content-Security-Policy' content='form-action a; FORM-ACTION b;; img-src *'>")
    document = Document("", policies=("form-action c, default-src d", "img-src *"))
    assert policies_of(document, page) == [
        {"form-action": ["c"]},
        {"default-src": ["d"]},
        {"img-src": ["*"]},
        {"form-action": ["a"], "img-src": ["*"]},
    ]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (f"form-action {GATEWAY} 'self'", []),
        ("default-src 'none'; script-src 'none'", []),  # neither stands for form-action, and there is no script
        (f"form-action {GATEWAY}", ["way_back_blocked"]),
        ("form-action 'self'", ["form_blocked"]),
        ("sandbox allow-scripts", ["form_blocked"]),
        ("sandbox allow-forms", []),
    ],
)
def test_headers_are_held_against_the_form(policy: str, found: list[str]) -> None:
    assert codes(PLAIN, url=PAGE_URL, policies=(policy,)) == found


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (f"script-src {GATEWAY}; connect-src {GATEWAY}", []),
        (f"default-src {GATEWAY}", []),
        (f"default-src {GATEWAY}; script-src 'self'", ["script_blocked"]),
        (f"default-src {GATEWAY}; script-src 'self'; script-src-elem {GATEWAY}", []),
        (f"script-src {GATEWAY} 'strict-dynamic'", ["script_blocked"]),
        ("script-src 'sha384-x' 'strict-dynamic'", []),
        (f"connect-src {GATEWAY}/v1/acme/", []),
        ("connect-src 'self'", ["connect_blocked"]),
    ],
)
def test_headers_are_held_against_the_script(policy: str, found: list[str]) -> None:
    assert codes(ASTRO, url=PAGE_URL, policies=(policy,)) == found


def test_a_script_with_the_policys_nonce_is_let_in() -> None:
    with_nonce = ASTRO.replace("<script", '<script nonce="abc"')
    assert codes(with_nonce, policies=("script-src 'nonce-abc' 'strict-dynamic'",)) == []
    assert codes(with_nonce, policies=("script-src 'nonce-abd'",)) == ["script_blocked"]


@pytest.mark.parametrize(
    ("header", "meta", "hiding"),
    [
        ("", "", ""),
        ("no-referrer", "", "no-referrer"),
        ("same-origin", "", "same-origin"),
        ("no-referrer, strict-origin-when-cross-origin", "", ""),
        ("no-referrer, from-the-future", "", "no-referrer"),
        ("strict-origin", "No-Referrer", "no-referrer"),
        ("no-referrer", "origin", ""),
    ],
)
def test_the_last_known_referrer_policy_holds(header: str, meta: str, hiding: str) -> None:
    page = read_page(f'<meta name="referrer" content="{meta}">' if meta else "")
    assert hiding_policy(Document("", referrer_policy=header), page) == hiding


def test_the_page_of_a_site_without_ways_back_ends_at_the_gateway() -> None:
    assert codes(PLAIN, site=acme(success_url=None), policies=(f"form-action {GATEWAY}",)) == []


@pytest.mark.parametrize(("more", "found"), [("https://my.acme.example", []), ("", ["way_back_blocked"])])
def test_the_way_to_the_invoice_must_be_open(more: str, found: list[str]) -> None:
    site = acme(success_url=None, checkout="sso", login_url="https://my.acme.example/login")
    assert codes(PLAIN, site=site, policies=(f"form-action {GATEWAY} {more}",)) == found
