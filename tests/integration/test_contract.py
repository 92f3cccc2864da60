"""Every reply of the contract, in both flows, from the whole application."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pydantic import SecretStr

from app.sandbox.faults import Fault
from app.store import migrate_store
from tests.integration.outage import gone
from tests.integration.service import JSON, ORIGIN, Service, serving
from tests.unit.forms.visitors import ANSWERS


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with a fresh database and WHMCS."""
    async with serving(tmp_path) as service:
        yield service


def problem(reply: httpx2.Response) -> dict[str, object]:
    """The problem of a refusal, after checking what all have in common."""
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = reply.json()
    assert body["ok"] is False
    assert body["status"] == reply.status_code
    assert body["request_id"] == reply.headers["x-request-id"]
    assert {"type", "title", "detail", "code"} <= body.keys()
    return body


def query(reply: httpx2.Response) -> dict[str, str]:
    """The query of the address that a redirect goes to."""
    assert reply.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


BODIES = {
    "urlencoded": {"data": ANSWERS},
    "multipart": {"files": {name: (None, value) for name, value in ANSWERS.items()}},
    "json": {"json": ANSWERS},
}


@pytest.mark.parametrize("kind", BODIES)
async def test_a_script_gets_201_whatever_the_body(service: Service, kind: str) -> None:
    reply = await service.client.post("/v1/acme/signup", headers=JSON, **BODIES[kind])  # type: ignore[arg-type]
    assert reply.status_code == 201
    body = reply.json()
    assert body.keys() == {"ok", "status", "reference", "message", "next"}
    assert (body["ok"], body["status"], body["next"]) == (True, "created", None)
    assert len(service.wire.whmcs.ledger.clients) == 1


async def test_a_form_goes_to_the_success_page_with_status_and_reference_and_nothing_else(service: Service) -> None:
    reply = await service.post()
    place = urlsplit(reply.headers["location"])
    assert (place.netloc, place.path, place.fragment) == ("www.acme.example", "/welcome", "top")
    assert query(reply).keys() == {"from", "status", "reference"}
    assert query(reply)["status"] == "created"


