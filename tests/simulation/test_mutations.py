"""The simulation notices: each of these is the gateway with one precaution left out."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.attempt import Attempts
from app.outcomes import Learned
from app.submissions import CLAIMABLE, Rules, State, Submission, after
from tests.simulation.disk import Disk
from tests.simulation.process import Build
from tests.simulation.story import Broken
from tests.simulation.virtual_store import Life, VirtualStore
from tests.simulation.world import simulate

ENOUGH = 500  # seeds among which every one of them must be caught


class NeverLooks(Attempts):
    """Sends again without looking first."""

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        return await super()._ask(submission, looked=looked or submission.uncertain_since is not None)


class SavesAtTheEnd(Attempts):
    """Asks for the order before the client is on disk."""

    async def _record(self, submission: Submission, outcome: Learned) -> Submission:
        learned = after(submission, outcome, self._clock(), self._rules)
        return learned if learned.state is State.SENDING else await super()._record(submission, outcome)


class TakesDeadForUnsent(Attempts):
    """Sends again what a dead process may have sent."""

    async def bring_back(self) -> None:
        for lost in await self._store.expired(self._clock()):
            await self._store.save(lost, replace(lost, state=State.WAITING, lease_until=None), "lease_expired")


class IgnoresLeases(VirtualStore):
    """Saves over whatever somebody else made of the row meanwhile."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        current = await self.find(before.reference)
        return await super().save(current or before, after, event)


class SendsAnAddressTwiceAtOnce(VirtualStore):
    """Claims without regard to other sign-ups of the same address; the index would not let it."""

    def __init__(self, disk: Disk, life: Life) -> None:
        super().__init__(disk, life)
        disk.commit(lambda connection: connection.exec_driver_sql("DROP INDEX IF EXISTS one_in_flight_per_address"))

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        for row in self._disk.rows():
            wanted = row.due_at <= now if reference is None else row.reference == reference
            if wanted and row.state in CLAIMABLE:
                leased = replace(row, state=State.SENDING, lease=row.lease + 1, lease_until=lease_until)
                return leased if await self.save(row, leased, "claimed") else None
        return None


class PromisesTooEarly(VirtualStore):
    """Says that a sign-up is on disk before it is."""

    async def accept(self, submission: Submission) -> tuple[Submission, bool]:
        late = asyncio.ensure_future(super().accept(submission))
        late.add_done_callback(lambda done: done.cancelled() or done.exception())
        return submission, True


@dataclass(frozen=True, slots=True)
class Mutant:
    """A build, and the words of a promise that it must be seen to break."""

    build: Build
    breaks: str


MUTANTS = {
    "no look-up": Mutant(Build(attempts=NeverLooks), "2 orders for client"),
    "no save between two calls": Mutant(Build(attempts=SavesAtTheEnd), "2 orders for client"),
    "a dead attempt counts as unsent": Mutant(Build(attempts=TakesDeadForUnsent), "and yet it is client"),
    "no grace": Mutant(Build(rules=Rules(grace=0)), "2 orders for client"),
    "leases ignored": Mutant(Build(store=IgnoresLeases, lease=50), "2 clients for the address"),
    "one address twice at once": Mutant(Build(store=SendsAnAddressTwiceAtOnce), "2 clients for the address"),
    "answer before the commit": Mutant(Build(store=PromisesTooEarly), "there is no such row"),
}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A database that a mutant may spoil."""
    disk = Disk(tmp_path)
    yield disk
    disk.close()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_precaution_left_out_is_noticed(disk: Disk, mutant: Mutant) -> None:
    assert any(mutant.breaks in _broken(disk, seed, mutant.build) for seed in range(ENOUGH))


def _broken(disk: Disk, seed: int, build: Build) -> str:
    try:
        simulate(disk, seed, build)
    except Broken as broken:
        return str(broken)
    return ""
