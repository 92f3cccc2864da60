"""Whose page it is: hostile addresses, wildcards, and what may stand in ``sites.toml``."""

from urllib.parse import urlsplit

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from app.origins import check_origin, matches, on_origins, origin_of

ORIGINS = ("https://www.acme.example", "https://*.preview.acme.example", "http://localhost:4321")

OURS = [
    "https://www.acme.example",
    "https://www.acme.example/",
    "https://www.acme.example/welcome?x=1#top",
    "https://www.acme.example?x",
    "https://www.acme.example#@evil.example",
    "https://www.acme.example/@evil.example",
    "https://www.acme.example//evil.example",
    "https://WWW.Acme.Example/",
    "HTTPS://www.acme.example/",
    "https://www.acme.example:443/",
    "https://pr-7.preview.acme.example/",
    "https://PR-7.preview.acme.example/",
    "https://pr-7.preview.acme.example:443/",
    "http://localhost:4321/welcome",
]
HOSTILE = [
    "",
    "/",
    "/welcome",
    "welcome",
    "//evil.example",
    "//www.acme.example",
    "///evil.example",
    "https:www.acme.example",
    "https:/www.acme.example/",
    "https:///www.acme.example/",
    "javascript:alert(1)",
    "JavaScript://www.acme.example/%0aalert(1)",
    "data:text/html,x",
    "ftp://www.acme.example/",
    "http://www.acme.example/",
    "https://evil.example/",
    "https://evil.example/https://www.acme.example",
    "https://evil.example/?.preview.acme.example",
    "https://evil.example#.preview.acme.example",
    "https://www.acme.example.evil.com/",
    "https://www.acme.example-evil.com/",
    "https://evil-www.acme.example/",
    "https://evilwww.acme.example/",
    "https://acme.example/",
    "https://www.acme.example./",
    "https://www.acme.example%2eevil.com/",
    "https://www.acme.example%2f@evil.com/",
    "https://www.acme.example;evil.com/",
    "https://www.acme.example@evil.com/",
    "https://www.acme.example:443@evil.com/",
    "https://user@www.acme.example/",
    "https://user:pass@www.acme.example/",
    "https://:pass@www.acme.example/",
    "https://evil.com\\@www.acme.example/",
    "https://www.acme.example\\evil.com/",
    "https://www.acme.example/\\evil.com/",
    "\\\\evil.example",
    "/\\evil.example",
    "https://www.acme.example\t/",
    "https://www.acme\n.example/",
    "\thttps://www.acme.example/",
    " https://www.acme.example/",
    "https://www.acme.example/ ",
    "https://www.acme.example/a b",
    "https://www.acme.example/\x00",
    "https://www.acme.example/\x7f",
    "https://www.аcme.example/",  # noqa: RUF001 - a Cyrillic letter is the point
    "https://www.acme.example/é",
    "https://www。acme.example/",
    "https://www.acme.example:8443/",
    "https://www.acme.example:80/",
    "https://www.acme.example:/",
    "https://www.acme.example:99999/",
    "https://www.acme.example:port/",
    "https://[::1]/",
    "https://[bad/",
    "https://preview.acme.example/",
    "https://.preview.acme.example/",
    "https://a.b.preview.acme.example/",
    "https://a_b.preview.acme.example/",
    "https://evil.com/.preview.acme.example",
    "https://evil.com?.preview.acme.example",
    "https://a.preview.acme.example:8443/",
    "https://a.preview.acme.example.evil.com/",
    "http://a.preview.acme.example/",
    "http://ab.preview.acme.example/",
    "evil://a.preview.acme.example/",
    "http://localhost/",
    "http://localhost:4321@evil.example/",
    "http://localhost:43210/",
    "https://localhost:4321/",
]


@pytest.mark.parametrize("url", OURS)
def test_a_page_of_the_site(url: str) -> None:
    assert on_origins(url, ORIGINS)


@pytest.mark.parametrize("url", HOSTILE, ids=map(repr, HOSTILE))
def test_a_page_that_is_not_the_sites(url: str) -> None:
    assert not on_origins(url, ORIGINS)


schemes = st.sampled_from(["https:", "https:", "http:", "HTTPS:", "javascript:", ""])
slashes = st.sampled_from(["//", "//", "//", "/", "", "///", "\\\\", "/\\", "\t//"])
users = st.sampled_from(["", "", "", "@", "evil.com@", ":x@", "evil.com\\@", "evil.com#@", "evil.com/@", "evil.com?@"])
hosts = st.sampled_from(["www.acme.example", "WWW.acme.example", "a.preview.acme.example", "localhost", "evil.com"])
endings = st.sampled_from(
    ["", "", ".", ".evil.com", "%2eevil.com", "@evil.com", ";evil.com", "\n.evil.com", "。evil.com"]
)
ports = st.sampled_from(["", "", "", ":443", ":4321", ":", ":80", ":x"])
paths = st.sampled_from(["", "/", "/welcome", "?x", "#x", "\\", "//evil.com", "/é", "/ x"]) | st.text(max_size=5)
addresses = st.tuples(schemes, slashes, users, hosts, endings, ports, paths).map("".join)
HOSTS = {"www.acme.example", "localhost"}


