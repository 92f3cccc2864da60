"""AddOrder and the look-ups of orders answer as WHMCS documents."""

from base64 import b64encode
from dataclasses import replace

import pytest

from app.sandbox.ledger import Client
from app.sandbox.whmcs import SandboxWhmcs
from tests.unit.sandbox.calls import ADA, STARTER, call


@pytest.fixture(autouse=True)
def ada(whmcs: SandboxWhmcs) -> Client:
    """A client who can order."""
    call(whmcs, "AddClient", **ADA, noemail="1")
    return whmcs.ledger.clients[1]


def subjects(whmcs: SandboxWhmcs) -> list[str]:
    return [mail.subject for mail in whmcs.ledger.mails.values()]


def test_places_an_order_that_stays_pending(whmcs: SandboxWhmcs) -> None:
    answer = call(whmcs, "AddOrder", **STARTER, notes="gw:1", clientip="203.0.113.5")

    assert answer == {
        "result": "success",
        "orderid": "1",
        "productids": "1",
        "serviceids": "1",
        "addonids": "",
        "domainids": "",
        "invoiceid": "1",
    }
    order, invoice, service = whmcs.ledger.orders[1], whmcs.ledger.invoices[1], whmcs.ledger.services[1]
    assert (order.status, order.notes, order.clientip) == ("Pending", "gw:1", "203.0.113.5")
    assert (invoice.total, invoice.currency, service.billingcycle) == ("5.00", "USD", "Monthly")
    assert subjects(whmcs) == ["Order Confirmation", "Invoice Created"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"clientid": "9"}, "Client ID Not Found"),
        ({"paymentmethod": "cash"}, "Invalid Payment Method. Valid options include stripe, paypal, mailin"),
        ({"pid[0]": "99"}, "No items added to cart so order cannot proceed"),
        ({"pid[0]": ""}, "No items added to cart so order cannot proceed"),
        (
            {"pid[0]": "99", "domain[0]": "a.com", "domaintype[0]": "register"},
            "No items added to cart so order cannot proceed",
        ),
        ({"pid": "1"}, "Expecting parameter 'pid' to be an array"),
        ({"domain": "example.com"}, "Expecting parameter 'domain' to be an array"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_refuses_in_the_words_of_whmcs(whmcs: SandboxWhmcs, change: dict[str, str], message: str) -> None:
    assert call(whmcs, "AddOrder", **{**STARTER, **change}) == {"result": "error", "message": message}
    assert not whmcs.ledger.orders
    assert not whmcs.ledger.invoices


def test_a_closed_client_cannot_order(whmcs: SandboxWhmcs, ada: Client) -> None:
    whmcs.ledger.clients[1] = replace(ada, status="Closed")

    answer = call(whmcs, "AddOrder", **STARTER)

    assert answer["message"] == "Unable to add order when client status is Closed"


@pytest.mark.parametrize(
    ("switch", "left"),
    [
        ({"noemail": "1"}, ["Invoice Created"]),
        ({"noinvoiceemail": "1"}, ["Order Confirmation"]),
        ({"noinvoice": "1"}, ["Order Confirmation"]),
        ({"noemail": "0", "noinvoiceemail": "0"}, ["Order Confirmation", "Invoice Created"]),
    ],
    ids=str,
)
def test_each_mail_has_its_own_switch(whmcs: SandboxWhmcs, switch: dict[str, str], left: list[str]) -> None:
    call(whmcs, "AddOrder", **STARTER, **switch)

    assert subjects(whmcs) == left


def test_without_an_invoice_its_id_is_nought(whmcs: SandboxWhmcs) -> None:
    assert call(whmcs, "AddOrder", **STARTER, noinvoice="1")["invoiceid"] == "0"


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({"billingcycle[0]": "annually"}, "50.00"),
        ({"billingcycle[0]": "triennially"}, "5.00"),
        ({"promocode": "LAUNCH"}, "4.00"),
        ({"promocode": "NONSENSE"}, "5.00"),
        ({"pid[1]": "2", "billingcycle[1]": "annually"}, "155.00"),
        ({"pid[1]": "99"}, "5.00"),
        ({"domain[0]": "Ada.example", "domaintype[0]": "register", "regperiod[0]": "2"}, "29.00"),
        ({"domain[1]": "ada.example", "domaintype[1]": "transfer"}, "17.00"),
        ({"domain[0]": "ada.example"}, "5.00"),
    ],
    ids=[
        "cycle",
        "cycle not offered",
        "promotion",
        "unknown code",
        "two",
        "bad line dropped",
        "domain",
        "transfer",
        "own domain",
    ],
)
def test_the_total(whmcs: SandboxWhmcs, change: dict[str, str], total: str) -> None:
    call(whmcs, "AddOrder", **{**STARTER, **change})

    assert whmcs.ledger.invoices[1].total == total


