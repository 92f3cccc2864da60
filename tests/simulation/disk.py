"""The one database of all replicas."""

import math
import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Column, Connection, MetaData, StaticPool, Table, create_engine, select

from app.store import Store
from app.store.migrate import migrate
from app.store.table import Event, events, from_row, offers, submissions
from app.submissions import CLAIMABLE, FINAL, IN_FLIGHT, State, Submission

T = TypeVar("T")


def _listed(states: tuple[State, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


_BUSY: Final = f"""SELECT 1 FROM submissions AS other WHERE other.address = mine.address
    AND other.reference <> mine.reference AND other.state IN {_listed(IN_FLIGHT)}"""  # noqa: S608 - the states are ours
_LOOK: Final = f"""
    SELECT
        (SELECT min(due_at) FROM submissions AS mine WHERE state IN {_listed(CLAIMABLE)} AND NOT EXISTS ({_BUSY})),
        (SELECT min(created_at) FROM submissions WHERE state IN {_listed(CLAIMABLE)}),
    (SELECT min(lease_until) FROM submissions WHERE state = '{State.SENDING}'),
        (SELECT min(updated_at) FROM submissions WHERE state IN {_listed((*FINAL, State.HELD))}),
        (SELECT count(*) FROM submissions WHERE (payload IS NULL) <> (state IN {_listed(FINAL)}))
"""  # noqa: S608


_graveyard = Table("graveyard", MetaData(), *(Column(column.name, column.type) for column in submissions.columns))
# What the transaction that stores it takes back, for its offer is used up, was never there, and has no event.
_BURY: Final = f"""
    CREATE TRIGGER bury AFTER DELETE ON submissions
    WHEN EXISTS (SELECT 1 FROM events WHERE reference = OLD.reference) BEGIN
        INSERT INTO graveyard VALUES ({", ".join(f"OLD.{column.name}" for column in submissions.columns)});
    END
"""  # noqa: S608


class Outlook(NamedTuple):
    """What there is to find, as rows stand; times in seconds since the epoch, infinity when there is nothing."""

    due: float  # a submission can be claimed
    eldest: float  # a submission that can be claimed was taken
    lease: float  # an attempt is taken for dead
    oldest: float  # the last change of what is only kept
    misfiled: float  # rows that have kept personal data too long, or lost it too early


class Disk:
    """The database, in memory: a process that dies here takes nothing with it. Emptied for each run, not made anew."""

    def __init__(self) -> None:
        # Python's own transactions are off: one connection, and ``commit`` says where each of them begins and ends.
        self._file = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        engine = create_engine("sqlite://", creator=lambda: self._file, poolclass=StaticPool)
        migrate(engine)
        _graveyard.create(engine)
        self._file.execute(_BURY)
        self.pattern = Store(create_engine("sqlite://"))
        self.pattern.close()  # its writer's thread is not needed
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._seen: Outlook | None = None

    def wipe(self) -> None:
        """Forget every submission, those that were purged too."""
        for table in (submissions, events, offers, _graveyard):
            self._connection.execute(table.delete())
        self._seen = None

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
        self._file.close()

    def commit(self, operation: Callable[[Connection], T]) -> T:
        """What ``operation`` returns, once it is committed."""
        self._seen = None
        self._file.execute("BEGIN")
        try:
            result = operation(self._connection)
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
        return result

    def rows(self) -> list[Submission]:
        """Every submission, oldest first."""
        return self._all(submissions)

    def purged(self) -> list[Submission]:
        """Every submission that was deleted, as it was then."""
        return self._all(_graveyard)

    def _all(self, table: Table) -> list[Submission]:
        return [from_row(row) for row in self._connection.execute(table.select().order_by("created_at"))]

    def events(self) -> list[Event]:
        """Every event that is kept, in order."""
        columns = [column for column in events.c if column is not events.c.number]
        return [Event(*row) for row in self._connection.execute(select(*columns).order_by(events.c.number))]

    def used(self) -> dict[str, int]:
        """How often each offer was used, as far as that is counted."""
        return {name: used for name, used, _ in self._connection.execute(select(offers))}

    def outlook(self) -> Outlook:
        """What workers would find."""
        if self._seen is None:
            self._seen = Outlook(*(math.inf if at is None else at for at in self._file.execute(_LOOK).fetchone()))
        return self._seen
