"""The sandbox's page shows everything, safely, and sets the faults."""

import httpx2
import pytest
from starlette.applications import Starlette

from app.sandbox.modes import MODES
from app.sandbox.web import create_app
from app.sandbox.whmcs import SandboxWhmcs
from tests.integration.sandbox.conftest import Browser
from tests.unit.sandbox.calls import ADA, STARTER, call

HTML = {"accept": "text/html"}
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture
def app() -> Starlette:
    return create_app()


@pytest.fixture
def whmcs(app: Starlette) -> SandboxWhmcs:
    found = app.state.whmcs
    assert isinstance(found, SandboxWhmcs)
    return found


@pytest.fixture
def client(app: Starlette, browse: Browser) -> httpx2.AsyncClient:
    return browse(app)


async def test_an_empty_sandbox_says_what_to_do(client: httpx2.AsyncClient) -> None:
    page = await client.get("/")

    assert page.status_code == 200
    assert "No clients yet. Send a sign-up and it appears here." in page.text


async def test_the_page_shows_what_happened(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA, notes="gw:abc", marketingoptin="1")
    domain = {"domain[0]": "ada.example", "domaintype[0]": "transfer", "eppcode[0]": "S3+cret"}
    call(whmcs, "AddOrder", **STARTER, **domain)

    text = (await client.get("/")).text

    assert "S3+cret" not in text

    for part in (
        "Ada Lovelace",
        "gw:abc",
        "opted in",
        "Starter, Monthly",
        "ada.example",
        "17.00 USD",
        "Invoice Created",
    ):
        assert part in text


async def test_the_newest_comes_first(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    for name in ("older", "newer"):
        call(whmcs, "AddClient", **{**ADA, "email": f"{name}@example.com"})

    text = (await client.get("/")).text

    assert text.index("newer@example.com") < text.index("older@example.com")


@pytest.mark.parametrize("field", ["firstname", "companyname", "address1", "city", "notes", "action"])
async def test_hostile_text_is_shown_as_text(client: httpx2.AsyncClient, whmcs: SandboxWhmcs, field: str) -> None:
    call(whmcs, "AddClient", **{**ADA, field: HOSTILE}) if field != "action" else call(whmcs, HOSTILE)

    text = (await client.get("/")).text

    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;" in text


async def test_no_secret_is_shown(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)

    shown = (await client.get("/")).text + (await client.get("/ledger.json")).text

    assert ADA["password2"] not in shown


async def test_a_strict_policy_holds(client: httpx2.AsyncClient) -> None:
    page = await client.get("/")

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert (await client.get("/static/sandbox.css")).status_code == 200


@pytest.mark.parametrize(("path", "refreshes"), [("/", False), ("/?watch=on", True)])
async def test_the_page_refreshes_only_when_asked(client: httpx2.AsyncClient, path: str, refreshes: bool) -> None:
    assert ('http-equiv="refresh"' in (await client.get(path)).text) is refreshes


async def test_every_fault_is_explained(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/")).text

    assert all(f'<option value="{name}">{name}: ' in text for name in MODES)


async def test_a_person_sets_and_clears_a_fault(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    form = {"mode": "slow", "action": "AddClient", "calls": "", "probability": "0.5", "seed": "1", "seconds": ""}

    added = await client.post("/faults", data=form)
    text = (await client.get("/")).text
    cleared = await client.post("/faults/clear")

    assert (added.status_code, added.headers["location"]) == (303, "/#faults")
    assert "on AddClient, until cleared, probability 0.5" in text
    assert (cleared.status_code, whmcs.faults.waiting()) == (303, [])


async def test_a_person_is_told_what_is_wrong_with_a_fault(client: httpx2.AsyncClient) -> None:
    page = await client.post("/faults", data={"mode": "slow", "calls": "many"})

    assert page.status_code == 422
    assert "calls must be a number." in page.text


async def test_a_program_sets_and_clears_a_fault(client: httpx2.AsyncClient) -> None:
    added = await client.post("/faults", json={"mode": "drop", "calls": 2, "seconds": 0.5})
    listed = await client.get("/faults")
    cleared = await client.delete("/faults")

    assert added.status_code == 201
    assert [(fault["mode"], fault["calls"]) for fault in listed.json()["faults"]] == [("drop", 2)]
    assert (cleared.status_code, (await client.get("/faults")).json()) == (204, {"faults": []})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"mode": "nonsense"}', b"\xff"])
async def test_a_program_is_told_what_is_wrong_with_a_fault(client: httpx2.AsyncClient, body: bytes) -> None:
    reply = await client.post("/faults", content=body)

    assert reply.status_code == 422
    assert reply.json()["error"]


@pytest.mark.parametrize(("headers", "status"), [(HTML, 303), ({}, 204)], ids=["person", "program"])
async def test_the_ledger_can_be_emptied(
    client: httpx2.AsyncClient, whmcs: SandboxWhmcs, headers: dict[str, str], status: int
) -> None:
    call(whmcs, "AddClient", **ADA)

    reply = await client.post("/reset", headers=headers)

    assert reply.status_code == status
    assert not whmcs.ledger.clients


async def test_the_shop_is_shown_and_a_payment_method_switched(client: httpx2.AsyncClient, whmcs: SandboxWhmcs) -> None:
    call(whmcs, "AddClient", **ADA)
    call(whmcs, "AddOrder", **{**STARTER, "pid[0]": "3", "qty[0]": "5"}, promocode="FIRST3")
    page = await client.get("/")
    for text in ("sold out", "not counted", "1 of 3", "ended 2025-12-31", "annually, products 1 and 2"):
        assert text in page.text
    reply = await client.post("/methods", data={"module": "paypal"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/#shop")
    assert whmcs.ledger.methods_off == {"paypal"}
    assert "Switch paypal on" in (await client.get("/")).text
