"""Velocity: how often the same thing has come within the hour, across all replicas.

Only keyed hashes are counted. What is counted only ever adds to a score, so when the store of the counters does not
answer at once, nothing has come often.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from limits.aio.storage import Storage

_log = structlog.get_logger("app.guard")
_HOUR = 3600
_PATIENCE = 0.05  # seconds a sign-up may wait for the counters
_PAUSE = 1.0  # seconds for which a store that did not answer is left alone


@dataclass(frozen=True, slots=True)
class Trait:
    """Something about a sign-up that others may have, too; with ``many`` others in an hour it is common."""

    name: str
    value: str
    many: int


class Velocity:
    """Counts traits in ``storage``. ``digest`` is the keyed hash that stands for them there."""

    def __init__(self, storage: Storage, digest: Callable[..., str], clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._digest = digest
        self._clock = clock
        self._paused_until = float("-inf")

    async def common(self, site: str, traits: Sequence[Trait]) -> set[str]:
        """The names of those that many others had, in this hour and on this site."""
        found: set[str] = set()
        async with self._briefly(site):
            for key, trait in self._keys(site, traits).items():
                if await self._storage.get(key) >= trait.many:
                    found.add(trait.name)
        return found

    async def count(self, site: str, traits: Sequence[Trait]) -> None:
        """They have come to this site once more."""
        async with self._briefly(site):
            for key in self._keys(site, traits):
                await self._storage.incr(key, _HOUR)

    def _keys(self, site: str, traits: Sequence[Trait]) -> dict[str, Trait]:
        """With the hour in them: a counter that is still there when its hour is over is not asked again."""
        if self._clock() < self._paused_until:
            return {}
        hour = str(int(self._clock() // _HOUR))
        return {self._digest("velocity", hour, site, trait.name, trait.value): trait for trait in traits}

    @asynccontextmanager
    async def _briefly(self, site: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                yield
        except Exception as error:  # whatever the store's driver raises
            self._paused_until = self._clock() + _PAUSE
            _log.warning("velocity_unavailable", site=site, error=type(error).__name__)
