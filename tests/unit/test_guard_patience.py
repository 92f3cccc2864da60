"""A silent store is given up soon and by all; a busy loop of ours is not taken for its silence."""

import asyncio
import time

import pytest

from app.guard.patience import AT_ONCE, Patience


async def never() -> str:
    await asyncio.Event().wait()
    return "answer"


async def after(turns: int) -> str:
    """An answer that takes the loop so many turns to read, each of them a slow one."""
    for _ in range(turns):
        time.sleep(0.02)  # noqa: ASYNC251 - that is the point
        await asyncio.sleep(0)
    return "answer"


async def test_an_answer_is_handed_on() -> None:
    assert await Patience().ask(lambda: after(0)) == "answer"


async def test_what_the_question_raises_is_raised() -> None:
    async def refused() -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        await Patience().ask(refused)


async def test_whoever_waits_for_his_turn_hears_of_the_silence() -> None:
    """A hundred people wait as long as one: those in the queue do not find out for themselves."""
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        return await never()

    patience = Patience()
    async with asyncio.timeout(30):
        heard = await asyncio.gather(*(patience.ask(ask) for _ in range(100)), return_exceptions=True)
    assert [type(one) for one in heard] == [TimeoutError] * 100
    assert asked == AT_ONCE
    assert await patience.ask(lambda: after(0)) == "answer"


async def test_a_busy_loop_is_not_taken_for_silence() -> None:
    """Six questions to Valkey, one after the other, take the loop some 20 turns; here each lasts 20 milliseconds."""
    assert await Patience().ask(lambda: after(24)) == "answer"


async def test_a_crowd_waits_for_its_turn_however_long_that_is() -> None:
    patience = Patience()
    answers = await asyncio.gather(*(patience.ask(lambda: after(1)) for _ in range(5 * AT_ONCE)))
    assert answers == ["answer"] * 5 * AT_ONCE


async def test_who_gives_up_leaves_nothing_behind() -> None:
    patience, tasks = Patience(), asyncio.all_tasks()
    waiting = asyncio.create_task(patience.ask(never))
    await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
