"""Whether WHMCS answers, asked seldom and once for everybody who wants to know."""

import asyncio
import time
from collections.abc import Callable

from app.whmcs import Breaker, Unavailable, Whmcs, WhmcsError
from app.whmcs.breaker import PROBE

FRESH = 15.0  # seconds for which an answer is passed on
PATIENCE = 5.0  # seconds that WHMCS has for it
AT_ONCE = 0.5  # seconds that a health check waits for it; then the last answer must do


class Pulse:
    """The cached answer of WhmcsDetails; while the breaker is open, its word instead."""

    def __init__(self, whmcs: Whmcs, breaker: Breaker, clock: Callable[[], float] = time.monotonic) -> None:
        self._whmcs = whmcs
        self._clock = clock
        self._asked = float("-inf")
        self._reason = "not_asked"
        self._asking: asyncio.Task[None] | None = None
        self.breaker = breaker

    async def reason(self) -> str:
        """Why WHMCS does not answer, in one word; "" when it does."""
        if self.breaker.open:
            return self.breaker.reason
        if self._clock() - self._asked >= FRESH:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self.probe())
            await asyncio.wait({self._asking}, timeout=AT_ONCE)
        return self._reason

    async def probe(self, patience: float = PATIENCE) -> None:
        """Ask now, and give WHMCS ``patience`` seconds; the breaker learns of it."""
        self._reason = await self._ask(patience)
        self._asked = self._clock()

    async def _ask(self, patience: float) -> str:
        try:
            async with asyncio.timeout(patience):
                await self._whmcs.details()
        except TimeoutError:
            self.breaker.note(PROBE, Unavailable("timeout"))
            return "timeout"
        except WhmcsError as error:
            return error.reason
        return ""
