"""How many attempts run at once, for whom, and what becomes of their slots; on a virtual clock."""

import asyncio

import pytest

from app.attempt import LeaseLost
from app.errors import Unavailable
from app.slots import Slot, Slots
from app.submissions import State, Submission
from tests.unit.playing import played
from tests.unit.steps import submission

DONE = submission(State.DONE)


def now() -> float:
    """Virtual seconds."""
    return asyncio.get_running_loop().time()


async def working(seconds: float) -> Submission:
    """An attempt that takes its time."""
    await asyncio.sleep(seconds)
    return DONE


async def taken(slots: Slots, number: int) -> list[Slot]:
    """So many slots, all free at once."""
    found = [await slots.take(0) for _ in range(number)]
    return [slot for slot in found if slot is not None]


def test_a_slot_is_given_at_once_until_all_are_taken() -> None:
    async def story() -> None:
        slots = Slots(3)
        held = await taken(slots, 5)
        assert len(held) == 3
        held[0].free()
        assert len(await taken(slots, 5)) == 1
        assert now() == 0

    played(story)


@pytest.mark.parametrize(("most", "backlog"), [(1, 1), (2, 1), (3, 2), (6, 4), (30, 20), (100, 67)])
def test_the_backlog_leaves_a_third_to_visitors(most: int, backlog: int) -> None:
    async def story() -> None:
        slots = Slots(most)
        found = [await slots.take_for_backlog(1) for _ in range(most)]
        assert len([slot for slot in found if slot]) == backlog
        assert len(await taken(slots, most)) == most - backlog

    played(story)


def test_the_cap_holds_for_visitors_and_backlog_together() -> None:
    async def story() -> None:
        slots = Slots(6)
        visitors = await taken(slots, 5)
        assert await slots.take_for_backlog(1) is not None
        assert await slots.take_for_backlog(1) is None
        assert await slots.take(1) is None
        visitors[0].free()
        assert await slots.take_for_backlog(1) is not None

    played(story)


def test_a_slot_of_the_backlog_that_was_not_to_be_had_is_not_lost() -> None:
    async def story() -> None:
        slots = Slots(3)
        visitors = await taken(slots, 3)
        for _ in range(10):
            assert await slots.take_for_backlog(1) is None
        for slot in visitors:
            slot.free()
        found = [await slots.take_for_backlog(1) for _ in range(3)]
        assert [slot is not None for slot in found] == [True, True, False]
        for one in found[:2]:
            assert one is not None
            one.free()
        assert len(await taken(slots, 3)) == 3

    played(story)


def test_a_slot_of_the_backlog_that_nobody_waits_for_any_more_is_not_lost() -> None:
    async def story() -> None:
        slots = Slots(3)
        visitors = await taken(slots, 3)
        questions = [asyncio.create_task(slots.take_for_backlog(60)) for _ in range(5)]
        await asyncio.sleep(1)
        for question in questions:
            question.cancel()
        await asyncio.wait(questions)
        for slot in visitors:
            slot.free()
        assert [await slots.take_for_backlog(1) is not None for _ in range(3)] == [True, True, False]

    played(story)


def test_who_waits_for_a_slot_gets_it_in_turn_and_nobody_jumps_the_queue() -> None:
    async def story() -> list[str]:
        slots, got = Slots(1), []

        async def wants(name: str) -> None:
            slot = await slots.take(60)
            assert slot is not None
            got.append(name)
            await asyncio.sleep(1)
            slot.free()

        (first,) = await taken(slots, 1)
        waiting = [asyncio.create_task(wants(name)) for name in "abc"]
        await asyncio.sleep(1)
        first.free()
        assert await slots.take(0) is None  # it is free, but promised
        await asyncio.gather(*waiting)
        assert await slots.take(0) is not None
        return got

    assert played(story) == ["a", "b", "c"]


def test_nobody_waits_longer_than_he_has_patience() -> None:
    async def story() -> None:
        slots = Slots(1)
        (held,) = await taken(slots, 1)
        assert await slots.take(5) is None
        assert now() == 5
        held.free()
        assert await slots.take(5) is not None
        assert now() == 5

    played(story)


async def raising(error: BaseException) -> Submission:
    """An attempt that fails."""
    await asyncio.sleep(1)
    raise error


@pytest.mark.parametrize("error", [LeaseLost("a"), Unavailable(), RuntimeError("a fault of ours")], ids=repr)
def test_an_attempt_that_raises_frees_its_slot_and_harms_nobody(error: Exception) -> None:
    async def story() -> None:
        slots = Slots(1)
        (slot,) = await taken(slots, 1)
        slots.start("a", raising(error), slot)
        assert slots.busy == 1
        assert await slots.result("a", 60) is None
        assert slots.busy == 0
        assert await slots.take(0) is not None

    played(story)


def test_an_attempt_that_is_cancelled_frees_its_slot() -> None:
    async def story() -> None:
        slots = Slots(1)
        (slot,) = await taken(slots, 1)
        slots.start("a", working(3600), slot)
        waiting = asyncio.create_task(slots.result("a", 3600))
        queued = asyncio.create_task(slots.take(3600))
        await slots.drain(patience=10)
        assert now() == 10
        assert await waiting is None
        assert slots.busy == 0
        assert await queued is None  # it got its turn, and was told that it is closed

    played(story)


def test_the_result_is_waited_for_as_long_as_there_is_patience_and_the_attempt_goes_on() -> None:
    async def story() -> None:
        slots = Slots(1)
        slots.start("a", working(8))
        assert await slots.result("a", 5) is None
        assert now() == 5
        assert await slots.result("a", 5) is DONE
        assert now() == 8
        assert await slots.result("a", 5) is None  # forgotten: the row on disk knows
        assert await slots.result("b", 5) is None
        assert now() == 8

    played(story)


def test_closed_it_gives_no_more_slots_even_to_those_who_wait() -> None:
    async def story() -> None:
        slots = Slots(1)
        (held,) = await taken(slots, 1)
        waiting = [asyncio.create_task(one) for one in (slots.take(60), slots.take_for_backlog(60))]
        await asyncio.sleep(1)
        slots.close()
        held.free()
        assert await asyncio.gather(*waiting) == [None, None]
        assert slots.closed
        assert await slots.take(0) is None
        assert now() == 1

    played(story)


def test_draining_waits_for_attempts_no_longer_than_they_take() -> None:
    async def story() -> None:
        slots = Slots(3)
        for number, slot in enumerate(await taken(slots, 3)):
            slots.start(str(number), working(number), slot)
        await slots.drain(patience=60)
        assert now() == 2
        await slots.drain(patience=60)
        assert now() == 2

    played(story)
