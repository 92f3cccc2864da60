"""The gateway's own pages fit the narrowest phone in every language: some have much longer words than English."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page

from app.languages import CODES
from tests.acceptance.browser import HEIGHT, WIDTHS, picture, sideways
from tests.acceptance.processes import Process, Town
from tests.unit.forms.visitors import ANSWERS

WRONG = {"email": "nobody", "phone": "12", "city": "", "first_name": "x" * 300, "plan": "nosuch", "domain": "-"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A WHMCS, and a site that names no pages of its own."""
    town = Town(tmp_path_factory.mktemp("town"))
    yield town
    town.close()


@pytest.fixture(scope="module")
def gateway(town: Town) -> Process:
    """A gateway."""
    return town.serve()


@pytest.mark.parametrize("code", CODES)
def test_every_page_fits_a_phone(page: Page, gateway: Process, town: Town, code: str) -> None:
    page.set_viewport_size({"width": min(WIDTHS), "height": HEIGHT})
    for number, reply in enumerate(each_page(gateway, town, code)):
        page.set_content(reply.text.replace("<head>", f'<head><base href="{gateway.url}">'))
        assert page.evaluate("document.documentElement.lang") == code
        picture(page, f"language {code} {number}")
        assert sideways(page) == 0, page.get_by_role("heading", level=1).inner_text()


def each_page(gateway: Process, town: Town, code: str) -> Iterator[httpx2.Response]:
    """Every hosted page as a visitor gets it who speaks this language."""
    with httpx2.Client(base_url=gateway.url, headers={"Accept": "text/html", "Accept-Language": code}) as client:

        def send(**changes: str) -> httpx2.Response:
            return client.post("/v1/acme/signup", data=ANSWERS | changes, follow_redirects=True)

        yield send(email=f"{code}@example.com")
        yield send(email=f"{code}@example.com", city="Paris")
        yield send(**WRONG)
        town.fail("waf_403")
        yield send(email=f"{code}@example.net")
        town.mend()
        for path in ("/v1/acme/signup", "/v1/acme/signup/nosuch", "/v1/nosuch/signup/nosuch", "/nosuch"):
            yield client.get(path)
        yield client.post("/v1/acme/signup", data=ANSWERS, headers={"Origin": "https://elsewhere.example"})
        yield client.post("/v1/acme/signup", content=b"%", headers={"Content-Type": "text/plain"})
