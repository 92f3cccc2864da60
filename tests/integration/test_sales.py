"""What is not for sale is refused by the whole application before anything is stored, and only then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.catalog import Asker, Catalog, Sales
from app.catalog.selling import TRUSTED
from app.errors import InvalidFields
from app.sandbox.shop import switch
from app.slots import Slots
from app.store import Store
from app.submissions import State
from app.whmcs import Breaker, Credentials, Whmcs
from tests.integration.service import JSON, Service, serving
from tests.integration.world import world_on
from tests.unit.catalog.counter import selling
from tests.unit.forms.visitors import ANSWERS

SERVERS = """
[sites.acme.plans.server]
pid = 3
billing_cycle = "monthly"
payment_method = "stripe"
stock_control = true

[sites.acme.plans.seldom]
pid = 1
billing_cycle = "triennially"
payment_method = "stripe"
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with more plans, one of which WHMCS does not sell."""
    async with serving(tmp_path, more_sites=SERVERS) as service:
        yield service


async def refused(service: Service, **answers: str) -> list[tuple[str, str, str]]:
    reply = await service.post(headers=JSON, **answers)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_fields")
    return [(one["field"], one["code"], one["message"]) for one in reply.json()["errors"]]


async def test_nothing_is_made_of_what_is_not_for_sale(service: Service) -> None:
    assert await refused(service, plan="seldom", promo_code="BYGONE") == [
        ("plan", "plan_unavailable", "Choose another plan; this one cannot be ordered at the moment."),
        (
            "promo_code",
            "promo_code_expired",
            "Use another promotion code, or leave it out; this one is no longer valid.",
        ),
    ]
    assert service.wire.whmcs.ledger.clients == {}


async def test_a_plan_that_can_only_be_paid_in_a_way_that_is_off(service: Service) -> None:
    switch(service.wire.whmcs.ledger, "stripe")
    assert [code for _, code, _ in await refused(service, plan="starter")] == ["plan_unavailable"]


async def test_a_refusal_costs_nobody_a_place_and_leaves_nothing_on_disk(tmp_path: Path) -> None:
    async with serving(tmp_path, more_sites=SERVERS.replace("sites.acme", "sites.strict")) as service:
        for _ in range(3):
            reply = await service.post("strict", headers=JSON, plan="seldom")
            assert reply.status_code == 422
        assert (await service.post("strict", headers=JSON, plan="server")).status_code == 201
        assert (await service.post("strict", headers=JSON, plan="server", _key="other")).status_code == 429


async def test_who_sends_again_gets_the_first_answer_whatever_is_sold_out_meanwhile(store: Store) -> None:
    async with world_on(store) as world:
        asker = Asker(whmcs=Whmcs(world.wire, Credentials("sandbox", "sandbox")), breaker=Breaker(), slots=Slots(6))
        world.sales = Sales(Catalog([3], asker=asker, clock=world.clock), asker=asker, clock=world.clock)
        world.gateway = world.another_gateway()
        world.site = world.sites["acme"] = selling()
        first = await world.sign_up(key="k", plan="server")
        assert first.state is State.DONE
        world.wire.whmcs.ledger.sold[3] = 5
        world.wire.pass_time(TRUSTED)
        assert (await world.sign_up(key="k", plan="server")).reference == first.reference
        with pytest.raises(InvalidFields):
            await world.sign_up(key="l", plan="server")


async def test_a_plain_form_goes_back_to_its_page(service: Service) -> None:
    reply = await service.client.post("/v1/acme/signup", data={**ANSWERS, "plan": "seldom"})
    assert reply.status_code == 303
    assert "code=invalid_fields&fields=plan" in reply.headers["location"]


async def test_while_whmcs_is_down_everything_is_taken(service: Service) -> None:
    service.wire.refusing = 100
    reply = await service.post(headers=JSON, plan="seldom", promo_code="BYGONE")
    assert reply.status_code == 202
