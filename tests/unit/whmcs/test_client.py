"""Whmcs: each method sends one command and reads its reply."""

import pytest

from app.whmcs import (
    Cause,
    Client,
    ClientCreated,
    Details,
    NewClient,
    NewOrder,
    Order,
    OrderItem,
    OrderLine,
    OrderPlaced,
    Rejected,
    Service,
    Uncertain,
)
from tests.unit.whmcs.samples import CLIENT_DETAILS, ORDER, SERVICE, error, reply, success
from tests.unit.whmcs.wire import ACCESS_KEY, SECRET, Wire, whmcs

ADA = NewClient(first_name="Ada", last_name="Lovelace", email="ada+1@example.com", password="pw")
STARTER = NewOrder(client_id=7, payment_method="stripe", lines=[OrderLine(pid=1, billing_cycle="annually")])


async def test_the_exact_bytes_of_a_call() -> None:
    wire = Wire(success(clientid="7"))
    await whmcs(wire, access_key=ACCESS_KEY).add_client(ADA)
    (body,) = wire.bodies
    assert (
        body
        == (
            f"identifier=wire&secret={SECRET}&accesskey={ACCESS_KEY}&action=AddClient&responsetype=json"
            "&firstname=Ada&lastname=Lovelace&email=ada%2B1%40example.com&password2=pw"
            "&marketingoptin=0&noemail=0&skipvalidation=0"
        ).encode()
    )


@pytest.mark.parametrize("access_key", [None, ""], ids=repr)
async def test_without_an_access_key_none_is_sent(access_key: str | None) -> None:
    wire = Wire(success())
    await whmcs(wire, access_key=access_key).details()
    assert b"accesskey" not in wire.bodies[0]


@pytest.mark.parametrize(
    ("body", "created"),
    [
        pytest.param(success(clientid="7"), ClientCreated(7, None), id="text"),
        pytest.param(success(clientid=7, owner_id=9), ClientCreated(7, 9), id="owner-id"),
        pytest.param(success(clientid=7, owner_user_id="9"), ClientCreated(7, 9), id="owner-user-id"),
        pytest.param(reply(status="success", clientid=7), ClientCreated(7, None), id="status-for-result"),
    ],
)
async def test_add_client(body: bytes, created: ClientCreated) -> None:
    assert await whmcs(Wire(body)).add_client(ADA) == created


async def test_a_password_reset_is_asked_for_by_address() -> None:
    wire = Wire(success())
    await whmcs(wire).mail_password_reset("ada+1@example.com")
    assert b"&action=ResetPassword&" in wire.bodies[0]
    assert wire.bodies[0].endswith(b"&email=ada%2B1%40example.com")


async def test_a_password_reset_of_nobody_is_a_refusal() -> None:
    with pytest.raises(Rejected) as refusal:
        await whmcs(Wire(error("User Not Found"))).mail_password_reset("ada@example.com")
    assert refusal.value.cause is Cause.NOT_FOUND


@pytest.mark.parametrize("client_id", [None, "", "0", 0, "abc", [], True, -1], ids=repr)
async def test_success_without_a_client_id_is_uncertain(client_id: object) -> None:
    with pytest.raises(Uncertain, match="no_client_id"):
        await whmcs(Wire(success(clientid=client_id))).add_client(ADA)


@pytest.mark.parametrize(
    ("body", "placed"),
    [
        pytest.param(
            success(orderid="12", productids="5", serviceids="5", addonids="", domainids="6,8", invoiceid="31"),
            OrderPlaced(12, 31, (5,), (6, 8)),
            id="documented",
        ),
        pytest.param(
            success(orderid=12, serviceids=5, domainids=[], invoiceid=0),
            OrderPlaced(12, None, (5,), ()),
            id="numbers-and-no-invoice",
        ),
        pytest.param(success(orderid=12, productids="5,6"), OrderPlaced(12, None, (5, 6), ()), id="before-7.8"),
    ],
)
async def test_add_order(body: bytes, placed: OrderPlaced) -> None:
    wire = Wire(body)
    assert await whmcs(wire).add_order(STARTER) == placed
    assert (wire.sent[0]["action"], wire.sent[0]["pid[0]"]) == ("AddOrder", "1")


