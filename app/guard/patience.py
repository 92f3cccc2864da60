"""Waiting for a store that others share: never long, and without taking our own business for its silence."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
AT_ONCE = 8  # questions that one process has under way
_LOOKS, _LOOK = 5, 0.01  # so many looks for the answer, with so many seconds between two: 50 milliseconds in all
_TURNS = 4  # of the event loop after each look


class Patience:
    """Asks ``AT_ONCE`` questions at a time. The rest wait for their turn, which a flood makes long, not the store."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._silences = 0

    async def ask(self, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The store's answer. Raises TimeoutError when it is silent: towards this one, or towards those before it."""
        silences = self._silences
        async with self._turns:
            if self._silences != silences:
                raise TimeoutError
            try:
                return await _answer(asyncio.ensure_future(question()))
            except TimeoutError:
                self._silences += 1
                raise


async def _answer(asking: "asyncio.Future[T]") -> T:
    """What comes of it within five looks. A busy loop makes them late, so it turns a little after each one.

    By the clock alone, an answer that waits to be read while the loop is at other work would count as none; then
    a flood would put the quotas out of action that are to stop it.
    """
    try:
        for _ in range(_LOOKS):
            await asyncio.wait({asking}, timeout=_LOOK)
            for _ in range(_TURNS):
                if asking.done():
                    return asking.result()
                await asyncio.sleep(0)
        raise TimeoutError
    finally:
        asking.cancel()
