"""What can be done with submissions on disk. Every method returns after its commit, or raises Unavailable."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Select, Update, delete, exists, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.store.table import from_row, submissions, to_row
from app.store.writer import Writer
from app.submissions import CLAIMABLE, FINAL, IN_FLIGHT, State, Submission

_t = submissions.c


class InFlight(Exception):
    """Another sign-up with the same e-mail address is being sent or looked up; wait for that one."""


class Store:
    """The submissions of all sites, on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        self._insert = insert(submissions).on_conflict_do_nothing().returning(_t.reference)
        self._writer = Writer(engine)

    def close(self) -> None:
        """Finish what is queued and close. Blocks until the last commit."""
        self._writer.close()

    async def ping(self) -> None:
        """Return when the database answers. Raises Unavailable."""
        await self._writer.run(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def earlier(self, submission: Submission) -> Submission | None:
        """The submission on disk that answers for this site and key, if there is one."""
        statement = _by_key(submission)
        found = await self._writer.run(lambda connection: _one(connection, statement))
        return None if found is None or _key_is_free_again(found, submission.created_at) else found

    async def accept(self, submission: Submission) -> tuple[Submission, bool]:
        """The row now on disk for this site and key, and whether it is this submission (or an earlier one)."""

        def operation(connection: Connection) -> tuple[Submission, bool]:
            if self._inserted(connection, submission):
                return submission, True
            earlier = from_row(connection.execute(_by_key(submission)).one())
            if not _key_is_free_again(earlier, submission.created_at):
                return earlier, False
            # The reference is as unique as the key was, and can never be a key: those are longer.
            connection.execute(_update(earlier).values(key=earlier.reference, key_expires_at=None))
            self._inserted(connection, submission)
            return submission, True

        return await self._writer.run(operation)

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        """Lease the named submission, or else the one longest due; None when there is none free to send.

        A submission is not free while another with the same e-mail address is in flight.
        """
        statement = _claim(now, lease_until, reference)
        try:
            return await self._writer.run(lambda connection: _one(connection, statement))
        except IntegrityError:  # another replica claimed the same address in this very moment
            return None

    async def save(self, before: Submission, after: Submission) -> bool:
        """Replace ``before`` by ``after``, unless somebody else changed it meanwhile (then False). Raises InFlight."""
        unchanged = (_t.state == before.state) & (_t.lease == before.lease)
        statement = _update(before).where(unchanged)
        try:
            return await self._writer.run(lambda connection: connection.execute(statement, to_row(after)).rowcount == 1)
        except IntegrityError:
            raise InFlight from None

    async def find(self, reference: str) -> Submission | None:
        """The submission of this name."""
        statement = select(submissions).where(_t.reference == reference)
        return await self._writer.run(lambda connection: _one(connection, statement))

    async def expired(self, now: float, most: int = 100) -> list[Submission]:
        """Submissions whose lease ran out: the attempt that held them died."""
        statement = select(submissions).where(_t.state == State.SENDING, _t.lease_until <= now).limit(most)
        return await self._many(statement)

    async def newest(
        self, states: Iterable[State] = (), site: str | None = None, most: int = 50, before: float | None = None
    ) -> list[Submission]:
        """At most ``most`` submissions, newest first, of these states (all when empty) and this site."""
        statement = select(submissions).order_by(_t.created_at.desc(), _t.reference).limit(most)
        if wanted := list(states):
            statement = statement.where(_t.state.in_(wanted))
        if site is not None:
            statement = statement.where(_t.site == site)
        if before is not None:
            statement = statement.where(_t.created_at < before)
        return await self._many(statement)

    async def purge(self, site: str, older_than: float, most: int = 500) -> int:
        """Delete finished submissions of a site last changed before ``older_than``; how many, at most ``most``."""
        old = (_t.site == site) & _t.state.in_(FINAL) & (_t.updated_at < older_than)
        statement = delete(submissions).where(_t.reference.in_(select(_t.reference).where(old).limit(most)))
        return await self._writer.run(lambda connection: connection.execute(statement).rowcount)

    async def _many(self, statement: Select[*tuple[Any, ...]]) -> list[Submission]:
        return await self._writer.run(lambda connection: [from_row(row) for row in connection.execute(statement)])

    def _inserted(self, connection: Connection, submission: Submission) -> bool:
        return connection.execute(self._insert, to_row(submission)).first() is not None


def _by_key(submission: Submission) -> Select[*tuple[Any, ...]]:
    return select(submissions).where(_t.site == submission.site, _t.key == submission.key)


def _key_is_free_again(earlier: Submission, now: float) -> bool:
    return earlier.key_expires_at is not None and earlier.key_expires_at <= now and earlier.state in FINAL


def _update(submission: Submission) -> Update:
    return update(submissions).where(_t.reference == submission.reference)


def _claim(now: float, lease_until: float, reference: str | None) -> Update:
    other = submissions.alias("other")
    in_flight = exists().where(
        other.c.address == _t.address, other.c.reference != _t.reference, other.c.state.in_(IN_FLIGHT)
    )
    free = select(_t.reference).where(_t.state.in_(CLAIMABLE), ~in_flight)
    if reference is None:
        free = free.where(_t.due_at <= now).order_by(_t.due_at).limit(1)
    else:
        free = free.where(_t.reference == reference)
    chosen = free.with_for_update(skip_locked=True).scalar_subquery()
    leased = {"state": State.SENDING, "lease": _t.lease + 1, "lease_until": lease_until, "updated_at": now}
    return update(submissions).where(_t.reference == chosen).values(leased).returning(*submissions.c)


def _one(connection: Connection, statement: Select[*tuple[Any, ...]] | Update) -> Submission | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else from_row(row)
