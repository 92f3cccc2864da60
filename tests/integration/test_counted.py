"""Only sign-ups that were stored count, and by whom they were sent decides what they count towards."""

from collections.abc import AsyncIterator

import pytest

from app.errors import RateLimited, Unavailable
from app.guard import Sender, Visit
from app.sites import Limits
from app.store import Store
from tests.integration.world import World, world_on


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A world whose site takes one sign-up an hour."""
    async with world_on(store) as world:
        world.site = world.site.model_copy(update={"limits": Limits(site="1/hour")})
        yield world


async def test_what_could_not_be_stored_does_not_count(world: World) -> None:
    world.process.failing.add("accept")
    for _ in range(3):
        with pytest.raises(Unavailable):
            await world.sign_up()
    world.process.failing.clear()
    await world.sign_up()
    with pytest.raises(RateLimited):
        await world.sign_up(email="grace@example.com")


async def test_what_another_replica_stored_meanwhile_does_not_count(world: World) -> None:
    first, process = world.gateway, world.process
    world.gateway = world.another_gateway()  # it counts for itself, which two with one Valkey do not
    process.between["earlier"] = world.sign_up
    both = [await first.submit(world.site, world.form(), Visit("198.51.100.7")), await world.sign_up()]
    assert both[0].reference == both[1].reference
    await first.submit(world.site, world.form(email="grace@example.com"), Visit("198.51.100.7"))


@pytest.mark.parametrize(
    ("sender", "policy"),
    [
        (Sender.PAGE, "site"),
        (Sender.RELAY, "site"),
        (Sender.UNKNOWN, "unverified"),
        (Sender.OPAQUE, "unverified"),
    ],
)
async def test_who_sent_it_decides_what_it_counts_towards(world: World, sender: Sender, policy: str) -> None:
    await world.gateway.submit(world.site, world.form(), Visit("198.51.100.7", sender=sender))
    with pytest.raises(RateLimited) as refused:
        await world.gateway.submit(
            world.site, world.form(email="grace@example.com"), Visit("198.51.100.8", sender=sender)
        )
    assert refused.value.policy == policy
