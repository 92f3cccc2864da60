"""What marketing gets of ``signup.js``: where visitors came from, and prices of WHMCS on its own pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.processes import Process, Town
from tests.acceptance.script_pages import WebServer, plain
from tests.acceptance.test_script import done, send, show

CAMPAIGN = "?utm_source=news&utm_campaign=spring%20sale&gclid=Cj0KCQ&email=ada@example.com"


@pytest.fixture(scope="module")
def site() -> Iterator[WebServer]:
    """The site's own web server."""
    server = WebServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def town(browser: Browser, site: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, and a gateway's settings for the site."""
    town = Town(tmp_path_factory.mktemp("town"), reply_within=20)
    sites = town.folder / "sites.toml"
    silent = f'[sites.silent]\norigins = ["{site.url}"]\nreply_within = 20\nattribution = "off"\n'
    sites.write_text(sites.read_text().replace("https://www.acme.example", site.url) + silent)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway for the site."""
    return town.serve()


def told(town: Town, email: str) -> list[str]:
    """What the notes of the client with this address say of where he came from."""
    (notes,) = [client["notes"] for client in town.ledger()["clients"] if client["email"] == email]
    return str(notes).split("\n")[1:]


def sign_up(page: Page) -> None:
    """Send the form and see that it is taken."""
    send(page)
    expect(done(page)).to_be_visible()


def kept(page: Page) -> int:
    """How many things the site's storage holds."""
    number: int = page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length")
    return number


def test_the_campaign_goes_along_and_the_rest_of_the_address_does_not(
    page: Page, town: Town, site: WebServer, gateway: Process
) -> None:
    show(page, site, plain(gateway, email="campaign@example.com"), query=CAMPAIGN)
    sign_up(page)
    came = ["utm_source: news", "utm_campaign: spring sale", "gclid: Cj0KCQ", "landing: /signup"]
    assert told(town, "campaign@example.com") == came
    assert kept(page) == 0


def test_a_field_of_the_page_is_left_to_the_page(page: Page, town: Town, site: WebServer, gateway: Process) -> None:
    own = '<input type="hidden" name="utm_source" value="partner"><input type="hidden" name="landing" value="">'
    show(page, site, plain(gateway, more=own, email="own@example.com"), query="?utm_source=news")
    sign_up(page)
    assert told(town, "own@example.com") == ["utm_source: partner"]


def test_a_text_without_end_stops_nobody(page: Page, town: Town, site: WebServer, gateway: Process) -> None:
    show(page, site, plain(gateway, email="long@example.com"), query=f"?utm_source={'x' * 5000}&utm_term=<b>")
    sign_up(page)
    assert told(town, "long@example.com") == ["landing: /signup"]


def test_a_site_that_wants_none_is_sent_none(page: Page, town: Town, site: WebServer, gateway: Process) -> None:
    show(page, site, plain(gateway, site="silent", email="silent@example.com"), query=CAMPAIGN)
    with page.expect_request(lambda request: request.method == "POST") as posted:
        sign_up(page)
    assert "utm_" not in (posted.value.post_data or "")


def test_where_the_site_asks_for_it_the_first_page_of_the_visit_counts(
    page: Page, town: Town, site: WebServer, gateway: Process
) -> None:
    attribute = 'data-attribution="session"'
    first = plain(gateway).replace("<script ", f"<script {attribute} ")
    show(page, site, first, query="?utm_source=news")
    assert kept(page) == 1
    show(page, site, plain(gateway, attributes=attribute, email="later@example.com"), query="?utm_source=later")
    sign_up(page)
    assert told(town, "later@example.com") == ["utm_source: news", "landing: /signup"]


def test_a_browser_that_keeps_nothing_still_tells_of_this_page(
    page: Page, town: Town, site: WebServer, gateway: Process
) -> None:
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('denied') } })")
    html = plain(gateway, attributes='data-attribution="session"', email="denied@example.com")
    show(page, site, html, query="?utm_source=news")
    sign_up(page)
    assert told(town, "denied@example.com") == ["utm_source: news", "landing: /signup"]


PRICES = """
<p><b id="usual" data-plan-price="starter">$9</b> <b id="yearly" data-plan-price="starter" data-cycle="annually">$9</b>
<b id="euros" data-plan-price="starter" data-currency="EUR">$9</b> <b id="none" data-plan-price="gone">$9</b>
<b id="off" data-plan-price="starter" data-cycle="triennially">$9</b></p>
"""


def priced(gateway: Process, site: str = "acme") -> str:
    """A page with prices and no form."""
    script = f'<script src="{gateway.url}/signup.js" data-catalog="{gateway.url}/v1/{site}/catalog" defer></script>'
    return f'<!doctype html><title>Prices</title><link rel="icon" href="data:,">{script}{PRICES}'


def texts(page: Page) -> dict[str, str]:
    """What stands where a price may stand."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('b')].map((one) => [one.id, one.textContent]))"
    )
    return found


def test_prices_come_from_whmcs_and_where_it_has_none_the_pages_own_stay(
    page: Page, site: WebServer, gateway: Process
) -> None:
    show(page, site, priced(gateway))
    expect(page.locator("#usual")).to_have_text("$5.00 USD")
    shown = {"usual": "$5.00 USD", "yearly": "$50.00 USD", "euros": "€4.50 EUR", "none": "$9", "off": "$9"}
    assert texts(page) == shown
    assert kept(page) == 0


def test_a_page_without_places_for_prices_asks_for_none(page: Page, site: WebServer, gateway: Process) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, site, plain(gateway, email="unpriced@example.com"))
    sign_up(page)
    assert not [url for url in asked if url.endswith("/catalog")]


def test_without_a_catalogue_the_pages_own_prices_stay(page: Page, site: WebServer, gateway: Process) -> None:
    with page.expect_response(lambda reply: reply.url.endswith("/catalog")) as answered:
        show(page, site, priced(gateway, "silent"))
    assert answered.value.status == 404
    assert set(texts(page).values()) == {"$9"}
