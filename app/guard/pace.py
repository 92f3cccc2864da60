"""A flood is answered a few at a time, so that an honest visitor's turn comes soon however many others there are."""

import asyncio
import time
from collections import deque


class Pace:
    """Lets ``together`` of those who wait go on at a time, then rests half as long as they took, or ``rest`` seconds.

    What the event loop does for honest visitors has that time to itself. Each one who waits holds a connection, so
    there are never more of them than of those.
    """

    def __init__(self, together: int = 3, rest: float = 0.0002) -> None:
        self._together = together
        self._rest = rest
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._under_way = False

    async def turn(self) -> None:
        """Wait for a turn."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        if not self._under_way:
            self._under_way = True
            loop.call_soon(self._let_go)
        await mine

    def _let_go(self) -> None:
        if not self._waiting:
            self._under_way = False
            return
        began = time.perf_counter()
        for _ in range(min(self._together, len(self._waiting))):
            one = self._waiting.popleft()
            if not one.done():
                one.set_result(None)
        asyncio.get_running_loop().call_soon(self._pause, began)  # runs after those that were let go

    def _pause(self, began: float) -> None:
        took = time.perf_counter() - began
        asyncio.get_running_loop().call_later(max(self._rest, took / 2), self._let_go)
