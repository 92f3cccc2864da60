"""The examples in plain HTML, with a script of one's own, and as Webflow exports them: each signs up one client."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import each_look, picture, sideways, visit
from tests.acceptance.example_sites import (
    TYPED,
    FolderServer,
    check_fault,
    check_made,
    copied,
    fill,
    opened,
    send,
)
from tests.acceptance.processes import Town

WEBFLOW = dict(
    zip(
        ("First Name", "Last Name", "Phone Number", "Street Address", "City", "State", "Zip", "Country"),
        TYPED.values(),
        strict=True,
    )
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderServer]:
    """The site's own web server."""
    server = FolderServer(tmp_path_factory.mktemp("site"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def town(browser: Browser, site: FolderServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS and a gateway, and the examples with its address."""
    with opened(tmp_path_factory.mktemp("town"), site.url) as (town, gateway, _):
        for example in ("plain", "fetch", "webflow"):
            copied(example, site.folder / example, gateway)
        yield town


def test_the_plain_example(browser: Browser, town: Town, site: FolderServer) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(f"{site.url}/plain/")
        fill(page, "plain@example.com")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    check_made(town, "plain@example.com")


def test_the_example_with_fetch(page: Page, town: Town, site: FolderServer) -> None:
    page.goto(f"{site.url}/fetch/")
    fill(page, "fetch@example.com", phone_number="12")
    send(page)
    check_fault(page)
    picture(page, "example fetch fault")
    page.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(page)
    expect(page.locator("#signup-result")).to_contain_text("Your account is ready.")
    expect(page.locator("#signup-result")).to_be_focused()
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    check_made(town, "fetch@example.com")


def test_the_example_with_fetch_sends_what_got_lost_again_with_its_key(
    page: Page, town: Town, site: FolderServer
) -> None:
    keys: list[str] = []
    page.goto(f"{site.url}/fetch/")
    fill(page, "lost@example.com")
    page.context.set_offline(True)
    page.on("request", lambda request: keys.extend(re.findall("_key=([^&]+)", request.post_data or "")))
    send(page)
    expect(page.locator("#signup-result")).to_contain_text("We could not reach the server.")
    page.context.set_offline(False)
    send(page)
    expect(page.locator("#signup-result")).to_contain_text("Your account is ready.")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    check_made(town, "lost@example.com")


def test_the_example_with_fetch_needs_no_script(browser: Browser, town: Town, site: FolderServer) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(f"{site.url}/fetch/")
        fill(page, "unscripted@example.com")
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are signed up")
    check_made(town, "unscripted@example.com")


def test_the_webflow_example(page: Page, town: Town, site: FolderServer) -> None:
    page.goto(f"{site.url}/webflow/")
    page.get_by_label("Plan").select_option("starter")
    for label, answer in (WEBFLOW | {"Email": "webflow@example.com", "Phone Number": "12"}).items():
        page.get_by_label(label, exact=True).fill(answer)
    page.get_by_text("I accept the terms").click()
    send(page)
    check_fault(page, "Phone Number")
    expect(page.locator(".w-form-fail")).to_be_visible()
    picture(page, "example webflow fault")
    page.get_by_label("Phone Number").fill(WEBFLOW["Phone Number"])
    send(page)
    expect(page.locator(".w-form-done")).to_contain_text("Your account is ready.")
    expect(page.locator(".w-form-done")).to_be_focused()
    check_made(town, "webflow@example.com")


@pytest.mark.parametrize("example", ["plain", "fetch", "webflow"])
def test_an_example_fits_every_window(page: Page, town: Town, site: FolderServer, example: str) -> None:
    page.goto(f"{site.url}/{example}/")
    for width, scheme in each_look(page):
        picture(page, f"example {example} {width} {scheme}")
        assert sideways(page) == 0, width


def test_gateway_check_finds_nothing_to_say_about_the_examples(town: Town, site: FolderServer) -> None:
    for example in ("plain", "fetch", "webflow"):
        checked = town.run("check", "--page", f"{site.url}/{example}/")
        assert checked.stdout.startswith("ok: "), checked.stdout
        assert checked.stdout.count("\n") == 1, checked.stdout
