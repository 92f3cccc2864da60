"""The one writer of a process, when the database does not play along."""

import threading
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert

from app.errors import Unavailable
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
    assert done.is_set()
