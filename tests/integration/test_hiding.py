"""Where customers are hidden, nothing that a visitor can see depends on what WHMCS makes of a sign-up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.delivery import CONTENT_KEY_LIFE
from app.errors import RateLimited, UnknownReference
from app.guard import Visit
from app.sites import Limits
from app.store import Store
from app.submissions import State
from tests.integration.world import World, world_on


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A world whose site hides its customers."""
    async with world_on(store) as world:
        world.sites[world.site.key] = world.site = world.generous.model_copy(update={"existing_customer": "hide"})
        yield world


async def test_a_sign_up_is_stored_in_the_same_way_whatever_whmcs_is_at_work_on(world: World) -> None:
    """A slot may be free or not, the address in flight or not: neither is asked before the reply."""
    world.wire.hold = asyncio.Event()
    first = await world.sign_up(key="1")
    await world.becomes(first, State.SENDING)
    second = await world.sign_up(key="2")
    assert (first.state, second.state) == (State.ACCEPTED, State.ACCEPTED)
    world.wire.hold.set()


@pytest.mark.parametrize("state", [State.DONE, State.STUCK], ids=str)
async def test_a_form_that_comes_again_later_is_a_new_sign_up_whatever_became_of_the_first(
    world: World, state: State
) -> None:
    if state is State.STUCK:
        world.fail("unknown_error", message="Invalid telephone phone number")
    first = await world.sign_up()
    await world.becomes(first, state)
    world.wire.pass_time(CONTENT_KEY_LIFE - 1)
    assert (await world.sign_up()).reference == first.reference
    world.wire.pass_time(1)
    assert (await world.sign_up()).reference != first.reference


@pytest.mark.parametrize("state", [State.DONE, State.STUCK], ids=str)
async def test_after_its_time_a_sign_up_is_unknown_and_its_key_free_whatever_became_of_it(
    world: World, state: State
) -> None:
    """What is stuck stays on disk, what is done goes: neither may show."""
    if state is State.STUCK:
        world.fail("unknown_error", message="Invalid telephone phone number")
    first = await world.sign_up(key="k")
    await world.becomes(first, state)
    world.wire.pass_time(world.site.kept_for - 1)
    assert (await world.gateway.find(world.site, first.reference)).state is state
    assert (await world.sign_up(key="k")).reference == first.reference
    world.wire.pass_time(1)
    with pytest.raises(UnknownReference):
        await world.gateway.find(world.site, first.reference)
    assert (await world.sign_up(key="k")).reference != first.reference


async def test_a_quota_tells_nobody_that_somebody_else_has_just_signed_up(world: World) -> None:
    limits = Limits(ip="100/minute", email="1/hour", site="100/minute")
    site = world.site.model_copy(update={"limits": limits})
    await world.gateway.submit(site, world.form(), Visit("198.51.100.7", "1"))
    await world.gateway.submit(site, world.form(), Visit("203.0.113.9", "2"))
    with pytest.raises(RateLimited):
        await world.gateway.submit(site, world.form(), Visit("203.0.113.9", "3"))