async def test_a_form_of_a_site_without_a_success_page_goes_to_a_hosted_one(service: Service) -> None:
    reply = await service.post("plain")
    assert reply.status_code == 303
    page = await service.client.get(reply.headers["location"], headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "You are signed up" in page.text
    assert "ada@example.com" not in page.text


async def test_whmcs_down_is_202_for_a_script_and_accepted_for_a_form(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("waf_403"))
    reply = await service.post(headers=JSON)
    assert reply.status_code == 202
    assert reply.json()["status"] == "accepted"
    assert query(await service.post(email="b@example.com"))["status"] == "accepted"


async def test_field_errors_come_all_at_once(service: Service) -> None:
    changes: dict[str, Any] = {"email": "nonsense", "phone": "12", "city": ""}
    body = problem(await service.post(headers=JSON, **changes))
    assert (body["status"], body["code"]) == (422, "invalid_fields")
    errors = body["errors"]
    assert isinstance(errors, list)
    assert [(error["field"], error["code"]) for error in errors] == [
        ("email", "invalid_email"),
        ("phone", "invalid_phone"),
        ("city", "required"),
    ]
    assert "nonsense" not in json.dumps(body)
    told = query(await service.post(**changes))
    assert told == {"status": "error", "code": "invalid_fields", "fields": "email,phone,city"}


async def test_field_errors_of_a_site_without_an_error_page_are_listed_on_a_hosted_one(service: Service) -> None:
    reply = await service.post("plain", email="<b>nonsense</b>")
    assert reply.status_code == 422
    assert reply.headers["content-type"].startswith("text/html")
    assert "Check your email address" in reply.text
    assert "nonsense" not in reply.text


async def test_a_known_address_is_told(service: Service) -> None:
    await service.post()
    reply = await service.post(headers=JSON, city="Oxford")
    assert (reply.status_code, problem(reply)["code"]) == (409, "email_taken")
    assert query(await service.post(city="Cambridge")) == {"status": "error", "code": "email_taken"}


async def test_a_hiding_site_answers_known_and_new_alike(service: Service) -> None:
    new = await service.post("quiet", headers=JSON)
    known = await service.post("quiet", headers=JSON, city="Oxford")
    for reply in (new, known):
        assert (reply.status_code, reply.json()["status"]) == (202, "accepted")
    assert {**new.json(), "reference": ""} == {**known.json(), "reference": ""}
    await asyncio.sleep(0.1)
    for reply in (new, known):
        standing = await service.client.get(f"/v1/quiet/signup/{reply.json()['reference']}", headers=JSON)
        assert (standing.status_code, standing.json()["status"]) == (200, "accepted")


@pytest.mark.parametrize("where", ["header", "field"])
async def test_the_same_key_gives_the_first_answer_again(service: Service, where: str) -> None:
    headers = JSON | ({"Idempotency-Key": "one"} if where == "header" else {})
    changes: dict[str, Any] = {"_key": "one"} if where == "field" else {}
    first = await service.post(headers=headers, **changes)
    again = await service.post(headers=headers, **changes)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = await service.post(headers=headers, city="Oxford", **changes)
    assert (other.status_code, problem(other)["code"]) == (422, "key_reused")
    assert len(service.wire.whmcs.ledger.clients) == 1


async def test_a_refusal_by_whmcs_is_repeated_for_the_same_form(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("unknown_error", message="Invalid telephone phone number", calls=1))
    for _ in range(2):
        body = problem(await service.post(headers=JSON))
        assert (body["status"], body["code"]) == (422, "invalid_fields")
        assert body["errors"] == [
            {
                "field": "phone",
                "code": "not_accepted",
                "message": "Check your phone number; our billing system did not accept it.",
            }
        ]
        assert body["reference"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://www.acme.example.evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Referer": "https://evil.example/"},
        {"Referer": "https://evil.example/?https://www.acme.example"},
        {"Referer": "garbage"},
    ],
    ids=str,
)
async def test_a_page_that_is_not_the_sites_is_refused(service: Service, headers: dict[str, str]) -> None:
    reply = await service.post(headers=headers | JSON)
    assert (reply.status_code, problem(reply)["code"]) == (403, "origin_refused")
    page = await service.post(headers=headers)
    assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert not service.wire.whmcs.ledger.clients


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ORIGIN},
        {"Origin": "https://pr-7.preview.acme.example"},
        {"Origin": "https://signup.example.com"},
        {"Origin": "null", "Referer": f"{ORIGIN}/signup?x=1"},
        {"Referer": f"{ORIGIN}/signup"},
        {},
    ],
    ids=str,
)
async def test_a_page_of_the_site_is_welcome(service: Service, headers: dict[str, str]) -> None:
    assert (await service.post(headers=headers | JSON)).status_code == 201


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b"[]", "application/json", 400, "malformed_body"),
        (b"[" * 60_000, "application/json", 400, "malformed_body"),
        (b"a=%zz", "application/x-www-form-urlencoded", 400, "malformed_body"),
        (b"a=%ff", "application/x-www-form-urlencoded", 400, "malformed_body"),
        (b"--x", "multipart/form-data; boundary=x", 400, "malformed_body"),
        (b"", "multipart/form-data", 400, "malformed_body"),
        (b"a=1", "text/plain", 415, "unsupported_body"),
        (b"<a/>", "application/xml", 415, "unsupported_body"),
        (b"a" * 70_000, "application/x-www-form-urlencoded", 413, "too_large"),
        (b"a=" + b"b" * 3_000, "application/x-www-form-urlencoded", 413, "too_large"),
        (b"&".join(b"a%d=1" % number for number in range(61)), "application/x-www-form-urlencoded", 413, "too_large"),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    service: Service, content: bytes, content_type: str, status: int, code: str
) -> None:
    headers = {"Content-Type": content_type}
    reply = await service.client.post("/v1/acme/signup", content=content, headers=headers | JSON)
    assert (reply.status_code, problem(reply)["code"]) == (status, code)
    if content_type != "application/json":  # only a script sends that
        page = await service.client.post("/v1/acme/signup", content=content, headers=headers)
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")


async def test_a_file_is_refused(service: Service) -> None:
    reply = await service.client.post("/v1/acme/signup", files={"cv": ("cv.pdf", b"%PDF")}, headers=JSON)
    assert (reply.status_code, problem(reply)["code"]) == (415, "unsupported_body")


async def test_an_unknown_site_is_404(service: Service) -> None:
    reply = await service.post("nosuch", headers=JSON)
    assert (reply.status_code, problem(reply)["code"]) == (404, "unknown_site")
    assert (await service.post("nosuch")).headers["content-type"] == "text/html; charset=utf-8"


