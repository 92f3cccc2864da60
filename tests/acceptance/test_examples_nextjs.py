"""The Next.js example, built by Next.js: a form sent by the browser, and one sent by a server action."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import complaints_of, picture
from tests.acceptance.example_sites import (
    TYPED,
    NextServer,
    built,
    check_fault,
    check_made,
    fill,
    need_npm,
    opened,
    send,
)
from tests.acceptance.processes import Town
from tests.ports import free_port

VISITOR = "198.51.100.23"
PROXIED = {"X-Forwarded-For": f"203.0.113.9, {VISITOR}"}  # the first one is what the visitor claims


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, NextServer]]:
    """A WHMCS, a gateway, and the example built for it and running."""
    need_npm("nextjs")
    port = free_port()
    with opened(tmp_path_factory.mktemp("town"), f"http://127.0.0.1:{port}") as (town, gateway, key):
        folder = built("nextjs", tmp_path_factory.mktemp("nextjs"), gateway)
        with closing(NextServer(folder, port, key)) as server:
            yield town, server


@pytest.fixture
def town(served: tuple[Town, NextServer]) -> Town:
    """The WHMCS behind it."""
    return served[0]


@pytest.fixture
def site(served: tuple[Town, NextServer]) -> NextServer:
    """The site."""
    return served[1]


@pytest.fixture
def proxied(browser: Browser) -> Iterator[Page]:
    """The window of a visitor who comes through the site's reverse proxy."""
    context = browser.new_context(extra_http_headers=PROXIED)
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    context.close()
    assert complaints == []


def test_the_browser_sends_the_form(page: Page, town: Town, site: NextServer) -> None:
    page.goto(f"{site.url}/fetch")
    fill(page, "fetch@example.com", phone_number="12")
    send(page)
    check_fault(page)
    picture(page, "example nextjs fetch fault")
    page.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(page)
    expect(page.get_by_role("status").filter(has_text="Your account is ready.")).to_be_focused()
    check_made(town, "fetch@example.com")


def test_the_server_sends_the_form_for_the_visitor(proxied: Page, town: Town, site: NextServer) -> None:
    proxied.goto(f"{site.url}/action")
    fill(proxied, "action@example.com", phone_number="12")
    send(proxied)
    check_fault(proxied)
    picture(proxied, "example nextjs action fault")
    expect(proxied.get_by_label("Starter")).to_be_checked()
    expect(proxied.get_by_label("I accept the terms")).to_be_checked()
    proxied.get_by_label("Phone number").fill(TYPED["Phone number"])
    send(proxied)
    expect(proxied.get_by_role("status").filter(has_text="Your account is ready.")).to_be_focused()
    check_made(town, "action@example.com", VISITOR)


def test_the_server_sends_what_a_form_says_twice(proxied: Page, town: Town, site: NextServer) -> None:
    """Site builders give a box a hidden twin; the gateway knows what that means when it gets both."""
    proxied.goto(f"{site.url}/action")
    fill(proxied, "twice@example.com")
    twin = "<input type=hidden name=terms value=no>"
    proxied.locator("form").evaluate("(form, twin) => form.insertAdjacentHTML('beforeend', twin)", twin)
    send(proxied)
    expect(proxied.get_by_role("status").filter(has_text="Your account is ready.")).to_be_focused()
    check_made(town, "twice@example.com", VISITOR)


def test_the_server_sends_the_form_of_a_browser_without_scripts(browser: Browser, town: Town, site: NextServer) -> None:
    context = browser.new_context(java_script_enabled=False, extra_http_headers=PROXIED)
    page = context.new_page()
    page.goto(f"{site.url}/action")
    fill(page, "unscripted@example.com", phone_number="12")
    send(page)
    phone = page.get_by_label("Phone number")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_value("12")
    expect(page.get_by_label("Country")).to_have_value("United Kingdom")
    expect(page.get_by_label("Starter")).to_be_checked()
    phone.fill(TYPED["Phone number"])
    send(page)
    expect(page.get_by_text("Your account is ready.")).to_be_visible()
    context.close()
    check_made(town, "unscripted@example.com", VISITOR)


def test_the_relay_key_is_in_nothing_that_a_browser_gets(page: Page, town: Town, site: NextServer) -> None:
    seen: list[str] = []
    page.on("response", lambda response: seen.append(response.text()))
    page.goto(f"{site.url}/action")
    expect(page.get_by_role("button")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(seen) > 1
    assert not [text for text in seen if "signup_relay_" in text or "SIGNUP_RELAY_KEY" in text]


def test_each_visitor_gets_a_key_of_his_own(page: Page, town: Town, site: NextServer) -> None:
    keys = set()
    for _ in range(2):
        page.goto(f"{site.url}/action")
        keys.add(page.locator("[name=_key]").input_value())
    assert len(keys) == 2
