"""Faults look on a real connection as they do in life."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette

from app.sandbox.faults import Fault
from app.sandbox.ledger import Ledger
from app.sandbox.web import create_app
from app.sandbox.whmcs import SandboxWhmcs
from tests.integration.sandbox.server import served
from tests.unit.sandbox.calls import ADA, CREDENTIALS, STARTER


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def app(ledger: Ledger) -> Starlette:
    return create_app(ledger=ledger)


@pytest.fixture
def whmcs(app: Starlette) -> SandboxWhmcs:
    found = app.state.whmcs
    assert isinstance(found, SandboxWhmcs)
    return found


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with served(app) as url, httpx2.AsyncClient(base_url=url, timeout=5) as http:
        yield http


async def send(client: httpx2.AsyncClient, action: str, **fields: str) -> httpx2.Response:
    data = {**CREDENTIALS, "action": action, **fields}
    return await client.post("/includes/api.php", data=data)


async def until(true: Callable[[], object]) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.001)


async def test_a_client_and_an_order_end_up_in_the_ledger(client: httpx2.AsyncClient) -> None:
    await send(client, "AddClient", **ADA)
    placed = await send(client, "AddOrder", **STARTER)

    ledger = (await client.get("/ledger.json")).json()

    assert placed.json()["orderid"] == "1"
    assert placed.headers["content-type"] == "application/json"
    assert {name: len(rows) for name, rows in ledger.items()} == {
        "clients": 1,
        "users": 1,
        "orders": 1,
        "invoices": 1,
        "services": 1,
        "domains": 0,
        "mails": 3,
        "calls": 2,
    }
    assert ledger["clients"][0]["email"] == ADA["email"]
    assert ledger["calls"][0]["remote"] == "127.0.0.1"


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_anything_but_a_form_post_lacks_credentials(client: httpx2.AsyncClient, method: str) -> None:
    call = {**CREDENTIALS, "action": "WhmcsDetails"}

    reply = await client.request(method, "/includes/api.php", params=call, data=call)

    assert reply.status_code == 403


async def test_a_json_body_is_invisible_to_php(client: httpx2.AsyncClient) -> None:
    reply = await client.post("/includes/api.php", json={**CREDENTIALS, "action": "WhmcsDetails"})

    assert reply.status_code == 403


@pytest.mark.parametrize(("mode", "clients"), [("drop", 0), ("commit_then_drop", 1)])
async def test_the_connection_closes_without_a_byte(
    client: httpx2.AsyncClient, whmcs: SandboxWhmcs, mode: str, clients: int
) -> None:
    whmcs.faults.add(Fault(mode))

    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        await send(client, "AddClient", **ADA)

    assert len(whmcs.ledger.clients) == clients


@pytest.mark.parametrize(("mode", "clients"), [("hang", 0), ("commit_then_hang", 1)])
async def test_no_reply_ever_comes(client: httpx2.AsyncClient, whmcs: SandboxWhmcs, mode: str, clients: int) -> None:
    whmcs.faults.add(Fault(mode))
    client.timeout = httpx2.Timeout(5, read=0.1)

    with pytest.raises(httpx2.ReadTimeout):
        await send(client, "AddClient", **ADA)

    await until(lambda: whmcs.ledger.calls and len(whmcs.ledger.clients) == clients)


async def test_a_late_change_is_made_after_the_caller_has_gone(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("late_commit", seconds=60, commit_seconds=0.01))
    waiting = asyncio.create_task(send(client, "AddClient", **ADA))
    await until(lambda: whmcs.ledger.calls)
    waiting.cancel()
    await until(lambda: whmcs.ledger.clients)


async def test_a_late_change_does_not_keep_the_caller_waiting(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("late_commit", seconds=0.05, commit_seconds=60))

    with pytest.raises(httpx2.RemoteProtocolError):
        await send(client, "AddClient", **ADA)

    assert not whmcs.ledger.clients


async def test_a_slow_answer_comes_in_the_end(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("slow", seconds=0.01))
    assert (await send(client, "AddClient", **ADA)).json()["result"] == "success"


async def test_the_work_is_done_before_a_slow_answer_comes(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("slow", seconds=60))
    waiting = asyncio.create_task(send(client, "AddClient", **ADA))
    await until(lambda: whmcs.ledger.clients)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_redirect_names_its_target(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("redirect_301"))

    reply = await send(client, "AddClient", **ADA)

    assert (reply.status_code, reply.headers["location"]) == (301, "https://whmcs.example/includes/api.php")


async def test_two_clients_at_the_same_instant_are_one(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    replies = await asyncio.gather(*(send(client, "AddClient", **ADA) for _ in range(5)))

    assert sorted(reply.json()["result"] for reply in replies) == ["error"] * 4 + ["success"]
    assert len(whmcs.ledger.clients) == 1


async def test_what_was_still_to_come_is_given_up_at_the_end(app: Starlette, whmcs: SandboxWhmcs) -> None:
    whmcs.faults.add(Fault("late_commit", seconds=0, commit_seconds=60))
    before = asyncio.all_tasks()

    async with served(app) as url, httpx2.AsyncClient(base_url=url) as http:
        with pytest.raises(httpx2.RemoteProtocolError):
            await send(http, "AddClient", **ADA)

    assert asyncio.all_tasks() == before
