"""The gateway's own pages in a real browser, as the visitors of a site without pages for them see them."""

import re
from collections.abc import Iterator
from html import escape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import each_look, picture, sideways, violations, visit
from tests.acceptance.processes import Process, Town, until
from tests.unit.forms.visitors import ANSWERS

SITE = "http://www.acme.localhost"  # served by the browser's routing, below
ELSEWHERE = "http://www.elsewhere.localhost"
MAX_BYTES = 10_000
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40">'
    '<rect width="40" height="40" rx="8" fill="#0b6358"/>'
    '<text x="50" y="27" font-family="sans-serif" font-size="20" fill="#123">Nimbus</text></svg>'
)


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS and a site that names no pages of its own."""
    town = Town(tmp_path_factory.mktemp("town"), reply_within=20)
    sites = town.folder / "sites.toml"
    looks = f'\nname = "Nimbus Hosting"\nlogo_url = "{SITE}/logo.svg"\naccent = "#0b6358"'
    text = sites.read_text().replace("https://www.acme.example", SITE)
    busy = f'[sites.busy]{looks}\norigins = ["{SITE}"]\nlimits = {{ ip = "1/day" }}\n'
    sites.write_text(text.replace("[sites.acme]", f"[sites.acme]{looks}") + busy)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway that soon gives up on a WHMCS that hangs."""
    return town.serve(GATEWAY_WHMCS_TIMEOUT="5")


@pytest.fixture(autouse=True)
def logo(page: Page) -> None:
    """The site's logo can be had."""
    show_logo(page)


def show_logo(page: Page) -> None:
    """Serve it, whatever else is served on the site."""
    page.route("**/logo.svg", lambda route: route.fulfill(body=LOGO, content_type="image/svg+xml"))


def form(gateway: Process, site: str = "acme", **changes: str) -> str:
    """The site's page: a plain form with the visitor's answers in it."""
    answers = ANSWERS | changes
    inputs = "".join(f'<input name="{name}" value="{escape(value)}">' for name, value in answers.items())
    return f'<form method="post" action="{gateway.url}/v1/{site}/signup">{inputs}<button>Send</button></form>'


def send(page: Page, gateway: Process, origin: str = SITE, **changes: str) -> None:
    """Open the site's form and send it."""
    html = f"<!doctype html><title>Sign up</title>{form(gateway, **changes)}"
    page.route(f"{origin}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    show_logo(page)
    page.goto(f"{origin}/signup")
    page.get_by_role("button").click()
    page.wait_for_url(f"{gateway.url}/**")


def heading(page: Page) -> str:
    """What the page says first."""
    return page.get_by_role("heading", level=1).inner_text()


def look_again(page: Page) -> str:
    """What the page says after another look."""
    page.get_by_role("link", name="Check again").click()
    page.wait_for_load_state()
    return heading(page)


def test_a_sign_up_ends_at_a_page_with_its_reference(page: Page, gateway: Process, town: Town) -> None:
    send(page, gateway, email="created@example.com")
    assert heading(page) == "You are signed up"
    reference = page.locator("code").inner_text()
    assert page.url == f"{gateway.url}/v1/acme/signup/{reference}"
    assert "created@example.com" in [client["email"] for client in town.ledger()["clients"]]


def test_while_whmcs_hangs_the_page_says_it_is_safe_and_a_later_look_that_it_is_done(
    page: Page, gateway: Process, town: Town
) -> None:
    page.route("**/standing.js", lambda route: route.fulfill(content_type="text/javascript"))  # no looks but ours
    town.fail("hang")
    send(page, gateway, email="hanging@example.com")
    assert heading(page) == "Thank you"
    expect(page.get_by_role("main")).to_contain_text("We have your sign-up. You will get an email from us")
    assert look_again(page) == "Thank you"
    town.mend()
    until(lambda: look_again(page) == "You are signed up", "a later look does not show the account")
    expect(page.get_by_role("link")).to_have_count(0)


def test_the_page_of_an_accepted_sign_up_tells_by_itself_when_it_is_done(
    page: Page, gateway: Process, town: Town
) -> None:
    town.fail("waf_403", "AddClient", calls=1)
    send(page, gateway, email="patient@example.com")
    expect(page.get_by_role("heading", name="You are signed up")).to_be_visible()
    expect(page.locator("script")).to_have_count(0)


def test_without_scripts_it_does_so_too(browser: Browser, gateway: Process, town: Town) -> None:
    with visit(browser, scripts=False) as page:
        town.fail("waf_403", "AddClient", calls=1)
        send(page, gateway, email="unscripted@example.com")
        expect(page.get_by_role("heading", name="You are signed up")).to_be_visible()


def test_errors_are_listed_and_the_back_button_brings_the_answers_back(page: Page, gateway: Process) -> None:
    send(page, gateway, email="nobody", phone="12")
    assert heading(page) == "Some answers need another look"
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("link")).to_have_attribute("href", f"{SITE}/")  # browsers tell others no more of a page
    page.go_back()
    assert page.locator("[name=phone]").input_value() == "12"