def test_options_of_a_line_are_unserialized(whmcs: SandboxWhmcs) -> None:
    options = b64encode(b"a:1:{i:3;i:999;}").decode()

    call(whmcs, "AddOrder", **STARTER, **{"configoptions[0]": options})

    assert whmcs.ledger.services[1].configoptions == {"3": "999"}


def test_prices_are_in_the_clients_currency(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **{**ADA, "email": "eva@example.com"}, currency="2")

    call(whmcs, "AddOrder", **{**STARTER, "clientid": "2"})

    assert (whmcs.ledger.invoices[1].total, whmcs.ledger.invoices[1].currency) == ("4.50", "EUR")


def test_orders_are_listed_newest_first_in_pages(whmcs: SandboxWhmcs) -> None:
    for _ in range(3):
        call(whmcs, "AddOrder", **STARTER)

    answer = call(whmcs, "GetOrders", userid="1", limitstart="1", limitnum="2")

    assert (answer["totalresults"], answer["startnumber"], answer["numreturned"]) == (3, 1, 2)
    assert [order["id"] for order in answer["orders"]["order"]] == [2, 1]


def test_an_order_lists_its_lines(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddOrder", **STARTER, **{"domain[0]": "ada.example", "domaintype[0]": "register"}, notes="gw:1")

    order = call(whmcs, "GetOrders", id="1")["orders"]["order"][0]

    assert (order["userid"], order["notes"], order["date"], order["amount"]) == (
        1,
        "gw:1",
        "2027-01-15 08:00:00",
        "17.00",
    )
    assert [line["product"] for line in order["lineitems"]["lineitem"]] == [
        "Web Hosting - Starter",
        "Domain Registration",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"userid": "1"}, 1),
        ({"userid": "2"}, 0),
        ({"status": "Pending"}, 1),
        ({"status": "Active"}, 0),
        ({"id": "2"}, 0),
    ],
    ids=str,
)
def test_orders_are_found_by(whmcs: SandboxWhmcs, query: dict[str, str], found: int) -> None:
    call(whmcs, "AddOrder", **STARTER)

    assert call(whmcs, "GetOrders", **query)["totalresults"] == found


def test_products_of_a_client_have_text_ids(whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddOrder", **STARTER)

    answer = call(whmcs, "GetClientsProducts", clientid="1")

    product = answer["products"]["product"][0]
    assert (answer["totalresults"], answer["numreturned"]) == ("1", 1)
    assert (product["id"], product["pid"], product["orderid"], product["billingcycle"]) == ("1", "1", "1", "Monthly")


@pytest.mark.parametrize("query", [{"clientid": "2"}, {"pid": "3"}, {"serviceid": "8"}, {"domain": "a.com"}], ids=str)
def test_no_products(whmcs: SandboxWhmcs, query: dict[str, str]) -> None:
    call(whmcs, "AddOrder", **STARTER)

    assert call(whmcs, "GetClientsProducts", **query)["products"] == {"product": []}


def test_the_code_of_a_transfer_is_kept_with_its_domain_and_not_with_the_call(whmcs: SandboxWhmcs) -> None:
    moved = {"domain[1]": "ada.example", "domaintype[1]": "transfer", "eppcode[0]": "", "eppcode[1]": "S3+cret"}
    call(whmcs, "AddOrder", **STARTER, **moved)

    assert [(domain.name, domain.epp_code) for domain in whmcs.ledger.domains.values()] == [("ada.example", "S3+cret")]
    assert "eppcode" not in whmcs.ledger.calls[-1].params


def test_a_code_must_come_in_an_array(whmcs: SandboxWhmcs) -> None:
    answer = call(whmcs, "AddOrder", **STARTER, eppcode="S3+cret")

    assert answer["message"] == "Expecting parameter 'eppcode' to be an array"
