"""The page of snippets: off unless asked for, right for its site, and safe to show to anybody."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from app.languages import load_languages
from app.page_check import Document, check_page
from app.sites import parse_sites
from app.web.snippet_code import Snippets
from app.web.snippets import RECIPES
from tests.integration.service import JSON, Service, serving
from tests.integration.test_headers import check_safe

PAGE = "/v1/acme/snippets"
GATEWAY = "https://signup.example.com"
SITES: dict[str, dict[str, Any]] = {
    "least": {},
    "all": {
        "required": ["terms", "plan", "company", "tax_id", "currency", "domain", "domain_action", "Wie gefunden?"],
        "custom_fields": {"heard_from": 3, "Wie gefunden?": 4, "a{b}": 5},
        "currencies": {"USD": 1, "EUR": 2},
        "defaults": {"country": "US"},
        "plans": {"starter": {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}},
    },
    "a plan with choices": {
        "plans": {
            "box": {
                "pid": 2,
                "billing_cycle": "monthly",
                "payment_method": "stripe",
                "payment_methods": ["paypal"],
                "custom_fields": {"project": 9},
                "required": ["domain", "project"],
                "domain_actions": ["register", "transfer", "own"],
                "choices": {
                    "memory": {"option": 12, "values": {"2 GB": 47, "4 GB": 48}, "default": "2 GB"},
                    "disks": {"option": 13, "most": 8},
                },
            }
        }
    },
    "nothing demanded": {"skip_validation": True},
    "altcha": {"challenge": "always"},
    **{
        provider: {
            "challenge": "always",
            "challenge_provider": provider,
            "challenge_site_key": "key",
            "challenge_secret_env": "SECRET",
        }
        for provider in ("turnstile", "hcaptcha")
    },
}


def codes(html: str) -> dict[str, str]:
    """Every piece of code on the page, by its name."""
    found = re.findall(r"<figcaption>(.*?)</figcaption>\s*<pre[^>]*><code>(.*?)</code>", html, re.DOTALL)
    return {unescape(name): unescape(code) for name, code in found}


async def shown(service: Service, path: str = PAGE) -> str:
    """The page."""
    reply = await service.client.get(path)
    assert reply.status_code == 200
    check_safe(reply, **{"referrer-policy": "strict-origin"})
    return reply.text


async def test_it_is_not_there_unless_asked_for(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        reply = await service.client.get(PAGE, headers=JSON)
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_there_is_none_for_a_site_that_is_not_there(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_SNIPPETS="true") as service:
        reply = await service.client.get("/v1/nosuch/snippets", headers=JSON)
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown_site")


async def test_it_has_every_recipe_filled_in_for_the_site(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_SNIPPETS="true") as service:
        html = await shown(service)
    names = {".env" if name.endswith(".env") else name for recipe in RECIPES for name in recipe.files}
    assert set(codes(html)) == names | {"Action", "Custom code"}
    assert codes(html)["Action"] == f"{GATEWAY}/v1/acme/signup"
    assert f'action="{GATEWAY}/v1/acme/signup"' in codes(html)["plain.html"]
    assert 'value="starter"' in codes(html)["plain.html"]
    assert '<html lang="en">' in html


async def test_its_form_signs_up_and_may_lead_to_the_sites_pages(tmp_path: Path) -> None:
    async with serving(tmp_path, GATEWAY_SNIPPETS="true") as service:
        reply = await service.client.get(PAGE)
        assert '<form method="post" action="/v1/acme/signup" data-signup>' in reply.text
        assert "This form is real." in reply.text
        assert "form-action 'self' https://www.acme.example;" in reply.headers["content-security-policy"] + ";"
        sent = await service.post(headers={"Origin": GATEWAY, "Sec-Fetch-Site": "same-origin"})
        assert sent.headers["location"].startswith("https://www.acme.example/welcome?from=form&status=created")


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("localhost:8000", "https://localhost:8000"),
        ('a"><script>', "https://YOUR-GATEWAY"),
        ("[", "https://YOUR-GATEWAY"),
    ],
)
async def test_a_gateway_that_does_not_know_its_address_takes_a_harmless_one_from_the_request(
    tmp_path: Path, host: str, told: str
) -> None:
    sites = '[sites.acme]\norigins = ["https://www.acme.example"]\n'
    async with serving(tmp_path, sites, GATEWAY_SNIPPETS="true", GATEWAY_PUBLIC_URL="") as service:
        reply = await service.client.get(PAGE, headers={"Host": host})
    assert reply.status_code == 200
    assert codes(reply.text)["Action"] == f"{told}/v1/acme/signup"
    assert 'action="/v1/acme/signup"' not in reply.text
    assert host not in reply.text or "<" not in host


async def test_it_holds_no_secret(tmp_path: Path) -> None:
    more = f'[sites.relayed]\norigins = ["https://relayed.example"]\nrelay_keys = ["{"ab" * 32}"]\n'
    async with serving(tmp_path, GATEWAY_SNIPPETS="true", more_sites=more) as service:
        html = await shown(service, "/v1/relayed/snippets")
    assert "ab" * 32 not in html


@pytest.mark.parametrize("kind", SITES)
def test_gateway_check_finds_nothing_to_say_about_the_html(kind: str) -> None:
    sites = parse_sites({"sites": {"acme": {"origins": ["https://www.acme.example"], **SITES[kind]}}})
    maker = Snippets(load_languages()["en"])
    names = ("scripted.html",) if kind == "altcha" else ("scripted.html", "plain.html", "fetch.html")
    for name in names:
        code = maker.files([name], sites["acme"], GATEWAY)[name]
        checked = check_page(Document(text=code), sites, gateway_url=GATEWAY)
        assert [finding.code for finding in checked.findings] == ["good_form"], (name, checked.findings)


@pytest.mark.parametrize(("kind", "left"), [("least", 6), ("altcha", 2), ("turnstile", 4)])
async def test_ways_that_cannot_solve_the_sites_challenge_are_left_out(tmp_path: Path, kind: str, left: int) -> None:
    settings = "".join(f"{name} = {value!r}\n" for name, value in SITES[kind].items())
    more = f'[sites.checked]\norigins = ["https://checked.example"]\n{settings}'
    async with serving(tmp_path, GATEWAY_SNIPPETS="true", more_sites=more, SECRET="x") as service:
        html = await shown(service, "/v1/checked/snippets")
    assert html.count('<section aria-labelledby="recipe-') == left
    assert ("are left out" in html) == (left < len(RECIPES))


def test_braces_stay_text_in_astro() -> None:
    sites = parse_sites({"sites": {"acme": {"origins": ["https://www.acme.example"], **SITES["all"]}}})
    (code,) = Snippets(load_languages()["en"]).files(["SignupForm.astro"], sites["acme"], GATEWAY).values()
    assert 'name="a&#123;b&#125;"' in code