async def test_too_many_is_429_with_everything_a_script_needs(service: Service) -> None:
    await service.post("strict")
    reply = await service.post("strict", email="b@example.com", headers=JSON | {"Origin": "https://strict.example"})
    body = problem(reply)
    assert (body["status"], body["code"]) == (429, "rate_limited")
    assert 0 < int(reply.headers["retry-after"]) <= 7200
    assert body["retry_after"] == int(reply.headers["retry-after"])
    assert reply.headers["ratelimit-policy"] == '"ip";q=1;w=3600'
    assert reply.headers["ratelimit"].startswith('"ip";r=0;t=')
    exposed = reply.headers["access-control-expose-headers"]
    assert all(name in exposed for name in ("Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"))
    assert query(await service.post("strict", email="c@example.com"))["code"] == "rate_limited"


async def test_the_gate_counts_every_request_of_an_address(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_GATE_LIMIT="3/minute") as service:
        statuses = [(await service.post(headers=JSON, email="nonsense")).status_code for _ in range(4)]
        assert statuses == [422, 422, 422, 429]
        assert (await service.client.get("/healthz")).status_code == 200


async def test_forwarded_addresses_are_believed_from_trusted_proxies_only(tmp_path: Path) -> None:
    for proxies, believed in (("203.0.113.0/24", "198.51.100.1"), ("", "203.0.113.9")):
        folder = tmp_path / (proxies.partition("/")[0] or "none")
        folder.mkdir()
        async with serving(folder, GATEWAY_TRUSTED_PROXIES=proxies) as service:
            await service.post(headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.1"})
            assert service.wire.whmcs.ledger.clients[1].clientip == believed


async def test_nothing_stored_is_503_and_asks_to_come_back(tmp_path: Path, postgresql_database: str) -> None:
    migrate_store(SecretStr(postgresql_database))
    async with serving(tmp_path, GATEWAY_DATABASE_URL=postgresql_database) as service:
        with gone(postgresql_database):
            reply = await service.post(headers=JSON)
            assert (reply.status_code, problem(reply)["code"]) == (503, "unavailable")
            assert int(reply.headers["retry-after"]) > 0
            assert (await service.post()).headers["content-type"] == "text/html; charset=utf-8"
        assert (await service.post(headers=JSON)).status_code == 201


async def test_a_form_with_the_method_get_gets_help_and_no_echo(service: Service) -> None:
    page = await service.client.get("/v1/acme/signup?email=ada@example.com")
    assert (page.status_code, page.headers["allow"]) == (405, "POST")
    assert "POST" in page.text
    assert "ada@example.com" not in page.text
    reply = await service.client.get("/v1/acme/signup", headers=JSON)
    assert problem(reply)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("PUT", "/v1/acme/signup", 405, "method_not_allowed"),
        ("DELETE", "/v1/acme/signup/x", 405, "method_not_allowed"),
        ("GET", "/nosuch", 404, "not_found"),
        ("POST", "/v1/acme/signup/", 404, "not_found"),
        ("GET", "/v1/acme", 404, "not_found"),
        ("GET", "/v1/acme/signup/nosuch", 404, "unknown_reference"),
        ("GET", "/v1/nosuch/signup/x", 404, "unknown_site"),
        ("GET", "/static/../main.py", 404, "not_found"),
        ("GET", "/v1/" + "a" * 100 + "/signup/x", 404, "unknown_site"),
    ],
)
async def test_every_other_address_is_a_clean_refusal(
    service: Service, method: str, path: str, status: int, code: str
) -> None:
    reply = await service.client.request(method, path, headers=JSON)
    assert (reply.status_code, problem(reply)["code"]) == (status, code)


async def test_where_a_sign_up_stands(service: Service) -> None:
    reference = (await service.post(headers=JSON)).json()["reference"]
    reply = await service.client.get(f"/v1/acme/signup/{reference}", headers=JSON)
    assert (reply.status_code, reply.json()["status"]) == (200, "created")
    elsewhere = await service.client.get(f"/v1/plain/signup/{reference}", headers=JSON)
    assert elsewhere.status_code == 404


