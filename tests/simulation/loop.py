"""An event loop on which waiting takes no time: when nobody can go on, the clock jumps to what comes next."""

import asyncio
import itertools
import math
import selectors
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from typing import Any, TypeVar, TypeVarTuple, Unpack

from app.worker import POLL

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

TASKS: ContextVar[list["asyncio.Task[Any]"] | None] = ContextVar("TASKS", default=None)
"""Where the tasks that are started from here are kept, so that they can die together."""


class Stalled(Exception):
    """Nobody will ever go on: a bug of the simulation, or a deadlock in what it runs."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Callbacks run in the order that asyncio promises; only the time between them is made up.

    While nothing but ``naps`` is under way, time leaps to the moment that ``foresee`` names. It is given the moment of
    the next alarm that is no nap (infinity when there is none), and returns that or an earlier one.
    """

    def __init__(self, foresee: Callable[[float], float]) -> None:
        super().__init__(_Jumps(self._jump))
        self.now = 0.0
        self.naps = 0
        self._foresee = foresee
        self._alarms: list[asyncio.TimerHandle] = []
        self._numbers = itertools.count()
        self.set_task_factory(self._start)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.now

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As asyncio's own; the alarm is also noted here."""
        alarm = super().call_at(when, callback, *args, context=context)
        self._alarms.append(alarm)
        return alarm

    def _jump(self, timeout: float | None) -> None:
        if timeout is None:
            raise Stalled
        if timeout > 0:
            self.now = max(self.now, self._next())

    def _next(self) -> float:
        """When to go on. Naps end within ``POLL`` seconds: if so many alarms and no more do, they are all naps."""
        self._alarms = [alarm for alarm in self._alarms if not alarm.cancelled() and alarm.when() > self.now]
        moments = sorted(alarm.when() for alarm in self._alarms)
        other = moments[self.naps] if len(moments) > self.naps else math.inf
        if self.naps == 0 or other <= self.now + POLL:
            return moments[0]
        leap = self._foresee(other)
        return self.now if leap == math.inf else max(leap, moments[0])

    def _start(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, T] | Generator[Any, None, T],
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        task = _Numbered(next(self._numbers), work, loop, context)
        kept = TASKS.get() if context is None else context.get(TASKS)
        if kept is not None:
            kept[:] = [*(one for one in kept if not one.done()), task]
        return task


class Bell(asyncio.Event):
    """An event that is waited for in naps."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._sleepers = loop

    async def wait(self) -> Any:
        """As asyncio's own."""
        self._sleepers.naps += 1
        try:
            return await super().wait()
        finally:
            self._sleepers.naps -= 1


class _Jumps(selectors.SelectSelector):
    """Where a real loop would wait for sockets."""

    def __init__(self, jump: Callable[[float | None], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._jump(timeout)
        return []


class _Numbered(asyncio.Task[T]):
    """A task whose place in a set is the same in every run."""

    def __init__(
        self,
        number: int,
        work: Coroutine[Any, Any, T] | Generator[Any, None, T],
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        self._number = number
        super().__init__(work, loop=loop, context=context)

    def __hash__(self) -> int:
        return self._number
