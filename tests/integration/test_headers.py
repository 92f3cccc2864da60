"""The headers that keep replies safe, on every reply there is."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from app.main import create_app
from app.settings import load_settings
from tests.integration.service import JSON, ORIGIN, Service, serving
from tests.unit.documents import ROOT
from tests.unit.forms.visitors import ANSWERS
from tests.unit.test_docs import ENVIRON

SAFE = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
POST = "/v1/acme/signup"
SCRIPT = ROOT / "app/web/scripts/signup.1.js"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PREFLIGHT = {"Access-Control-Request-Method": "POST"}


@dataclass(frozen=True)
class Case:
    """A request and the status of its reply."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | None = None
    content: bytes | None = None
    host: str = "https://signup.example.com"


def posted(status: int, site: str = "acme", *, headers: Mapping[str, str] | None = None, **changes: str) -> Case:
    """The answers with changes."""
    return Case("POST", f"/v1/{site}/signup", status, headers or {}, ANSWERS | changes)


CASES = {
    "created": posted(201, headers=JSON),
    "accepted": posted(202, "quiet", headers=JSON),
    "redirect": posted(303),
    "redirect after a refusal": posted(303, email="x"),
    "malformed": Case("POST", POST, 400, {"Content-Type": "application/json"}, content=b"{"),
    "origin refused": posted(403, headers={"Origin": "https://evil.example"}),
    "unknown site": posted(404, "nosuch"),
    "too large": Case("POST", POST, 413, FORM, content=b"a" * 70_000),
    "unsupported": Case("POST", POST, 415, content=b"a=1"),
    "invalid": posted(422, "plain", email="x"),
    "invalid for a script": posted(422, headers=JSON, email="x"),
    "form with GET": Case("GET", POST, 405),
    "form with GET for a script": Case("GET", POST, 405, JSON),
    "wrong method": Case("DELETE", POST, 405),
    "trace": Case("TRACE", POST, 405),
    "options": Case("OPTIONS", POST, 405),
    "head": Case("HEAD", "/healthz", 405),
    "preflight": Case("OPTIONS", POST, 204, PREFLIGHT | {"Origin": ORIGIN}),
    "preflight of a stranger": Case("OPTIONS", POST, 204, PREFLIGHT | {"Origin": "https://evil.example"}),
    "unknown reference": Case("GET", f"{POST}/nosuch", 404),
    "nowhere": Case("GET", "/nosuch", 404),
    "nowhere for a script": Case("GET", "/nosuch", 404, JSON),
    "hosted form": Case("GET", "/v1/branded", 200),
    "no hosted form": Case("GET", "/v1/acme", 404),
    "hosted form of an unknown site": Case("GET", "/v1/unknown", 404),
    "no accent": Case("GET", "/v1/acme/page.css", 404),
    "no challenge": Case("GET", "/v1/acme/challenge", 404, JSON),
    "no prices": Case("GET", "/v1/plain/catalog", 404, JSON),
    "no domains": Case("GET", "/v1/acme/domains?name=ada", 404, JSON),
    "for a form's script": Case("GET", "/v1/acme/form", 200, JSON),
    "no way to pay": Case("GET", "/v1/acme/checkout/nosuch", 403),
    "no way to pay for a script": Case("GET", "/v1/acme/checkout/nosuch", 403, JSON),
    "pays ahead of time": Case("GET", "/v1/acme/checkout/nosuch", 503, {"Sec-Purpose": "prefetch"}),
    "looks whether it could pay": Case("HEAD", "/v1/acme/checkout/nosuch", 405),
    "no snippets": Case("GET", "/v1/acme/snippets", 404),
    "no such version": Case("GET", "/signup.0.js", 404),
    "no such file": Case("GET", "/static/nosuch.css", 404),
    "above the files": Case("GET", "/static/%2e%2e/main.py", 404),
    "file with POST": Case("POST", "/static/pages.css", 405),
    "alive": Case("GET", "/healthz", 200),
    "ready": Case("GET", "/readyz", 200),
    "figures": Case("GET", "/metrics", 200),
    "description": Case("GET", "/openapi.json", 200),
    "strange host": Case("GET", "/nosuch", 404, host="https://evil.example"),
}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application."""
    async with serving(tmp_path) as service:
        yield service


async def ask(service: Service, case: Case) -> httpx2.Response:
    """The reply to the case's request."""
    options: dict[str, Any] = {"headers": dict(case.headers), "data": case.data, "content": case.content}
    return await service.client.request(case.method, f"{case.host}{case.path}", **options)


