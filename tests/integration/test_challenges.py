"""Challenges through the whole application: got, solved, used once, and what goes with a form besides."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from app.submissions import State
from tests.integration.service import JSON, Service, serving
from tests.unit.challenge.solving import solved

ORIGIN = {"Origin": "https://careful.example"}
SITES = """
[sites.careful]
origins = ["https://careful.example"]
error_url = "https://careful.example/signup"
challenge = "always"
limits = { ip = "100/minute", email = "100/minute", site = "1000/minute" }
[sites.wary]
origins = ["https://wary.example"]
challenge = "suspicious"
[sites.shut]
origins = ["https://shut.example"]
challenge = "suspicious"
screening = { hold = 4, refuse = 4 }
[sites.foreign]
origins = ["https://foreign.example"]
challenge = "always"
challenge_provider = "turnstile"
challenge_site_key = "0xsite"
challenge_secret_env = "TURNSTILE_SECRET"
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with sites that set challenges."""
    async with serving(tmp_path, more_sites=SITES, TURNSTILE_SECRET="hidden") as service:
        yield service


async def solution(service: Service, site: str = "careful") -> str:
    """A solved challenge."""
    reply = await service.client.get(f"/v1/{site}/challenge", headers=ORIGIN)
    assert reply.status_code == 200
    return await asyncio.to_thread(solved, reply.json())


async def form(service: Service, site: str) -> dict[str, Any]:
    """What a page's script is given."""
    reply = await service.client.get(f"/v1/{site}/form")
    assert reply.status_code == 200
    found: dict[str, Any] = reply.json()
    return found


