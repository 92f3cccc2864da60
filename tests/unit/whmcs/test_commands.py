"""A client and an order travel under WHMCS's names, complete and without extras."""

import base64

from app.whmcs import NewClient, NewOrder, flatten


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


def test_a_small_order_sends_arrays_and_every_switch() -> None:
    order = NewOrder(client_id=7, payment_method="stripe", pid=1, billing_cycle="annually")
    assert dict(flatten(order.params())) == {
        "clientid": "7",
        "paymentmethod": "stripe",
        "pid[0]": "1",
        "billingcycle[0]": "annually",
        "noemail": "0",
        "noinvoice": "0",
        "noinvoiceemail": "0",
    }


def test_a_full_order_keeps_all_arrays_at_one_index() -> None:
    order = NewOrder(
        client_id=7,
        payment_method="stripe",
        pid=1,
        billing_cycle="annually",
        domain="ada.example",
        domain_type="register",
        reg_period=2,
        promo_code="LAUNCH",
        client_ip="203.0.113.5",
        notes="gw:4f2a",
        no_email=True,
        no_invoice=True,
        no_invoice_email=True,
        custom_fields={3: "x"},
        config_options={4: 999},
    )
    assert dict(flatten(order.params())) == {
        "clientid": "7",
        "paymentmethod": "stripe",
        "pid[0]": "1",
        "billingcycle[0]": "annually",
        "domain[0]": "ada.example",
        "domaintype[0]": "register",
        "regperiod[0]": "2",
        "customfields[0]": base64.b64encode(b'a:1:{i:3;s:1:"x";}').decode(),
        "configoptions[0]": base64.b64encode(b"a:1:{i:4;i:999;}").decode(),
        "promocode": "LAUNCH",
        "clientip": "203.0.113.5",
        "notes": "gw:4f2a",
        "noemail": "1",
        "noinvoice": "1",
        "noinvoiceemail": "1",
    }


def test_a_domain_kept_elsewhere_has_no_type() -> None:
    order = NewOrder(client_id=7, payment_method="stripe", pid=1, billing_cycle="free", domain="ada.example")
    sent = dict(flatten(order.params()))
    assert sent["domain[0]"] == "ada.example"
    assert not {"domaintype[0]", "regperiod[0]"} & set(sent)
