"""The demo in a real browser, from choosing a plan to the paid invoice; and those who are not let in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import SCHEMES, fill, picture, send, sideways, violations, visit
from tests.acceptance.demo import Demo
from tests.unit.forms.visitors import ANSWERS

PHONE = 360


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the module, started only where there is a browser."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.close()


def look_at(page: Page, name: str) -> None:
    """No page is wider than a phone, and axe has nothing to say, light and dark."""
    page.set_viewport_size({"width": PHONE, "height": 800})
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        picture(page, f"{name} {PHONE} {scheme}")
        assert sideways(page) == 0
        assert violations(page) == []


def invoice(demo: Demo, email: str) -> dict[str, object]:
    """The invoice of the client with this address."""
    ledger = demo.ledger()
    [client] = [client for client in ledger["clients"] if client["email"] == email]
    [found] = [one for one in ledger["invoices"] if one["client_id"] == client["id"]]
    return found


def at_invoice(page: Page) -> None:
    """The visitor is at an invoice that he can pay."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Invoice \d+\s+Unpaid$"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same site", "cross-site"])
def test_without_scripts_a_visitor_pays_what_he_has_chosen(browser: Browser, demo: Demo, host: str) -> None:
    """To a browser localhost is another site than the gateway's 127.0.0.1; the cookie comes along all the same."""
    with visit(browser, scripts=False) as page:
        page.goto(f"{demo.site}/plain".replace("127.0.0.1", host))
        page.get_by_label("Starter").check()
        fill(page, {"Email address": f"plain@{host.replace('.', '-')}.example.com"})
        send(page)
        at_invoice(page)
        assert page.url.startswith(f"{demo.whmcs}/viewinvoice.php?id=")
        page.get_by_role("button", name="Pay 5.00 USD").click()
        expect(page.get_by_role("status")).to_contain_text("We received 5.00 USD")
    assert invoice(demo, f"plain@{host.replace('.', '-')}.example.com")["status"] == "Paid"


def test_with_the_script_a_visitor_comes_from_the_price_to_the_receipt(page: Page, demo: Demo) -> None:
    page.goto(demo.site)
    page.get_by_role("link", name="Choose Business").click()
    expect(page.get_by_label("Business")).to_be_checked()
    fill(page, {"Email address": "scripted@example.com"})
    send(page)
    at_invoice(page)
    look_at(page, "invoice")
    page.get_by_role("button", name="Pay 15.00 USD").click()
    expect(page.get_by_role("status")).to_contain_text("We received 15.00 USD")
    look_at(page, "receipt")
    page.get_by_role("link", name="My account", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="15.00 USD")).to_contain_text("Paid")
    look_at(page, "account")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    look_at(page, "login")
    assert invoice(demo, "scripted@example.com")["status"] == "Paid"


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_the_hosted_form_ends_at_the_invoice_too(browser: Browser, demo: Demo, scripts: bool) -> None:
    with visit(browser, scripts=scripts) as page:
        page.goto(f"{demo.url}/v1/demo?plan=starter")
        for name, answer in (ANSWERS | {"email": f"hosted-{scripts}@example.com"}).items():
            if name != "country":
                page.locator(f"[name={name}]").fill(answer)
        page.locator("[name=country]").select_option("GB")
        page.locator("[name=terms]").check()
        page.get_by_role("button").click()
        at_invoice(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_nobody_else_gets_in_with_the_address(browser: Browser, demo: Demo, scripts: bool) -> None:
    """Neither the same browser again, nor one that was handed the address, cookies apart."""
    places: list[str] = []
    with visit(browser, scripts=scripts) as page:
        page.on("request", lambda request: places.append(request.url) if "/checkout/" in request.url else None)
        page.goto(f"{demo.site}/scripted")
        page.get_by_label("Starter").check()
        fill(page, {"Email address": f"watched-{scripts}@example.com"})
        send(page)
        at_invoice(page)
        asked = demo.asked("CreateSsoToken")
        page.goto(places[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in to pay your invoice")
        if scripts:
            look_at(page, "closed")
        page.get_by_role("link", name="Log in").click()
        assert page.url == f"{demo.whmcs}/login"
    with visit(browser) as page:
        page.goto(places[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in to pay your invoice")
    assert len(places) == 2
    assert demo.asked("CreateSsoToken") == asked
    assert places[0].rpartition("/")[2] not in demo.printed()