@given(addresses | st.text(max_size=20).map("https://www.acme.example".__add__))
@settings(max_examples=500)
def test_whoever_reads_an_accepted_address_finds_a_host_of_the_site(url: str) -> None:
    if not on_origins(url, ORIGINS):
        return
    parts = urlsplit(url)
    host = parts.hostname or ""
    label, _, parent = host.partition(".")
    assert host in HOSTS or (label and parent == "preview.acme.example")
    assert (parts.scheme, parts.port) in {("https", None), ("https", 443), ("http", 4321)}
    assert url.isascii()
    assert url.isprintable()


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://www.acme.example", True),
        ("https://a.preview.acme.example", True),
        ("https://xn--bcher-kva.preview.acme.example", True),
        ("https://preview.acme.example", False),
        ("https://.preview.acme.example", False),
        ("https://a.b.preview.acme.example", False),
        ("https://evil.com/.preview.acme.example", False),
        ("https://*.preview.acme.example", True),  # itself, which no browser can send
        ("https://www.acme.example/", False),
        ("https://www.acme.example:443", False),
        ("HTTPS://www.acme.example", False),
        ("https://a.preview.acme.example\n", False),
        ("null", False),
        ("", False),
    ],
)
def test_an_origin_header_matches_exactly_or_by_one_label(origin: str, expected: bool) -> None:
    assert matches(origin, ORIGINS) is expected


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://www.acme.example/a?b#c", "https://www.acme.example"),
        ("https://WWW.acme.example:443/", "https://www.acme.example"),
        ("http://a.example:80", "http://a.example"),
        ("https://a.example:80", "https://a.example:80"),
        ("http://a.example:443", "http://a.example:443"),
        ("https://a.example:4430/", "https://a.example:4430"),
        ("https://user:pass@a.example/", "https://a.example"),
        ("http://[::1]:3000/x", "http://[::1]:3000"),
    ],
)
def test_the_origin_of_a_page(url: str, origin: str) -> None:
    assert origin_of(url) == origin


GOOD = [
    "https://www.acme.example",
    "https://acme.example:8443",
    "https://*.acme.example",
    "https://*.preview.acme.example:8443",
    "https://xn--bcher-kva.example",
    "http://localhost:3000",
    "http://127.0.0.1:8000",
    "http://[::1]:3000",
    "http://shop.internal",
    "http://shop",
]
BAD = [
    ("", "is not an origin"),
    ("*", "is not an origin"),
    ("null", "is not an origin"),
    ("www.acme.example", "is not an origin"),
    ("//www.acme.example", "is not an origin"),
    ("ftp://www.acme.example", "is not an origin"),
    ("https://*.*.acme.example", "is not an origin"),
    ("https://www.acme.example/", "has more than scheme and host"),
    ("https://www.acme.example/signup", "has more than scheme and host"),
    ("https://www.acme.example?x", "has more than scheme and host"),
    ("https://user@www.acme.example", "has more than scheme and host"),
    ("https://@www.acme.example", "no browser would send"),
    ("https://WWW.acme.example", "no browser would send"),
    ("https://bücher.example", "no browser would send"),
    ("https://a_b.example", "no browser would send"),
    ("https://a..example", "no browser would send"),
    ("https://-a.example", "no browser would send"),
    ("https://w*.acme.example", "no browser would send"),
    ("https://www.*.example", "no browser would send"),
    ("https://www.acme.example ", "no browser would send"),
    ("https://www.acme.example:443", "not as browsers write it"),
    ("https://www.acme.example?", "not as browsers write it"),
    ("https://www.acme.example#", "not as browsers write it"),
    ("https://www.acme.example\n", "not as browsers write it"),
    ("https://*.example", "covers a whole top-level domain"),
    ("http://www.acme.example", "plain http over a public network"),
    ("http://*.acme.example", "plain http over a public network"),
]


@pytest.mark.parametrize("origin", GOOD)
def test_a_good_origin_is_taken_as_it_is(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(("origin", "wrong"), BAD, ids=[repr(origin) for origin, _ in BAD])
def test_a_bad_origin_is_refused(origin: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        check_origin(origin)


@pytest.mark.parametrize("origin", [origin for origin in GOOD if "*" not in origin])
def test_a_good_origin_lets_its_own_pages_in(origin: str) -> None:
    assert on_origins(f"{origin}/welcome", (origin,))
