"""An event loop on which waiting takes no time: when nobody can go on, the clock jumps to what comes next."""

import asyncio
import itertools
import math
import selectors
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, TypeVarTuple, Unpack

from app.worker import POLL

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_MANY: Final = 50  # tasks of one process, after which those that are done are forgotten

FORESEE: ContextVar[Callable[[], float]] = ContextVar("FORESEE")
"""When the worker on whose behalf this is running will find something to do; infinity when never."""

TASKS: ContextVar[list["asyncio.Task[Any]"] | None] = ContextVar("TASKS", default=None)
"""Where the tasks that are started from here are kept, so that they can die together."""


class Stalled(Exception):
    """Nobody will ever go on: a bug of the simulation, or a deadlock in what it runs."""


@dataclass(frozen=True, slots=True)
class _Nap:
    """A worker's pause of ``POLL`` seconds, after which it looks for work."""

    alarm: asyncio.TimerHandle
    work: Callable[[], object]
    context: Context | None
    foresee: Callable[[], float]

    def end(self, now: float) -> float:
        """The first of the worker's looks, one every ``POLL`` seconds, that finds something."""
        earliest = max(now, self.foresee())
        missed = math.ceil((earliest - self.alarm.when()) / POLL) if earliest < math.inf else math.inf
        return self.alarm.when() + max(missed, 0) * POLL


class VirtualLoop(asyncio.SelectorEventLoop):
    """Callbacks run in the order that asyncio promises; only the time between them is made up.

    Workers sleep on while there is nothing for them to find. ``watch`` is called before each jump. ``rest`` is called
    when there is nothing but sleeping workers; it sets somebody going, or raises.
    """

    def __init__(self, watch: Callable[[], object], rest: Callable[[], object]) -> None:
        super().__init__(_Jumps(self._jump))
        self.now = 0.0
        self._watch = watch
        self._rest = rest
        self._naps: list[_Nap] = []
        self._numbers = itertools.count()
        self.set_task_factory(self._start)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.now

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As asyncio's own, but for naps."""
        if when != self.now + POLL:
            return super().call_at(when, callback, *args, context=context)
        alarm = asyncio.TimerHandle(when, callback, args, self, context)
        self._naps.append(_Nap(alarm, partial(callback, *args), context, FORESEE.get()))
        return alarm

    def _jump(self, timeout: float | None) -> None:
        """Go on to the next alarm, or to the end of the first nap that finds something to do."""
        if timeout is not None and timeout <= 0:
            return
        alarm = math.inf if timeout is None else self.now + timeout
        self._naps = [nap for nap in self._naps if not nap.alarm.cancelled()]
        self._watch()
        ends = [nap.end(self.now) for nap in self._naps]
        nearest = min(alarm, *ends) if ends else alarm
        if nearest == math.inf:
            self._rest()
            return
        self.now = nearest
        self._wake([nap for nap, end in zip(self._naps, ends, strict=True) if end <= nearest])

    def _wake(self, naps: list[_Nap]) -> None:
        for nap in naps:
            self._naps.remove(nap)
            self.call_soon(nap.work, context=nap.context)

    def _start(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, T] | Generator[Any, None, T],
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        task = _Numbered(next(self._numbers), work, loop, context)
        kept = TASKS.get() if context is None else context.get(TASKS)
        if kept is not None:
            if len(kept) > _MANY:
                kept[:] = [one for one in kept if not one.done()]
            kept.append(task)
        return task


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
