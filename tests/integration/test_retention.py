"""After its retention time nothing of a sign-up is left, its timeline included; what is not finished stays."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.store import Store, open_store
from app.submissions import State, Submission
from tests.integration.world import World, world_on

DAY = 86400.0


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A gateway and a WHMCS."""
    async with world_on(store) as world:
        yield world


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(10):
        while not await true():
            await asyncio.sleep(0.01)


async def steps(world: World, submission: Submission) -> list[str]:
    """What the timeline has."""
    return [event.event for event in await world.store.archive.timeline(submission.reference)]


async def test_rows_and_their_timelines_go_together(world: World) -> None:
    done = await world.sign_up()
    world.fail("unknown_error", message="Invalid telephone phone number")
    rejected = await world.sign_up(email="eve@example.com")
    world.fail("no_permission")
    stuck = await world.sign_up(email="bob@example.com")
    world.wire.pass_time((world.site.retention_days - 1) * DAY)
    young = await world.sign_up(email="late@example.com")
    states = [(await world.now(one)).state for one in (done, rejected, stuck, young)]
    assert states == [State.DONE, State.REJECTED, State.STUCK, State.DONE]
    told = [await steps(world, one) for one in (stuck, young)]
    assert await steps(world, done)

    async def gone() -> bool:
        return await world.store.find(done.reference) is None

    world.wire.pass_time(DAY + 1)
    working = asyncio.create_task(world.worker.run())
    await until(gone)
    world.worker.stop()
    await working
    assert [await steps(world, one) for one in (done, rejected)] == [[], []]
    assert await world.store.find(rejected.reference) is None
    assert [await steps(world, one) for one in (stuck, young)] == told
    assert (await world.now(stuck)).state is State.STUCK


async def test_the_worker_sees_to_it_that_an_erased_form_is_gone(tmp_path: Path) -> None:
    store = open_store(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}"))
    async with world_on(store) as world:
        world.fail("maintenance_503")
        waiting = await world.sign_up()
        assert waiting.payload is not None
        sealed = waiting.payload
        done = await world.work_after(5)
        assert done is not None
        assert done.state is State.DONE

        def is_on_disk() -> bool:
            return any(sealed in path.read_bytes() for path in tmp_path.glob("gateway.db*"))

        async def gone() -> bool:
            return not is_on_disk()

        assert is_on_disk()
        working = asyncio.create_task(world.worker.run())
        await until(gone)
        world.worker.stop()
        await working
    store.close()


async def test_a_day_too_early_nothing_goes(world: World) -> None:
    done = await world.sign_up()
    world.wire.pass_time(world.site.retention_days * DAY - 1)
    for site in world.sites.values():
        assert await world.store.purge(site.key, world.clock.now - site.retention_days * DAY) == 0
    assert await steps(world, done) == ["accepted", "client_made"]
