"""However many are refused at once, the event loop has time for others in between."""

import asyncio

from app.guard import Pace


class Crowd:
    """Many who wait for their turn, and how many of them went on since somebody last looked."""

    def __init__(self, pace: Pace, number: int) -> None:
        self.turns = 0
        self._seen = 0
        self.tasks = [asyncio.create_task(self._wait(pace)) for _ in range(number)]

    async def _wait(self, pace: Pace) -> None:
        await pace.turn()
        self.turns += 1

    def went_on(self) -> int:
        """Since the last look."""
        self._seen, before = self.turns, self._seen
        return self._seen - before


async def test_nobody_goes_on_together_with_too_many_others() -> None:
    crowd = Crowd(Pace(together=3, rest=0), 20)
    steps = []
    while crowd.turns < 20:
        await asyncio.sleep(0)
        steps.append(crowd.went_on())
    assert max(steps) == 3
    assert sum(steps) == 20


async def test_after_each_few_there_is_a_rest() -> None:
    crowd = Crowd(Pace(together=3, rest=3600), 20)
    for _ in range(20):
        await asyncio.sleep(0)
    assert crowd.turns == 3
    for task in crowd.tasks:
        task.cancel()


async def test_the_first_after_a_rest_does_not_wait() -> None:
    pace = Pace(rest=0)
    for _ in range(3):
        async with asyncio.timeout(30):
            await pace.turn()
        await asyncio.sleep(0.01)


async def test_who_left_takes_nobodys_turn() -> None:
    crowd = Crowd(Pace(together=1, rest=0), 3)
    await asyncio.sleep(0)
    crowd.tasks[1].cancel()
    await asyncio.gather(*crowd.tasks, return_exceptions=True)
    assert crowd.turns == 2
