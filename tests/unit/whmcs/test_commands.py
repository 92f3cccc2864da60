"""A client and an order travel under WHMCS's names, complete and without extras."""

import base64
from typing import Any

from app.whmcs import NewClient, NewOrder, OrderLine, flatten


def minimal_client() -> NewClient:
    return NewClient(first_name="Ada", last_name="Lovelace", email="ada@example.com", password="pw-1")


def test_a_small_client_sends_what_it_has_and_every_switch() -> None:
    assert dict(flatten(minimal_client().params())) == {
        "firstname": "Ada",
        "lastname": "Lovelace",
        "email": "ada@example.com",
        "password2": "pw-1",
        "marketingoptin": "0",
        "noemail": "0",
        "skipvalidation": "0",
    }


def test_a_full_client_sends_everything() -> None:
    client = NewClient(
        first_name="Ada",
        last_name="Lovelace",
        email="ada@example.com",
        password="pw-1",
        company="Engines",
        address1="1 Mill Lane",
        address2="Flat 2",
        city="London",
        state="Greater London",
        postcode="E1 1AA",
        country="GB",
        phone="+44.2071234567",
        tax_id="GB1",
        currency=1,
        group_id=2,
        language="english",
        client_ip="203.0.113.5",
        notes="gw:4f2a",
        marketing_opt_in=True,
        no_email=True,
        skip_validation=True,
        custom_fields={1: "Zoë"},
    )
    assert dict(flatten(client.params())) == {
        "firstname": "Ada",
        "lastname": "Lovelace",
        "email": "ada@example.com",
        "password2": "pw-1",
        "companyname": "Engines",
        "address1": "1 Mill Lane",
        "address2": "Flat 2",
        "city": "London",
        "state": "Greater London",
        "postcode": "E1 1AA",
        "country": "GB",
        "phonenumber": "+44.2071234567",
        "tax_id": "GB1",
        "currency": "1",
        "groupid": "2",
        "language": "english",
        "clientip": "203.0.113.5",
        "notes": "gw:4f2a",
        "customfields": base64.b64encode('a:1:{i:1;s:4:"Zoë";}'.encode()).decode(),
        "marketingoptin": "1",
        "noemail": "1",
        "skipvalidation": "1",
    }


def test_the_password_is_not_in_the_repr() -> None:
    assert "pw-1" not in repr(minimal_client())


ANNUAL = OrderLine(pid=1, billing_cycle="annually")


def sent(*lines: OrderLine, **rest: Any) -> dict[str, str]:
    return dict(flatten(NewOrder(client_id=7, payment_method="stripe", lines=lines, **rest).params()))


def packed(text: bytes) -> str:
    return base64.b64encode(text).decode()


def test_a_small_order_sends_arrays_and_every_switch() -> None:
    assert sent(ANNUAL) == {
        "clientid": "7",
        "paymentmethod": "stripe",
        "pid[0]": "1",
        "billingcycle[0]": "annually",
        "noemail": "0",
        "noinvoice": "0",
        "noinvoiceemail": "0",
    }


def test_a_full_order_keeps_all_arrays_at_one_index() -> None:
    line = OrderLine(
        pid=1,
        billing_cycle="annually",
        quantity=2,
        addons=(3, 4),
        domain="ada.example",
        domain_type="register",
        reg_period=2,
        epp_code="Auth-1",
        hostname="srv.ada.example",
        nameservers=("ns1", "ns2"),
        custom_fields={3: "x"},
        config_options={4: 999},
    )
    order = sent(
        line,
        promo_code="LAUNCH",
        affiliate_id=5,
        client_ip="203.0.113.5",
        notes="gw:4f2a",
        no_email=True,
        no_invoice=True,
        no_invoice_email=True,
    )
    assert order == {
        "clientid": "7",
        "paymentmethod": "stripe",
        "pid[0]": "1",
        "qty[0]": "2",
        "billingcycle[0]": "annually",
        "addons[0]": "3,4",
        "domain[0]": "ada.example",
        "domaintype[0]": "register",
        "regperiod[0]": "2",
        "eppcode[0]": "Auth-1",
        "hostname[0]": "srv.ada.example",
        "ns1prefix[0]": "ns1",
        "ns2prefix[0]": "ns2",
        "customfields[0]": packed(b'a:1:{i:3;s:1:"x";}'),
        "configoptions[0]": packed(b"a:1:{i:4;i:999;}"),
        "promocode": "LAUNCH",
        "clientip": "203.0.113.5",
        "notes": "gw:4f2a",
        "affid": "5",
        "noemail": "1",
        "noinvoice": "1",
        "noinvoiceemail": "1",
    }


def test_each_line_has_its_own_index_in_every_array() -> None:
    second = OrderLine(pid=2, billing_cycle="monthly", quantity=3, config_options={4: 5})
    order = sent(OrderLine(pid=1, billing_cycle="free", domain="ada.example"), second)
    assert {name: value for name, value in order.items() if "[" in name} == {
        "pid[0]": "1",
        "pid[1]": "2",
        "qty[0]": "",
        "qty[1]": "3",
        "billingcycle[0]": "free",
        "billingcycle[1]": "monthly",
        "domain[0]": "ada.example",
        "domain[1]": "",
        "configoptions[0]": "",
        "configoptions[1]": packed(b"a:1:{i:4;i:5;}"),
    }


def test_a_domain_to_transfer_has_its_code_at_its_own_index_and_shows_it_nobody() -> None:
    first = OrderLine(pid=1, billing_cycle="free")
    moved = OrderLine(
        pid=2, billing_cycle="free", domain="ada.example", domain_type="transfer", reg_period=1, epp_code="S3+cret&"
    )
    order = sent(first, moved)
    assert {name: value for name, value in order.items() if name.startswith(("domain", "reg", "epp"))} == {
        "domain[0]": "",
        "domain[1]": "ada.example",
        "domaintype[0]": "",
        "domaintype[1]": "transfer",
        "regperiod[0]": "",
        "regperiod[1]": "1",
        "eppcode[0]": "",
        "eppcode[1]": "S3+cret&",
    }
    assert "S3+cret" not in repr(moved)
