"""Who gets JSON and who gets a page."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.languages import CODES
from app.web.wants import is_json, preferred_language, wants_json

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"

JSON = [
    pytest.param({"accept": "application/json"}, id="asks for JSON"),
    pytest.param({"accept": "application/problem+json"}, id="asks for problems"),
    pytest.param({"accept": "application/json, text/plain, */*"}, id="axios"),
    pytest.param({"accept": "Application/JSON"}, id="in capitals"),
    pytest.param({"accept": " application/json ; charset=utf-8"}, id="with spaces and a parameter"),
    pytest.param({"accept": "text/html;q=0.8, application/json"}, id="likes JSON better"),
    pytest.param({"accept": "application/json;q=0.5, text/html;q=0.4"}, id="likes JSON a little better"),
    pytest.param({"accept": "application/json;q=0.5, text/html;q=nonsense"}, id="weight of the page unreadable"),
    pytest.param({"accept": "application/json;q=7, text/html"} | {"sec-fetch-mode": "cors"}, id="a tie, by a script"),
    pytest.param({"accept": "*/*", "sec-fetch-mode": "cors"}, id="fetch"),
    pytest.param({"sec-fetch-mode": "cors"}, id="fetch without Accept"),
    pytest.param({"accept": "*/*", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty"}, id="fetch without CORS"),
    pytest.param({"accept": "*/*", "sec-fetch-mode": "same-origin", "sec-fetch-dest": "empty"}, id="fetch at home"),
    pytest.param({"accept": "*/*", "x-requested-with": "XMLHttpRequest"}, id="jQuery"),
    pytest.param({"accept": "*/*", "content-type": "application/json"}, id="sends JSON"),
    pytest.param({"content-type": "application/json; charset=utf-8"}, id="sends JSON with a charset"),
    pytest.param({"accept": BROWSER + ", application/json;q=1", "x-requested-with": "x"}, id="both alike, by a script"),
]
PAGE = [
    pytest.param({"accept": BROWSER, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, id="browser"),
    pytest.param({"accept": BROWSER}, id="old browser"),
    pytest.param({"accept": BROWSER, "content-type": FORM}, id="form"),
    pytest.param({"accept": BROWSER, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, id="form in a frame"),
    pytest.param({}, id="says nothing"),
    pytest.param({"accept": "*/*"}, id="takes anything"),
    pytest.param({"accept": "*/*", "content-type": FORM}, id="takes anything, sends a form"),
    pytest.param({"accept": "application/json;q=0.5, text/html"}, id="likes pages better"),
    pytest.param({"accept": "application/json;q=0"}, id="refuses JSON"),
    pytest.param({"accept": "application/jsonp"}, id="another type"),
    pytest.param({"accept": "text/html, application/json"}, id="both alike, no script"),
    pytest.param({"accept": "text/html, application/json;q=2"}, id="a weight over one counts for nothing"),
    pytest.param({"accept": "application/json;q=nan"}, id="a weight that is no number counts for nothing"),
]


@pytest.mark.parametrize("headers", JSON)
def test_scripts_get_json(headers: dict[str, str]) -> None:
    assert wants_json(headers)


@pytest.mark.parametrize("headers", PAGE)
def test_forms_get_pages(headers: dict[str, str]) -> None:
    assert not wants_json(headers)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("application/problem+json", False),
        ("application/json-patch", False),
        ("text/json", False),
        ("", False),
    ],
)
def test_a_json_body(content_type: str, expected: bool) -> None:
    assert is_json(content_type) is expected


@given(st.text(alphabet="application/json,;q=0.19 *texhml", max_size=60))
def test_any_accept_header_is_survived(accept: str) -> None:
    assert wants_json({"accept": accept}) in (True, False)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", None),
        ("*", None),
        ("ja, zh;q=0.9", None),
        ("de", "de"),
        ("DE-ch", "de"),
        ("pt-BR, en;q=0.5", "pt"),
        ("en;q=0.4, fr;q=0.5", "fr"),
        ("nl, pl", "nl"),
        ("sv, it;q=0.3", "it"),
        ("es;q=0", None),
        ("es;q=2, de;q=0.1", "de"),
        (";q=1,,es", "es"),
    ],
)
def test_the_language_that_is_liked_best(accepted: str, code: str | None) -> None:
    assert preferred_language(accepted, CODES) == code


@given(st.text(max_size=80) | st.text(alphabet="deENfr-,;q=0.19* ", max_size=80))
def test_any_wish_for_a_language_is_survived(accepted: str) -> None:
    assert preferred_language(accepted, CODES) in {None, *CODES}


@pytest.mark.parametrize("padding", ["," * 1000, "x," * 50, ";" * 1000])
def test_what_no_browser_writes_is_not_read(padding: str) -> None:
    """Who is refused at the gate is asked for this too, so it must cost next to nothing however long it is."""
    assert not wants_json({"accept": padding + ",application/json"})
    assert preferred_language(padding + ",de", CODES) is None
    assert wants_json({"accept": "application/json," + padding})
    assert preferred_language("de," + padding, CODES) == "de"
