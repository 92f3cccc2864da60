"""From the sign-up to the payment page, and all who are turned away on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.guard import new_relay_key
from app.sandbox.faults import Fault
from app.whmcs import Reply
from tests.integration.paying import BILLING, FIREFOX, asked, form_post, paying, script_post, stripped
from tests.integration.service import JSON, Service, take_in

Post = Callable[[Service], Awaitable[str]]
CHROME = {"User-Agent": "Chrome"}
NEVER_MADE = "/v1/acme/checkout/gAAAAAB" + "A" * 180


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, whose site ``acme`` leads on to the payment page."""
    async with paying(tmp_path) as service:
        yield service


def whmcs_says(service: Service, redirect_url: object) -> None:
    """Let WHMCS's next answer name this address."""
    body = json.dumps({"result": "success", "access_token": "x", "redirect_url": redirect_url}).encode()
    service.wire.censored["CreateSsoToken"] = Reply(200, "application/json", body)


@pytest.mark.parametrize("post", [form_post, script_post], ids=["form", "script"])
async def test_it_leads_to_the_invoice_once(service: Service, post: Post) -> None:
    place = await post(service)
    assert place.startswith("https://signup.example.com/v1/acme/checkout/")
    reply = await service.client.get(place, headers=FIREFOX)
    assert reply.status_code == 303
    way_in = urlsplit(reply.headers["location"])
    assert f"{way_in.scheme}://{way_in.netloc}{way_in.path}" == f"{BILLING}/oauth/singlesignon.php"
    token = service.wire.whmcs.ledger.sso_tokens[parse_qs(way_in.query)["access_token"][0]]
    assert (token.client_id, token.path) == (1, "viewinvoice.php?id=1")
    assert (reply.headers["cache-control"], reply.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert (await service.client.get(place, headers=FIREFOX)).status_code == 403
    assert asked(service) == 1


async def test_without_an_invoice_it_leads_to_the_account(service: Service) -> None:
    reply = await service.post(headers=FIREFOX)
    await service.client.get(reply.headers["location"], headers=FIREFOX)
    [token] = service.wire.whmcs.ledger.sso_tokens.values()
    assert token.path == "clientarea.php"


async def test_the_cookie_is_out_of_reach_for_scripts_and_neighbours(service: Service) -> None:
    reply = await service.post(headers=FIREFOX, plan="starter")
    [cookie] = SimpleCookie(reply.headers["set-cookie"]).values()
    assert cookie.key == "__Host-checkout"  # browsers take it without a domain and for the path / only
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == ("/", "600", "lax")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert not cookie["domain"]
    assert len(cookie.value) > 40
    assert cookie.value not in reply.headers["location"]


async def test_a_script_gets_no_cookie(service: Service) -> None:
    reply = await service.post(headers={**FIREFOX, **JSON})
    assert "set-cookie" not in reply.headers


async def test_only_the_request_that_signed_up_is_led_on(service: Service) -> None:
    first = await service.post(headers=JSON, plan="starter")
    again = await service.post(headers=JSON, plan="starter")
    later = await service.client.get(f"/v1/acme/signup/{first.json()['reference']}", headers=JSON)
    assert "/checkout/" in first.json()["next"]
    assert [again.json()["next"], later.json()["next"]] == ["https://my.acme.example/login"] * 2
    form = await service.post(plan="starter")
    assert form.headers["location"].startswith("https://www.acme.example/welcome?status=created")
    assert "set-cookie" not in form.headers


async def test_a_known_address_is_never_led_on(service: Service) -> None:
    take_in(service, "ada@example.com")
    reply = await service.post(headers=JSON, plan="starter")
    assert (reply.status_code, "next" in reply.json()) == (409, False)
    form = await service.post(plan="starter", city="Oxford")
    assert "/checkout/" not in form.headers.get("location", "")
    assert asked(service) == 0


async def test_a_sign_up_that_whmcs_has_yet_to_take_is_not_led_on(service: Service) -> None:
    service.wire.refusing = 10
    reply = await service.post(headers=JSON, plan="starter")
    assert (reply.status_code, reply.json()["next"]) == (202, None)


async def test_who_got_another_order_than_he_asked_for_is_not_led_to_its_invoice(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("no_permission", action="GetPromotions", calls=1))  # so nobody refuses the code
    told = (await service.post(headers={**FIREFOX, **JSON}, plan="starter", promo_code="NOTHING")).json()
    assert (told["status"], told["next"]) == ("created", "https://my.acme.example/login")


async def test_who_has_an_account_and_no_order_yet_may_log_in(service: Service) -> None:
    service.wire.whmcs.faults.add(Fault("drop", action="AddOrder"))
    reply = await service.post(headers=JSON, plan="starter")
    assert (reply.status_code, reply.json()["next"]) == (202, "https://my.acme.example/login")


async def test_a_site_that_hides_names_nothing(service: Service) -> None:
    reply = await service.post("quiet", headers=JSON)
    await service.quiet()
    later = await service.client.get(f"/v1/quiet/signup/{reply.json()['reference']}", headers=JSON)
    assert [one.json()["next"] for one in (reply, later)] == [None, None]


async def test_a_server_with_a_relay_key_is_told_where_to_log_in(tmp_path: Path) -> None:
    key, hashed = new_relay_key()
    headers = {**JSON, "Authorization": f"Bearer {key}"}
    relayed = f'[sites.relayed]\norigins = ["https://r.example"]\ncheckout = "sso"\nrelay_keys = ["{hashed}"]\n'
    async with paying(tmp_path, more_sites=relayed + 'login_url = "https://my.r.example/"\n') as service:
        reply = await service.post("relayed", headers=headers, _client_ip="198.51.100.1")
    assert (reply.status_code, reply.json()["next"]) == (201, "https://my.r.example/")


@pytest.mark.parametrize(("site", "following"), [("login", "https://my.login.example/login"), ("none", None)])
async def test_other_sites_name_the_login_or_nothing(service: Service, site: str, following: str | None) -> None:
    reply = await service.post(site, headers=JSON)
    assert (reply.status_code, reply.json()["next"]) == (201, following)
    form = await service.post(site, email="grace@example.com")
    assert form.headers["location"].startswith(f"/v1/{site}/signup/")
    page = await service.client.get(form.headers["location"], headers={"Accept": "text/html"})
    assert (following or "/login") in page.text if following else "Log in" not in page.text


REFUSED = {
    "another browser": (CHROME, ""),
    "a browser without the cookie": (FIREFOX, "no cookie"),
    "another site": (FIREFOX, "other site"),
    "tampered": (FIREFOX, "tampered"),
    "never made": (FIREFOX, "never made"),
    "site without": (FIREFOX, "login site"),
}


def changed(place: str, how: str) -> str:
    """The address as somebody changed it."""
    match how:
        case "other site":
            return place.replace("/acme/", "/other/")
        case "login site":
            return place.replace("/acme/", "/login/")
        case "tampered":
            return place[:-30] + ("A" if place[-30] != "A" else "B") + place[-29:]
        case "never made":
            return NEVER_MADE
    return place


@pytest.mark.parametrize("name", REFUSED)
async def test_who_should_not_have_it_is_refused_and_does_not_use_it_up(service: Service, name: str) -> None:
    headers, how = REFUSED[name]
    post = form_post if how == "no cookie" else script_post
    place = await post(service)
    jar = service.client.cookies.jar
    kept = list(jar)
    jar.clear()
    reply = await service.client.get(changed(place, how), headers=headers)
    assert reply.status_code == 403
    assert asked(service) == 0
    for cookie in kept:
        jar.set_cookie(cookie)
    assert (await service.client.get(place, headers=FIREFOX)).status_code == 303


async def test_all_refusals_look_alike(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Used, forged, of another browser, and WHMCS that says no; only the log tells them apart."""
    async with paying(tmp_path) as service:
        used = await script_post(service)
        await service.client.get(used, headers=FIREFOX)
        good = await script_post(service, email="grace@example.com")
        asks = ((used, FIREFOX), (NEVER_MADE, FIREFOX), (good, CHROME), (good, FIREFOX))
        del service.wire.whmcs.ledger.clients[2]
        refused = [await service.client.get(place, headers=headers) for place, headers in asks]
    assert len({str(stripped(reply)) for reply in refused}) == 1
    assert "Log in to pay your invoice" in refused[0].text
    assert 'href="https://my.acme.example/login"' in refused[0].text
    assert 'href="/v1/acme"' not in refused[0].text
    lines = capsys.readouterr().out.splitlines()
    reasons = [json.loads(line)["reason"] for line in lines if '"checkout_refused"' in line]
    assert reasons == ["used", "not_genuine", "other_browser", "other_sso_client"]


async def test_no_token_and_no_cookie_is_ever_in_the_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    async with paying(tmp_path) as service:
        place = await form_post(service)
        reply = await service.client.get(place, headers=FIREFOX)
        await service.client.get(place, headers=FIREFOX)
        await service.client.get(f"{place}/%0a/x", headers=FIREFOX)
        secrets = [place.rpartition("/")[2], reply.headers["location"].rpartition("=")[2]]
        secrets += [cookie.value or "" for cookie in service.client.cookies.jar]
    printed = capsys.readouterr().out
    assert len(secrets) == 3
    for secret in secrets:
        assert secret[:40] not in printed
    assert '"checkout_opened"' in printed
    assert printed.count('"/v1/acme/checkout/-"') == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Purpose": "prefetch;anonymous-client-ip"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
    ],
    ids=str,
)
async def test_what_is_loaded_ahead_of_time_uses_nothing_up(service: Service, headers: dict[str, str]) -> None:
    place = await form_post(service)
    ahead = await service.client.get(place, headers={**FIREFOX, **headers})
    assert (ahead.status_code, ahead.content) == (503, b"")
    assert (await service.client.head(place, headers=FIREFOX)).status_code == 405
    assert asked(service) == 0
    assert (await service.client.get(place, headers=FIREFOX)).status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)//billing.example.com",
        "https://evil.example/oauth/singlesignon.php",
        "https://billing.example.com@evil.example/",
        "https://user@billing.example.com/",
        "https://billing.example.com:8443/",
        "https://billing.example.com.evil.example/",
        "https://evil.example\\@billing.example.com/",
        "https:\\\\billing.example.com/",
        "//billing.example.com/",
        "/oauth/singlesignon.php",
        "http://billing.example.com/",
        "https://billing.example.com/\r\nSet-Cookie: a=b",
        "https://billing.example.com/ x",
        "https://[billing.example.com/",
        "",
        None,
        7,
        ["https://billing.example.com/"],
    ],
    ids=repr,
)
async def test_an_address_that_is_not_whmcss_is_not_followed(service: Service, url: object) -> None:
    place = await form_post(service)
    whmcs_says(service, url)
    reply = await service.client.get(place, headers=FIREFOX)
    assert (reply.status_code, "location" in reply.headers) == (403, False)
    assert (await service.client.get(place, headers=FIREFOX)).status_code == 403
    assert asked(service) == 1


@pytest.mark.parametrize("url", [f"{BILLING}/x.php?a=b", "https://my.acme.example/x", "HTTPS://BILLING.EXAMPLE.COM/"])
async def test_an_address_of_whmcs_or_of_the_sites_login_is(service: Service, url: str) -> None:
    place = await form_post(service)
    whmcs_says(service, url)
    assert (await service.client.get(place, headers=FIREFOX)).headers["location"] == url


@pytest.mark.parametrize(
    ("billing", "url", "status"),
    [
        ("http://10.0.0.5", "http://10.0.0.5/oauth/singlesignon.php", 403),
        ("http://10.0.0.5", "https://my.acme.example/oauth/singlesignon.php", 303),
        ("http://127.0.0.1:9090", "http://127.0.0.1:9090/oauth/singlesignon.php", 303),
        ("http://127.0.0.1:9090", "http://127.0.0.1:9091/oauth/singlesignon.php", 403),
    ],
)
async def test_nobody_is_sent_over_plain_http_but_on_this_machine(
    tmp_path: Path, billing: str, url: str, status: int
) -> None:
    async with paying(tmp_path, WHMCS_API_URL=billing) as service:
        place = await form_post(service)
        whmcs_says(service, url)
        assert (await service.client.get(place, headers=FIREFOX)).status_code == status


async def test_of_two_openings_at_once_one_is_led_on(service: Service) -> None:
    place = await form_post(service)
    service.wire.pauses["CreateSsoToken"] = 0.05
    replies = await asyncio.gather(*(service.client.get(place, headers=FIREFOX) for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [303, 403, 403, 403, 403]
    assert asked(service) == 1


async def test_a_page_that_refuses_serves_a_script_too(service: Service) -> None:
    reply = await service.client.get(NEVER_MADE, headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (403, "checkout_closed")
    assert reply.json()["login_url"] == "https://my.acme.example/login"


async def test_the_hosted_form_may_end_at_whmcs(service: Service) -> None:
    reply = await service.client.get("/v1/acme")
    policy = reply.headers["content-security-policy"]
    assert f"form-action 'self' https://www.acme.example {BILLING} https://my.acme.example" in policy
