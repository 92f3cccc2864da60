"""Where the plans of sites.toml and WHMCS differ, in the doctor's words."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from app.doctor.plans import compare
from app.findings import Level
from app.sites import Site
from app.whmcs import Currency, Price, Product

DOLLARS = Currency(1, "USD", "$", " USD", 1)
EUROS = Currency(2, "EUR", "€", "", 1)
MONTHLY: Mapping[str, Mapping[str, Price]] = {"USD": {"monthly": Price(Decimal("5.00"))}}
PRODUCTS = {
    1: Product(1, "Starter", "", None, MONTHLY),
    2: Product(2, "Gift", "", None, {}),
}
PLAN = {"pid": 1, "billing_cycle": "monthly", "payment_method": "stripe"}


def site(plan: Mapping[str, object], **settings: object) -> Site:
    given = {"key": "acme", "origins": ["https://www.acme.example"], "plans": {"starter": {**PLAN, **plan}}}
    return Site.model_validate({**given, **settings})


def found(given: Site, methods: tuple[str, ...] | None = ("stripe", "paypal")) -> list[tuple[Level, str, str, str]]:
    told = compare({"acme": given}, PRODUCTS, [DOLLARS, EUROS], methods)
    return [(one.level, one.code, one.what, one.cure) for one in told]


def test_plans_that_agree() -> None:
    given = site({"price": "5.00 USD", "more": [{"pid": 1, "billing_cycle": "monthly"}]}, currencies={"EUR": 2})
    assert found(given) == [(Level.OK, "plan", "The plans in sites.toml agree with WHMCS.", "")]
    assert found(given, None) == [(Level.OK, "price", "The prices in sites.toml agree with WHMCS.", "")]


@pytest.mark.parametrize(
    ("plan", "code", "what", "cure"),
    [
        ({"pid": 9}, "plan", "starter: WHMCS has no product 9.", "Correct pid."),
        ({"billing_cycle": "annually"}, "plan", "with the cycle annually", "It has a price for: monthly."),
        ({"pid": 2}, "plan", "WHMCS does not sell product 2", "It has no price at all."),
        ({"payment_method": "bitcoin"}, "plan", "bitcoin is not active", "choose one of: stripe, paypal."),
        ({"payment_methods": ["cash"]}, "plan", "cash is not active", "choose one of: stripe, paypal."),
        ({"more": [{"pid": 8, "billing_cycle": "free"}]}, "plan", "starter.more.0: WHMCS has no product 8", "Correct"),
        ({"price": "5 EUR"}, "price", "WHMCS charges nothing in that currency", "Correct the pages"),
        ({"price": "4.99 USD"}, "price", "the pages say 4.99 USD, and WHMCS charges 5.00 USD", "Correct the pages"),
    ],
)
def test_a_difference_is_told_with_its_cure(plan: dict[str, object], code: str, what: str, cure: str) -> None:
    ((level, told, sentence, mend),) = found(site(plan))
    assert (level, told) == (Level.FAULT, code)
    assert sentence.startswith("sites.acme.plans.starter")
    assert what in sentence
    assert cure in mend


@pytest.mark.parametrize(
    ("currencies", "cure"), [({"EUR": 1}, "Its number there is 2."), ({"GBP": 3}, "Leave it out, or add it in WHMCS.")]
)
def test_a_currency_has_the_number_that_whmcs_gave_it(currencies: dict[str, int], cure: str) -> None:
    assert [(one[1], one[3]) for one in found(site({}, currencies=currencies))] == [("currency", cure)]


def test_prices_alone_are_compared_without_the_rest() -> None:
    assert [one[1] for one in found(site({"pid": 9, "payment_method": "bitcoin", "price": "1 USD"}), None)] == ["price"]
    assert [one[1] for one in found(site({"price": "1 USD"}), None)] == ["price"]


def test_a_product_that_is_sold_out_is_worth_a_warning_where_whmcs_counts_it() -> None:
    products = {1: Product(1, "Starter", "", 0, MONTHLY)}
    for counted, levels in ((True, [Level.WARNING]), (False, [Level.OK])):
        told = compare({"acme": site({"stock_control": counted})}, products, [DOLLARS], ("stripe",))
        assert [one.level for one in told] == levels
