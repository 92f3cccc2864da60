"""The one writer of a process, when the database does not play along."""

import asyncio
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert

from app.errors import Unavailable
from app.store import migrate_store
from app.store.engine import open_engine
from app.store.table import events
from app.store.writer import Writer


async def test_nobody_waits_for_a_database_that_stands_still(tmp_path: Path) -> None:
    """What was asked for is done when it moves again; whoever asked has been told that nothing is certain."""
    moves, done = threading.Event(), threading.Event()

    def operation(_connection: Connection) -> None:
        moves.wait()
        done.set()

    writer = Writer(
        open_engine(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}")), journal=insert(events), patience=0.05
    )
    try:
        with pytest.raises(Unavailable):
            await writer.run(operation)
        assert not done.is_set()
    finally:
        moves.set()
        writer.close()
    assert await asyncio.to_thread(done.wait, 30)


async def test_what_is_refused_at_once_is_not_done_later(tmp_path: Path) -> None:
    """A visitor who was told 503 by a database that stands still may change the form and send another."""
    stands, moves, late = threading.Event(), threading.Event(), []
    engine = open_engine(SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}"))
    writer = Writer(engine, journal=insert(events), patience=0.05)

    def stand_still(_: Connection) -> None:
        stands.set()
        moves.wait()

    try:
        with pytest.raises(Unavailable):
            await writer.run(stand_still)
        await asyncio.to_thread(stands.wait)  # the thread may have begun long after it was told to
        await asyncio.sleep(0.06)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await writer.run(lambda _: late.append(1))
    finally:
        moves.set()
        await asyncio.to_thread(writer.close)
    assert late == []


async def test_reading_locks_nobody_out(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path / 'gateway.db'}")
    migrate_store(url)
    desk, gateway = Writer(open_engine(url), journal=insert(events)), Writer(open_engine(url), journal=insert(events))
    reading, written = threading.Event(), threading.Event()

    def read(connection: Connection) -> bool:
        connection.exec_driver_sql("SELECT count(*) FROM submissions").scalar()
        reading.set()
        return written.wait(30)

    export = asyncio.create_task(desk.read(read))
    await asyncio.to_thread(reading.wait)
    await gateway.run(lambda connection: connection.exec_driver_sql("DELETE FROM submissions"))
    written.set()
    assert await export
    for writer in (desk, gateway):
        await asyncio.to_thread(writer.close)
