"""The gateway's own pages fit the narrowest phone in every language: some have much longer words than English."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page

from app.languages import CODES
from tests.acceptance.browser import HEIGHT, WIDTHS, picture, sideways
from tests.acceptance.processes import PATIENCE, Process, Town
from tests.unit.forms.visitors import ANSWERS

SHOP = """
[sites.shop]
origins = ["https://shop.example"]
hosted_form = true
terms_url = "https://shop.example/terms"
challenge = "always"
required = [
    "company", "address2", "tax_id", "currency", "language", "marketing_opt_in", "terms", "domain_action", "promo_code",
]
currencies = { EUR = 1 }
[sites.shop.plans.server]
pid = 1
billing_cycle = "semiannually"
payment_method = "stripe"
payment_methods = ["paypal"]
custom_fields = { project = 9 }
choices = { addresses = { option = 13, most = 8, default = "1" } }
"""
TROUBLE = {"status": "error", "code": "invalid_fields", "fields": "email,plan"}
WRONG = {"email": "nobody", "phone": "12", "city": "", "first_name": "x" * 300, "plan": "nosuch", "domain": "-"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, a site that names no pages of its own, and one that has us ask for everything."""
    town = Town(tmp_path_factory.mktemp("town"))
    with (town.folder / "sites.toml").open("a") as sites:
        sites.write(SHOP)
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway."""
    return town.serve()


@pytest.mark.parametrize("code", CODES)
def test_every_page_fits_a_phone(page: Page, gateway: Process, town: Town, code: str) -> None:
    page.set_viewport_size({"width": min(WIDTHS), "height": HEIGHT})
    page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript"))  # looks only: nothing is asked
    for number, reply in enumerate(each_page(gateway, town, code)):
        page.set_content(reply.text.replace("<head>", f'<head><base href="{gateway.url}">'))
        assert page.evaluate("document.documentElement.lang") == code
        picture(page, f"language {code} {number}")
        assert sideways(page) == 0, page.get_by_role("heading", level=1).inner_text()


def each_page(gateway: Process, town: Town, code: str) -> Iterator[httpx2.Response]:
    """The pages with the most on them, as a visitor gets them who speaks this language."""
    headers = {"Accept": "text/html", "Accept-Language": code}
    with httpx2.Client(base_url=gateway.url, headers=headers, timeout=PATIENCE) as client:

        def send(**changes: str) -> httpx2.Response:
            return client.post("/v1/acme/signup", data=ANSWERS | changes, follow_redirects=True)

        yield send(email=f"{code}@example.com")
        yield send(email=f"{code}@example.com", city="Paris")
        yield send(**WRONG)
        town.fail("waf_403")
        yield send(email=f"{code}@example.net")
        town.mend()
        yield client.get("/v1/shop")
        yield client.get("/v1/shop", params=TROUBLE)
        yield client.get("/v1/acme/signup")
        yield client.get("/v1/nosuch/signup/nosuch")
        yield client.post("/v1/acme/signup", data=ANSWERS, headers={"Origin": "https://elsewhere.example"})
