"""The way of one process to the database: the real store over a writer whose commits are events of the loop."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from app.errors import Unavailable
from app.store import Store
from app.store.table import events
from app.store.writer import Writer
from app.submissions import Submission
from tests.simulation.disk import Disk
from tests.simulation.odds import Odds
from tests.simulation.story import Story

T = TypeVar("T")
_SLOW: Final = 10.0  # seconds that no database takes


class Life(Protocol):
    """As much of a process as its writer needs to know."""

    name: str
    alive: bool
    odds: Odds
    story: Story

    def die(self, where: str) -> None:
        """Everything that the process has in memory is gone, from now on."""


class VirtualWriter(Writer):
    """In the order given, like the real one; the seed may strike around each commit."""

    def __init__(self, disk: Disk, life: Life) -> None:
        self._journal = insert(events)
        self._disk = disk
        self._life = life
        self._last = 0.0

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """As the real one. An operation stands although its waiter was cancelled, unless the process died first."""
        if not self._life.alive:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[T] = loop.create_future()
        self._last = max(self._last + 1e-6, loop.time() + self._life.odds.disk_seconds())
        loop.call_at(self._last, self._perform, operation, answered)
        return await answered

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """As the real one: in its turn."""
        return await self.run(operation)

    def close(self) -> None:
        """Nothing to finish."""

    def _perform(self, operation: Callable[[Connection], T], answered: "asyncio.Future[T]") -> None:
        odds, loop = self._life.odds, asyncio.get_running_loop()
        if not self._life.alive:
            return
        if odds.crashes():
            self._life.die("just before a commit")
            return
        result: T | Exception = Unavailable()
        if not odds.disk_fails(loop.time()):
            result = self._committed(operation)
            if odds.disk_fails(loop.time()):
                self._life.story.tell("does not hear of its commit", self._life.name)
                result = Unavailable()
        if odds.crashes():
            self._life.die("just after a commit")
            return
        seconds = odds.answer_seconds()
        if seconds > _SLOW:
            self._life.story.tell(f"freezes for {seconds:.0f} s before it reads the answer", self._life.name)
        loop.call_later(seconds, _settle, answered, result)

    def _committed(self, operation: Callable[[Connection], T]) -> T | Exception:
        try:
            result: T = self._disk.commit(lambda connection: self._apply(connection, [operation])[0])
        except IntegrityError as error:
            return error
        if shown := _shown(result):
            self._life.story.tell(f"commits: {shown}", self._life.name)
        return result


class VirtualStore(Store):
    """The real store of one process, but for its writer; and a worker's look that would find nothing costs nothing."""

    def __init__(self, disk: Disk, life: Life) -> None:
        vars(self).update(vars(disk.pattern))
        self._disk = disk
        self._writer = VirtualWriter(disk, life)

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        """As the real one."""
        if reference is None and self._disk.outlook().due > now:
            return None
        return await super().claim(now, lease_until, reference)

    async def expired(self, now: float, most: int = 100) -> list[Submission]:
        """As the real one."""
        return await super().expired(now, most) if self._disk.outlook().lease <= now else []

    async def aged(self, now: float, born_before: float, most: int = 100) -> list[Submission]:
        """As the real one."""
        return await super().aged(now, born_before, most) if self._disk.outlook().eldest <= born_before else []

    async def purge(self, site: str, older_than: float, most: int = 500) -> int:
        """As the real one."""
        return await super().purge(site, older_than, most) if self._disk.outlook().oldest < older_than else 0

    async def empty_log(self) -> bool:
        """Nothing is looked for in it."""
        return True


def _shown(result: object) -> str:
    match result:
        case Submission():
            return f"{result.reference} {result.state} lease {result.lease}"
        case (Submission() as submission, is_new):
            return f"{_shown(submission)}, {'new' if is_new else 'known'}"
        case [*expired]:
            return ", ".join(map(_shown, expired))
        case bool():
            return "saved" if result else "nothing, for the row has changed"
    return ""


def _settle(answered: "asyncio.Future[T]", result: T | Exception) -> None:
    if answered.done():  # the waiter was cancelled
        return
    if isinstance(result, Exception):
        answered.set_exception(result)
    else:
        answered.set_result(result)
