"""The hosted form and the hosted pages: what they show, where they lead, and what they let the browser load."""

import asyncio
import re
import tomllib
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.page_check import Document, check_page
from app.sandbox.faults import Fault
from app.sites import parse_sites
from app.web.replies import LOOKS
from tests.integration.service import SITES, Service, serving
from tests.unit.documents import ROOT
from tests.unit.forms.visitors import ANSWERS

GATEWAY = "https://signup.example.com"
OWN = {"Origin": GATEWAY, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
FAULTS = "/v1/branded?status=error&code=invalid_fields&fields=email,terms"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application."""
    async with serving(tmp_path) as service:
        yield service


class Sent(HTMLParser):
    """What a browser would send of a form that a visitor has not touched, and the form's own attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.form: dict[str, str | None] = {}
        self.fields: dict[str, str] = {}
        self.ids: list[str] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "form":
            self.form = given
        elif tag == "select":
            self._select = given["name"] or ""
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given["value"] or ""
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.fields[given["name"] or ""] = given.get("value") or ""


def policy(reply_policy: str) -> dict[str, str]:
    """The sources by directive."""
    return dict(part.split(" ", 1) for part in reply_policy.split("; "))


async def test_the_form_as_it_is_signs_a_visitor_up(service: Service) -> None:
    html = (await service.client.get("/v1/branded?plan=starter")).text
    sent = Sent(html)
    assert (sent.form["method"], sent.form["action"]) == ("post", "/v1/branded/signup")
    assert (sent.fields["country"], sent.fields["plan"], sent.fields["_gotcha"]) == ("US", "starter", "")
    assert len(set(sent.ids)) == len(sent.ids)
    assert '<a href="https://branded.example/terms?v=2&amp;l=en" target="_blank"' in html
    data = sent.fields | ANSWERS | {"terms": "yes"}
    reply = await service.client.post("/v1/branded/signup", data=data, headers=OWN)
    assert (reply.status_code, reply.headers["location"][:19]) == (303, "/v1/branded/signup/")
    await service.quiet()
    page = await service.client.get(reply.headers["location"])
    assert "You are signed up" in page.text
    assert "Brand &amp; Sons" in page.text


async def test_plans_have_their_prices_without_a_script(service: Service) -> None:
    await service.client.get("/v1/branded/catalog")
    html = (await service.client.get("/v1/branded")).text
    assert '<span class="price" data-plan-price="starter">$5.00 USD</span>' in html


async def test_while_nobody_knows_the_prices_there_is_a_form_all_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        service.wire.whmcs.faults.add(Fault("html_500", action="GetProducts"))
        reply = await service.client.get("/v1/branded")
        assert reply.status_code == 200
        assert '<span class="price" data-plan-price="starter"></span>' in reply.text


async def test_the_form_passes_its_own_check(service: Service) -> None:
    html = (await service.client.get("/v1/branded?plan=starter")).text
    sites = parse_sites(tomllib.loads(SITES))
    checked = check_page(Document(html, f"{GATEWAY}/v1/branded"), sites, gateway_url=GATEWAY)
    assert [(one.code, one.what) for one in checked.findings if one.code != "good_form"] == []
    assert checked.findings


async def test_a_form_with_faults_comes_back_to_the_form_with_names_only(service: Service) -> None:
    fields = Sent((await service.client.get("/v1/branded?plan=starter")).text).fields
    reply = await service.client.post("/v1/branded/signup", data=fields | ANSWERS | {"email": "nobody"}, headers=OWN)
    assert (reply.status_code, reply.headers["location"]) == (
        303,
        "/v1/branded?plan=starter&status=error&code=invalid_fields&fields=email,terms",
    )
    page = (await service.client.get(reply.headers["location"])).text
    assert "<title>Error: " in page
    assert re.findall(r'<a href="#(\w+)">(.*?)</a>', page) == [
        ("email", "Enter your email address, like name@example.com."),
        ("terms", "Tick the box to accept the terms."),
    ]
    assert page.count('aria-invalid="true"') == 2
    assert "nobody" not in page


@pytest.mark.parametrize("error", ["/v1/branded", "/v1/other", "//evil.example/v1/branded"])
async def test_only_the_form_itself_may_be_named_as_the_way_back(service: Service, error: str) -> None:
    reply = await service.client.post("/v1/branded/signup", data={"_error": error}, headers=OWN)
    assert reply.status_code == (303 if error == "/v1/branded" else 422)
    assert "evil.example" not in reply.text


async def test_a_site_without_the_form_cannot_be_sent_back_to_it(service: Service) -> None:
    reply = await service.client.post("/v1/plain/signup", data={"_error": "/v1/plain"})
    assert reply.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "status=error",
        "status=error&code=nosuch",
        "status=error&code=unavailable",
        "code=email_taken",
        "status=created&code=email_taken",
        "fields=email",
    ],
)
async def test_a_query_that_is_no_refusal_of_ours_changes_nothing(service: Service, query: str) -> None:
    page = (await service.client.get(f"/v1/branded?{query}")).text
    assert "There is a problem" not in page
    assert "aria-invalid" not in page


async def test_what_a_query_says_is_not_repeated(service: Service) -> None:
    page = (await service.client.get(f"{FAULTS},<script>alert(1)</script>&plan=<b>&reference=<i>")).text
    assert not re.findall(r"alert\(|<b>|<i>", page)


