"""Velocity: how often the same thing has come within the hour, across all replicas.

Only keyed hashes are counted. What is counted only ever adds to a score, so when the store of the counters does not
answer at once, nothing has come often.
"""

import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from limits.aio.storage import Storage

from app.guard.patience import Patience

T = TypeVar("T")
_log = structlog.get_logger("app.guard")
_HOUR = 3600
_PAUSE = 1.0  # seconds for which a store that did not answer is left alone


@dataclass(frozen=True, slots=True)
class Trait:
    """Something about a sign-up that others may have, too; with ``many`` others in an hour it is common."""

    name: str
    value: str
    many: int


class Velocity:
    """Counts traits in ``storage``, with the ``patience`` that others have with it.

    ``digest`` is the keyed hash that stands for them there.
    """

    def __init__(
        self,
        storage: Storage,
        patience: Patience,
        digest: Callable[..., str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._storage = storage
        self._patience = patience
        self._digest = digest
        self._clock = clock
        self._paused_until = float("-inf")

    async def common(self, site: str, traits: Sequence[Trait]) -> set[str]:
        """The names of those that many others had, in this hour and on this site."""
        return await self._asked(site, lambda: self._look(self._keys(site, traits))) or set()

    async def count(self, site: str, traits: Sequence[Trait]) -> None:
        """They have come to this site once more."""
        await self._asked(site, lambda: self._count(self._keys(site, traits)))

    async def _look(self, keys: Mapping[str, Trait]) -> set[str]:
        return {trait.name for key, trait in keys.items() if await self._storage.get(key) >= trait.many}

    async def _count(self, keys: Iterable[str]) -> None:
        for key in keys:
            await self._storage.incr(key, _HOUR)

    def _keys(self, site: str, traits: Sequence[Trait]) -> dict[str, Trait]:
        """With the hour in them: a counter that is still there when its hour is over is not asked again."""
        hour = str(int(self._clock() // _HOUR))
        return {self._digest("velocity", hour, site, trait.name, trait.value): trait for trait in traits}

    async def _asked(self, site: str, question: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """The store's answer; None when there is none."""
        if self._clock() < self._paused_until:
            return None
        try:
            return await self._patience.ask(question)
        except Exception as error:  # whatever the store's driver raises
            self._paused_until = self._clock() + _PAUSE
            _log.warning("velocity_unavailable", site=site, error=type(error).__name__)
            return None
