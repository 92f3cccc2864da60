"""What a visitor reads whose account is made while the order is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.sandbox.faults import Fault
from tests.integration.service import JSON, Service, serving

READY = "We are still completing your order, and will write to you as soon as that is done."


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with a WHMCS that does not take the first order."""
    async with serving(tmp_path) as service:
        service.wire.whmcs.faults.add(Fault("maintenance_503", action="AddOrder", calls=1))
        yield service


async def test_a_script_is_told_and_may_ask_again(service: Service) -> None:
    reply = await service.post(headers=JSON, plan="starter")
    told = reply.json()
    assert (reply.status_code, told["status"], told["message"]) == (202, "accepted", READY)
    again = (await service.client.get(f"/v1/acme/signup/{told['reference']}", headers=JSON)).json()
    assert (again["status"], again["message"]) == ("accepted", READY)


async def test_a_page_says_it_and_looks_again(service: Service) -> None:
    place = (await service.post("branded", plan="starter", terms="yes")).headers["location"]
    page = (await service.client.get(place)).text
    assert "<h1>Your account is ready</h1>" in page
    assert READY in page
    assert "This page tells you when your order is complete." in page
    assert "standing.js" in page


async def test_where_customers_are_hidden_nobody_learns_it(tmp_path: Path) -> None:
    sites = (
        '[sites.quiet]\norigins = ["https://quiet.example"]\nexisting_customer = "hide"\n'
        '[sites.quiet.plans.starter]\npid = 1\nbilling_cycle = "monthly"\npayment_method = "stripe"\n'
    )
    async with serving(tmp_path, sites) as service:
        service.wire.whmcs.faults.add(Fault("maintenance_503", action="AddOrder", calls=1))
        told = (await service.post("quiet", headers=JSON, plan="starter")).json()
        await service.quiet()
        again = (await service.client.get(f"/v1/quiet/signup/{told['reference']}", headers=JSON)).json()
        assert len(service.wire.whmcs.ledger.clients) == 1
        assert again == told
        assert "account is ready. We" not in again["message"]
