"""Offer links through the whole application: what they open, and how each one that does not work is answered."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from app.errors import InvalidFields
from app.guard import Visit
from app.offer_links import Offer, OfferLinks
from app.store import Store
from app.submissions import State, Submission
from tests.integration.service import JSON, Service, serving, take_in
from tests.integration.world import world_on
from tests.unit.forms.visitors import ANSWERS

PLANS = """
[sites.acme.plans.secret]
pid = 2
billing_cycle = "annually"
payment_method = "stripe"
offer_only = true

[sites.quiet.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"

[sites.branded.plans.secret]
pid = 2
billing_cycle = "annually"
payment_method = "stripe"
offer_only = true
"""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The application, with plans that only a link opens."""
    async with serving(tmp_path, more_sites=PLANS) as service:
        yield service


def link(
    service: Service, site: str = "acme", plan: str = "secret", code: str = "", *, lasts: int = 60, uses: int = 0
) -> str:
    links: OfferLinks = service.parts.offer_links
    return links.make(site, plan, code, expires_at=int(time.time()) + lasts, uses=uses)[0]


def faults(reply: httpx2.Response) -> list[tuple[str, str]]:
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_fields")
    return [(one["field"], one["code"]) for one in reply.json()["errors"]]


async def test_without_its_link_a_plan_is_unknown_like_any_that_there_is_not(service: Service) -> None:
    replies = [await service.post(headers=JSON, plan=plan) for plan in ("secret", "nonsense")]
    assert [faults(reply) for reply in replies] == [[("plan", "unknown_plan")]] * 2
    bodies = [{**reply.json(), "request_id": ""} for reply in replies]
    assert bodies[0] == bodies[1]


async def test_its_link_opens_a_plan(service: Service) -> None:
    token = link(service)
    for number, plan in enumerate(({"plan": "secret"}, {})):
        reply = await service.post(headers=JSON, _offer=token, email=f"{number}@example.com", **plan)
        assert reply.status_code == 201
    services = service.wire.whmcs.ledger.services
    assert [one.pid for one in services.values()] == [2, 2]


async def test_a_code_is_used_that_the_visitor_never_sees(service: Service) -> None:
    reply = await service.post(
        headers=JSON, plan="starter", promo_code="FIRST3", _offer=link(service, plan="starter", code="LAUNCH")
    )
    assert reply.status_code == 201
    assert "LAUNCH" not in reply.text
    assert service.wire.whmcs.ledger.orders[1].promocode == "LAUNCH"


async def test_a_link_that_does_not_work_here_makes_nothing(service: Service) -> None:
    good = link(service)
    for token in (link(service, "branded"), good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), "x", good + good):
        reply = await service.post(headers=JSON, plan="starter", _offer=token)
        assert faults(reply) == [("_offer", "offer_invalid")]
    assert faults(await service.post(headers=JSON, plan="starter", _offer=link(service, plan="gone"))) == [
        ("_offer", "offer_invalid")
    ]
    assert faults(await service.post(headers=JSON, plan="starter", _offer=good)) == [("plan", "offer_other_plan")]
    assert service.wire.whmcs.ledger.clients == {}


async def test_after_its_time_a_link_opens_nothing_more_and_a_repeat_is_answered(store: Store) -> None:
    async with world_on(store) as world:
        offer = Offer("name", "starter", "", int(world.clock.now) + 60, 0)
        form = world.form(plan="starter")

        async def post(key: str) -> Submission:
            return await world.gateway.submit(world.site, form, Visit("198.51.100.7", key, offer=offer))

        world.wire.pass_time(59)
        first = await post("k")
        assert (first.state, first.offer) == (State.DONE, "name")
        world.wire.pass_time(1)
        assert await post("k") == first
        with pytest.raises(InvalidFields) as refused:
            await post("l")
        assert [one.code for one in refused.value.errors] == ["offer_expired"]


async def test_so_many_and_no_more(service: Service) -> None:
    token = link(service, uses=2)
    posts = (service.post(headers=JSON, _offer=token, email=f"{number}@example.com") for number in range(8))
    replies = await asyncio.gather(*posts)
    assert sorted(reply.status_code for reply in replies) == [201, 201] + [422] * 6
    refused = [faults(reply) for reply in replies if reply.status_code == 422]
    assert refused == [[("_offer", "offer_used")]] * 6
    assert len(service.wire.whmcs.ledger.orders) == 2