async def test_a_challenge_is_for_the_sites_pages_and_for_no_cache(service: Service) -> None:
    reply = await service.client.get("/v1/careful/challenge", headers=ORIGIN)
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["access-control-allow-origin"] == "https://careful.example"
    assert reply.json()["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    stranger = await service.client.get("/v1/careful/challenge", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize(
    ("site", "code"), [("acme", "not_found"), ("foreign", "not_found"), ("nobody", "unknown_site")]
)
async def test_where_there_is_none_it_is_not_found(service: Service, site: str, code: str) -> None:
    reply = await service.client.get(f"/v1/{site}/challenge", headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (404, code)


async def test_a_script_without_a_solution_is_told_what_to_solve(service: Service) -> None:
    reply = await service.post("careful", headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (403, "challenge_failed")
    assert reply.json()["challenge"] == {"provider": "altcha", "url": "/v1/careful/challenge"}
    other = await service.post("foreign", headers=JSON)
    assert other.json()["challenge"] == {"provider": "turnstile", "site_key": "0xsite"}
    assert service.wire.whmcs.ledger.clients == {}


async def test_who_would_be_refused_anyhow_is_told_of_none(service: Service) -> None:
    reply = await service.post("shut", headers=JSON, email="a@mailinator.com")
    assert (reply.status_code, reply.json()["code"]) == (403, "challenge_failed")
    assert "challenge" not in reply.json()


async def test_a_plain_form_goes_back_with_the_code(service: Service) -> None:
    reply = await service.post("careful")
    assert reply.status_code == 303
    assert reply.headers["location"] == "https://careful.example/signup?status=error&code=challenge_failed"


async def test_a_solution_is_good_for_one_sign_up(service: Service) -> None:
    proof = await solution(service)
    first = await service.post("careful", headers=JSON, _key="a", _altcha=proof)
    assert first.status_code == 201
    again = await service.post("careful", headers=JSON, _key="a", _altcha=proof)
    assert again.json() == first.json()
    other = await service.post("careful", headers=JSON, email="other@example.com", altcha=proof)
    assert (other.status_code, other.json()["code"]) == (403, "challenge_failed")
    assert other.json()["challenge"]["url"] == "/v1/careful/challenge"
    assert len(service.wire.whmcs.ledger.clients) == 1


async def test_of_two_posts_at_once_with_one_solution_one_gets_in(service: Service) -> None:
    proof = await solution(service)
    posts = [service.post("careful", headers=JSON, email=f"{name}@example.com", altcha=proof) for name in "ab"]
    replies = await asyncio.gather(*posts)
    assert sorted(reply.status_code for reply in replies) == [201, 403]
    assert len(service.wire.whmcs.ledger.clients) == 1


async def test_a_double_click_over_two_replicas_is_one_sign_up_and_no_failed_challenge(tmp_path: Path) -> None:
    keys = Fernet.generate_key().decode()
    settings = {"more_sites": SITES, "TURNSTILE_SECRET": "hidden", "GATEWAY_ENCRYPTION_KEYS": keys}
    async with serving(tmp_path, **settings) as one, serving(tmp_path, **settings) as other:
        proof = await solution(one)
        replies = await asyncio.gather(*(of.post("careful", headers=JSON, _altcha=proof) for of in (one, other)))
        assert {reply.json()["ok"] for reply in replies} == {True}
        assert len({reply.json()["reference"] for reply in replies}) == 1


async def test_a_form_with_a_fault_does_not_use_its_solution_up(service: Service) -> None:
    proof = await solution(service)
    wrong = await service.post("careful", headers=JSON, email="ada", _altcha=proof)
    assert wrong.status_code == 422
    assert (await service.post("careful", headers=JSON, _altcha=proof)).status_code == 201


async def test_what_was_used_up_costs_no_quota(service: Service) -> None:
    """Else one solution could be spent on all the places that a site has for those who proved themselves."""
    proof = await solution(service, "wary")
    assert (await service.post("wary", headers=JSON, _altcha=proof)).status_code == 201
    for number in range(6):  # more than one address may have in ten minutes
        reply = await service.post("wary", headers=JSON, email=f"n{number}@example.com", _altcha=proof)
        assert reply.status_code == 403
    assert (await service.post("wary", headers=JSON, email="late@example.com")).status_code == 201


async def test_a_robots_sign_up_is_held_once_it_has_solved_the_challenge(service: Service) -> None:
    assert (await service.post("careful", headers=JSON, _gotcha="x")).status_code == 403
    reply = await service.post("careful", headers=JSON, _gotcha="x", _altcha=await solution(service))
    assert reply.status_code == 202
    held = await service.client.get(f"/v1/careful/signup/{reply.json()['reference']}", headers=JSON)
    assert held.json()["status"] == "accepted"
    assert service.wire.whmcs.ledger.clients == {}


async def test_what_a_page_needs(service: Service) -> None:
    reply = await service.client.get("/v1/careful/form", headers=ORIGIN)
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["access-control-allow-origin"] == "https://careful.example"
    ours = reply.json()
    assert (ours["challenge"], ours["provider"], ours["site_key"]) == ("always", "altcha", None)
    assert ours["challenge_url"] == "/v1/careful/challenge"
    foreign = await form(service, "foreign")
    assert (foreign["provider"], foreign["site_key"], foreign["challenge_url"]) == ("turnstile", "0xsite", None)
    none = await form(service, "acme")
    assert (none["challenge"], none["provider"], none["site_key"], none["challenge_url"]) == ("off", None, None, None)


async def test_the_trap_of_the_day_holds_a_sign_up_and_is_no_unknown_field(service: Service) -> None:
    given = await form(service, "acme")
    with capture_logs() as logs:
        empty = await service.post(headers=JSON, **{given["trap"]: "", "_page": given["page"], "altcha": "x"})
    assert empty.status_code == 201
    assert "fields_dropped" not in [line["event"] for line in logs]
    own = await service.post(headers=JSON, email="own@example.com", **{given["trap"]: "a field of the site's own"})
    assert own.status_code == 201
    bait = {given["trap"]: "x", "_page": given["page"]}
    trapped = await service.post(headers=JSON, email="bot@example.com", **bait)
    assert trapped.status_code == 202
    assert len(service.wire.whmcs.ledger.clients) == 2
    figures = (await service.client.get("/metrics")).text
    assert f'signup_submissions{{state="{State.HELD}"}} 1.0' in figures


async def test_a_missing_secret_stops_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        async with serving(tmp_path, more_sites=SITES):
            pass
    assert stopped.value.code == 2
    assert "sites.foreign.challenge_secret_env" in capsys.readouterr().err


async def test_figures_tell_what_was_found(service: Service) -> None:
    await service.post("careful", headers=JSON, _altcha="forged")
    await service.post("careful", headers=JSON, _altcha=await solution(service))
    figures: httpx2.Response = await service.client.get("/metrics")
    assert 'signup_challenges_total{finding="solved",provider="altcha"} 1.0' in figures.text
    assert 'signup_challenges_total{finding="wrong",provider="altcha"} 1.0' in figures.text
