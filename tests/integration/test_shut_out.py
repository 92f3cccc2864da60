"""When WHMCS does not let us in, sign-ups wait for it instead of a person, and go on by themselves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.store import Store
from app.submissions import State
from app.whmcs import Standing
from app.whmcs.breaker import FIRST_PAUSE, PROBE
from tests.integration.world import World, world_on

SHUT_OUT = [
    ("bad_credentials", {}, "credentials"),
    ("bad_ip", {}, "ip"),
    ("unknown_error", {"message": "License Invalid"}, "licence"),
]


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A fresh world."""
    async with world_on(store) as world:
        yield world


@pytest.mark.parametrize(("mode", "options", "reason"), SHUT_OUT, ids=[reason for *_, reason in SHUT_OUT])
@pytest.mark.parametrize("action", ["AddClient", "AddOrder"])
async def test_who_is_shut_out_waits_and_the_breaker_is_open(
    world: World, mode: str, options: dict[str, str], reason: str, action: str
) -> None:
    world.fail(mode, action=action, **options)
    waiting = await world.sign_up(plan="starter")
    assert (waiting.state, waiting.reason, waiting.attempts) == (State.WAITING, reason, 1)
    assert waiting.payload is not None
    assert (waiting.client_id is not None) is (action == "AddOrder")
    assert (world.breaker.open, world.breaker.reason) == (True, reason)


@pytest.mark.parametrize("plan", ["", "starter"])
async def test_it_goes_on_by_itself_once_a_probe_is_let_in(world: World, plan: str) -> None:
    world.fail("bad_credentials", action="", calls=None)
    first = await world.sign_up(plan=plan)
    second = await world.sign_up(plan=plan, email="grace@example.com")
    assert (first.state, second.state) == (State.WAITING, State.ACCEPTED)
    assert world.actions == ["AddClient"]
    world.wire.pass_time(FIRST_PAUSE)
    running = asyncio.create_task(world.worker.run())
    await world.until(lambda: world.breaker.calls[PROBE, "rejected"] == 1)
    assert world.breaker.open
    world.wire.whmcs.faults.clear()
    world.wire.pass_time(2 * FIRST_PAUSE)
    for waiting in (first, second):
        await world.becomes(waiting, State.DONE)
    world.worker.stop()
    await running
    assert world.breaker.standing is Standing.CLOSED
    assert world.actions.count(PROBE) == 2
    assert world.made() == (2, 2 * bool(plan), 2 * bool(plan), 2)


async def test_shut_out_in_a_look_up_it_stays_uncertain(world: World) -> None:
    world.fail("commit_then_drop")
    assert (await world.sign_up()).state is State.UNCERTAIN
    world.fail("bad_ip", action="GetClientsDetails")
    looked = await world.work_after(5)
    assert looked is not None
    assert (looked.state, looked.reason) == (State.UNCERTAIN, "ip")
    done = await world.work_after(30)
    assert done is not None
    assert (done.state, done.client_id) == (State.DONE, 1)
    assert world.made() == (1, 0, 0, 1)


async def test_while_the_breaker_is_open_a_repeat_gets_its_answer_and_nothing_is_called(world: World) -> None:
    done = await world.sign_up(key="k")
    world.fail("bad_ip")
    await world.sign_up(email="grace@example.com")
    assert world.breaker.open
    assert await world.sign_up(key="k") == done
    assert (await world.sign_up(email="mary@example.com")).state is State.ACCEPTED
    assert world.actions == ["AddClient", "AddClient"]