@pytest.mark.parametrize("code", ["email_taken", "challenge_failed", "key_reused", "rate_limited"])
async def test_every_other_refusal_is_told_above_the_form(service: Service, code: str) -> None:
    page = (await service.client.get(f"/v1/branded?status=error&code={code}&fields=email")).text
    assert "There is a problem" in page
    assert "aria-invalid" not in page


async def test_the_form_may_load_its_script_and_lead_to_its_answers(service: Service) -> None:
    reply = await service.client.get("/v1/branded")
    assert policy(reply.headers["content-security-policy"]) == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "data: https://cdn.example",
        "script-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize(
    ("provider", "css_class", "host"),
    [
        ("turnstile", "cf-turnstile", "https://challenges.cloudflare.com"),
        ("hcaptcha", "h-captcha", "https://*.hcaptcha.com"),
        ("recaptcha", "g-recaptcha", "https://www.google.com/recaptcha/"),
    ],
)
async def test_a_providers_widget_is_shown_and_may_load(
    tmp_path: Path, provider: str, css_class: str, host: str
) -> None:
    sites = f"""
[sites.widget]
origins = ["https://widget.example"]
success_url = "https://widget.example/thanks?from=form"
hosted_form = true
challenge = "always"
challenge_provider = "{provider}"
challenge_site_key = "the-site-key"
challenge_secret_env = "THE_SECRET"
"""
    async with serving(tmp_path, sites, THE_SECRET="s3cret") as service:
        reply = await service.client.get("/v1/widget")
    allowed = policy(reply.headers["content-security-policy"])
    assert f'<div class="{css_class}" data-sitekey="the-site-key"' in reply.text
    assert 'data-success="https://widget.example/thanks?from=form"' in reply.text
    assert "needs JavaScript" in reply.text
    assert host in allowed["script-src"].split()
    assert host in allowed["frame-src"].split()
    assert allowed["form-action"] == "'self' https://widget.example"


async def test_a_number_that_the_visitor_may_change_stands_in_the_form(tmp_path: Path) -> None:
    sites = """
[sites.servers]
origins = ["https://servers.example"]
hosted_form = true
[sites.servers.plans.server]
pid = 2
billing_cycle = "monthly"
payment_method = "stripe"
choices = { addresses = { option = 13, most = 8, default = "1" } }
"""
    async with serving(tmp_path, sites) as service:
        assert Sent((await service.client.get("/v1/servers")).text).fields["addresses"] == "1"


async def test_a_form_that_could_not_be_taken_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        async with serving(tmp_path, GATEWAY_PUBLIC_URL=""):
            pass


async def test_the_pages_of_a_site_show_its_name_logo_and_colour(service: Service) -> None:
    for page in (await service.client.get("/v1/branded/signup"), await service.post("branded", email="x")):
        assert '<img class="logo" src="https://cdn.example/logo.svg" alt="Brand &amp; Sons"' in page.text
        assert '<link rel="stylesheet" href="/v1/branded/page.css">' in page.text
        assert policy(page.headers["content-security-policy"])["img-src"] == "data: https://cdn.example"
    other = await service.client.get("/v1/acme/signup")
    assert "<img" not in other.text
    assert "page.css" not in other.text
    assert policy(other.headers["content-security-policy"])["img-src"] == "data:"


async def test_a_refusal_has_the_way_back_without_the_query(service: Service) -> None:
    headers = {"Origin": "https://plain.example", "Referer": "https://plain.example/signup?email=ada@example.com"}
    page = (await service.post("plain", headers=headers, email="x")).text
    assert '<a href="https://plain.example/signup">' in page
    assert "ada@" not in page


def test_pages_with_and_without_scripts_look_again_at_the_same_times() -> None:
    script = (ROOT / "app/web/static/standing.js").read_text()
    assert f"of {list(LOOKS)}" in script
    assert list(LOOKS) == sorted(LOOKS)
    assert sum(LOOKS) < 900


async def test_an_accepted_sign_up_is_looked_at_more_and_more_seldom_and_not_for_ever(tmp_path: Path) -> None:
    slow = '[sites.slow]\norigins = ["https://slow.example"]\nreply_within = 0\n'
    async with serving(tmp_path, slow) as service:
        service.wire.hold = asyncio.Event()
        place = (await service.post("slow")).headers["location"]
        pages = [(await service.client.get(f"{place}?look={look}")).text for look in [*range(len(LOOKS) + 1), "9x", -1]]
        service.wire.hold.set()
        await service.quiet()
        done = (await service.client.get(f"{place}?look=2")).text
    refreshes = [re.findall(r'http-equiv="refresh" content="(\d+); url=\?look=(\d+)"', page) for page in pages]
    looks = [[(str(pause), str(look))] for look, pause in enumerate(LOOKS, start=1)]
    assert refreshes == [*looks, [], looks[0], looks[0]]
    assert all("Check again" in page for page in pages)
    assert "You are signed up" in done
    assert "refresh" not in done
    assert "<script" not in done


async def test_where_customers_are_hidden_every_page_is_the_same_for_ever(service: Service) -> None:
    place = (await service.post("quiet")).headers["location"]
    before = (await service.client.get(place)).text
    await service.quiet()
    assert (await service.client.get(f"{place}?look=1")).text == before
    assert "refresh" not in before
    assert "<script" not in before