async def test_a_refused_sign_up_gives_its_use_back(service: Service) -> None:
    token = link(service, uses=1)
    assert (await service.post(headers=JSON, plan="starter")).status_code == 201
    taken = await service.post(headers=JSON, _offer=token)
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    assert (await service.post(headers=JSON, _offer=token, email="b@example.com")).status_code == 201
    assert (await service.post(headers=JSON, _offer=token, email="c@example.com")).status_code == 422


async def test_where_customers_are_hidden_the_uses_left_do_not_tell_who_is_one(service: Service) -> None:
    take_in(service, "known@example.com")
    for email in ("known@example.com", "unknown@example.com"):
        token = link(service, "quiet", "starter", "LAUNCH", uses=1)
        assert (await service.post("quiet", headers=JSON, _offer=token, email=email)).status_code == 202
        await service.quiet()
        reply = await service.post("quiet", headers=JSON, _offer=token, email=f"2.{email}")
        assert faults(reply) == [("_offer", "offer_used")]


async def test_when_whmcs_has_ended_its_promotion_the_offer_is_over(service: Service) -> None:
    token = link(service, plan="starter", code="BYGONE")
    assert faults(await service.post(headers=JSON, plan="starter", _offer=token)) == [("_offer", "offer_expired")]


async def test_the_same_answers_with_another_link_are_another_sign_up(service: Service) -> None:
    one, other = (link(service, plan="starter", code="LAUNCH") for _ in range(2))
    first, again, second = [await service.post(headers=JSON, _offer=token) for token in (one, one, other)]
    assert (first.status_code, again.json()) == (201, first.json())
    assert second.json()["code"] == "email_taken"


async def test_prices_of_a_plan_are_told_to_who_has_its_link(service: Service) -> None:
    everybody, who_has_it = {"starter"}, {"starter", "secret"}
    useless = (link(service, lasts=-1), link(service, "branded"), link(service)[:-1], "")
    for token, plans in ((link(service), who_has_it), *((token, everybody) for token in useless)):
        reply = await service.client.get("/v1/acme/catalog", params={"offer": token})
        assert set(reply.json()["plans"]) == plans


async def test_the_hosted_form_shows_the_plan_of_a_link_chosen(service: Service) -> None:
    plain = await service.client.get("/v1/branded")
    assert 'value="secret"' not in plain.text
    token = link(service, "branded")
    page = await service.client.get("/v1/branded", params={"offer": token})
    assert 'value="secret"' in page.text
    chosen = page.text.partition('value="secret"')[2]
    assert "checked" in chosen.partition(">")[0]
    assert 'value="starter"' not in page.text  # it cannot be ordered with this link
    assert page.text.count('name="plan"') == 1
    assert f'name="_offer" value="{token}"' in page.text
    assert f"/v1/branded/catalog?offer={token}" in page.text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"lasts": -1}, "Ask us for a new link, or sign up without the offer; its time is over."),
        ({"site": "acme"}, "Open the link of the offer again"),
    ],
)
async def test_the_hosted_form_says_what_is_wrong_with_a_link(
    service: Service, made: dict[str, str], said: str
) -> None:
    token = link(service, **{"site": "branded", **made})  # type: ignore[arg-type]
    page = await service.client.get("/v1/branded", params={"offer": token})
    assert page.status_code == 200
    assert said in page.text
    assert 'value="secret"' not in page.text
    assert token not in page.text


async def test_a_plain_hosted_form_whose_link_is_used_up_comes_back_and_says_so(service: Service) -> None:
    token = link(service, "branded", uses=1)
    own = f"/v1/branded?plan=secret&offer={token}"
    answers = {**ANSWERS, "terms": "yes", "plan": "secret", "_offer": token, "_error": own}
    origin = {"Origin": "https://signup.example.com"}
    first = await service.client.post("/v1/branded/signup", data=answers, headers=origin)
    assert "status=error" not in first.headers["location"]
    second = await service.client.post("/v1/branded/signup", data={**answers, "email": "b@example.com"}, headers=origin)
    assert second.status_code == 303
    page = await service.client.get(second.headers["location"])
    assert "it has been used up" in page.text
