"""A replica of the gateway that can die at any moment."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from pydantic import SecretStr

from app.attempt import Attempts
from app.delivery import Gateway
from app.guard import Count, Quotas
from app.pulse import Pulse
from app.screening import Screening
from app.sites import Site
from app.slots import Slots
from app.submissions import Rules
from app.vault import Vault
from app.whmcs import Breaker, Credentials, Standing, Whmcs
from app.worker import Worker
from tests.simulation.billing import Billing
from tests.simulation.disk import Disk
from tests.simulation.loop import FORESEE, TASKS, VirtualLoop
from tests.simulation.odds import GRACE, MAX_AGE, Odds
from tests.simulation.story import WHO, Story
from tests.simulation.virtual_store import VirtualStore
from tests.simulation.wire import Wire

T = TypeVar("T")


class GlassVault(Vault):
    """Sealing is not the subject, and it takes its time."""

    def seal(self, plain: bytes) -> bytes:
        """As it is."""
        return plain

    def open(self, sealed: bytes) -> bytes:
        """As it is."""
        return sealed


VAULT: Final = GlassVault([SecretStr("c2ltdWxhdGlvbi1zaW11bGF0aW9uLXNpbXVsYXRpb24=")], b"pepper")


@dataclass(frozen=True, slots=True)
class Build:
    """The parts that a replica is built from; a test that breaks a part on purpose puts its own here.

    ``weather`` replaces what a seed has drawn of its odds, where the break shows in rare weather only.
    """

    attempts: type[Attempts] = Attempts
    store: type[VirtualStore] = VirtualStore
    rules: Rules = Rules(grace=GRACE, max_age=MAX_AGE)  # noqa: RUF009 - it is frozen
    lease: float = 3 * Wire.deadline
    weather: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all processes share. ``chores`` is the next time at which workers have something to tidy away."""

    loop: VirtualLoop
    disk: Disk
    billing: Billing
    odds: Odds
    story: Story
    sites: Mapping[str, Site]
    build: Build
    clock: Callable[[], float]
    chores: Callable[[], float]


class Process:
    """Anything that uses the store, until it dies. ``on_death`` is told once."""

    def __init__(self, name: str, around: Surroundings, on_death: Callable[[], object]) -> None:
        self.name = name
        self.alive = True
        self.odds = around.odds
        self.story = around.story
        self.store = around.build.store(around.disk, self)
        self._loop = around.loop
        self._tasks: list[asyncio.Task[Any]] = []
        self._on_death = on_death

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Do something in this process: it dies with it, and so does everything that it starts."""
        context = copy_context()
        context.run(TASKS.set, self._tasks)
        context.run(WHO.set, self.name)
        context.run(FORESEE.set, self.foresee)
        return self._loop.create_task(work, context=context)

    def foresee(self) -> float:
        """When this process's worker will find something to do, as things stand, by the true time."""
        return math.inf

    def die(self, where: str) -> None:
        """Everything in memory is gone; what still runs on its way out reaches neither the database nor WHMCS."""
        if self.alive:
            self.alive = False
            self.story.tell(f"DIES {where}", self.name)
            for task in list(self._tasks):
                task.cancel()
            self._on_death()


class Replica(Process):
    """One gateway with its worker."""

    def __init__(self, name: str, around: Surroundings, on_death: Callable[[], object]) -> None:
        super().__init__(name, around, on_death)
        self._around = around
        self.clock_error = self.odds.clock_error()
        self._breaker = _OpenBreaker(around.loop.time, self._spread, self._tell)
        self._slots = Slots(self.odds.chance.choice((1, 2, 6)))
        self._whmcs = Whmcs(Wire(self, around.billing), Credentials("sandbox", "sandbox"), self._breaker)
        self._attempts = around.build.attempts(
            sites=around.sites,
            store=self.store,
            vault=VAULT,
            whmcs=self._whmcs,
            rules=replace(around.build.rules, jitter=self._spread),
            lease=around.build.lease,
            takes_mail=self._takes_mail,
            clock=self._clock,
        )
        self.gateway = self._gateway()
        self._worker = self._hired()
        self.begin(self._worker.run())

    def foresee(self) -> float:
        """As any process; while WHMCS is left alone, there is nothing to do but to ask whether it is back."""
        outlook = self._around.disk.outlook()
        ahead = self._clock() - self._loop.time()
        due = max(outlook.due - ahead, self._breaker.next_probe) if self._breaker.open else outlook.due - ahead
        return min(due, outlook.lease - ahead, self._around.chores())

    async def retire(self, patience: float) -> None:
        """Stop as a deployment does: finish what can be finished in time, let go of the rest."""
        self.story.tell(f"is asked to stop within {patience} s", self.name)
        self._worker.stop()
        await self._slots.drain(patience)
        self.die("after stopping")

    def _gateway(self) -> Gateway:
        return Gateway(
            sites=self._around.sites,
            store=self.store,
            vault=VAULT,
            screening=Screening(),
            quotas=_Unlimited(),
            attempts=self._attempts,
            slots=self._slots,
            breaker=self._breaker,
            clock=self._clock,
        )

    def _hired(self) -> Worker:
        return Worker(
            sites=self._around.sites,
            store=self.store,
            attempts=self._attempts,
            slots=self._slots,
            pulse=Pulse(self._whmcs, self._breaker, self._loop.time),
            pace=self.odds.chance.choice((1, 5)),
            clock=self._clock,
        )

    async def _takes_mail(self, address: str) -> bool:
        """The DNS is slow at times."""
        await asyncio.sleep(self.odds.chance.uniform(0, 3))
        return address != self.odds.without_mail

    def _clock(self) -> float:
        return self._around.clock() + self.clock_error

    def _spread(self) -> float:
        return 1 + self.odds.chance.random() / 5

    def _tell(self, standing: Standing, reason: str) -> None:
        self.story.tell(f"takes WHMCS for {standing}: {reason}", self.name)


class _OpenBreaker(Breaker):
    """One that says when it will ask again."""

    @property
    def next_probe(self) -> float:
        """The moment, by its own clock."""
        return self._next_probe


class _Unlimited(Quotas):
    """Quotas are counted in real time, and are not the subject."""

    def __init__(self) -> None:
        pass

    async def take(self, *_: object, **__: object) -> list[Count]:
        return []
