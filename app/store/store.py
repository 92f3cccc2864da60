"""What can be done with submissions on disk. Every method returns after its commit, or raises Unavailable."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Engine, Select, Update, select, text
from sqlalchemy.exc import IntegrityError

from app.errors import Unavailable
from app.store.statements import (
    BY_KEY,
    BY_REFERENCE,
    CLAIM_DUE,
    CLAIM_NAMED,
    EXPIRED,
    FREE_KEY,
    PURGE,
    SAVE,
    in_states,
)
from app.store.table import from_row, submissions, to_row
from app.store.writer import Writer
from app.submissions import FINAL, State, Submission

_t = submissions.c


class InFlight(Exception):
    """Another sign-up with the same e-mail address is being sent or looked up; wait for that one."""


class Store:
    """The submissions of all sites, on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        # Both dialects have it, and nobody needs both in memory.
        dialect = import_module(f"sqlalchemy.dialects.{engine.dialect.name}")
        self._insert = dialect.insert(submissions).on_conflict_do_nothing().returning(_t.reference)
        self._writer = Writer(engine)

    def close(self) -> None:
        """Finish what is queued and close. Blocks until the last commit."""
        self._writer.close()

    async def ping(self) -> None:
        """Return when the database answers. Raises Unavailable."""
        await self._writer.run(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def earlier(self, submission: Submission) -> Submission | None:
        """The submission on disk that answers for this site and key, if there is one."""
        key = {"of_site": submission.site, "of_key": submission.key}
        found = await self._writer.run(lambda connection: _one(connection, BY_KEY, key))
        return None if found is None or _key_is_free_again(found, submission.created_at) else found

    async def accept(self, submission: Submission) -> tuple[Submission, bool]:
        """The row now on disk for this site and key, and whether it is this submission (or an earlier one)."""

        def operation(connection: Connection) -> tuple[Submission, bool]:
            key = {"of_site": submission.site, "of_key": submission.key}
            # A third time when another replica, in this very moment, renews the same key.
            for _ in range(3):
                if connection.execute(self._insert, to_row(submission)).first() is not None:
                    return submission, True
                earlier = from_row(connection.execute(BY_KEY, key).one())
                if not _key_is_free_again(earlier, submission.created_at):
                    return earlier, False
                # A freed key becomes the reference: as unique as the key was, and never a key, for those are longer.
                connection.execute(FREE_KEY, {"named": earlier.reference})
            raise Unavailable

        return await self._writer.run(operation)

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        """Lease the named submission, or else the one longest due; None when there is none free to send.

        A submission is not free while another with the same e-mail address is in flight.
        """
        statement, which = (CLAIM_DUE, {"due": now}) if reference is None else (CLAIM_NAMED, {"named": reference})
        values = {"now": now, "until": lease_until, **which}
        try:
            return await self._writer.run(lambda connection: _one(connection, statement, values))
        except IntegrityError:  # another replica claimed the same address in this very moment
            return None

    async def save(self, before: Submission, after: Submission) -> bool:
        """Replace ``before`` by ``after``, unless somebody else changed it meanwhile (then False). Raises InFlight."""
        values = {**to_row(after), "named": before.reference, "was": before.state, "held": before.lease}
        try:
            return await self._writer.run(lambda connection: connection.execute(SAVE, values).rowcount == 1)
        except IntegrityError:
            raise InFlight from None

    async def find(self, reference: str) -> Submission | None:
        """The submission of this name."""
        return await self._writer.run(lambda connection: _one(connection, BY_REFERENCE, {"named": reference}))

    async def expired(self, now: float, most: int = 100) -> list[Submission]:
        """Submissions whose lease ran out: the attempt that held them died."""
        return await self._many(EXPIRED, {"now": now, "most": most})

    async def newest(self, states: Iterable[State] = (), site: str | None = None, most: int = 50) -> list[Submission]:
        """At most ``most`` submissions, newest first, of these states (all when empty) and this site."""
        statement = select(submissions).order_by(_t.created_at.desc(), _t.reference).limit(most)
        if wanted := list(states):
            statement = statement.where(in_states(_t.state, wanted))
        if site is not None:
            statement = statement.where(_t.site == site)
        return await self._many(statement, {})

    async def purge(self, site: str, older_than: float, most: int = 500) -> int:
        """Delete at most ``most`` of what is finished or held and last changed before ``older_than``; how many."""
        which = {"of_site": site, "older_than": older_than, "most": most}
        return await self._writer.run(lambda connection: connection.execute(PURGE, which).rowcount)

    async def _many(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> list[Submission]:
        return await self._writer.run(
            lambda connection: [from_row(row) for row in connection.execute(statement, values)]
        )


def _key_is_free_again(earlier: Submission, now: float) -> bool:
    return earlier.key_expires_at is not None and earlier.key_expires_at <= now and earlier.state in FINAL


def _one(
    connection: Connection, statement: Select[*tuple[Any, ...]] | Update, values: Mapping[str, object]
) -> Submission | None:
    row = connection.execute(statement, values).one_or_none()
    return None if row is None else from_row(row)
