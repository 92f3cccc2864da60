"""Answers and refusals as the contract words them."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.answers import Answer
from app.errors import EmailTaken, FieldError, GatewayError, InvalidFields, OriginRefused, RateLimited, Unavailable
from app.forms import sentence
from app.languages import load_languages
from app.sites import Site
from app.ways import with_query
from app.web.pages import Pages
from app.web.replies import answer_reply, refusal_reply, standing_refusal, standing_reply
from tests.unit import asgi

PROBLEM = {"type", "title", "status", "detail", "ok", "code", "request_id"}
FAULTS = (
    FieldError("email", "required"),
    FieldError("phone", "invalid_phone"),
    FieldError("phone", "too_long", 32),
    FieldError("<heard from>", "required"),
)
INVALID = InvalidFields(FAULTS)
LANGUAGES = load_languages()


def site(**settings: object) -> Site:
    return Site.model_validate({"key": "acme", "origins": ["https://www.acme.example"], **settings})


def request(accept: str, given: Site | None = None) -> Request:
    """A request with an id, in an application with pages and the page where a sign-up stands."""
    app = Starlette(routes=[Route("/v1/{site}/signup/{reference}", _nowhere, name="stands")])
    app.state.languages, app.state.pages = LANGUAGES, Pages()
    asked = asgi.request({"accept": accept})
    asked.scope["app"] = app
    asked.state.request_id = "req-12345"
    if given is not None:
        asked.state.site = given
    return asked


def _nowhere(_request: Request) -> Response:
    return PlainTextResponse("")


def script(given: Site | None = None) -> Request:
    return request("application/json", given)


def browser(given: Site | None = None) -> Request:
    return request("text/html", given)


def body(reply: Response) -> dict[str, object]:
    read: dict[str, object] = json.loads(bytes(reply.body))
    return read


def place(reply: Response) -> tuple[str, dict[str, list[str]]]:
    """Where a redirect leads, and with which query."""
    parts = urlsplit(reply.headers["location"])
    return parts._replace(query="").geturl(), parse_qs(parts.query)


@pytest.mark.parametrize(("status", "http"), [("created", 201), ("accepted", 202)])
def test_a_script_is_answered_in_json(status: str, http: int) -> None:
    reply = answer_reply(script(), site(success_url="https://www.acme.example/hi"), answer(status))
    assert reply.status_code == http
    told = body(reply)
    assert (told.pop("message") or "") != ""
    assert told == {"ok": True, "status": status, "reference": "ref1", "next": None}


@pytest.mark.parametrize("status", ["created", "accepted"])
def test_a_form_goes_to_the_sites_own_page(status: str) -> None:
    reply = answer_reply(browser(), site(success_url="https://www.acme.example/hi?lang=en"), answer(status))
    assert reply.status_code == 303
    assert place(reply) == (
        "https://www.acme.example/hi",
        {"lang": ["en"], "status": [status], "reference": ["ref1"]},
    )


def test_a_form_of_a_site_without_a_page_goes_to_ours() -> None:
    reply = answer_reply(browser(), site(), answer("created"))
    assert (reply.status_code, reply.headers["location"]) == (303, "/v1/acme/signup/ref1")


def test_where_a_signup_stands_is_always_200() -> None:
    reply = standing_reply(script(), site(), answer("accepted"))
    assert (reply.status_code, body(reply)["status"]) == (200, "accepted")
    page = standing_reply(browser(), site(), answer("accepted"))
    assert (page.status_code, page.media_type) == (200, "text/html")


def test_a_refused_signup_stands_as_rejected() -> None:
    reply = standing_refusal(script(), EmailTaken(reference="ref1"))
    told = body(reply)
    assert reply.status_code == 200
    assert (told["ok"], told["status"], told["code"], told["reference"]) == (False, "rejected", "email_taken", "ref1")


def test_a_customer_who_is_told_so_can_follow_a_link_to_log_in() -> None:
    error = EmailTaken(reference="ref1", login_url='https://billing.example/login?"><a')
    for page in (refusal_reply(browser(), error), standing_refusal(browser(), error)):
        assert b'<a href="https://billing.example/login?&#34;&gt;&lt;a">Log in</a>' in page.body
    assert b"<a" not in refusal_reply(browser(), EmailTaken()).body


@pytest.mark.parametrize(
    ("error", "more"),
    [
        pytest.param(OriginRefused(), {}, id="bare"),
        pytest.param(EmailTaken(reference="ref1"), {"reference": "ref1"}, id="with a reference"),
        pytest.param(
            EmailTaken(login_url="https://b.example/in"), {"login_url": "https://b.example/in"}, id="to log in"
        ),
        pytest.param(Unavailable(), {"retry_after": 30}, id="with a wait"),
        pytest.param(RateLimited("ip", 5, 600, 42), {"retry_after": 42}, id="with a limit"),
    ],
)
def test_a_script_is_refused_with_a_problem(error: GatewayError, more: dict[str, object]) -> None:
    reply = refusal_reply(script(site(error_url="https://www.acme.example/form")), error)
    assert reply.status_code == error.status
    assert reply.headers["content-type"] == "application/problem+json"
    told = body(reply)
    assert set(told) == PROBLEM | set(more)
    assert told == {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
        "ok": False,
        "code": error.code,
        "request_id": "req-12345",
        **more,
    }


def test_every_faulty_field_is_named_to_a_script() -> None:
    told = body(refusal_reply(script(), INVALID))
    assert told["errors"] == [{"field": one.field, "code": one.code, "message": sentence(one)} for one in FAULTS]


def test_a_form_goes_back_with_the_code_and_each_field_once() -> None:
    reply = refusal_reply(browser(site(error_url="https://www.acme.example/form?step=2#signup")), INVALID)
    assert reply.status_code == 303
    assert place(reply) == (
        "https://www.acme.example/form#signup",
        {"step": ["2"], "status": ["error"], "code": ["invalid_fields"], "fields": ["email,phone,<heard from>"]},
    )


def test_a_refused_form_of_a_site_without_a_page_gets_ours_with_every_message() -> None:
    reply = refusal_reply(browser(site()), INVALID)
    page = bytes(reply.body).decode()
    assert reply.status_code == 422
    assert "Enter your email address, like name@example.com." in page
    assert "Fill in &#34;&lt;heard from&gt;&#34;." in page


@pytest.mark.parametrize("error", [OriginRefused(), Unavailable()], ids=["origin", "unavailable"])
def test_what_the_site_cannot_help_is_never_sent_back_to_it(error: GatewayError) -> None:
    reply = refusal_reply(browser(site(error_url="https://www.acme.example/form")), error)
    assert (reply.status_code, reply.media_type) == (error.status, "text/html")
    assert error.sentence in bytes(reply.body).decode()


@pytest.mark.parametrize("asked", [script(), browser(), browser(site(error_url="https://www.acme.example/form"))])
def test_a_limit_is_told_in_headers_to_everybody(asked: Request) -> None:
    headers = refusal_reply(asked, RateLimited("ip", 5, 600, 42)).headers
    assert headers["retry-after"] == "42"
    assert headers["ratelimit-policy"] == '"ip";q=5;w=600'
    assert headers["ratelimit"] == '"ip";r=0;t=42'


def test_a_wait_without_a_limit_is_told_alone() -> None:
    headers = refusal_reply(script(), Unavailable()).headers
    assert headers["retry-after"] == "30"
    assert "ratelimit" not in headers
    assert "retry-after" not in refusal_reply(script(), OriginRefused()).headers


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", "https://a.example?x=1&y=a,b+c%26"),
        ("https://a.example/p", "https://a.example/p?x=1&y=a,b+c%26"),
        ("https://a.example/p?q=%20z", "https://a.example/p?q=%20z&x=1&y=a,b+c%26"),
        ("https://a.example/p#end", "https://a.example/p?x=1&y=a,b+c%26#end"),
        ("https://a.example/p?q#end", "https://a.example/p?q&x=1&y=a,b+c%26#end"),
        ("https://a.example/p?", "https://a.example/p?x=1&y=a,b+c%26"),
    ],
)
def test_a_query_is_added_to_whatever_the_address_has(url: str, expected: str) -> None:
    assert with_query(url, x="1", y="a,b c&") == expected


def answer(status: str) -> Answer:
    return Answer("created" if status == "created" else "accepted", "ref1")
