"""One thread, one connection: whatever is waiting is committed together, so a commit costs the batch, not the row."""

import asyncio
import contextlib
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from app.errors import Unavailable

T = TypeVar("T")
_MOST = 200  # operations in one transaction
_TRIES = 5  # of an operation that collides with another process's
_PATIENCE = 8.0  # seconds; longer than the time limits that the database is given, for when it cannot even keep those

_log = structlog.get_logger("app.store")


@dataclass(frozen=True, slots=True)
class _Job:
    operation: Callable[[Connection], Any]
    future: "asyncio.Future[Any]"


class Writer:
    """Runs operations in the order given; one that fails on its own data does not fail its neighbours."""

    def __init__(self, engine: Engine, patience: float = _PATIENCE) -> None:
        self._engine = engine
        self._patience = patience
        self._began: float | None = None  # when the transaction under way began, on the monotonic clock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """What ``operation`` returns, once it is committed.

        The operation may run twice, so it must do nothing but talk to the database. Raises IntegrityError when its
        own data is refused, Unavailable when the database cannot be reached or written, or stands still: what was asked
        for may then be done all the same, as when a connection breaks during a commit.
        """
        if not self._thread.is_alive():
            raise Unavailable
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(operation, future))
        try:
            async with asyncio.timeout(self._patience - self._busy_for()):
                return await future
        except TimeoutError as error:
            raise _translated(error) from None

    def close(self) -> None:
        """Finish what is queued, then let the connection go. Blocks."""
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _busy_for(self) -> float:
        """Seconds since the transaction under way began: who comes late to one that stands still hears so sooner."""
        began = self._began
        return 0 if began is None else time.monotonic() - began

    def _work(self) -> None:
        while True:
            jobs, last = self._waiting()
            if jobs:
                self._began = time.monotonic()
                _answer(jobs, self._commit(jobs))
                self._began = None
            if last:
                return

    def _waiting(self) -> tuple[list[_Job], bool]:
        """Every job that is there now (at least one, unless it is time to stop), and whether it was the last."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _MOST or self._jobs.empty():
                return jobs, False
            job = self._jobs.get()
        return jobs, True

    def _commit(self, jobs: list[_Job]) -> list[Any]:
        """One result or exception for each job: all in one transaction, or else each in its own."""
        try:
            return self._transact(jobs)
        except Exception as error:  # the thread must outlive whatever an operation does
            down = _is_down(error)
            return [_translated(error) if down else self._commit_alone(job) for job in jobs]

    def _commit_alone(self, job: _Job) -> Any:
        for _ in range(_TRIES):
            try:
                return self._transact([job])[0]
            except Exception as error:
                if not _collided(error):
                    return _translated(error)
        return Unavailable()

    def _transact(self, jobs: list[_Job]) -> list[Any]:
        with self._engine.begin() as connection:
            return [job.operation(connection) for job in jobs]


def _is_down(error: Exception) -> bool:
    """Whether the database is at fault, rather than one operation of the batch."""
    return isinstance(error, OperationalError | InterfaceError) and not _collided(error)


def _collided(error: Exception) -> bool:
    """Whether another process's transaction was in the way, and the same operation may well succeed now."""
    # https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization failure, deadlock detected
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40001", "40P01")


def _translated(error: Exception) -> Exception:
    if isinstance(error, IntegrityError) or not isinstance(error, SQLAlchemyError | TimeoutError):
        return error
    # The driver's words can hold values of the statement; the class says enough.
    _log.error("store_failed", error=type(error).__name__, cause=type(getattr(error, "orig", None)).__name__)
    return Unavailable()


def _answer(jobs: list[_Job], results: list[Any]) -> None:
    by_loop = defaultdict(list)
    for job, result in zip(jobs, results, strict=True):
        by_loop[job.future.get_loop()].append((job.future, result))
    for loop, answers in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, answers)


def _settle(answers: list[tuple["asyncio.Future[Any]", Any]]) -> None:
    for future, result in answers:
        if future.done():  # the waiter was cancelled; the operation stands all the same
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
