"""One run: a seed's replicas, visitors, WHMCS and weather, until everything has come to rest and was checked."""

import asyncio
import math
from dataclasses import replace
from random import Random
from typing import Any, Final

from app.submissions import FINAL, State
from tests.simulation import odds as weather
from tests.simulation.billing import Billing
from tests.simulation.desk import Desk
from tests.simulation.disk import Disk
from tests.simulation.loop import Stalled, VirtualLoop
from tests.simulation.process import VAULT, Build, Replica, Surroundings
from tests.simulation.promises import Files, broken_promises
from tests.simulation.story import Broken, Story
from tests.simulation.timelines import broken_timelines
from tests.simulation.visitors import SITES, Crowd, Wish, wishes

EPOCH: Final = 1_800_000_000.0
_TOO_LONG: Final = 60 * 86400.0  # seconds after which a run that never rests is given up
_TIDYING: Final = 3.0  # seconds in which old rows are removed
_ROUNDS: Final = 12  # in which the operator sets going what is stuck, with WHMCS mended; one of an address at a time


class World:
    """Everything of one seed."""

    def __init__(self, disk: Disk, seed: int, build: Build) -> None:
        disk.wipe()
        self.chance = Random(seed)  # noqa: S311 - chance for tests
        self.disk = disk
        self.odds = replace(weather.drawn(self.chance), **build.weather)
        self.loop = VirtualLoop(self._watch, self._come_to_rest)
        self.loop.set_exception_handler(self._note_bug)
        self.story = Story(self.loop.time)
        self.billing = Billing(self.odds, self.story, self._clock)
        self.around = Surroundings(
            self.loop, disk, self.billing, self.odds, self.story, SITES, build, self._clock, lambda: self._chores
        )
        self.replicas: list[Replica] = []
        self.crowd = Crowd(self.chance, self.story, self._clock, self._any_replica)
        self._chores = math.inf
        self._resting: asyncio.Event | None = None

    async def live(self) -> None:
        """The whole run. Raises Broken."""
        for number in range(self.chance.randint(1, 3)):
            self._start(f"p{number}", 1)
        desk = Desk(self.around)
        if self.odds.strikes(0.1):
            self.billing.take_in(weather.address(0))
        made = wishes(self.chance)
        visitors = asyncio.create_task(self.crowd.come(made))
        self._plan_interference(desk)
        await self._rest()
        await visitors
        self._look_for_lost()
        self.odds.calm = True
        for _ in range(_ROUNDS):
            if not await desk.finish():
                break
            await self._rest()
        self._check(made)
        await self._grow_old()

    def tale(self) -> str:
        """The story so far, its sign-ups numbered by age."""
        rows = sorted([*self.disk.rows(), *self.disk.purged()], key=lambda row: row.created_at)
        return self.story.text({row.reference: f"sign-up-{number}" for number, row in enumerate(rows, 1)})

    def _plan_interference(self, desk: Desk) -> None:
        """Somebody deploys, somebody meddles."""
        if self.odds.strikes(0.3):
            self.loop.call_later(self.chance.uniform(0, self.chance.choice((60, 60, 400_000))), self._deploy)
        if self.odds.strikes(0.3):
            self.loop.call_later(self.chance.uniform(0, 600), self._set_clocks)
        for _ in range(self.chance.choice((0, 0, 1, 3))):
            when = self.chance.uniform(1, self.chance.choice((300, 300, 40_000)))
            self.loop.call_later(when, lambda: desk.begin(desk.meddle(self.chance)))

    def _set_clocks(self) -> None:
        for replica in self.replicas:
            replica.clock_error = self.odds.clock_error()
            self.story.tell(f"has its clock set: {replica.clock_error:+.3f} s", replica.name)

    def _deploy(self) -> None:
        for replica in list(self.replicas):
            replica.begin(replica.retire(self.chance.choice((0.1, 5.0, 45.0))))

    def _start(self, name: str, life: int) -> None:
        def died() -> None:
            self.replicas.remove(replica)
            again = self.chance.choice((2, 60, 400)) * self.chance.random()
            self.loop.call_later(again, self._start, name, life + 1)

        replica = Replica(f"{name}#{life}", self.around, died)
        self.replicas.append(replica)
        self.story.tell(f"starts; its clock is {replica.clock_error:+.3f} s ahead", replica.name)

    def _any_replica(self) -> Replica | None:
        return self.chance.choice(self.replicas) if self.replicas else None

    async def _rest(self) -> None:
        """Return once nothing will happen any more unless somebody from outside does something."""
        self._resting = asyncio.Event()
        await self._resting.wait()

    async def _grow_old(self) -> None:
        """Wait until everything has been kept for its time, and see that it goes."""
        longest = max(site.retention_days for site in SITES.values())
        # Who wrote last may be ahead, and who tidies behind.
        self._chores = self.loop.time() + longest * 86400 + 2 * weather.SKEW
        await asyncio.sleep(self._chores - self.loop.time() + _TIDYING)
        if kept := len(self.disk.rows()) + len(self.disk.events()):
            raise Broken(f"{kept} sign-ups and events are kept beyond their time.")

    def _watch(self) -> None:
        if self.loop.now > _TOO_LONG and self._chores == math.inf:
            raise Broken("It never comes to rest.")
        if self.disk.outlook().misfiled:
            raise Broken("A form is kept in a final state, or missing in another.")

    def _come_to_rest(self) -> None:
        if self._resting is None or self._resting.is_set():
            raise Stalled
        self._resting.set()

    def _note_bug(self, _loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
        self.story.bugs.append(f"{about.get('message')}: {about.get('exception')!r}")

    def _clock(self) -> float:
        return EPOCH + self.loop.time()

    def _look_for_lost(self) -> None:
        """At rest, whatever is not finished waits for a person, who is told why."""
        for row in self.disk.rows():
            if row.state not in FINAL and not (row.state in (State.STUCK, State.HELD) and row.reason):
                raise Broken(f"{row.reference} is left {row.state}, reason {row.reason!r}.")

    def _check(self, made: list[Wish]) -> None:
        asked = {VAULT.digest(*wish.fingerprint): wish.form for wish in made}
        files = Files(self.disk.rows(), self.disk.purged(), asked, self.disk.used())
        found = broken_promises(files, self.billing.whmcs.ledger, self.crowd.told, self.crowd.waited, VAULT)
        if faults := [*self.story.bugs, *found, *broken_timelines(files.kept, self.disk.events())]:
            raise Broken("\n".join(faults))


def simulate(disk: Disk, seed: int, build: Build | None = None) -> World:
    """Run one seed. Raises Broken with its story, and how to see it again."""
    world = World(disk, seed, build or Build())
    with world.story.listening(), asyncio.Runner(loop_factory=lambda: world.loop) as runner:
        try:
            runner.run(world.live())
        except Exception as error:
            world.story.tell(f"{type(error).__name__}: {error}", "the end")
            again = f"To see it again: python -m tests.simulation --seed {seed}"
            raise Broken(f"Seed {seed} broke a promise; the last lines say which. {again}\n{world.tale()}") from error
    return world
