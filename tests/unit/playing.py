"""Stories on a clock that moves only while everybody waits."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tests.simulation.loop import FORESEE, Stalled, VirtualLoop

T = TypeVar("T")


def virtual_runner(loop: VirtualLoop | None = None) -> asyncio.Runner:
    """Runs on this loop, or a new one; a worker's pauses are as long as in life."""
    FORESEE.set(lambda: -math.inf)
    return asyncio.Runner(loop_factory=lambda: loop or virtual_loop())


def virtual_loop() -> VirtualLoop:
    """A loop that raises when nobody will ever go on."""
    return VirtualLoop(watch=lambda: None, rest=_stalled)


def played(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the story returns; waiting takes no time."""
    with virtual_runner() as runner:
        return runner.run(story())


def _stalled() -> None:
    raise Stalled