def check_safe(reply: httpx2.Response, **others: str) -> None:
    """What every reply has, and what none has."""
    assert {name: reply.headers.get(name) for name in SAFE} == SAFE | others
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert "camera=()" in reply.headers["permissions-policy"]
    assert not {"server", "x-powered-by", "set-cookie"} & set(reply.headers)
    assert reply.content == b"" or "charset" in reply.headers["content-type"] or "json" in reply.headers["content-type"]


@pytest.mark.parametrize("name", CASES)
async def test_every_reply_has_them(service: Service, name: str) -> None:
    reply = await ask(service, CASES[name])
    assert reply.status_code == CASES[name].status
    # A form must be allowed to say where it is from.
    check_safe(reply, **({"referrer-policy": "strict-origin"} if name == "hosted form" else {}))


async def test_so_have_the_replies_that_follow_a_sign_up(service: Service) -> None:
    first = await service.post(headers=JSON)
    place = f"{POST}/{first.json()['reference']}"
    for again in (service.client.get(place), service.client.get(place, headers=JSON)):
        reply = await again
        assert reply.status_code == 200
        check_safe(reply)
    known = await service.post(headers=JSON, city="Oxford")
    assert known.status_code == 409
    check_safe(known)


async def test_so_has_429(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_GATE_LIMIT="1/minute") as service:
        await service.post()
        for headers, status in (({}, 303), (JSON, 429)):
            reply = await service.post(headers=headers)
            assert reply.status_code == status
            check_safe(reply)


async def test_so_has_503_for_a_fault_of_ours() -> None:
    """An application that was never opened has no gateway to ask."""
    app = create_app(load_settings(ENVIRON | {"GATEWAY_PUBLIC_URL": "https://signup.example.com"}))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://signup.example.com") as client:
        for path in ("/v1/acme/signup/x", "/readyz", "/metrics"):
            reply = await client.get(path)
            assert reply.status_code == 503
            check_safe(reply)


async def test_a_style_sheet_may_be_kept_and_loaded_from_anywhere(service: Service) -> None:
    reply = await service.client.get("/static/pages.css")
    public = {"cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin"}
    check_safe(reply, **public)
    again = await service.client.get("/static/pages.css", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
    check_safe(again, **public)


async def test_a_sites_colours_may_be_kept_by_our_own_pages(service: Service) -> None:
    reply = await service.client.get("/v1/branded/page.css")
    check_safe(reply, **{"cache-control": "public, max-age=3600"})
    assert reply.headers["content-type"] == "text/css; charset=utf-8"
    again = await service.client.get("/v1/branded/page.css", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    check_safe(again, **{"cache-control": "public, max-age=3600"})


@pytest.mark.parametrize("path", ["/signup.js", "/signup.1.js"])
async def test_the_script_may_be_loaded_by_any_page_and_kept(service: Service, path: str) -> None:
    lasting = "public, max-age=3600" if path == "/signup.js" else "public, max-age=31536000, immutable"
    public = {"cache-control": lasting, "cross-origin-resource-policy": "cross-origin"}
    for headers in ({"Accept-Encoding": "identity"}, {"Accept-Encoding": "br, gzip"}):
        reply = await service.client.get(path, headers=headers)
        check_safe(reply, **public)
        assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (reply.headers["access-control-allow-origin"], reply.headers["vary"]) == ("*", "Accept-Encoding")
        assert reply.content == SCRIPT.read_bytes()
        again = await service.client.get(path, headers={"If-None-Match": reply.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        check_safe(again, **public)


async def test_prices_may_be_kept_for_a_minute(service: Service) -> None:
    reply = await service.client.get("/v1/acme/catalog")
    check_safe(reply, **{"cache-control": "public, max-age=60, stale-while-revalidate=600"})


@pytest.mark.parametrize("version", ["0", "01", "99", "9" * 5000, "", "one", "%31%0a"])
async def test_a_version_that_never_was_is_no_address(service: Service, version: str) -> None:
    reply = await service.client.get(f"/signup.{version}.js", headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    check_safe(reply)


async def test_a_gateway_without_https_does_not_ask_for_it(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_PUBLIC_URL="http://127.0.0.1:8000") as service:
        assert "strict-transport-security" not in (await service.client.get("/healthz")).headers


def test_no_route_is_left_out() -> None:
    """Who adds a route adds a line above."""
    asked = {
        case.path.partition("?")[0].replace("/acme", "/{site}").replace("/nosuch", "/{reference}")
        for case in CASES.values()
    }
    routes = list(iter_route_contexts(create_app(load_settings(ENVIRON)).routes))
    asked |= {"/signup.js", "/signup.{version}.js", "/v1/{site}/catalog", "/v1/{site}/checkout/{token}"}
    asked = {"/static" if path.startswith("/static/") else path for path in asked}
    assert {route.path for route in routes} <= asked
    assert len(routes) > 5
