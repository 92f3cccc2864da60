"""Who asks too often gets the reply of the contract, and nothing behind the gate hears of it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from app.errors import RateLimited
from app.guard import Refused, new_relay_key, open_gate
from app.languages import load_languages
from app.sites import parse_sites
from app.web.pages import Pages
from app.web.shedding import FloodGate
from tests.unit.asgi import scope

KEY, HASH = new_relay_key()
SITES = parse_sites(
    {
        "sites": {
            "acme": {"origins": ["https://www.acme.example"], "error_url": "https://www.acme.example/signup"},
            "french": {"origins": ["https://french.example"], "language": "fr"},
            "plain": {"origins": ["https://plain.example"], "relay_keys": [HASH]},
        }
    }
)
JSON = {"Accept": "application/json"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Origin": "https://www.acme.example"}


@dataclass
class Reply:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Gated:
    """A gate that lets one request a minute through, and how many came through."""

    def __init__(self) -> None:
        self.refused = Refused()
        self.let_in = 0
        gates = {"gate": open_gate("1/minute"), "relay_gate": open_gate("2/minute")}
        self._app = FloodGate(self._count, **gates, sites=SITES, refused=self.refused, https=True)
        self._web = Starlette()
        self._web.state.languages, self._web.state.pages = load_languages(), Pages()

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.let_in += 1
        await PlainTextResponse("in", 201)(scope, receive, send)

    async def ask(
        self,
        headers: Mapping[str, str] | None = None,
        *,
        peer: str = "203.0.113.7",
        path: str = "/v1/acme/signup",
        method: str = "POST",
    ) -> Reply:
        """One request, of which not a byte may be read."""
        reply = Reply()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                reply.body += message["body"]

        asked = {**scope(headers, peer=peer, path=path), "method": method, "app": self._web}
        await self._app(asked, _unread, send)
        return reply


async def _unread() -> Message:
    raise AssertionError("the body was read")


@pytest.fixture
async def gated() -> Gated:
    """A gate whose visitor has used up what he had."""
    gated = Gated()
    assert (await gated.ask()).status == 201
    return gated


def problem(reply: Reply) -> dict[str, Any]:
    """The body, which must be a problem."""
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(reply.body)
    return body


async def test_a_script_gets_a_problem_with_everything_it_needs(gated: Gated) -> None:
    reply = await gated.ask(JSON | {"Origin": "https://www.acme.example", "X-Request-Id": "0123456789abcdef"})
    body = problem(reply)
    wait = body["retry_after"]
    assert 1 <= wait <= 60
    assert (reply.status, body["status"], body["code"], body["ok"]) == (429, 429, "rate_limited", False)
    assert (body["title"], body["detail"]) == (RateLimited.title, RateLimited.sentence)
    assert body["request_id"] == reply.headers["x-request-id"] == "0123456789abcdef"
    assert reply.headers["retry-after"] == str(wait)
    assert reply.headers["ratelimit"] == f'"gate";r=0;t={wait}'
    assert reply.headers["ratelimit-policy"] == '"gate";q=1;w=60'
    assert reply.headers["vary"] == "Accept, Accept-Language, Origin"
    assert reply.headers["access-control-allow-origin"] == "https://www.acme.example"
    assert "RateLimit-Policy" in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_other_origins_may_not_read_it(gated: Gated, origin: str) -> None:
    reply = await gated.ask(JSON | {"Origin": origin})
    assert reply.status == 429
    assert "access-control-allow-origin" not in reply.headers


async def test_a_form_goes_back_to_its_site(gated: Gated) -> None:
    reply = await gated.ask({"Accept": "text/html"})
    assert reply.status == 303
    assert reply.headers["location"] == "https://www.acme.example/signup?status=error&code=rate_limited"
    assert int(reply.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/v1/plain/signup", "/v1/nosuch/signup", "/v1", "/", "/wp-login.php"])
async def test_a_form_without_a_way_back_gets_a_page(gated: Gated, path: str) -> None:
    reply = await gated.ask({"Accept": "text/html"}, path=path)
    assert (reply.status, reply.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert RateLimited.sentence in reply.body.decode()


async def test_the_form_of_a_site_is_refused_in_its_language(gated: Gated) -> None:
    reply = await gated.ask({"Accept": "text/html", "Accept-Language": "de"}, path="/v1/french", method="GET")
    assert (reply.status, reply.headers["content-language"]) == (429, "fr")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_nobody_gets_the_language_of_another(gated: Gated, accept: str) -> None:
    for asked, spoken in [("de", "de"), ("en", "en"), ("pl-PL, de;q=0.5", "pl"), ("", "en"), ("de", "de")]:
        reply = await gated.ask({"Accept": accept, "Accept-Language": asked}, path="/v1/plain/signup")
        assert (reply.status, reply.headers["content-language"]) == (429, spoken)


@pytest.mark.parametrize("headers", [JSON, {"Accept": "text/html"}], ids=["script", "form"])
async def test_every_refusal_is_as_safe_as_any_reply(gated: Gated, headers: dict[str, str]) -> None:
    reply = await gated.ask(headers)
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert len(reply.headers["x-request-id"]) == 16


async def test_nothing_behind_the_gate_hears_of_it_and_no_line_is_written(gated: Gated) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            await gated.ask()
    assert (gated.let_in, gated.refused.total, lines) == (1, 3, [])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_health_is_never_refused(gated: Gated, path: str) -> None:
    assert [(await gated.ask(path=path, method="GET")).status for _ in range(3)] == [201] * 3
    assert gated.refused.total == 0


async def test_a_flood_of_health_checks_is_answered_a_few_at_a_time_and_others_at_once(gated: Gated) -> None:
    let_in = gated.let_in
    flood = [asyncio.ensure_future(gated.ask(path="/healthz", method="GET")) for _ in range(100)]
    other = asyncio.ensure_future(gated.ask(path="/healthz", method="GET", peer="203.0.113.8"))
    assert (await other).status == 201
    assert gated.let_in - let_in < 20
    assert {reply.status for reply in await asyncio.gather(*flood)} == {201}


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/static/pages.css", "GET", {}),
        ("/signup.js", "GET", {}),
        ("/v1/plain/page.css", "GET", {}),
        ("/v1/acme/catalog", "GET", {"Accept": "application/json"}),
        ("/v1/acme/signup", "OPTIONS", PREFLIGHT),
    ],
    ids=["style sheet", "script", "colours", "prices", "preflight"],
)
async def test_what_browsers_ask_for_by_themselves_is_counted_apart(
    path: str, method: str, headers: dict[str, str]
) -> None:
    gated = Gated()
    statuses = [(await gated.ask(headers, path=path, method=method)).status for _ in range(2)]
    assert statuses == [201, 429]
    assert gated.let_in == 1
    assert (await gated.ask()).status == 201


@pytest.mark.parametrize("methods", [("POST", "GET"), ("GET", "POST")], ids=["a form first", "a page first"])
async def test_only_a_form_is_sent_back_to_its_page(gated: Gated, methods: tuple[str, str]) -> None:
    await gated.ask()
    statuses = {method: (await gated.ask(path="/v1/acme/signup", method=method)).status for method in methods}
    assert statuses == {"POST": 303, "GET": 429}


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        pytest.param("203.0.113.7", "203.0.113.8", False, id="two IPv4 addresses"),
        pytest.param("203.0.113.7", "::ffff:203.0.113.7", True, id="the same in IPv6 clothes"),
        pytest.param("2001:db8:1:2::7", "2001:db8:1:2:ffff::8", True, id="one IPv6 network"),
        pytest.param("2001:db8:1:2::7", "2001:db8:1:3::7", False, id="two IPv6 networks"),
    ],
)
async def test_who_shares_a_limit(one: str, other: str, share: bool) -> None:
    gated = Gated()
    assert [(await gated.ask(JSON, peer=peer)).status for peer in (one, other)] == [201, 429 if share else 201]


@pytest.mark.parametrize(
    ("path", "authorization", "passes"),
    [
        ("/v1/plain/signup", f"Bearer {KEY}", [201, 201, 429]),
        ("/v1/plain/signup", "Bearer nonsense", [201, 429, 429]),
        ("/v1/plain/signup", "", [201, 429, 429]),
        ("/v1/acme/signup", f"Bearer {KEY}", [201, 429, 429]),
        ("/metricsandmore", f"Bearer {KEY}", [201, 429, 429]),
    ],
    ids=["with its key", "with another", "without", "at another site", "elsewhere"],
)
async def test_a_sites_own_server_may_ask_more_often(path: str, authorization: str, passes: list[int]) -> None:
    gated = Gated()
    headers = JSON | {"Authorization": authorization}
    assert [(await gated.ask(headers, path=path)).status for _ in passes] == passes


async def test_a_reply_that_others_get_too_names_nobodys_way_back(gated: Gated) -> None:
    reply = await gated.ask({"Referer": "https://plain.example/invited/ada"}, path="/v1/plain/signup")
    assert reply.status == 429
    assert b"<h1>" in reply.body
    assert b"invited" not in reply.body
