"""Where customers are hidden, the time of a reply does not tell them either.

Method: posts with known and with new addresses come in random order, one after the other, each when all work for the
one before is over. Their times are then compared by ``told_apart``, which cries without cause less than once in ten
million runs of this file, and knows nothing of the machine. What it would see is shown on the same times, and on a
site that does tell its customers.
"""

import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx2
import pytest

from tests.integration.service import JSON, Service, serving, take_in
from tests.integration.telling import spread, told_apart
from tests.unit.forms.visitors import ANSWERS

GENEROUS = """
limits = { ip = "1000000/minute", email = "1000000/minute", site = "1000000/minute" }
[sites.SITE.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"
"""
SITES = "".join(
    f'[sites.{site}]\norigins = ["https://{site}.example"]\nexisting_customer = "{site}"\n'
    + GENEROUS.replace("SITE", site)
    for site in ("hide", "tell")
)


class Times(NamedTuple):
    """Seconds that replies took."""

    known: list[float]
    new: list[float]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """A service with a site that hides its customers, and one that tells."""
    async with serving(tmp_path, sites=SITES, GATEWAY_GATE_LIMIT="1000000/minute") as service:
        yield service


def addresses(each: int) -> list[tuple[str, bool]]:
    """As many known as new ones of one length, in random order."""
    dealt = [True] * each + [False] * each
    random.shuffle(dealt)
    return [(f"{secrets.token_hex(8)}@example.com", known) for known in dealt]


async def timed(service: Service, each: int, ask: Callable[[str], Awaitable[object]]) -> Times:
    """How long it takes to ask for a known address, and for a new one."""
    times = Times([], [])
    for email, known in addresses(each):
        if known:
            take_in(service, email)
        before = time.perf_counter()
        await ask(email)
        times[not known].append(time.perf_counter() - before)
        await service.quiet()
    return times


async def post(service: Service, site: str, email: str) -> httpx2.Response:
    """Sign up for a plan."""
    return await service.client.post(f"/v1/{site}/signup", json=ANSWERS | {"email": email, "plan": "starter"})


async def test_the_time_of_a_post_tells_nothing(service: Service) -> None:
    async def ask(email: str) -> None:
        assert (await post(service, "hide", email)).status_code == 202

    times = await timed(service, 1000, ask)
    assert not told_apart(*times)
    assert told_apart(times.known, [seconds + spread(times.new) / 2 for seconds in times.new])


async def test_the_time_of_a_look_tells_nothing(service: Service) -> None:
    """When WHMCS has answered, and the row of the one is done and of the other rejected."""
    dealt, places = addresses(200), []
    for email, known in dealt:
        if known:
            take_in(service, email)
        places.append(f"/v1/hide/signup/{(await post(service, 'hide', email)).json()['reference']}")
    await service.quiet()
    looks = [[await look(service, place) for place in places] for _ in range(3)]
    times = Times([], [])
    for (_, known), *seconds in zip(dealt, *looks, strict=True):
        times[not known].append(median(seconds))
    assert not told_apart(*times)
    assert told_apart(times.known, [seconds + spread(times.new) for seconds in times.new])


async def look(service: Service, place: str) -> float:
    """The seconds that it takes to ask where a sign-up stands."""
    before = time.perf_counter()
    assert (await service.client.get(place, headers=JSON)).status_code == 200
    return time.perf_counter() - before


async def test_a_reply_that_waits_for_whmcs_is_found_out(service: Service) -> None:
    """An order takes WHMCS a little longer than replies differ anyway, and only new customers get one."""

    async def ask(email: str) -> None:
        assert (await post(service, "tell", email)).status_code in (201, 409)

    usual = await timed(service, 10, ask)
    service.wire.pauses["AddOrder"] = 3 * spread(usual.new)
    assert told_apart(*await timed(service, 60, ask))
