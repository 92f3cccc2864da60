"""A replica of the gateway that can die at any moment."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from pydantic import SecretStr

from app.attempt import Attempts
from app.delivery import Gateway
from app.guard import Quotas
from app.sites import Site
from app.submissions import Rules
from app.vault import Vault
from app.whmcs import Credentials, Whmcs, http_client
from tests.simulation.billing import Billing
from tests.simulation.disk import Disk
from tests.simulation.loop import TASKS, VirtualLoop
from tests.simulation.odds import GRACE, READ_TIMEOUT, Odds
from tests.simulation.story import WHO, Story
from tests.simulation.virtual_store import VirtualStore
from tests.simulation.wire import WIRE, Switchboard, Wire

T = TypeVar("T")
_LONGEST_CALL: Final = 45.0  # seconds: all time-outs one after the other


class GlassVault(Vault):
    """Sealing is not the subject, and it takes its time."""

    def seal(self, plain: bytes) -> bytes:
        """As it is."""
        return plain

    def open(self, sealed: bytes) -> bytes:
        """As it is."""
        return sealed


VAULT: Final = GlassVault([SecretStr("c2ltdWxhdGlvbi1zaW11bGF0aW9uLXNpbXVsYXRpb24=")])


class Ground:
    """What runs share, one after the other, because making it takes longer than a run."""

    def __init__(self) -> None:
        self.disk = Disk()
        http = http_client(transport=Switchboard(), read_timeout=READ_TIMEOUT)
        self.whmcs = Whmcs(http, "https://billing.example.com", Credentials("sandbox", "sandbox"))


@dataclass(frozen=True, slots=True)
class Build:
    """The parts that a replica is built from; a test that breaks a part on purpose puts its own here."""

    attempts: type[Attempts] = Attempts
    store: type[VirtualStore] = VirtualStore
    rules: Rules = Rules(grace=GRACE)  # noqa: RUF009 - it is frozen
    lease: float = 3 * _LONGEST_CALL


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all processes share."""

    loop: VirtualLoop
    ground: Ground
    billing: Billing
    odds: Odds
    story: Story
    sites: Mapping[str, Site]
    build: Build
    clock: Callable[[], float]


class Process:
    """Anything that uses the store, until it dies. ``on_death`` is told once."""

    def __init__(self, name: str, around: Surroundings, on_death: Callable[[], object]) -> None:
        self.name = name
        self.alive = True
        self.odds = around.odds
        self.story = around.story
        self.store = around.build.store(around.ground.disk, self)
        self._loop = around.loop
        self._tasks: list[asyncio.Task[Any]] = []
        self._on_death = on_death
        self._wire = Wire(self, around.billing)

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Do something in this process: it dies with it, and so does everything that it starts."""
        context = copy_context()
        context.run(TASKS.set, self._tasks)
        context.run(WHO.set, self.name)
        context.run(WIRE.set, self._wire)
        return self._loop.create_task(work, context=context)

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
        self._true_clock = around.clock
        self.clock_error = self.odds.clock_error()
        attempts = around.build.attempts(
            sites=around.sites,
            store=self.store,
            vault=VAULT,
            whmcs=around.ground.whmcs,
            rules=replace(around.build.rules, jitter=lambda: 1 + around.odds.chance.random() / 5),
            lease=around.build.lease,
            clock=self._clock,
        )
        self.gateway = Gateway(
            sites=around.sites,
            store=self.store,
            vault=VAULT,
            quotas=_Unlimited(),
            attempts=attempts,
            concurrency=around.odds.chance.choice((1, 2, 6)),
            clock=self._clock,
        )
        self.begin(self.gateway.run())

    def _clock(self) -> float:
        return self._true_clock() + self.clock_error

    async def retire(self, patience: float) -> None:
        """Stop as a deployment does: finish what can be finished in time, let go of the rest."""
        self.story.tell(f"is asked to stop within {patience} s", self.name)
        await self.gateway.close(patience)
        self.die("after stopping")


class _Unlimited(Quotas):
    """Quotas are counted in real time, and are not the subject."""

    def __init__(self) -> None:
        pass

    async def take(self, site: Site, *, client_ip: str, address: str) -> None:
        pass
