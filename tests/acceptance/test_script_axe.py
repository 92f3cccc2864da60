"""What ``signup.js`` shows on other people's pages, under the eyes of axe: in light and dark, on each kind of page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import SCHEMES, Scheme, fill, violations
from tests.acceptance.demo import Demo
from tests.acceptance.processes import Process, Town
from tests.acceptance.script_pages import WebServer, plain, webflow

PHONE = "+44 20 7946 0000"


@pytest.fixture(scope="module")
def site() -> Iterator[WebServer]:
    """The site's own web server."""
    server = WebServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def gateway(browser: Browser, site: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A gateway that takes the site's forms."""
    town = Town(tmp_path_factory.mktemp("town"), reply_within=20)
    sites = town.folder / "sites.toml"
    sites.write_text(sites.read_text().replace("https://www.acme.example", site.url))
    yield town.serve()
    town.close()


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, with its form that has a script."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.close()


def check_until_sent(page: Page, phone_label: str, button: str) -> None:
    """Look at the page before it is sent and with its fault, and send it again without."""
    assert violations(page) == []
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert violations(page) == []
    page.get_by_label(phone_label, exact=True).fill(PHONE)
    page.get_by_role("button", name=button).click()


def check_done(page: Page) -> None:
    """Look at what it says when it is done."""
    expect(page.locator("[data-signup-done], .w-form-done")).to_be_focused()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["plain", "webflow"])
def test_a_page_of_a_site(page: Page, site: WebServer, gateway: Process, kind: str, scheme: Scheme) -> None:
    write, phone_label, button = (plain, "phone", "Send") if kind == "plain" else (webflow, "Phone Number", "Submit")
    page.emulate_media(color_scheme=scheme)
    site.page = write(gateway, email=f"{kind}.{scheme}@example.com", phone="12")
    page.goto(site.url)
    check_until_sent(page, phone_label, button)
    check_done(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_demos_form(page: Page, demo: Demo, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{demo.site}/scripted?plan=starter")
    fill(page, {"Email address": f"{scheme}@example.com", "Phone number": "12"})
    check_until_sent(page, "Phone number", "Create my account")
    expect(page.get_by_role("heading", name="Invoice")).to_be_visible()  # the demo leads on to it at once
    assert violations(page) == []


def test_axe_is_awake(page: Page) -> None:
    page.set_content('<!doctype html><html lang="en"><title>Form</title><main><h1>Form</h1><input></main>')
    assert violations(page) == ["label: <input>"]
