"""Who may be led on, logged in."""

import pytest

from app.checkout import faulty_checkout
from tests.unit.forms.visitors import site

HTTPS = "https://signup.example.com"


@pytest.mark.parametrize(
    "url", [HTTPS, "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000", "http://demo.localhost"]
)
def test_a_site_with_sso_needs_an_address_that_nobody_can_listen_to(url: str) -> None:
    assert faulty_checkout(site(checkout="sso"), url) == []


@pytest.mark.parametrize("url", [None, "http://10.0.0.2", "http://gateway.internal", "http://localhost.example"])
def test_without_one_it_is_refused(url: str | None) -> None:
    [fault] = faulty_checkout(site(checkout="sso"), url)
    assert fault.startswith("sites.acme.checkout: ")
    assert "GATEWAY_PUBLIC_URL" in fault


def test_a_site_that_hides_cannot_lead_on_and_both_keys_are_named() -> None:
    [fault] = faulty_checkout(site(checkout="sso", existing_customer="hide"), HTTPS)
    assert "sites.acme.checkout" in fault
    assert "existing_customer" in fault


@pytest.mark.parametrize("checkout", ["none", "login"])
def test_other_ways_need_nothing(checkout: str) -> None:
    assert faulty_checkout(site(checkout=checkout, existing_customer="hide"), None) == []
