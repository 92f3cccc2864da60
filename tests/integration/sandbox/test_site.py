"""The demo site works without scripts, tells visitors what happened, and trusts no address line."""

import re

import httpx2
import pytest

from app.sandbox.site import create_site
from tests.integration.sandbox.conftest import Browser

GATEWAY, SANDBOX = "http://127.0.0.1:8000", "http://127.0.0.1:8002"
ACTION = f"{GATEWAY}/v1/demo/signup"
PAGES = ["/", "/plain", "/scripted", "/signup", "/welcome"]


@pytest.fixture
def client(browse: Browser) -> httpx2.AsyncClient:
    return browse(create_site(gateway_url=f"{GATEWAY}/", sandbox_url=SANDBOX))


@pytest.mark.parametrize("path", PAGES)
async def test_pages_need_nothing_but_their_style_and_the_gateways_script(
    client: httpx2.AsyncClient, path: str
) -> None:
    page = await client.get(path)

    assert page.status_code == 200
    assert '<meta name="viewport"' in page.text
    assert set(re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page.text)) <= {
        "/static/site.css",
        "/static/search.js",
        f"{GATEWAY}/signup.js",
    }
    assert "style=" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", ["/static/site.css", "/static/sandbox.css", "/static/search.js"])
async def test_its_files_are_there(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


async def test_the_policy_lets_forms_and_scripts_reach_the_gateway(client: httpx2.AsyncClient) -> None:
    policy = (await client.get("/plain")).headers["content-security-policy"]

    assert f"script-src 'self' {GATEWAY};" in policy
    assert f"connect-src 'self' {GATEWAY};" in policy
    assert f"form-action 'self' {GATEWAY} " in policy


async def test_the_plain_form_posts_to_the_gateway_without_a_script(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/plain")).text

    assert f'<form method="post" action="{ACTION}" >' in text
    assert "<script" not in text


async def test_the_scripted_form_is_the_same_form(client: httpx2.AsyncClient) -> None:
    plain, scripted = [(await client.get(path)).text for path in ("/plain", "/scripted")]

    assert f'<form method="post" action="{ACTION}" data-signup>' in scripted
    assert re.findall(r'name="(\w+)"', plain) == re.findall(r'name="(\w+)"', scripted)


@pytest.mark.parametrize(
    ("name", "autocomplete"),
    [
        ("first_name", "given-name"),
        ("last_name", "family-name"),
        ("email", "email"),
        ("phone", "tel"),
        ("address1", "address-line1"),
        ("city", "address-level2"),
        ("state", "address-level1"),
        ("postcode", "postal-code"),
        ("country", "country"),
    ],
)
async def test_browsers_can_fill_the_form(client: httpx2.AsyncClient, name: str, autocomplete: str) -> None:
    text = (await client.get("/plain")).text

    assert f'<label for="{name}">' in text
    assert re.search(rf'name="{name}"[^>]* autocomplete="{autocomplete}"', text)


async def test_the_trap_is_out_of_everybodys_way(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/plain")).text

    assert '<div class="trap" aria-hidden="true">' in text
    assert 'name="_gotcha" type="text" tabindex="-1" autocomplete="off"' in text


async def test_a_plan_can_be_chosen_beforehand(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/plain?plan=business")).text

    assert re.findall(r'value="(\w*)" checked', text) == ["business"]


async def test_a_domain_can_be_chosen_beforehand(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/plain", params={"domain": "bücher.example"})).text

    assert re.findall(r'name="domain"[^>]* value="([^"]*)"', text) == ["bücher.example"]
    assert re.findall(r'name="domain_action"[^>]* value="(\w*)" checked', text) == ["register"]


@pytest.mark.parametrize("domain", ['"><script>', "a b.com", "x" * 254, "..", "", "a/b"])
async def test_what_is_no_domain_is_not_shown(client: httpx2.AsyncClient, domain: str) -> None:
    text = (await client.get("/plain", params={"domain": domain})).text

    assert re.findall(r'name="domain"[^>]* value="([^"]*)"', text) == [""]


async def test_names_are_searched_for_at_the_gateway(client: httpx2.AsyncClient) -> None:
    assert f'<form class="search" method="get" action="{GATEWAY}/v1/demo/domains"' in (await client.get("/")).text


async def test_the_error_page_marks_the_fields(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/signup?status=error&code=invalid_fields&fields=email,phone")).text

    assert "There is a problem" in text
    assert '<a href="#email">Email address</a>' in text
    assert 'aria-describedby="phone-error phone-hint"' in text
    assert len(re.findall('aria-invalid="true"', text)) == 2
    assert "<title>Error: Please look again" in text


async def test_the_error_page_says_what_a_code_means(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/signup?status=error&code=email_taken")).text

    assert "There is already an account with this email address." in text


async def test_the_error_page_shows_nothing_it_does_not_know(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/signup?status=error&code=Call+0900&fields=email,<b>,evil&plan=odd")).text

    assert "Your sign-up did not go through. Please try again." in text
    assert "0900" not in text
    assert "evil" not in text
    assert "&lt;b" not in text
    assert "odd" not in text


async def test_a_visit_without_an_error_is_just_the_form(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/signup")).text

    assert "<h1>Sign up</h1>" in text
    assert "aria-invalid" not in text


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("status=created&reference=abc-123", "Your account is ready."),
        ("status=accepted&reference=abc-123", "Your answers are safe."),
    ],
)
async def test_the_welcome_page_says_what_happened(client: httpx2.AsyncClient, query: str, part: str) -> None:
    text = (await client.get(f"/welcome?{query}")).text

    assert part in text
    assert f'<a href="{ACTION}/abc-123">' in text
    assert f'href="{SANDBOX}/"' in text


async def test_the_welcome_page_shows_no_odd_reference(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/welcome?status=created&reference=../../<b>call+me")).text

    assert "reference" not in text
    assert "call" not in text