async def test_success_without_an_order_id_is_uncertain() -> None:
    with pytest.raises(Uncertain, match="no_order_id"):
        await whmcs(Wire(success(orderid=""))).add_order(STARTER)


async def test_find_client_reads_the_client_part_before_the_old_copy() -> None:
    wire = Wire(CLIENT_DETAILS)
    found = await whmcs(wire).find_client("ada+hosting@example.com")
    assert found == Client(7, "ada+hosting@example.com", "gw:4f2a", "Active", 9)
    assert wire.sent == [{"action": "GetClientsDetails", "email": "ada+hosting@example.com"}]


async def test_get_client_falls_back_to_the_old_copy() -> None:
    wire = Wire(success(client="", userid="7", email="ada@example.com", notes="n", status="Active"))
    assert await whmcs(wire).get_client(7) == Client(7, "ada@example.com", "n", "Active", None)
    assert wire.sent == [{"action": "GetClientsDetails", "clientid": "7"}]


async def test_no_such_client_is_none() -> None:
    client = whmcs(Wire(error("Client Not Found"), error("Client Not Found")))
    assert await client.find_client("nobody@example.com") is None
    assert await client.get_client(404) is None


async def test_other_refusals_of_a_look_up_are_raised() -> None:
    with pytest.raises(Rejected) as caught:
        await whmcs(Wire(error("Authentication Failed"))).find_client("ada@example.com")
    assert caught.value.cause is Cause.CREDENTIALS


async def test_a_client_without_an_id_is_uncertain() -> None:
    with pytest.raises(Uncertain, match="no_client_id"):
        await whmcs(Wire(success(client=[]))).find_client("ada@example.com")


async def test_orders_of() -> None:
    wire = Wire(success(totalresults=1, numreturned=1, orders={"order": [ORDER]}))
    line = OrderItem("product", 5, "Web & Mail - Starter", "ada.example", "Annually", "$59.00 USD", "Pending")
    assert await whmcs(wire).orders_of(7) == (
        Order(12, 31, "Pending", "2026-03-01 10:00:00", "59.00", "$ USD", "stripe", "LAUNCH", "gw:4f2a", (line,)),
    )
    assert wire.sent == [{"action": "GetOrders", "userid": "7", "limitstart": "0", "limitnum": "50"}]


async def test_services_of_leaves_the_password_behind() -> None:
    wire = Wire(success(totalresults="1", products={"product": [SERVICE]}))
    found = await whmcs(wire).services_of(7, pid=1)
    assert found == (Service(5, 1, 12, "ada.example", "Pending", "2026-03-01", "Annually"),)
    assert "hunter2" not in repr(found)
    assert (wire.sent[0]["clientid"], wire.sent[0]["pid"]) == ("7", "1")


async def test_without_a_pid_all_services_are_asked_for() -> None:
    wire = Wire(success(totalresults=0))
    assert await whmcs(wire).services_of(7) == ()
    assert "pid" not in wire.sent[0]


@pytest.mark.parametrize("empty", ["", [], {}, None, {"order": ""}, {"order": []}], ids=repr)
async def test_no_orders(empty: object) -> None:
    assert await whmcs(Wire(success(totalresults=0, orders=empty))).orders_of(7) == ()


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (success(whmcs={"version": "8.13.1", "canonicalversion": "8.13.1-release.1"}), "8.13.1"),
        (success(whmcs={"canonicalversion": "9.0.0-release.1"}), "9.0.0-release.1"),
        (success(), ""),
    ],
    ids=["version", "canonical", "silent"],
)
async def test_details(body: bytes, version: str) -> None:
    assert await whmcs(Wire(body)).details() == Details(version)