async def test_where_a_rejected_sign_up_stands(service: Service) -> None:
    await service.post()
    rejected = problem(await service.post(headers=JSON, city="Oxford"))
    reply = await service.client.get(f"/v1/acme/signup/{rejected['reference']}", headers=JSON)
    assert reply.status_code == 200
    assert (reply.json()["status"], reply.json()["code"], reply.json()["ok"]) == ("rejected", "email_taken", False)
    page = await service.client.get(f"/v1/acme/signup/{rejected['reference']}")
    assert "already has an account" in page.text


async def test_a_trapped_robot_gets_the_normal_answer_and_no_client(service: Service) -> None:
    reply = await service.post(headers=JSON, _gotcha="http://spam.example")
    assert (reply.status_code, reply.json()["status"]) == (202, "accepted")
    assert not service.wire.whmcs.ledger.calls


async def test_a_form_may_name_its_own_pages_on_the_sites_origins(service: Service) -> None:
    chosen: dict[str, Any] = {"_redirect": f"{ORIGIN}/thanks", "_error": f"{ORIGIN}/oops"}
    assert (await service.post(**chosen)).headers["location"].startswith(f"{ORIGIN}/thanks?status=created")
    assert (await service.post(email="", **chosen)).headers["location"].startswith(f"{ORIGIN}/oops?status=error")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "https://www.acme.example@evil.example/",
        "https://www.acme.example.evil.example/",
        "https:\\\\evil.example",
        "javascript:alert(1)",
        "/relative",
        "https://www.acme.example\t.evil.example/",
    ],
)
async def test_a_form_cannot_send_visitors_elsewhere(service: Service, target: str) -> None:
    good = await service.post(_redirect=target)
    assert good.headers["location"].startswith(f"{ORIGIN}/welcome?")
    bad = await service.post(email="", _error=target)
    assert bad.headers["location"].startswith(f"{ORIGIN}/signup?")


async def test_a_script_of_the_site_may_read_replies_and_others_may_not(service: Service) -> None:
    own = await service.post(headers=JSON | {"Origin": ORIGIN})
    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert own.headers["vary"] == "Accept, Accept-Language, Origin"
    other = await service.post(headers=JSON | {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_preflights(service: Service) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    reply = await service.client.options("/v1/acme/signup", headers=asked)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert "Idempotency-Key" in reply.headers["access-control-allow-headers"]
    refused = await service.client.options("/v1/acme/signup", headers=asked | {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("path", ["/v1/acme/signup", "/healthz", "/readyz", "/metrics", "/nosuch", "/static/pages.css"])
async def test_every_reply_has_its_requests_id(service: Service, path: str) -> None:
    reply = await service.client.get(path, headers={"X-Request-Id": "from-the-proxy"})
    assert reply.headers["x-request-id"] == "from-the-proxy"
    forged = await service.client.get(path, headers={"X-Request-Id": "bad id"})
    assert len(forged.headers["x-request-id"]) == 16


async def test_logs_hold_neither_answers_nor_addresses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.post()
        await service.post(email="")
        await service.client.get("/v1/acme/signup?email=ada@example.com&first_name=Ada")
    printed = capsys.readouterr().out
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["event"] for event in events] == ["delivery", "request", "request", "request"]
    assert events[1].keys() >= {"request_id", "site", "reference", "new", "method", "path", "status", "ms"}
    assert events[2]["code"] == "invalid_fields"
    for value in (*ANSWERS.values(), "203.0.113.9", "+44.2079460000", "sandbox"):
        if value != "GB":
            assert value not in printed


async def test_an_odd_reference_is_unknown_and_harms_nobody(tmp_path: Path, postgresql_database: str) -> None:
    migrate_store(SecretStr(postgresql_database))
    async with serving(tmp_path, GATEWAY_DATABASE_URL=postgresql_database) as service:
        odd = [service.client.get(f"/v1/acme/signup/{path}", headers=JSON) for path in ("%00", "%ff", "x" * 5000)]
        good = [service.post(headers=JSON, email=f"ada{number}@example.com") for number in range(5)]
        replies = await asyncio.gather(*odd, *good)
    assert [reply.status_code for reply in replies] == [404] * 3 + [201] * 5


async def test_a_key_that_cannot_be_one_is_a_field_error(service: Service) -> None:
    for headers, changes in (({"Idempotency-Key": "k" * 300}, {}), ({}, {"_key": "k" * 300})):
        body = problem(await service.post(headers=JSON | headers, **changes))
        assert body["code"] == "invalid_fields"
    assert not service.wire.whmcs.ledger.calls
