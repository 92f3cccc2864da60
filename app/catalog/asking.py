"""``Asker`` and ``Kept``: what WHMCS says beside sign-ups, asked seldom, once for everybody, and never in their way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from app.slots import Slots
from app.whmcs import Breaker, Rejected, Unavailable, Whmcs, WhmcsError

FRESH = 300.0  # seconds for which what WHMCS said is used without asking again
AGAIN = 30.0  # seconds after which WHMCS is asked again when it did not answer
PATIENCE = 10.0  # seconds that WHMCS has for its answer, and as many to wait for a turn and for a slot before

_log = structlog.get_logger("app.catalog")
T = TypeVar("T")
Question = Callable[[Whmcs], Awaitable[T]]


class Asker:
    """Asks WHMCS ``at_once`` so many questions. Each takes a slot which sign-ups can do without, and none is asked
    while ``breaker`` is open."""

    def __init__(self, *, whmcs: Whmcs, breaker: Breaker, slots: Slots, at_once: int = 100) -> None:
        self._whmcs = whmcs
        self._breaker = breaker
        self._slots = slots
        self._turns = asyncio.Semaphore(at_once)

    def few(self, at_once: int) -> "Asker":
        """The same, which asks only so many questions at once."""
        return Asker(whmcs=self._whmcs, breaker=self._breaker, slots=self._slots, at_once=at_once)

    async def ask(self, question: Question[T]) -> T:
        """The answer. Raises WhmcsError, and TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            await self._turns.acquire()
        try:
            return await self._ask(question)
        finally:
            self._turns.release()

    async def _ask(self, question: Question[T]) -> T:
        if self._breaker.open:
            raise Unavailable(self._breaker.reason)
        slot = await self._slots.take_for_backlog(PATIENCE)
        if slot is None:
            raise Unavailable("no_slot")
        try:
            async with asyncio.timeout(PATIENCE):
                return await question(self._whmcs)
        finally:
            slot.free()


class Kept(Generic[T]):
    """The last answer to one question, which is asked again, while somebody wants to know, once it is not ``fresh``."""

    def __init__(
        self, question: Question[T], *, asker: Asker, clock: Callable[[], float], fresh: float = FRESH
    ) -> None:
        self._question = question
        self._asker = asker
        self._clock = clock
        self._fresh = fresh
        self._answer: T | None = None
        self._as_of = self._due = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    @property
    def age(self) -> float:
        """Seconds since WHMCS gave the last answer."""
        return self._clock() - self._as_of

    @property
    def due_in(self) -> float:
        """Seconds until WHMCS may be asked again."""
        return self._due - self._clock()

    async def latest(self, *, at_most: float, patience: float) -> T | None:
        """An answer of ``at_most`` so many seconds: the one at hand, or the one that comes within ``patience``."""
        if self.due_in <= 0:
            self._due = self._clock() + AGAIN + 3 * PATIENCE  # by then the question has ended in one way or the other
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None and self.age >= at_most:
            await asyncio.wait({self._asking}, timeout=patience)
        return self.at_hand(at_most)

    def at_hand(self, at_most: float) -> T | None:
        """The last answer, if it is of ``at_most`` so many seconds."""
        return self._answer if self.age < at_most else None

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask(self) -> None:
        try:
            self._answer = await self._asker.ask(self._question)
        except (WhmcsError, TimeoutError) as error:
            self._due = self._clock() + AGAIN
            reason = error.reason if isinstance(error, WhmcsError) else "timeout"
            command = error.detail if isinstance(error, Rejected) else None
            _log.warning("catalog_not_renewed", reason=reason, detail=command)
        else:
            self._as_of = self._clock()
            self._due = self._as_of + self._fresh
