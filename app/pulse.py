"""Whether WHMCS answers, asked seldom and once for everybody who wants to know."""

import asyncio
import time
from collections.abc import Callable

from app.whmcs import Breaker, Unavailable, Whmcs, WhmcsError
from app.whmcs.breaker import PROBE

FRESH = 15.0  # seconds for which an answer is passed on
PATIENCE = 5.0  # seconds that a health check waits for it


class Pulse:
    """The cached answer of WhmcsDetails; while the breaker is open, its word instead."""

    def __init__(self, whmcs: Whmcs, breaker: Breaker, clock: Callable[[], float] = time.monotonic) -> None:
        self._whmcs = whmcs
        self._clock = clock
        self._asked = float("-inf")
        self._reason = "not_asked"
        self._asking = asyncio.Lock()
        self.breaker = breaker

    async def reason(self) -> str:
        """Why WHMCS does not answer, in one word; "" when it does."""
        async with self._asking:
            if self.breaker.open:
                return self.breaker.reason
            if self._clock() - self._asked >= FRESH:
                await self.probe()
        return self._reason

    async def probe(self) -> None:
        """Ask now; the breaker learns of it."""
        self._reason = await self._ask()
        self._asked = self._clock()

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._whmcs.details()
        except TimeoutError:
            self.breaker.note(PROBE, Unavailable("timeout"))
            return "timeout"
        except WhmcsError as error:
            return error.reason
        return ""
