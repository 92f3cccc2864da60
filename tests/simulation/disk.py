"""The one database of all replicas."""

import math
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import SecretStr
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.store import Store
from app.store.engine import open_engine
from app.store.migrate import migrate
from app.store.table import from_row, submissions
from app.submissions import CLAIMABLE, FINAL, IN_FLIGHT, State, Submission

T = TypeVar("T")


def _listed(states: tuple[State, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


# When a worker will find something to do, and how many rows have kept personal data too long or lost it too early.
_LOOK: Final = f"""
    SELECT (
        SELECT min(at) FROM (
            SELECT min(due_at) AS at FROM submissions AS mine WHERE state IN {_listed(CLAIMABLE)} AND NOT EXISTS (
                SELECT 1 FROM submissions AS other WHERE other.address = mine.address
                AND other.reference <> mine.reference AND other.state IN {_listed(IN_FLIGHT)})
            UNION ALL SELECT min(lease_until) FROM submissions WHERE state = '{State.SENDING}')
    ), (SELECT count(*) FROM submissions WHERE (payload IS NULL) <> (state IN {_listed(FINAL)}))
"""  # noqa: S608 - the states are ours


class Disk:
    """The database, in a file of ``folder``; emptied for each run, because making one takes longer than a run."""

    def __init__(self, folder: Path) -> None:
        file = folder / "simulation.db"
        self.engine = open_engine(SecretStr(f"sqlite:///{file}"))
        event.listen(self.engine, "connect", _never_mind_the_power)
        migrate(self.engine)
        self.pattern = Store(self.engine)
        self.pattern.close()  # its writer's thread is not needed; the engine connects again by itself
        self._eye = sqlite3.connect(file, isolation_level=None)
        self._seen: tuple[float, int] | None = None

    def wipe(self) -> None:
        """Forget every submission."""
        self.commit(lambda connection: connection.execute(submissions.delete()).rowcount)

    def close(self) -> None:
        """Let the connections go."""
        self._eye.close()
        self.engine.dispose()

    def commit(self, operation: Callable[[Connection], T]) -> T:
        """What ``operation`` returns, once it is committed."""
        self._seen = None
        with self.engine.begin() as connection:
            return operation(connection)

    def rows(self) -> list[Submission]:
        """Every submission, oldest first."""
        with self.engine.begin() as connection:
            return [from_row(row) for row in connection.execute(submissions.select().order_by("created_at"))]

    def next_due(self) -> float:
        """When a worker will find something to do, as rows stand; infinity when never."""
        return self._look()[0]

    def misfiled(self) -> int:
        """How many rows have kept personal data too long, or lost it too early."""
        return self._look()[1]

    def _look(self) -> tuple[float, int]:
        if self._seen is None:
            due, misfiled = self._eye.execute(_LOOK).fetchone()
            self._seen = math.inf if due is None else due, misfiled
        return self._seen


def _never_mind_the_power(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")
