"""The page of snippets in a real browser: what it gives away works, and its own form does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import each_look, picture, sideways, violations, visit
from tests.acceptance.example_sites import TYPED, FolderServer, check_fault, check_made, fill, opened, send
from tests.acceptance.processes import Process, Town

HTML = ("plain.html", "scripted.html", "fetch.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderServer]:
    """The site's own web server."""
    server = FolderServer(tmp_path_factory.mktemp("site"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def served(
    browser: Browser, site: FolderServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Process]]:
    """A WHMCS, and a gateway that shows snippets."""
    with opened(tmp_path_factory.mktemp("town"), site.url, GATEWAY_SNIPPETS="true") as (town, gateway, _):
        yield town, gateway


@pytest.fixture(scope="module")
def town(served: tuple[Town, Process]) -> Town:
    """The WHMCS."""
    return served[0]


@pytest.fixture(scope="module")
def address(served: tuple[Town, Process]) -> str:
    """Where the page is."""
    return f"{served[1].url}/v1/acme/snippets"


def code(page: Page, name: str) -> str:
    """A piece of code, as somebody who selects it gets it."""
    return page.get_by_role("group", name=name, exact=True).locator("code").inner_text()


def publish(page: Page, address: str, site: FolderServer, name: str) -> None:
    """Put the code of the page into a page of the site, and the script that it names beside it."""
    page.goto(address)
    (site.folder / "signup-fetch.js").write_text(code(page, "signup-fetch.js"))
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign up</title><link rel="icon" href="data:,">'
    (site.folder / name).write_text(f"{head}<main><h1>Sign up</h1>{code(page, name)}</main>")


@pytest.mark.parametrize("name", HTML)
def test_a_form_that_was_copied_signs_up(page: Page, town: Town, address: str, site: FolderServer, name: str) -> None:
    email = f"{name}@example.com"
    publish(page, address, site, name)
    page.goto(f"{site.url}/{name}")
    fill(page, email)
    send(page)
    expect(page.get_by_text("Your account is ready.")).to_be_visible()
    check_made(town, email)


@pytest.mark.parametrize("name", HTML)
def test_gateway_check_finds_nothing_to_say_about_it(
    page: Page, town: Town, address: str, site: FolderServer, name: str
) -> None:
    publish(page, address, site, name)
    checked = town.run("check", "--page", f"{site.url}/{name}")
    assert checked.stdout.startswith("ok: "), checked.stdout
    assert checked.stdout.count("\n") == 1, checked.stdout


def test_a_button_copies_the_code(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Copy site.js").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate(
        "document.querySelector('pre[aria-label=\"site.js\"] code').textContent"
    )
    context.close()


def test_without_scripts_there_is_no_button_that_does_nothing(browser: Browser, address: str) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(address)
        expect(page.get_by_role("group", name="plain.html")).to_be_visible()
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_its_own_form_signs_up(page: Page, town: Town, address: str) -> None:
    page.goto(address)
    fill(page, "live@example.com", phone_number="12")
    send(page)
    check_fault(page)
    page.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(page)
    expect(page.locator("[data-signup-done]")).to_contain_text("Your account is ready.")
    check_made(town, "live@example.com")


def test_its_own_form_needs_no_script(browser: Browser, town: Town, address: str) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(address)
        fill(page, "live.plain@example.com")
        send(page)
        expect(page.get_by_text("Your account is ready.")).to_be_visible()
    check_made(town, "live.plain@example.com")


def test_everybody_can_read_it_in_every_window(page: Page, address: str) -> None:
    page.goto(address)
    for width, scheme in each_look(page):
        picture(page, f"snippets {width} {scheme}")
        assert sideways(page) == 0, width
        assert violations(page) == []
