"""The Astro example, built by Astro: its router swaps pages, and the form signs up one client all the same."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import picture, visit
from tests.acceptance.example_sites import (
    TYPED,
    FolderServer,
    built,
    check_fault,
    check_made,
    fill,
    need_npm,
    opened,
    send,
)
from tests.acceptance.processes import Town


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderServer]:
    """The web server of what Astro makes."""
    need_npm("astro")
    dist = tmp_path_factory.mktemp("astro") / "dist"
    server = FolderServer(dist)
    yield server
    server.close()


@pytest.fixture(scope="module")
def town(browser: Browser, site: FolderServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, a gateway, and the example built for it."""
    with opened(tmp_path_factory.mktemp("town"), site.url) as (town, gateway, _):
        built("astro", site.folder.parent, gateway)
        yield town


def test_the_form_works_after_the_router_swapped_pages(page: Page, town: Town, site: FolderServer) -> None:
    page.goto(site.url)
    page.evaluate("window.stays = true")
    for _ in range(2):  # there, back, and there again
        page.get_by_role("link", name="Sign up", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign up")
        page.get_by_role("link", name="Home").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Acme Hosting")
    page.get_by_role("link", name="Sign up", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up")
    assert page.evaluate("window.stays")

    fill(page, "astro@example.com", phone_number="12")
    send(page)
    check_fault(page)
    picture(page, "example astro fault")
    page.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(page)
    expect(page.locator("[data-signup-done]")).to_contain_text("Your account is ready.")
    assert page.url.rstrip("/") == f"{site.url}/signup"
    check_made(town, "astro@example.com")


def test_the_form_needs_no_script(browser: Browser, town: Town, site: FolderServer) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(f"{site.url}/signup/")
        fill(page, "astro.plain@example.com")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    check_made(town, "astro.plain@example.com")


def test_gateway_check_finds_nothing_to_say(town: Town, site: FolderServer) -> None:
    checked = town.run("check", "--page", f"{site.url}/signup/")
    assert checked.stdout.startswith("ok: "), checked.stdout
    assert checked.stdout.count("\n") == 1, checked.stdout