@pytest.mark.parametrize("origin", [ELSEWHERE, None], ids=["another website", "a page without an origin"])
def test_a_form_from_elsewhere_is_refused_with_a_page(page: Page, gateway: Process, origin: str | None) -> None:
    if origin:
        send(page, gateway, origin)
    else:
        page.set_content(form(gateway))
        page.get_by_role("button").click()
        page.wait_for_url(f"{gateway.url}/**")
    assert heading(page) == "This page may not send sign-ups here"


def test_a_form_with_the_method_get_tells_the_owner(page: Page, gateway: Process) -> None:
    page.set_content(form(gateway).replace('method="post"', 'method="get"'))
    page.get_by_role("button").click()
    expect(page.get_by_role("main")).to_contain_text('<form method="post" action="…/v1/acme/signup">')


def test_every_page_is_small_fits_every_window_and_axe_finds_nothing(page: Page, gateway: Process, town: Town) -> None:
    for says in show_each_page(page, gateway, town):
        assert heading(page) == says
        assert page.locator("script").count() == (says == "Thank you")
        assert page.locator(".logo").evaluate("image => image.naturalWidth") == 160
        assert 0 < weight(page) < MAX_BYTES, says
        for width, scheme in each_look(page):
            picture(page, f"hosted {says} {width} {scheme}")
            assert sideways(page) == 0, f"{says} at {width}"
            assert violations(page) == [], f"{says} {width} {scheme}"
            assert (lightness(page) > 0.5) == (scheme == "light"), says


def show_each_page(page: Page, gateway: Process, town: Town) -> Iterator[str]:
    """Bring one hosted page after the other into the window; gives what each says first."""
    send(page, gateway, email="every@example.com")
    yield "You are signed up"
    send(page, gateway, email="every@example.com", city="Paris")
    yield "This email address already has an account"
    send(page, gateway, email="", phone="12", plan="nosuch")
    yield "Some answers need another look"
    page.goto(f"{gateway.url}/v1/acme/signup")
    yield "This address takes form posts"
    page.goto(f"{gateway.url}/v1/acme/signup/{'w' * 64}")
    yield "No such sign-up"
    send(page, gateway, ELSEWHERE)
    yield "This page may not send sign-ups here"
    for number in range(2):
        send(page, gateway, site="busy", email=f"busy{number}@example.com")
    yield "Too many requests"
    town.fail("waf_403")
    send(page, gateway, email="every@example.net")
    yield "Thank you"
    town.mend()


def weight(page: Page) -> int:
    """How many bytes the page and everything it loads have."""
    kinds = "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
    size: int = page.evaluate(f"{kinds}.reduce((sum, entry) => sum + entry.encodedBodySize, 0)")
    return size


def lightness(page: Page) -> float:
    """How light the page's ground is, from 0 to 1."""
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)) / (3 * 255)
