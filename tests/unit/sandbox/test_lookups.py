"""What can be looked up without a client has the documented shape."""

import pytest

from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, STARTER, call


def test_the_version(whmcs: SandboxWhmcs) -> None:
    assert set(call(whmcs, "WhmcsDetails")["whmcs"]) == {"version", "canonicalversion"}


def test_products_have_prices_for_each_currency_and_minus_one_where_not_offered(whmcs: SandboxWhmcs) -> None:
    rows = call(whmcs, "GetProducts")["products"]["product"]

    assert [(row["pid"], row["name"]) for row in rows] == [(1, "Starter"), (2, "Business"), (3, "Server")]
    prices = rows[0]["pricing"]
    assert (prices["USD"]["monthly"], prices["EUR"]["monthly"]) == ("5.00", "4.50")
    assert (prices["USD"]["quarterly"], prices["USD"]["qsetupfee"], prices["USD"]["msetupfee"]) == (
        "-1.00",
        "-1.00",
        "0.00",
    )


@pytest.mark.parametrize(("pid", "found"), [("2", [2]), ("1, 3", [1, 3]), ("9", [])], ids=["one", "several", "none"])
def test_products_by_number(whmcs: SandboxWhmcs, pid: str, found: list[int]) -> None:
    assert [row["pid"] for row in call(whmcs, "GetProducts", pid=pid)["products"]["product"]] == found


def test_payment_methods_and_currencies(whmcs: SandboxWhmcs) -> None:
    methods = call(whmcs, "GetPaymentMethods")["paymentmethods"]["paymentmethod"]
    currencies = call(whmcs, "GetCurrencies")

    assert [row["module"] for row in methods] == ["stripe", "paypal", "mailin"]
    assert [(row["id"], row["code"]) for row in currencies["currencies"]["currency"]] == [(1, "USD"), (2, "EUR")]
    assert currencies["totalresults"] == "2"


@pytest.mark.parametrize(("code", "found"), [("LAUNCH", 1), ("launch", 1), ("NONE", 0), ("", 4)])
def test_promotions(whmcs: SandboxWhmcs, code: str, found: int) -> None:
    assert call(whmcs, "GetPromotions", code=code)["totalresults"] == found


@pytest.mark.parametrize(
    ("domain", "part"),
    [
        ("ada.com", {"result": "success", "status": "available"}),
        ("taken-by-ada.com", {"result": "success", "status": "unavailable"}),
        ("is-taken.co.uk", {"result": "success", "status": "unavailable"}),
        ("ada", {"result": "error", "message": "Domain not valid"}),
        ("a da.com", {"result": "error", "message": "Domain not valid"}),
        ("ada.zz", {"result": "error", "message": "The given TLD is not supported for WHOIS lookups"}),
    ],
    ids=["free", "taken", "also taken", "no ending", "space", "unknown ending"],
)
def test_domains(whmcs: SandboxWhmcs, domain: str, part: dict[str, str]) -> None:
    assert part.items() <= call(whmcs, "DomainWhois", domain=domain).items()


def test_domain_prices(whmcs: SandboxWhmcs) -> None:
    answer = call(whmcs, "GetTLDPricing", currencyid="2")

    com = answer["pricing"]["com"]
    assert (answer["currency"]["code"], com["register"]["1"], com["register"]["10"]) == ("EUR", "10.80", "108.00")
    assert (com["transfer"], list(answer["pricing"]["ai"]["register"])) == ({"1": "10.80"}, ["2", "10"])


def test_a_domain_that_was_ordered_here_is_taken(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA, noemail="1")
    call(whmcs, "AddOrder", **STARTER, **{"domain[0]": "Ada.com", "domaintype[0]": "register"})
    assert call(whmcs, "DomainWhois", domain="ada.com")["status"] == "unavailable"
    assert call(whmcs, "DomainWhois", domain="ada.net")["status"] == "available"
