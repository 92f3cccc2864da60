"""The worker: sends what is due, oldest first and at a set pace, brings back what died, and removes what is old."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from app.attempt import Attempts
from app.errors import Unavailable
from app.pulse import Pulse
from app.sites import Site
from app.slots import Slots
from app.store import Store

_log = structlog.get_logger("app.delivery")

POLL = 1.0  # seconds between looks for due work
PROBE_PATIENCE = 20.0  # seconds: WHMCS that is slow is better than none
SHORTEST = 0.001  # seconds; a shorter pause is not worth a timer
HOUSEKEEPING = 3600.0  # seconds between removals of old rows
SOON = 60.0  # seconds until it is tried again when somebody was in the way


class Worker:
    """Starts at most ``pace`` attempts a second, and none while WHMCS is out of reach."""

    def __init__(
        self,
        *,
        sites: Mapping[str, Site],
        store: Store,
        attempts: Attempts,
        slots: Slots,
        pulse: Pulse,
        pace: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sites = sites
        self._store = store
        self._attempts = attempts
        self._slots = slots
        self._pulse = pulse
        self._breaker = pulse.breaker
        self._between_starts = 1 / pace
        self._clock = clock
        self._stopping = asyncio.Event()
        self._looked_for_dead = self._purged = self._started = float("-inf")

    async def run(self) -> None:
        """Work until ``stop``."""
        while not self._stopping.is_set():
            await self._tried(self._keep_house)
            pause = await self._tried(self._go_on)
            if pause:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)

    def stop(self) -> None:
        """Begin nothing more; ``run`` returns."""
        self._stopping.set()

    async def _tried(self, step: Callable[[], Awaitable[float]]) -> float:
        """What the step returns; ``POLL`` when it fails, for the sign-ups that are due tomorrow need a worker too."""
        try:
            return await step()
        except Unavailable:
            _log.warning("worker_waits", reason="store_unavailable")
        except Exception:
            _log.exception("worker_failed")
        return POLL

    async def _go_on(self) -> float:
        """One step; the seconds until the next may be worth while."""
        if self._breaker.open:
            if self._breaker.probe_is_due:
                await self._pulse.probe(PROBE_PATIENCE)
            return POLL if self._breaker.open else 0
        now = asyncio.get_running_loop().time()
        # What was not started in time is not made up for: a backlog never bursts.
        early = self._started + self._between_starts - now
        if early > 0:
            return min(max(early, SHORTEST), POLL)
        return 0 if await self._start_next() else POLL

    async def _start_next(self) -> bool:
        """Once a slot is free, begin the attempt that is longest due; whether there may be more."""
        slot = await self._slots.take_for_backlog(POLL)
        if slot is None:
            return not self._slots.closed
        claimed = None
        try:
            if not self._stopping.is_set():
                claimed = await self._attempts.claim()
        finally:
            if claimed is None:
                slot.free()
        if claimed is None:
            return False
        self._started = asyncio.get_running_loop().time()
        self._slots.start(claimed.reference, self._attempts.make(claimed), slot)
        return True

    async def _keep_house(self) -> float:
        """Now and then, however much is due: what died comes back, what is too old is given up, what is past goes."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_for_dead >= POLL:
            self._looked_for_dead = now
            await self._attempts.bring_back()
            if self._breaker.open:
                await self._attempts.give_up_aged(self._breaker.reason)
        if now - self._purged >= HOUSEKEEPING:
            self._purged = now  # whatever comes of it: one that fails may cost the others in its transaction theirs
            if await self._purge():
                self._purged = float("-inf")  # there may be more
            elif not await self._store.empty_log():  # of what was erased since
                self._purged = now - HOUSEKEEPING + SOON
        return 0

    async def _purge(self) -> int:
        """Remove some of what is past; how much that was."""
        removed = 0
        for site in self._sites.values():
            removed += await self._store.purge(site.key, self._clock() - site.kept_for)
        # A day later: the clocks of replicas may differ.
        return removed + await self._store.forget_offers(self._clock() - 86400)
