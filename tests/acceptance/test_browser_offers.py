"""An offer link in a real browser, from the command that makes it to the order that it opens."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import violations
from tests.acceptance.processes import Process, Town
from tests.unit.forms.visitors import ANSWERS

SITES = """
[sites.shop]
origins = ["https://shop.example"]
hosted_form = true
reply_within = 20
limits = { ip = "1000/minute", email = "1000/minute", site = "1000/minute" }
[sites.shop.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
[sites.shop.plans.secret]
pid = 2
billing_cycle = "annually"
payment_method = "stripe"
offer_only = true
"""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, and a site with a plan that only a link opens."""
    town = Town(tmp_path_factory.mktemp("town"))
    (town.folder / "sites.toml").write_text(SITES)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    return town.serve()


def link(town: Town, gateway: Process, *arguments: str) -> str:
    """What the operator mails to his customers."""
    made = town.run("offer", "--site", "shop", "--plan", "secret", "--json", *arguments, GATEWAY_PUBLIC_URL=gateway.url)
    found: str = json.loads(made.stdout)["link"]
    return found


def fill(page: Page, email: str) -> None:
    """Answer everything but the plan, which the link has chosen."""
    for name, answer in (ANSWERS | {"email": email}).items():
        field = page.locator(f"[name={name}]")
        field.select_option(answer) if name == "country" else field.fill(answer)


def test_a_link_leads_to_its_plan_with_its_price_and_its_promotion(page: Page, gateway: Process, town: Town) -> None:
    page.goto(link(town, gateway, "--promo", "LAUNCH"))
    expect(page.get_by_role("radio")).to_have_count(1)
    expect(page.get_by_role("radio")).to_be_checked()
    expect(page.locator("[data-plan-price=secret]")).to_have_text("$150.00 USD")
    fill(page, "ada@example.com")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Your account is ready")
    (order,) = town.ledger()["orders"]
    assert (order["promocode"], order["amount"]) == ("LAUNCH", "120.00")


def test_one_that_is_used_up_says_so_and_keeps_the_answers(page: Page, gateway: Process, town: Town) -> None:
    address = link(town, gateway, "--uses", "1")
    for email in ("bob@example.com", "eve@example.com"):
        page.goto(address)
        fill(page, email)
        page.get_by_role("button").click()
        page.locator("[data-signup-done]:visible, [data-signup-fail]:visible").wait_for()
    expect(page.get_by_role("alert")).to_contain_text("it has been used up")
    expect(page.locator("[name=email]")).to_have_value("eve@example.com")


def test_one_that_was_cut_short_says_so_and_shows_what_everybody_may_order(
    page: Page, gateway: Process, town: Town
) -> None:
    page.goto(link(town, gateway)[:-3])
    expect(page.get_by_role("alert")).to_contain_text("Open the link of the offer again")
    assert [radio.get_attribute("value") for radio in page.get_by_role("radio").all()] == ["starter", ""]
    assert violations(page) == []
