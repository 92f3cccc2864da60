"""What is left of the catalogue counts down, and what is over changes no price."""

import pytest

from app.sandbox.shop import switch
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, STARTER, call

SERVER = {**STARTER, "pid[0]": "3"}


@pytest.fixture(autouse=True)
def ada(whmcs: SandboxWhmcs) -> None:
    """A client who can order."""
    call(whmcs, "AddClient", **ADA, noemail="1")


def stock(whmcs: SandboxWhmcs, pid: str) -> int:
    (row,) = call(whmcs, "GetProducts", pid=pid)["products"]["product"]
    left: int = row["quantity_available"]
    return left


def test_stock_counts_down_to_nothing_and_not_below(whmcs: SandboxWhmcs) -> None:
    assert (stock(whmcs, "1"), stock(whmcs, "3")) == (0, 5)
    call(whmcs, "AddOrder", **SERVER, **{"qty[0]": "4"})
    assert stock(whmcs, "3") == 1
    call(whmcs, "AddOrder", **SERVER, **{"qty[0]": "4"})
    call(whmcs, "AddOrder", **STARTER)
    assert (stock(whmcs, "1"), stock(whmcs, "3")) == (0, 0)
    whmcs.ledger.clear()
    assert stock(whmcs, "3") == 5


def test_a_payment_method_that_is_off_is_neither_listed_nor_taken(whmcs: SandboxWhmcs) -> None:
    for module in ("stripe", "nonsense"):
        switch(whmcs.ledger, module)
    methods = call(whmcs, "GetPaymentMethods")["paymentmethods"]["paymentmethod"]
    assert [row["module"] for row in methods] == ["paypal", "mailin"]
    assert (
        call(whmcs, "AddOrder", **STARTER)["message"] == "Invalid Payment Method. Valid options include paypal, mailin"
    )
    switch(whmcs.ledger, "stripe")
    assert call(whmcs, "AddOrder", **STARTER)["result"] == "success"


@pytest.mark.parametrize(
    ("code", "cycle", "total"),
    [
        ("launch", "monthly", "4.00"),
        ("BYGONE", "monthly", "5.00"),
        ("YEARLY", "monthly", "5.00"),
        ("YEARLY", "annually", "45.00"),
    ],
)
def test_what_a_code_takes_off_and_that_the_rest_is_full_price(
    whmcs: SandboxWhmcs, code: str, cycle: str, total: str
) -> None:
    call(whmcs, "AddOrder", **{**STARTER, "billingcycle[0]": cycle}, promocode=code)
    assert whmcs.ledger.invoices[1].total == total


def test_a_limited_code_is_used_up(whmcs: SandboxWhmcs) -> None:
    for _ in range(4):
        call(whmcs, "AddOrder", **STARTER, promocode="FIRST3")
    assert [order.promocode for order in whmcs.ledger.orders.values()] == ["FIRST3", "FIRST3", "FIRST3", ""]
    (row,) = call(whmcs, "GetPromotions", code="FIRST3")["promotions"]["promotion"]
    assert (row["maxuses"], row["uses"]) == (3, 3)


def test_the_ended_one_says_when(whmcs: SandboxWhmcs) -> None:
    (row,) = call(whmcs, "GetPromotions", code="BYGONE")["promotions"]["promotion"]
    assert row["expirationdate"] < "2027-01-15"
