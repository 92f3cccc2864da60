"""The demo's website in a real browser: both forms, their errors, and WHMCS failing behind them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import each_look, fill, picture, send, sideways, visit
from tests.acceptance.demo import Demo
from tests.acceptance.processes import until

LATER = 60_000  # milliseconds: the gateway sends again after some five seconds, the script looks now and then
BAD_PHONE = {"Phone number": "12"}  # the browser lets it pass, the gateway does not


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the module, started only where there is a browser."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.close()


@pytest.fixture
def mended(demo: Demo) -> Iterator[Demo]:
    """The demo, whose WHMCS works again whatever the test did to it."""
    yield demo
    demo.mend()


def clients(demo: Demo, email: str) -> int:
    """How many clients WHMCS has with this address."""
    return sum(client["email"] == email for client in demo.ledger()["clients"])


def let_in(page: Page) -> None:
    """The visitor is in WHMCS's client area."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Ada")


def test_the_plain_form_ends_in_the_client_area_and_the_sandbox_lists_client_and_mail(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/plain")
    fill(page, {"Email address": "plain@example.com"})
    send(page)
    let_in(page)
    page.goto(f"{demo.whmcs}/")
    row = page.get_by_role("region", name="Clients").get_by_role("row").filter(has_text="plain@example.com")
    expect(row).to_contain_text("[signup:")
    mails = page.get_by_role("region", name="Mails").get_by_role("row").filter(has_text="plain@example.com")
    expect(mails.filter(has_text="Welcome")).to_have_count(1)


def test_the_home_page_shows_the_prices_of_whmcs(page: Page, demo: Demo) -> None:
    page.goto(demo.site)
    prices = page.locator("[data-plan-price]")
    expect(prices).to_have_text(["$5.00 USD", "$15.00 USD"])


def test_the_scripted_form_ends_in_the_client_area(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/scripted")
    fill(page, {"Email address": "scripted@example.com"})
    send(page)
    let_in(page)
    assert clients(demo, "scripted@example.com") == 1


def test_the_plain_form_comes_back_with_the_errors_marked(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/plain")
    fill(page, BAD_PHONE | {"Email address": "error@example"})
    send(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_contain_text("Some answers need another look.")
    for label in ("Email address", "Phone number"):
        expect(page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label(label)).to_have_accessible_description(re.compile("^Please check this answer."))
    assert page.locator("[aria-invalid]").count() == 2
    page.get_by_role("link", name="Phone number").click()
    expect(page.get_by_label("Phone number")).to_be_focused()
    picture(page, "plain form with errors")


def test_the_scripted_form_shows_errors_beside_the_fields_until_they_are_mended(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/scripted")
    fill(page, BAD_PHONE | {"Email address": "mended@example.com"})
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    phone = page.get_by_label("Phone number")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("With country code.*phone number", re.IGNORECASE))
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#phone")
    assert page.locator("[aria-invalid]").count() == 1
    picture(page, "scripted form with errors")

    phone.fill("+44 20 7946 0000")
    send(page)
    let_in(page)


@pytest.mark.parametrize("path", ["/plain", "/scripted"])
def test_without_javascript_both_forms_work(browser: Browser, demo: Demo, path: str) -> None:
    with visit(browser, scripts=False) as page:
        page.goto(demo.site + path)
        fill(page, {"Email address": f"no-script-{path[1:]}@example.com"})
        send(page)
        let_in(page)


def test_a_double_click_on_the_scripted_form_asks_whmcs_once(page: Page, demo: Demo) -> None:
    asked = demo.asked("AddClient")
    page.goto(f"{demo.site}/scripted")
    fill(page, {"Email address": "double@example.com"})
    page.get_by_role("button", name="Create my account").dblclick()
    let_in(page)
    assert demo.asked("AddClient") == asked + 1
    assert clients(demo, "double@example.com") == 1


def test_pressing_enter_again_while_the_plain_form_is_under_way_asks_whmcs_once(page: Page, mended: Demo) -> None:
    asked = mended.asked("AddClient")
    mended.fail("slow", seconds=3)
    page.goto(f"{mended.site}/plain")
    fill(page, {"Email address": "impatient@example.com"})
    page.get_by_label("Postcode").focus()
    page.keyboard.press("Enter")
    until(lambda: mended.asked("AddClient") == asked + 1, "the form was not sent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Larkmoor.")
    assert mended.asked("AddClient") == asked + 1
    assert clients(mended, "impatient@example.com") == 1


def test_an_address_that_has_an_account_is_told_so(page: Page, demo: Demo) -> None:
    known = {"Email address": "known@example.com"}
    page.goto(f"{demo.site}/plain")
    fill(page, known)
    send(page)
    let_in(page)
    page.goto(f"{demo.site}/scripted")
    fill(page, known | {"Company (optional)": "Analytical Engines"})
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("There is already an account with this email address.")
    assert clients(demo, "known@example.com") == 1


def test_when_whmcs_fails_the_plain_form_says_that_the_sign_up_is_safe(page: Page, mended: Demo) -> None:
    mended.fail("waf_403")
    page.goto(f"{mended.site}/plain")
    fill(page, {"Email address": "safe@example.com"})
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your sign-up.")
    expect(page.get_by_role("main")).to_contain_text("Your answers are safe.")
    page.get_by_role("link", name="See where your sign-up stands").click()
    expect(page.get_by_role("main")).to_contain_text("You will get an email from us as soon as your account is ready.")


def test_when_whmcs_works_again_the_scripted_form_finds_out_by_itself(page: Page, mended: Demo) -> None:
    mended.fail("waf_403")
    page.goto(f"{mended.site}/scripted")
    fill(page, {"Email address": "later@example.com"})
    send(page)
    done = page.get_by_role("status")
    expect(done).to_contain_text("We have your sign-up")
    expect(done).to_contain_text("You will get an email from us as soon as your account is ready.")
    mended.mend()
    expect(done).to_contain_text("Your account is ready.", timeout=LATER)
    [mail] = [mail for mail in mended.ledger()["mails"] if mail["to"] == "later@example.com"]
    assert mail["subject"] == "Welcome"


def test_no_page_scrolls_sideways(page: Page, demo: Demo) -> None:
    pages = {
        "home": f"{demo.site}/",
        "plain": f"{demo.site}/plain",
        "errors": f"{demo.site}/signup?status=error&code=invalid_fields&fields=email,phone,country,terms,plan",
        "welcome": f"{demo.site}/welcome?status=created&reference={'w' * 64}",
        "accepted": f"{demo.site}/welcome?status=accepted&reference={'w' * 64}",
        "sandbox": f"{demo.whmcs}/",
    }
    for name, address in pages.items():
        page.goto(address)
        for width, scheme in each_look(page):
            picture(page, f"{name} {width} {scheme}")
            assert sideways(page) == 0, f"{name} at {width}"
