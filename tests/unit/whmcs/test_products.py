"""What WHMCS sells, from replies as they come."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.whmcs import Currency, Price, Product, Uncertain
from app.whmcs.products import read_currencies, read_products
from tests.unit.whmcs.samples import success
from tests.unit.whmcs.wire import Wire, whmcs

PRICING = {
    "prefix": "$",
    "suffix": " USD",
    "monthly": "25.99",
    "annually": "-1.00",
    "msetupfee": "10",
    "asetupfee": "0.00",
}
ROW: dict[str, Any] = {
    "pid": "1",
    "name": "Web &amp; Mail",
    "description": "<b>All</b>",
    "paytype": "recurring",
    "quantity_available": 0,
    "pricing": {"USD": PRICING},
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["5.00", "-1.00", "1", 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def product(**changes: object) -> Product:
    (only,) = read_products({"products": {"product": [ROW | changes]}})
    return only


def monthly(**changes: object) -> Price | None:
    return product(pricing={"USD": PRICING | changes}).prices.get("USD", {}).get("monthly")


def test_a_product_with_the_cycles_that_are_on() -> None:
    price = Price(Decimal("25.99"), Decimal("10.00"))
    off = {"USD": frozenset({"annually"})}
    assert product() == Product(1, "Web & Mail", "<b>All</b>", 0, {"USD": {"monthly": price}}, off)


def test_what_is_off_is_not_what_nobody_can_read() -> None:
    assert product(pricing={"USD": {"monthly": "-1.00", "annually": "n/a", "biennially": "1,000.00"}}).off == {
        "USD": frozenset({"monthly"})
    }
    assert product(paytype="onetime", pricing={"USD": {"monthly": "-1"}}).off == {"USD": frozenset({"onetime"})}
    assert product(paytype="free", pricing={"USD": {"monthly": "-1"}}).off == {"USD": frozenset()}


def test_a_list_with_something_missing_is_no_answer() -> None:
    with pytest.raises(Uncertain, match="incomplete_list"):
        read_products({"totalresults": 2, "products": {"product": [ROW]}})


@pytest.mark.parametrize("value", ["5", "5.0", "5.00", "5.0000", " 5.00 ", 5, 5.0])
def test_an_amount_may_come_in_many_ways(value: object) -> None:
    price = monthly(monthly=value)
    assert price is not None
    assert str(price.amount) == "5.00"


@pytest.mark.parametrize(
    "value",
    ["-1.00", "-0.01", "", "free", "1e3", "NaN", "Infinity", "1,000.00", "\u0665", "9" * 13, "5.", None, [], True, -1],
)
def test_what_is_no_amount_is_no_cycle(value: object) -> None:
    assert monthly(monthly=value) is None


@pytest.mark.parametrize("value", ["-1.00", "", None, "x"])
def test_no_setup_fee_is_nothing_to_pay(value: object) -> None:
    price = monthly(msetupfee=value)
    assert price is not None
    assert str(price.setup_fee) == "0.00"


def test_what_is_paid_once_or_never() -> None:
    assert product(paytype="onetime").prices == {"USD": {"onetime": Price(Decimal("25.99"), Decimal("10.00"))}}
    assert product(paytype="onetime", pricing={"USD": {"annually": "5.00"}}).prices == {}
    assert product(paytype="free").prices == {"USD": {"free": Price(Decimal(0))}}


@pytest.mark.parametrize(
    ("value", "stock"), [(0, 0), ("0", 0), ("7", 7), (7, 7), (-1, None), ("x", None), (None, None)]
)
def test_what_is_left(value: object, stock: int | None) -> None:
    assert product(quantity_available=value).stock == stock


@pytest.mark.parametrize(
    "products",
    [{"product": [ROW]}, {"product": ROW}, {"product": {"0": ROW}}, [ROW], {"product": [ROW, "x", {"name": "none"}]}],
)
def test_a_list_may_come_in_many_ways(products: object) -> None:
    assert [one.pid for one in read_products({"products": products})] == [1]


@pytest.mark.parametrize("products", [None, "", [], {}, {"product": ""}])
def test_an_empty_list_too(products: object) -> None:
    assert read_products({"products": products}) == ()
    assert read_currencies({"currencies": products}) == ()


def test_a_currency() -> None:
    row = {"id": "2", "code": "EUR", "prefix": "&euro;", "suffix": "", "format": "3", "rate": "0.90000"}
    currency = Currency(2, "EUR", "€", "", 3)
    assert read_currencies(
        {"currencies": {"currency": [row, {"id": 0, "code": "X"}, {"id": 3}, {"id": 4, "code": "\ud800"}]}}
    ) == (currency,)


@given(st.dictionaries(st.sampled_from([*ROW]), JUNK), st.dictionaries(st.sampled_from([*PRICING]), JUNK))
def test_whatever_comes_no_price_is_below_nothing(changes: dict[str, object], pricing: dict[str, object]) -> None:
    row = ROW | {"pricing": {"USD": PRICING | pricing}} | changes
    for one in read_products({"products": {"product": [row]}}):
        assert one.pid > 0
        for cycles in one.prices.values():
            assert cycles
            for price in cycles.values():
                assert min(price.amount, price.setup_fee) >= 0
                assert price.amount.as_tuple().exponent == price.setup_fee.as_tuple().exponent == -2


async def test_only_the_products_that_are_wanted_are_asked_for() -> None:
    wire = Wire(success(products={"product": [ROW]}), success(currencies={}))
    assert [one.pid for one in await whmcs(wire).products({3, 1})] == [1]
    assert await whmcs(wire).currencies() == ()
    assert wire.sent == [{"action": "GetProducts", "pid": "1,3"}, {"action": "GetCurrencies"}]
