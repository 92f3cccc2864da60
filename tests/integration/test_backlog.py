"""A long backlog and an outage: WHMCS is spared, and visitors do not notice."""

import asyncio
from itertools import pairwise
from pathlib import Path
from unittest.mock import Mock

from structlog.testing import capture_logs

from app.errors import Unavailable
from app.submissions import State
from app.whmcs import Standing
from app.whmcs.breaker import FAULTS, PROBE
from tests.integration.virtual import SECONDS, VirtualGateway

PACE = 64
EVEN = 1 / PACE
DAY = 86400.0


def gaps(times: list[float]) -> list[float]:
    """The seconds between two calls in a row."""
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_long_backlog_drains_at_its_pace_oldest_first_and_visitors_do_not_wait_for_it(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE)
    world.fill(10_000)

    async def the_first_sixteen_seconds() -> list[tuple[State, float]]:
        answers = []
        for number in range(8):
            await asyncio.sleep(2 - SECONDS)
            answers.append(await world.sign_up(number))
        return answers

    answers = world.run(the_first_sixteen_seconds)
    oldest_first = [about for _, _, about in world.whmcs.log if about.startswith("old")]
    assert oldest_first == [f"old{number:017}" for number in range(len(oldest_first))]
    assert len(oldest_first) >= 16 * PACE
    assert set(gaps(world.whmcs.times("AddClient", "old"))) == {EVEN}
    assert answers == [(State.DONE, SECONDS)] * 8


def test_after_a_pause_nothing_is_made_up_for(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE, slots=1)
    world.fill(100)

    async def hogged_for_a_minute() -> None:
        await asyncio.sleep(0.5)
        slot = await world.slots.take(patience=10)
        assert slot is not None
        await asyncio.sleep(60)
        slot.free()
        await world.none_left()

    world.run(hogged_for_a_minute)
    starts = world.whmcs.times("AddClient")
    assert len(starts) == 100
    assert min(gaps(starts)) >= EVEN
    assert max(gaps(starts)) >= 60


def test_while_whmcs_is_down_it_gets_nothing_but_probes_and_afterwards_the_backlog(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE)
    world.fill(300)
    world.whmcs.down = True

    async def down_for_five_minutes() -> None:
        await asyncio.sleep(300)
        assert world.breaker.open
        assert set((await world.store.archive.counts()).items()) >= {(State.WAITING, 300), (State.SENDING, 0)}
        world.whmcs.down = False
        await world.none_left()

    world.run(down_for_five_minutes)
    in_the_outage = [(when, action) for when, action, _ in world.whmcs.log if when < 300]
    tried = [when for when, action in in_the_outage if action == "AddClient"]
    assert FAULTS <= len(tried) < 2 * FAULTS  # some are under way when it opens
    assert tried[-1] < 1
    probes = [when for when, action in in_the_outage if action == PROBE]
    # Doubling from five seconds to a minute, and up to a second more: the worker looks once a second.
    assert [int(gap) for gap in gaps(probes)] == [10, 20, 40, 60, 60, 60]
    afterwards = [when for when in world.whmcs.times("AddClient") if when > 300]
    assert len(afterwards) == 300
    assert min(gaps(afterwards)) >= EVEN
    assert world.breaker.standing is Standing.CLOSED


def test_what_got_too_old_in_an_outage_is_given_to_a_person_and_the_rest_waits(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE)
    world.fill(150, age=3 * DAY - 60, prefix="old")
    world.fill(20, age=DAY, prefix="lately")
    world.whmcs.down = True

    async def down_for_five_minutes() -> None:
        await asyncio.sleep(30)
        assert (await world.store.archive.counts())[State.STUCK] == 0
        await asyncio.sleep(270)

    with capture_logs() as logs:
        world.run(down_for_five_minutes)
    stuck = [line for line in logs if line["event"] == "delivery" and line["state"] == State.STUCK]
    tried = set(world.whmcs.times("AddClient", "old"))  # before the breaker opened: these have their tries
    assert 0 < len(tried) <= 6
    assert len(stuck) == 150 - len(tried)
    assert {(line["log_level"], line["outcome"], line["reason"]) for line in stuck} == {
        ("error", "too_old", "too_old:connection_refused")
    }
    assert {str(line["reference"])[:3] for line in stuck} == {"old"}


def test_while_whmcs_is_down_a_visitor_is_answered_at_once_and_whmcs_is_not_called(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE)
    world.whmcs.down = True

    async def outage() -> list[tuple[State, float]]:
        before = [await world.sign_up(number) for number in range(FAULTS)]
        assert {state for state, _ in before} == {State.WAITING}
        assert world.breaker.open
        while_open = [await world.sign_up(number) for number in range(100, 120)]
        world.whmcs.down = False
        while (await world.store.archive.counts())[State.ACCEPTED]:
            await asyncio.sleep(1)
        return while_open

    assert world.run(outage) == [(State.ACCEPTED, 0)] * 20
    tried = world.whmcs.times("AddClient")
    assert len([when for when in tried if when < 1]) == FAULTS
    assert len(tried) >= FAULTS + 20


def test_what_cannot_be_tidied_up_does_not_stop_deliveries(tmp_path: Path) -> None:
    world = VirtualGateway(tmp_path, pace=PACE)
    world.fill(20)

    world.store.purge = Mock(side_effect=Unavailable)  # type: ignore[method-assign]
    world.run(world.none_left)
    assert len(world.whmcs.times("AddClient")) == 20
    assert world.store.purge.call_count == 1
