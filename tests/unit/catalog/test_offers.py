"""What one site offers: its plans only, in its currencies, as texts."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.catalog.offers import Wares, offers, written
from app.whmcs import Currency, Price, Product
from tests.unit.forms.visitors import site

DOLLAR = Currency(1, "USD", "$", " USD", 1)
EURO = Currency(2, "EUR", "", " €", 3)
PRICE = Price(Decimal("1234.50"), Decimal("10.00"))
PLAN = {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}
HOSTING = Product(
    1, "Web &amp; <b>Mail</b>", "<li>One</li>", 3, {"USD": {"monthly": PRICE}, "EUR": {"annually": PRICE}}
)
SECRET = Product(2, "For staff", "", None, {"USD": {"monthly": PRICE}})
WARES = Wares({1: HOSTING, 2: SECRET}, (EURO, DOLLAR), 1_800_000_000.0)


def offered(*, stale: bool = False, **settings: Any) -> dict[str, Any]:
    return offers(site(**{"plans": {"starter": PLAN}, **settings}), WARES, stale=stale)


def test_the_plans_of_the_site_and_no_others() -> None:
    assert offered() == {
        "ok": True,
        "stale": False,
        "as_of": None,
        "currency": "USD",
        "plans": {
            "starter": {
                "name": "Web & Mail",
                "description": "One",
                "stock": 3,
                "billing_cycle": "monthly",
                "prices": {
                    "USD": {"monthly": {"price": "1234.50", "setup_fee": "10.00", "text": "$1234.50 USD"}},
                    "EUR": {"annually": {"price": "1234.50", "setup_fee": "10.00", "text": "1.234,50 €"}},
                },
            }
        },
    }


@pytest.mark.parametrize(("left", "told"), [(3, None), (0, 0), (None, None)])
def test_where_customers_are_hidden_no_stock_tells_whose_order_was_made(left: int | None, told: int | None) -> None:
    hiding = site(plans={"starter": PLAN | {"stock_control": True}}, existing_customer="hide")
    wares = Wares({1: replace(HOSTING, stock=left)}, (DOLLAR,), 0.0)
    assert offers(hiding, wares, stale=False)["plans"]["starter"]["stock"] == told


def test_what_is_stale_says_since_when() -> None:
    assert (found := offered(stale=True))["stale"] is True
    assert found["as_of"] == "2027-01-15T08:00:00+00:00"


def test_only_the_currencies_that_the_site_lists() -> None:
    found = offered(currencies={"Euro": 2})
    assert (found["currency"], [*found["plans"]["starter"]["prices"]]) == ("EUR", ["EUR"])


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, "USD"),
        ({"defaults": {"currency": "2"}}, "EUR"),
        ({"defaults": {"currency": "eur"}, "currencies": {"USD": 1, "EUR": 2}}, "EUR"),
        ({"defaults": {"currency": "9"}}, "USD"),
        ({"currencies": {"GBP": 9}}, None),
    ],
)
def test_the_currency_of_who_asks_for_none(settings: dict[str, Any], code: str | None) -> None:
    assert offered(**settings)["currency"] == code


def test_a_plan_whose_product_is_not_there_is_left_out() -> None:
    assert offered(plans={"gone": PLAN | {"pid": 99}})["plans"] == {}


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "$1234567.50"), (2, "$1,234,567.50"), (3, "$1.234.567,50"), (4, "$1,234,568"), (9, "$1234567.50")],
)
def test_an_amount_is_written_as_whmcs_does(number: int, text: str) -> None:
    assert written(Decimal("1234567.50"), Currency(1, "USD", "$", "", number)) == text


def test_signs_of_a_currency_are_plain_text_too() -> None:
    assert written(Decimal("5.00"), Currency(1, "USD", "<b>$</b>", "&nbsp;<script>x</script>", 1)) == "$5.00"
