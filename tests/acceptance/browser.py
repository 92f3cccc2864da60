"""A real Chromium: what its visitors type, what it complains about, and pictures for people who want to look."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TYPED = {
    "First name": "Ada",
    "Last name": "Lovelace",
    "Email address": "ada@example.com",
    "Phone number": "+44 20 7946 0000",
    "Street and number": "12 St James's Square",
    "Town or city": "London",
    "State, county or region": "Greater London",
    "Postcode": "SW1Y 4JH",
}
PATIENCE = 120_000  # milliseconds until something that should be seen counts as not coming; Playwright's 5,000 are few

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
WIDTHS = (320, 390, 1280)
HEIGHT = 900


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The machine's own Chromium; without one the tests are skipped, or fail when REQUIRE_BROWSER=1."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"No browser was found. Install one of {', '.join(NAMES)}."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
    """The window of a new visitor; on leaving, the browser must have found nothing to complain about."""
    context = browser.new_context(java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = complaints_of(page)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def complaints_of(page: Page) -> list[str]:
    """What the console says from now on: errors, warnings and violations of the content security policy."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_a_refusal(message):
            complaints.append(f"{message.text} ({message.location['url']})")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def _is_a_refusal(message: ConsoleMessage) -> bool:
    """Chromium reports every 4xx; from the sign-up address they are answers."""
    return message.text.startswith("Failed to load resource") and "/v1/" in message.location["url"]


def fill(page: Page, changes: Mapping[str, str] | None = None) -> None:
    """Fill in the demo's form by its labels."""
    for label, answer in (TYPED | dict(changes or {})).items():
        page.get_by_label(label, exact=True).fill(answer)
    page.get_by_label("Country").select_option("United Kingdom")
    page.get_by_label("I accept the terms of service").check()


def send(page: Page) -> None:
    """Press the demo form's button."""
    page.get_by_role("button", name="Create my account").click()


def each_look(page: Page) -> Iterator[tuple[int, Scheme]]:
    """Show the page on phones and on a desktop, in light and dark; gives the window's width and the scheme."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            yield width, scheme


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page in the folder SCREENSHOTS, when that is set."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        file = Path(folder) / f"{name.replace(' ', '-').lower()}.png"
        page.screenshot(path=file, full_page=True)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now, by all its rules, each with the elements that break it."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
