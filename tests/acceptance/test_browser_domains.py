"""A visitor of the demo looks for a domain name in a real browser, takes it with a plan, and WHMCS has the order."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import SCHEMES, Scheme, fill, picture, send, sideways, violations, visit
from tests.acceptance.demo import Demo


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the module, started only where there is a browser."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.close()


def look_up(page: Page, demo: Demo, name: str) -> None:
    """Search for a name on the home page."""
    page.goto(demo.site)
    page.get_by_label("The name you would like").fill(name)
    page.get_by_role("button", name="Look it up").click()


def expect_an_invoice(page: Page) -> None:
    """The visitor is where he can pay."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Invoice \d+\s+Unpaid$"))


def test_from_the_search_box_to_the_order(page: Page, demo: Demo) -> None:
    look_up(page, demo, "Bücher")
    found = page.get_by_role("status").get_by_role("listitem")
    expect(found).to_have_count(5)
    expect(found.first).to_contain_text("bücher.com is free for $12.00 USD a year")
    picture(page, "domain search")
    found.first.get_by_role("link").click()

    expect(page.get_by_label("Domain name")).to_have_value("bücher.com")
    expect(page.get_by_label("Register a new name")).to_be_checked()
    expect(page.get_by_label("Starter")).to_be_checked()
    fill(page, {"Email address": "reader@example.com"})
    send(page)
    expect_an_invoice(page)
    (domain,) = [one for one in demo.ledger()["domains"] if one["name"] == "xn--bcher-kva.com"]
    (order,) = [one for one in demo.ledger()["orders"] if domain["id"] in one["domain_ids"]]
    assert (domain["type"], domain["years"], order["amount"]) == ("register", 1, "17.00")


def test_a_taken_name_is_said_beside_the_field_with_free_ones(page: Page, demo: Demo) -> None:
    look_up(page, demo, "taken.com")
    expect(page.get_by_role("status").get_by_role("listitem").first).to_contain_text("taken.com is taken")

    page.goto(f"{demo.site}/scripted?plan=starter&domain=taken.com")
    fill(page, {"Email address": "late@example.com"})
    send(page)
    name = page.get_by_label("Domain name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("Choose another domain name; this one is taken.")
    name.fill("late.org")
    send(page)
    expect_an_invoice(page)
    assert "late.org" in [one["name"] for one in demo.ledger()["domains"]]


def test_a_name_is_transferred_with_its_code_which_no_page_shows(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/plain?plan=business")
    page.get_by_label("Transfer a name I have").check()
    page.get_by_label("Domain name").fill("mine-is-taken.net")
    page.get_by_label("Transfer code").fill("S3+cret&code")
    fill(page, {"Email address": "mover@example.com"})
    send(page)
    expect_an_invoice(page)
    (domain,) = [one for one in demo.ledger()["domains"] if one["name"] == "mine-is-taken.net"]
    assert (domain["type"], domain["epp_code"]) == ("transfer", "S3+cret&code")
    page.goto(demo.whmcs)
    assert "mine-is-taken.net" in page.content()
    assert "S3+cret" not in page.content()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_search_box_is_for_everybody(page: Page, demo: Demo, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 900})
    look_up(page, demo, "ada")
    expect(page.get_by_role("status").get_by_role("listitem")).to_have_count(5)
    assert violations(page) == []
    assert sideways(page) == 0
    page.goto(f"{demo.site}/scripted?plan=starter&domain=ada.com")
    assert violations(page) == []


def test_what_is_no_name_is_said(page: Page, demo: Demo) -> None:
    look_up(page, demo, "a b")
    expect(page.get_by_role("status")).to_contain_text("Check the domain name")


def test_without_javascript_the_answer_is_shown_as_it_is(browser: Browser, demo: Demo) -> None:
    with visit(browser, scripts=False) as page:
        look_up(page, demo, "ada.com")
        expect(page.locator("body")).to_contain_text('"status":"available"')
