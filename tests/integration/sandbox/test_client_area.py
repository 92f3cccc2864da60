"""A customer of the sandbox is let in, sees his own invoices only, and pays one."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette

from app.sandbox.web import create_app
from app.sandbox.whmcs import SandboxWhmcs
from tests.integration.sandbox.conftest import Browser
from tests.unit.sandbox.calls import ADA, NOW, STARTER, call


class Now:
    """The sandbox's clock."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def app(clock: Now) -> Starlette:
    return create_app(clock=clock)


@pytest.fixture
def whmcs(app: Starlette) -> Iterator[SandboxWhmcs]:
    """Two customers with an invoice each."""
    found = app.state.whmcs
    assert isinstance(found, SandboxWhmcs)
    call(found, "AddClient", **ADA)
    call(found, "AddOrder", **STARTER, promocode="LAUNCH")
    call(found, "AddClient", **ADA | {"email": "grace@example.com", "firstname": "<b>Grace</b>"})
    call(found, "AddOrder", **STARTER | {"clientid": "2"}, **{"domain[0]": "g.example", "domaintype[0]": "register"})
    yield found


@pytest.fixture
def client(app: Starlette, browse: Browser) -> httpx2.AsyncClient:
    return browse(app)


async def enter(client: httpx2.AsyncClient, whmcs: SandboxWhmcs, number: int, path: str = "") -> httpx2.Response:
    """Take the address that CreateSsoToken names."""
    more = {"destination": "sso:custom_redirect", "sso_redirect_path": path} if path else {}
    answer = call(whmcs, "CreateSsoToken", client_id=str(number), **more)
    place = urlsplit(answer["redirect_url"])
    return await client.get(f"{place.path}?{place.query}", follow_redirects=True)


async def test_from_the_token_to_the_receipt(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    page = await enter(client, whmcs, 1, "viewinvoice.php?id=1")
    assert (page.status_code, page.url.path) == (200, "/viewinvoice.php")
    for part in ("Invoice 1", "Unpaid", "Starter, Monthly", "5.00", "Promotion LAUNCH", "-1.00", "4.00 USD"):
        assert part in page.text
    paid = await client.post("/viewinvoice.php?id=1", follow_redirects=True)
    assert "We received 4.00 USD" in paid.text
    assert "Pay 4.00 USD" not in paid.text
    ledger = (await client.get("/ledger.json")).json()
    assert [(one["status"], one["paid_at"]) for one in ledger["invoices"]] == [("Paid", NOW), ("Unpaid", None)]
    [order] = call(whmcs, "GetOrders", userid="1")["orders"]["order"]
    assert order["paymentstatus"] == "Paid"


async def test_a_second_click_pays_nothing_twice(client: httpx2.AsyncClient, whmcs: SandboxWhmcs, clock: Now) -> None:
    await enter(client, whmcs, 1)
    await client.post("/viewinvoice.php?id=1")
    clock.now += 60
    await client.post("/viewinvoice.php?id=1")
    assert whmcs.ledger.invoices[1].paid_at == NOW


async def test_a_token_is_good_once_and_for_a_minute(
    client: httpx2.AsyncClient, whmcs: SandboxWhmcs, clock: Now
) -> None:
    answer = call(whmcs, "CreateSsoToken", client_id="1")
    place = f"/oauth/singlesignon.php?access_token={answer['access_token']}"
    assert [(await client.get(place)).status_code for _ in range(2)] == [303, 403]
    late = call(whmcs, "CreateSsoToken", client_id="1")["access_token"]
    clock.now += 60
    reply = await client.get(f"/oauth/singlesignon.php?access_token={late}")
    assert (reply.status_code, "more than a minute old" in reply.text) == (403, True)


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "../x", "a\r\nb", "viewinvoice.php?id=1#x"])
async def test_a_token_leads_nowhere_else(client: httpx2.AsyncClient, whmcs: SandboxWhmcs, path: str) -> None:
    page = await enter(client, whmcs, 1, path)
    assert page.url.path == "/clientarea.php"


async def test_nobody_sees_the_invoice_of_somebody_else(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    strangers = [await client.get("/viewinvoice.php?id=1"), await client.post("/viewinvoice.php?id=1")]
    await enter(client, whmcs, 2)
    strangers += [await client.get("/viewinvoice.php?id=1"), await client.post("/viewinvoice.php?id=1")]
    for number in ("", "x", "99", "9" * 30):
        strangers.append(await client.get(f"/viewinvoice.php?id={number}"))
    assert all("<h1>Log in</h1>" in page.text for page in strangers)
    assert {invoice.status for invoice in whmcs.ledger.invoices.values()} == {"Unpaid"}


async def test_the_account_lists_what_is_the_clients_own(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    page = await enter(client, whmcs, 2)
    assert "Hello &lt;b&gt;Grace&lt;/b&gt;" in page.text
    assert "Invoice 2" in page.text
    assert "g.example" in page.text
    assert "Invoice 1" not in page.text
    call(whmcs, "AddClient", **ADA | {"email": "new@example.com"})
    page = await enter(client, whmcs, 3)
    assert "There is nothing to pay." in page.text


async def test_an_address_is_enough_to_log_in_and_logging_out_ends_it(
    client: httpx2.AsyncClient, whmcs: SandboxWhmcs
) -> None:
    assert (await client.post("/login", data={"email": "nobody@example.com"})).status_code == 422
    page = await client.post("/login", data={"email": " Ada@Example.com "}, follow_redirects=True)
    assert "Hello Ada" in page.text
    await client.post("/logout")
    assert "<h1>Log in</h1>" in (await client.get("/clientarea.php")).text


async def test_the_session_is_kept_from_scripts_and_from_others_forms_and_ends_with_the_ledger(
    client: httpx2.AsyncClient, whmcs: SandboxWhmcs
) -> None:
    reply = await client.post("/login", data={"email": "ada@example.com"})
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    ledger = (await client.get("/ledger.json")).text
    assert client.cookies["WHMCSSandboxSession"] not in ledger
    await client.post("/reset")
    assert "<h1>Log in</h1>" in (await client.get("/clientarea.php")).text
