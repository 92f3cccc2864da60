"""Whatever happens between the commit of a sign-up and its attempt: it is delivered at once, and once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.errors import Unavailable
from app.store import Filter, Store
from app.submissions import State, Submission
from tests.integration.world import GRACE, LEASE, World, world_on


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A fresh world."""
    async with world_on(store) as world:
        yield world


async def lost() -> None:
    """The database goes away after a commit."""
    raise Unavailable


async def the_row(world: World) -> Submission:
    """The only sign-up there is."""
    (row,) = await world.store.archive.newest(Filter(), 10)
    return row


async def all_slots_free(world: World) -> bool:
    """Whether six attempts may begin."""
    await world.until(lambda: world.slots.busy == 0)
    return None not in [await world.slots.take(0) for _ in range(6)]


async def test_a_commit_that_was_not_heard_of_is_delivered_at_once_and_once(world: World) -> None:
    world.process.between["accept"] = lost
    with pytest.raises(Unavailable):
        await world.sign_up()
    done = await world.becomes(await the_row(world), State.DONE)
    assert (done.client_id, done.lease) == (1, 1)
    assert world.actions == ["AddClient"]
    assert await all_slots_free(world)


@pytest.mark.parametrize("slots", [0, 6], ids=["after a while", "at once"])
async def test_a_visitor_hears_of_an_attempt_that_ended_before_he_could_wait_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch, slots: int
) -> None:
    async def is_slow(*_: object) -> None:
        for slot in taken:
            slot.free()
        await world.until(lambda: world.made()[0] == 1 and world.slots.busy == 0)

    taken = [slot for _ in range(6 - slots) if (slot := await world.slots.take(0))]
    monkeypatch.setattr(world.screening, "count", is_slow)
    monkeypatch.setattr("app.delivery.LAST_LOOK", 60)
    assert (await world.sign_up()).state is State.DONE


async def test_what_is_stored_is_thanked_for_though_nobody_can_say_what_became_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_slow(*_: object) -> None:
        await world.until(lambda: world.made()[0] == 1 and world.slots.busy == 0)
        world.process.failing = {"find"}

    monkeypatch.setattr(world.screening, "count", is_slow)
    assert (await world.sign_up()).state is State.SENDING


async def test_a_post_that_is_cancelled_after_its_commit_is_delivered_at_once_and_once(world: World) -> None:
    committed = asyncio.Event()

    async def never_answered() -> None:
        committed.set()
        await asyncio.Event().wait()

    world.process.between["accept"] = never_answered
    post = asyncio.create_task(world.sign_up(plan="starter"))
    await committed.wait()
    post.cancel()
    with pytest.raises(asyncio.CancelledError):
        await post
    await world.becomes(await the_row(world), State.DONE)
    assert world.actions == ["AddClient", "AddOrder", "GetOrders"]
    assert await all_slots_free(world)


async def test_the_visitor_who_was_told_to_come_back_gets_the_same_sign_up(world: World) -> None:
    world.wire.hold = asyncio.Event()
    world.process.between["accept"] = lost
    with pytest.raises(Unavailable):
        await world.sign_up()
    again = asyncio.create_task(world.sign_up())
    await world.wire.arrived.wait()
    world.wire.hold.set()
    assert (await again).reference == (await the_row(world)).reference
    await world.becomes(await the_row(world), State.DONE)
    assert world.made() == (1, 0, 0, 1)


async def test_what_was_not_stored_is_not_sent(world: World) -> None:
    world.process.failing = {"accept"}
    with pytest.raises(Unavailable):
        await world.sign_up()
    assert await all_slots_free(world)
    assert world.actions == []


async def test_a_row_that_somebody_else_has_by_then_is_left_to_him(world: World) -> None:
    async def lost_for_long() -> None:
        world.wire.pass_time(LEASE)
        await world.attempts.bring_back()
        raise Unavailable

    world.process.between["accept"] = lost_for_long
    with pytest.raises(Unavailable):
        await world.sign_up()
    assert await all_slots_free(world)
    assert world.actions == []
    assert (await the_row(world)).reason == "lease_expired"


async def test_a_lease_that_runs_out_while_we_look_is_not_used(world: World) -> None:
    async def slow() -> None:
        world.wire.pass_time(LEASE)
        await world.work()

    world.process.between |= {"accept": lost, "find": slow}
    with pytest.raises(Unavailable):
        await world.sign_up()
    await world.until(lambda: world.slots.busy == 0)
    assert "AddClient" not in world.actions  # the other has looked, and waits for the grace to be over
    done = await world.work_after(GRACE)
    assert done is not None
    assert done.state is State.DONE
    assert world.made() == (1, 0, 0, 1)


async def test_a_sign_up_whose_address_is_in_flight_is_tried_after_it_and_its_slot_is_free(world: World) -> None:
    world.fail("hang")
    flying = await world.sign_up()
    assert flying.state is State.UNCERTAIN
    other = await world.sign_up(first_name="Augusta")
    assert other.state is State.ACCEPTED
    assert await all_slots_free(world)
    assert world.actions == ["AddClient"]


async def test_a_row_that_waited_for_its_address_is_left_to_who_has_it_by_then(world: World) -> None:
    world.fail("hang")
    flying = await world.sign_up()

    async def sent_elsewhere() -> None:
        await world.store.save(flying, replace(flying, state=State.REJECTED, payload=None), "rejected")
        (waiting,) = await world.store.archive.newest(Filter(states=[State.ACCEPTED]), 10)
        assert await world.store.claim(world.clock.now, world.clock.now + LEASE, waiting.reference)
        raise Unavailable

    world.process.between["accept"] = sent_elsewhere
    with pytest.raises(Unavailable):
        await world.sign_up(first_name="Augusta")
    assert await all_slots_free(world)
    assert world.actions == ["AddClient"]


async def test_what_whmcs_said_is_kept_until_the_database_is_back(world: World) -> None:
    world.process.failing = {"save"}
    post = asyncio.create_task(world.sign_up())
    await world.until(lambda: world.made()[0] == 1)
    world.process.failing = set()
    assert (await post).state is State.DONE
    assert world.actions == ["AddClient"]
    assert await all_slots_free(world)


async def test_a_save_that_was_not_heard_of_stands(world: World) -> None:
    world.process.between["save"] = lost
    await world.sign_up(plan="starter")
    await world.becomes(await the_row(world), State.DONE)
    assert world.actions == ["AddClient", "AddOrder", "GetOrders"]
    assert await all_slots_free(world)


async def test_stopping_does_not_wait_for_a_database_that_is_away(world: World) -> None:
    world.wire.hold = asyncio.Event()
    post = asyncio.create_task(world.sign_up())
    await world.wire.arrived.wait()
    world.process.failing = {"save"}
    async with asyncio.timeout(LEASE / 4):
        await world.slots.drain(patience=0.01)
    world.process.failing = set()
    row = await world.now(await post)
    assert row.state is State.SENDING  # it comes back as uncertain when its lease is over
