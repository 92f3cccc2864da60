"""``signup.js`` and what is next: to the invoice at once, to the page's own address, or a link to log in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.acceptance.processes import Process, Town
from tests.acceptance.script_pages import WebServer, plain

LOGIN = "https://my.acme.example/login"


@pytest.fixture(scope="module")
def site() -> Iterator[WebServer]:
    """The site's own web server."""
    server = WebServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def gateway(browser: Browser, site: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A gateway whose site names a login."""
    town = Town(tmp_path_factory.mktemp("town"), reply_within=20)
    sites = town.folder / "sites.toml"
    text = sites.read_text().replace("https://www.acme.example", site.url)
    sites.write_text(text.replace("[sites.acme]\n", f'[sites.acme]\nlogin_url = "{LOGIN}"\n'))
    yield town.serve()
    town.close()


def sign_up(page: Page, site: WebServer, gateway: Process, attributes: str = "", **changes: str) -> None:
    """Open the site's page, and send its form."""
    site.page = plain(gateway, attributes=attributes, **changes)
    page.goto(f"{site.url}/signup")
    page.get_by_role("button", name="Send").click()


def lead_on(page: Page, place: str) -> None:
    """Let the gateway name this as what is next."""

    def answer(route: Route) -> None:
        reply = route.fetch()
        route.fulfill(response=reply, json={**reply.json(), "next": place})

    page.route("**/v1/acme/signup", answer)
    page.route(place, lambda route: route.fulfill(body="<title>Pay</title>", content_type="text/html"))


def test_the_way_to_the_invoice_is_taken_at_once(page: Page, site: WebServer, gateway: Process) -> None:
    place = f"{gateway.url}/v1/acme/checkout/token"
    lead_on(page, place)
    sign_up(page, site, gateway, 'data-success="/welcome"', email="led@example.com")
    page.wait_for_url(place)


def test_a_page_that_takes_over_is_not_left(page: Page, site: WebServer, gateway: Process) -> None:
    """And no listener is told the way: what it hears often ends in analytics."""
    lead_on(page, f"{gateway.url}/v1/acme/checkout/token")
    page.add_init_script("addEventListener('signup:success', (e) => { window.told = e.detail; e.preventDefault(); })")
    sign_up(page, site, gateway, email="taken.over@example.com")
    page.wait_for_function("window.told")
    assert set(page.evaluate("window.told")) == {"status", "reference"}
    assert page.url == f"{site.url}/signup"


def test_where_to_log_in_is_a_link(page: Page, site: WebServer, gateway: Process) -> None:
    sign_up(page, site, gateway, email="link@example.com")
    expect(page.get_by_role("status").get_by_role("link")).to_have_attribute("href", LOGIN)
    expect(page.get_by_role("link")).to_have_text("my.acme.example")
    assert page.url == f"{site.url}/signup"


def test_the_pages_own_address_goes_before_the_login(page: Page, site: WebServer, gateway: Process) -> None:
    sign_up(page, site, gateway, 'data-success="/welcome"', email="own@example.com")
    page.wait_for_url(f"{site.url}/welcome?status=created&reference=*")


@pytest.mark.parametrize("place", ["javascript:alert(1)", "http://127.0.0.1.evil.example/", "data:text/html,x"])
def test_other_addresses_are_not_gone_to(page: Page, site: WebServer, gateway: Process, place: str) -> None:
    """The gateway names none of these; the script would not go there either."""
    lead_on(page, place)
    sign_up(page, site, gateway, email=f"other.{len(place)}@example.com")
    expect(page.get_by_role("status").filter(has_text="Your account is ready.")).to_be_visible()
    assert page.url == f"{site.url}/signup"
