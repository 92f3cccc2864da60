"""What WHMCS says of an order, held against what it was asked for."""

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from app.difference import difference
from app.sites import Plan
from app.whmcs import NewOrder, Order, OrderItem, OrderLine

PLAN = Plan(pid=1, billing_cycle="annually", payment_method="stripe", price="50.00 USD")
LINE = OrderLine(pid=1, billing_cycle="annually", domain="ada.example", domain_type="register", reg_period=1)
ASKED = NewOrder(client_id=7, payment_method="stripe", lines=[LINE])
SERVICE = OrderItem("product", 5, "Web Hosting - Starter", "ada.example", "Annually", "$50.00 USD", "Pending")
DOMAIN = OrderItem("domain", 6, "Domain Registration", "ada.example", "1 Year", "$12.00 USD", "Pending")
ORDER = Order(12, 31, "Pending", "2026-03-01 10:00:00", "62.00", "$ USD", "stripe", "", "", (SERVICE, DOMAIN))


def found(plan: Plan = PLAN, asked: NewOrder = ASKED, **changes: Any) -> str:
    """The difference that an order with these changes makes."""
    return difference(replace(ORDER, **changes), plan, asked)


def test_what_was_asked_for_is_no_difference() -> None:
    assert found() == ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"items": ()}, "services"),
        ({"items": (DOMAIN,)}, "services"),
        ({"items": (SERVICE, SERVICE, DOMAIN)}, "services"),
        ({"items": (SERVICE,)}, "domains"),
        ({"items": (SERVICE, DOMAIN, DOMAIN)}, "domains"),
        ({"items": (SERVICE, replace(DOMAIN, domain="ada.test"))}, "domain"),
        ({"items": (replace(SERVICE, billing_cycle="Monthly"), DOMAIN)}, "billing_cycle"),
        ({"items": (replace(SERVICE, billing_cycle="Free Account"), DOMAIN)}, "billing_cycle"),
        ({"payment_method": "paypal"}, "payment_method"),
        ({"promo_code": "LAUNCH"}, "promotion"),
        ({"amount": "49.99"}, "amount"),
        ({"amount": "0"}, "amount"),
    ],
)
def test_what_differs_is_named(changes: dict[str, Any], word: str) -> None:
    assert found(**changes) == word


@pytest.mark.parametrize(
    "changes",
    [
        {"items": (replace(SERVICE, kind="Product"), replace(DOMAIN, kind="Domain", domain="ADA.Example"))},
        {"items": (replace(SERVICE, billing_cycle="Every third Tuesday"), DOMAIN)},
        {"items": (SERVICE, DOMAIN, replace(SERVICE, kind="addon"))},
        {"payment_method": ""},
        {"amount": "75.00"},  # with a setup fee
        {"amount": ""},
        {"amount": "sixty"},
        {"amount": "5.00", "currency": "€ EUR"},  # the price is in another currency
        {"status": "Active"},
    ],
    ids=["capitals", "a strange cycle", "an addon", "no method", "more", "none", "words", "another currency", "paid"],
)
def test_what_is_not_told_or_not_known_is_no_difference(changes: dict[str, Any]) -> None:
    assert found(**changes) == ""


def test_a_promotion_that_was_asked_for_must_be_there_and_may_cost_less() -> None:
    asked = replace(ASKED, promo_code="LAUNCH")
    assert found(asked=asked) == "promotion"
    assert found(asked=asked, promo_code="launch", amount="40.00") == ""


@pytest.mark.parametrize(("services", "word"), [(1, ""), (3, ""), (2, "services"), (4, "services")])
def test_three_of_a_product_are_one_service_or_three(services: int, word: str) -> None:
    asked = replace(ASKED, lines=[replace(LINE, quantity=3)])
    plan = PLAN.model_copy(update={"quantity": 3})
    assert found(plan, asked, items=(*[SERVICE] * services, DOMAIN), amount="162.00") == word


def test_three_of_a_product_cost_three_prices() -> None:
    asked, plan = replace(ASKED, lines=[replace(LINE, quantity=3)]), PLAN.model_copy(update={"quantity": 3})
    assert found(plan, asked, amount="149.99") == "amount"


@pytest.mark.parametrize(
    ("cycle", "told"),
    [
        ("monthly", "Monthly"),
        ("semiannually", "Semi-Annually"),
        ("onetime", "One Time"),
        ("onetime", "One-Time"),
        ("free", "Free Account"),
        ("triennially", "Triennially"),
    ],
)
def test_whmcs_has_other_words_for_cycles(cycle: str, told: str) -> None:
    asked = replace(ASKED, lines=[replace(LINE, billing_cycle=cycle)])
    assert found(asked=asked, items=(replace(SERVICE, billing_cycle=told), DOMAIN)) == ""


@given(st.from_type(Order))
def test_whatever_whmcs_says_it_is_one_word_or_none(order: Order) -> None:
    assert difference(order, PLAN, ASKED) in (
        *("", "services", "domains", "domain", "billing_cycle", "payment_method", "promotion", "amount"),
    )
