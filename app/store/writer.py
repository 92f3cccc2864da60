"""One thread, one connection: whatever is waiting is committed together, so a commit costs the batch, not the row.

What is asked for in one round of the event loop goes to the thread together, too: to wake it costs more than a row.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Insert
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from app.errors import Unavailable

T = TypeVar("T")
_ENOUGH = 200  # operations for one transaction
_TRIES = 5  # of an operation that collides with another process's
_PATIENCE = 8.0  # seconds; longer than the time limits that the database is given, for when it cannot even keep those

_log = structlog.get_logger("app.store")


@dataclass(frozen=True, slots=True)
class _Job:
    operation: Callable[[Connection], Any]
    future: "asyncio.Future[Any]"
    reads: bool


@dataclass(slots=True, eq=False)
class _Batch:
    loop: asyncio.AbstractEventLoop
    jobs: list[_Job] = field(default_factory=list)
    alarm: asyncio.TimerHandle | None = None


class Writer:
    """Runs operations in the order given; one that fails on its own data does not fail its neighbours.

    What they ``note`` is written by ``journal``, an insert, once for all of them.
    """

    def __init__(self, engine: Engine, journal: Insert, patience: float = _PATIENCE) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reads=True)
        self._journal = journal
        self._notes: list[dict[str, Any]] = []
        self._patience = patience
        self.failed = False  # whether something could not be written, since somebody last found that it can
        self._began: float | None = None  # when the transaction under way began, on the monotonic clock
        self._gathering: _Batch | None = None
        self._batches: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """What ``operation`` returns, once it is committed.

        The operation may run twice, so it must do nothing but talk to the database. Raises IntegrityError when its
        own data is refused, Unavailable when the database cannot be reached or written, or stands still: what was asked
        for may then be done all the same, as when a connection breaks during a commit.
        """
        return await self._enqueue(operation, reads=False)

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """The same for an operation that changes nothing, and so need not keep others from writing."""
        return await self._enqueue(operation, reads=True)

    async def _enqueue(self, operation: Callable[[Connection], T], *, reads: bool) -> T:
        if not self._thread.is_alive() or self._busy_for() >= self._patience:
            raise Unavailable  # and nothing is queued that nobody would hear of
        loop = asyncio.get_running_loop()
        batch = self._gathering
        if batch is None or batch.loop is not loop:
            batch = self._gathering = _Batch(loop)
            loop.call_soon(self._hand_over, batch)
        future: asyncio.Future[T] = loop.create_future()
        batch.jobs.append(_Job(operation, future, reads))
        return await future

    def note(self, row: dict[str, Any]) -> None:
        """Add a row to the journal. For operations, which have the transaction to themselves."""
        self._notes.append(row)

    def close(self) -> None:
        """Finish what is queued, then let the connection go. Blocks; not for a database that stands still."""
        self._batches.put(None)
        self._thread.join(self._patience)
        if not self._thread.is_alive():
            self._engine.dispose()

    def _hand_over(self, batch: _Batch) -> None:
        if self._gathering is batch:
            self._gathering = None
        # Who comes late to a transaction that stands still hears so sooner.
        batch.alarm = batch.loop.call_later(self._patience - self._busy_for(), _give_up, batch)
        self._batches.put(batch)

    def _busy_for(self) -> float:
        began = self._began
        return 0 if began is None else time.monotonic() - began

    def _work(self) -> None:
        while True:
            batches, last = self._waiting()
            if batches:
                self._began = time.monotonic()
                jobs = [job for batch in batches for job in batch.jobs]
                results = self._commit(jobs)
                self._began = None
                if _is_unwritten(jobs, results):
                    self.failed = True
                answers = iter(results)
                for batch in batches:
                    _answer(batch, list(islice(answers, len(batch.jobs))))
            if last:
                return

    def _waiting(self) -> tuple[list[_Batch], bool]:
        """Every batch that is there now (at least one, unless it is time to stop), and whether it was the last."""
        batches: list[_Batch] = []
        batch = self._batches.get()
        while batch is not None:
            batches.append(batch)
            if sum(len(one.jobs) for one in batches) >= _ENOUGH or self._batches.empty():
                return batches, False
            batch = self._batches.get()
        return batches, True

    def _commit(self, jobs: list[_Job]) -> list[Any]:
        """One result or exception for each job: all in one transaction, or else each in its own."""
        try:
            return self._transact(jobs)
        except Exception as error:  # the thread must outlive whatever an operation does
            if not _is_down(error):
                return [self._commit_alone(job) for job in jobs]
            _translated(error)  # told once, not by each of them
            return [Unavailable() for _ in jobs]

    def _commit_alone(self, job: _Job) -> Any:
        for _ in range(_TRIES):
            try:
                return self._transact([job])[0]
            except Exception as error:
                if not _collided(error):
                    return _translated(error)
        return Unavailable()

    def _transact(self, jobs: list[_Job]) -> list[Any]:
        engine = self._reading if all(job.reads for job in jobs) else self._engine
        with engine.begin() as connection:
            return self._apply(connection, [job.operation for job in jobs])

    def _apply(self, connection: Connection, operations: Iterable[Callable[[Connection], Any]]) -> list[Any]:
        self._notes = []
        results = [operation(connection) for operation in operations]
        if self._notes:
            connection.execute(self._journal, self._notes)
        return results


def _is_unwritten(jobs: list[_Job], results: list[Any]) -> bool:
    """Whether something that was to be written may not be."""
    return any(isinstance(result, Unavailable) for job, result in zip(jobs, results, strict=True) if not job.reads)


def _is_down(error: Exception) -> bool:
    """Whether the database is at fault, rather than one operation of the batch."""
    return isinstance(error, OperationalError | InterfaceError) and not _collided(error)


def _collided(error: Exception) -> bool:
    """Whether another process's transaction was in the way, and the same operation may well succeed now."""
    # https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization failure, deadlock detected
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40001", "40P01")


def _translated(error: Exception) -> Exception:
    if isinstance(error, IntegrityError) or not isinstance(error, SQLAlchemyError):
        return error
    # The driver's words can hold values of the statement; the class says enough.
    _log.error("store_failed", error=type(error).__name__, cause=type(getattr(error, "orig", None)).__name__)
    return Unavailable()


def _answer(batch: _Batch, results: list[Any]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
        batch.loop.call_soon_threadsafe(_settle, batch, results)


def _settle(batch: _Batch, results: list[Any]) -> None:
    if batch.alarm is not None:
        batch.alarm.cancel()
    for job, result in zip(batch.jobs, results, strict=True):
        if job.future.done():  # the waiter was cancelled, or told that nothing is certain; the operation stands
            continue
        if isinstance(result, Exception):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)


def _give_up(batch: _Batch) -> None:
    _log.error("store_failed", error="stands_still", cause="database")
    _settle(batch, [Unavailable() for _ in batch.jobs])
