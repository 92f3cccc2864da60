"""What operators and monitoring ask of the submissions on disk, and how keys are changed under them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, LargeBinary, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.store.statements import COUNTS, FORGET, FORGET_EVENTS, TIMELINE, in_states
from app.store.table import Event, from_row, secrets, submissions
from app.store.writer import Writer
from app.submissions import IN_FLIGHT, UNFINISHED, State, Submission

_t = submissions.c
_SECRET = select(secrets.c.sealed).where(secrets.c.name == bindparam("called"))
_RESEAL_SECRET = (
    update(secrets)
    .where(secrets.c.name == bindparam("called"), secrets.c.sealed == bindparam("was", type_=LargeBinary))
    .values(sealed=bindparam("now_sealed", type_=LargeBinary))
)
_RESEAL = (
    update(submissions)
    .where(_t.reference == bindparam("named"), _t.payload == bindparam("was", type_=LargeBinary))
    .values(payload=bindparam("now_sealed", type_=LargeBinary))
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which submissions: of these states (all when empty), this site, this reason, received between two moments.

    Moments are seconds since the epoch; ``reason`` also finds what only begins with it.
    """

    states: Sequence[State] = ()
    site: str | None = None
    reason: str | None = None
    since: float | None = None
    before: float | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for SQL."""
        found: list[ColumnElement[bool]] = []
        if self.states:
            found.append(in_states(_t.state, self.states))
        if self.site is not None:
            found.append(_t.site == self.site)
        if self.reason is not None:
            found.append(_t.reason.startswith(self.reason, autoescape=True))
        if self.since is not None:
            found.append(_t.created_at >= self.since)
        if self.before is not None:
            found.append(_t.created_at < self.before)
        return found


class Archive:
    """Every method returns after its commit, or raises Unavailable."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def newest(self, which: Filter, most: int, after: Submission | None = None) -> list[Submission]:
        """At most ``most`` submissions, newest first; those older than ``after``, to read on from there."""
        statement = select(submissions).where(*which.conditions())
        if after is not None:
            later_of_its_moment = (_t.created_at < after.created_at) | (_t.reference > after.reference)
            statement = statement.where(_t.created_at <= after.created_at, later_of_its_moment)
        statement = statement.order_by(_t.created_at.desc(), _t.reference).limit(most)
        return await self._writer.read(lambda connection: [from_row(row) for row in connection.execute(statement)])

    async def timeline(self, reference: str) -> list[Event]:
        """What happened to a submission, oldest first."""

        def operation(connection: Connection) -> list[Event]:
            rows = connection.execute(TIMELINE, {"named": reference}).mappings()
            return [Event(**{**row, "state": State(row["state"])}) for row in rows]

        return await self._writer.read(operation)

    async def counts(self) -> dict[State, int]:
        """How many submissions are in each state that is not final."""
        counted = await self._writer.read(lambda connection: connection.execute(COUNTS).all())
        return dict.fromkeys(UNFINISHED, 0) | {State(state): number for state, number in counted}

    async def count(self, which: Filter) -> int:
        """How many submissions match."""
        statement = select(func.count()).select_from(submissions).where(*which.conditions())
        return await self._writer.read(lambda connection: connection.execute(statement).scalar_one())

    async def forget(self, references: Iterable[str], states: Collection[State] = ()) -> int:
        """Delete these submissions and their timelines; how many. Only those that are in one of ``states`` by then (if
        any are given), and never what WHMCS may be at work on."""
        which = {
            "references": list(references),
            "states": [state for state in states or State if state not in IN_FLIGHT],
        }

        def operation(connection: Connection) -> int:
            gone = list(connection.execute(FORGET, which).scalars())
            connection.execute(FORGET_EVENTS, {"references": gone})
            return len(gone)

        return await self._writer.run(operation)

    async def secret(self, name: str, sealed: bytes) -> bytes:
        """The sealed secret of this name; ``sealed`` becomes it when there is none yet."""

        def operation(connection: Connection) -> bytes:
            found: bytes | None = connection.execute(_SECRET, {"called": name}).scalar()
            if found is None:
                connection.execute(insert(secrets), {"name": name, "sealed": sealed})
            return sealed if found is None else found

        try:
            return await self._writer.run(operation)
        except IntegrityError:  # another replica made one in this very moment
            return await self._writer.run(operation)

    async def known_secret(self, name: str) -> bytes | None:
        """The sealed secret of this name, None when there is none yet."""

        def operation(connection: Connection) -> bytes | None:
            found: bytes | None = connection.execute(_SECRET, {"called": name}).scalar()
            return found

        return await self._writer.read(operation)

    async def reseal_secret(self, name: str, was: bytes, sealed: bytes) -> bool:
        """Replace a secret's sealed form; False when somebody else did meanwhile."""
        values = {"called": name, "was": was, "now_sealed": sealed}
        return await self._writer.run(lambda connection: connection.execute(_RESEAL_SECRET, values).rowcount == 1)

    async def sealed(self, after: str, most: int = 200) -> list[tuple[str, bytes]]:
        """References and payloads of submissions that still hold one, by reference, from ``after`` on."""
        held = select(_t.reference, _t.payload).where(_t.payload.is_not(None), _t.reference > after)
        statement = held.order_by(_t.reference).limit(most)
        rows = await self._writer.read(lambda connection: connection.execute(statement).all())
        return [(reference, payload) for reference, payload in rows]

    async def reseal(self, reference: str, was: bytes, sealed: bytes) -> bool:
        """Replace a payload by the same under another key; False when the row changed meanwhile."""
        values = {"named": reference, "was": was, "now_sealed": sealed}
        return await self._writer.run(lambda connection: connection.execute(_RESEAL, values).rowcount == 1)
