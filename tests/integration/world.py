"""A gateway, its database and a WHMCS on one clock that only the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from cryptography.fernet import Fernet
from pydantic import SecretStr

from app.attempt import Attempts
from app.catalog import Sales
from app.delivery import Gateway
from app.forms import SignupForm
from app.guard import Visit, open_quotas
from app.pulse import Pulse
from app.sandbox.faults import Fault
from app.sandbox.php import read_form
from app.sandbox.scenes import Ending
from app.sandbox.whmcs import SandboxWhmcs
from app.screening import Screening
from app.sites import Limits, Plan, Site
from app.slots import Slots
from app.store import Store
from app.submissions import Rules, State, Submission
from app.vault import Vault
from app.whmcs import Breaker, Credentials, Reply, Unavailable, Uncertain, Whmcs
from app.worker import Worker
from tests.integration.process import Process
from tests.unit.forms import visitors

READ_TIMEOUT = 30.0
GRACE = 90.0
LEASE = 165.0


@dataclass
class Clock:
    """Seconds since the epoch; stands still until a test moves it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Wire:
    """The way to the sandbox's WHMCS without a network: plays its scenes on the test's clock."""

    clock: Clock
    whmcs: SandboxWhmcs = field(default_factory=SandboxWhmcs)
    late: list[tuple[float, Callable[[float], object]]] = field(default_factory=list)
    hold: asyncio.Event | None = None  # calls wait here, when set
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    censored: dict[str, Reply] = field(default_factory=dict)  # what comes in place of the next reply to it
    refusing: int = 0  # so many connections
    way_back: float = 0.0  # seconds that an answer takes
    pauses: dict[str, float] = field(default_factory=dict)  # real seconds that calls by these names take
    deadline: float = READ_TIMEOUT + 15

    async def post(self, body: bytes) -> Reply:
        """Plays one call."""
        if self.refusing:
            self.refusing -= 1
            raise Unavailable("connection_refused")
        params = read_form(body)
        scene = self.whmcs.respond(params, remote="192.0.2.10", now=self.clock.now)
        self.arrived.set()
        if self.hold is not None:
            await self.hold.wait()
        await asyncio.sleep(self.pauses.get(str(params["action"]), 0))
        reply = scene.reply
        if scene.commit is not None and scene.commit_after > scene.reply_after:
            self.late.append((self.clock.now + scene.commit_after, scene.commit))
        elif scene.commit is not None:
            found = scene.commit(self.clock.now)
            reply = reply or found
        if scene.ending is Ending.DROP:
            raise Uncertain("disconnected")
        if scene.ending is Ending.NEVER or scene.reply_after >= READ_TIMEOUT:
            raise Uncertain("read_timeout")
        if blocked := self.censored.pop(str(params["action"]), None):
            return blocked
        assert reply is not None
        self.pass_time(self.way_back)
        return Reply(reply.status, reply.content_type, reply.body)

    def censor(self, action: str, status: int, page: bytes) -> None:
        """Let a firewall put its own page in place of WHMCS's next reply to this call."""
        self.censored[action] = Reply(status, "text/html", page)

    def pass_time(self, seconds: float) -> None:
        """Move the clock; what WHMCS was still working on happens on the way."""
        self.clock.now += seconds
        for when, commit in [entry for entry in self.late if entry[0] <= self.clock.now]:
            commit(when)
        self.late = [entry for entry in self.late if entry[0] > self.clock.now]


class World:
    """Everything that a sign-up goes through, with the parts a test may want to look at."""

    def __init__(self, store: Store, clock: Clock | None = None, whmcs: SandboxWhmcs | None = None) -> None:
        self.clock = clock or Clock()
        self.wire = Wire(self.clock, whmcs or SandboxWhmcs())
        self.store = store
        self.plan = Plan(pid=1, billing_cycle="monthly", payment_method="stripe", promo_code="")
        self.site = visitors.site(plans={"starter": self.plan.model_dump()}, reply_within=60)
        self.sites = {self.site.key: self.site}
        self.without_mail: set[str] = set()  # domains
        self.screening = Screening()
        self.sales: Sales | None = None
        self.vault = Vault([SecretStr(Fernet.generate_key().decode())], b"pepper")
        self.gateway = self.another_gateway()

    def another_gateway(self, concurrency: int = 6) -> Gateway:
        """A gateway as a fresh process would have it, over the same database and WHMCS."""
        self.process = Process(self.store)
        store = cast(Store, self.process)
        self.slots = Slots(concurrency)
        self.breaker = Breaker(clock=self.clock, spread=lambda: 1.0)
        whmcs = Whmcs(self.wire, Credentials("sandbox", "sandbox"), self.breaker)
        rules = Rules(delays=(5, 30, 120), grace=GRACE, jitter=lambda: 1.0)
        self.attempts = Attempts(
            sites=self.sites,
            store=store,
            vault=self.vault,
            whmcs=whmcs,
            rules=rules,
            lease=LEASE,
            takes_mail=self.takes_mail,
            clock=self.clock,
        )
        self.worker = Worker(
            sites=self.sites,
            store=store,
            attempts=self.attempts,
            slots=self.slots,
            pulse=Pulse(whmcs, self.breaker, self.clock),
            pace=1000,
            clock=self.clock,
        )
        return Gateway(
            sites=self.sites,
            store=store,
            vault=self.vault,
            screening=self.screening,
            sales=self.sales,
            quotas=open_quotas(None, "1000/minute"),
            attempts=self.attempts,
            slots=self.slots,
            breaker=self.breaker,
            clock=self.clock,
        )

    async def takes_mail(self, address: str) -> bool:
        """Whether the DNS knows where to bring mail to; it is asked for sites with ``check_mx``."""
        return address.rpartition("@")[2] not in self.without_mail

    def form(self, **changes: str) -> SignupForm:
        """A form in order, with changes."""
        return visitors.form(self.site, changes)

    async def sign_up(self, *, key: str | None = None, site: Site | None = None, **changes: str) -> Submission:
        """What the visitor's post comes to."""
        return await self.gateway.submit(site or self.site, self.form(**changes), Visit("198.51.100.7", key))

    async def sign_up_without_delivery(self) -> Submission:
        """A sign-up whose process died right after the commit."""
        self.slots.close()  # attempts start no more; what was accepted stays
        accepted = await self.sign_up()
        self.gateway = self.another_gateway()
        return accepted

    async def die(self, post: "asyncio.Task[Submission]") -> None:
        """The process is gone in the middle of a call: WHMCS carries on, nothing of ours is saved any more."""
        assert self.wire.hold is not None
        self.process.dead = True
        self.wire.hold.set()
        await asyncio.wait({post})
        self.gateway = self.another_gateway()

    async def becomes(self, submission: Submission, state: State) -> Submission:
        """The submission, once it has come to this state."""
        async with asyncio.timeout(10):
            while (found := await self.now(submission)).state is not state:
                await asyncio.sleep(0.005)
        return found

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has become true."""
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0.005)

    @property
    def generous(self) -> Site:
        """The site with limits that no test reaches."""
        limits = Limits(ip="1000/minute", email="1000/minute", site="1000/minute")
        return self.site.model_copy(update={"limits": limits})

    async def work(self) -> Submission | None:
        """What the worker would do now: bring back what died, and make the attempt that is longest due."""
        await self.attempts.bring_back()
        claimed = await self.attempts.claim()
        return None if claimed is None else await self.attempts.make(claimed)

    async def work_after(self, seconds: float) -> Submission | None:
        """The same, some time later."""
        self.wire.pass_time(seconds)
        return await self.work()

    async def now(self, submission: Submission) -> Submission:
        """The submission as it stands on disk."""
        found = await self.store.find(submission.reference)
        assert found is not None
        return found

    def fail(self, mode: str, action: str = "AddClient", **options: object) -> None:
        """Let WHMCS fail in this way at its next call."""
        if mode == "refuse_connection":
            self.wire.refusing = 1
            return
        self.wire.whmcs.faults.add(Fault(mode, action=action, **{"calls": 1, **options}))  # type: ignore[arg-type]

    @property
    def actions(self) -> list[str]:
        """The calls that WHMCS got, in order."""
        return [call.action for call in self.wire.whmcs.ledger.calls]

    def made(self) -> tuple[int, int, int, int]:
        """How many clients, orders, invoices and welcome mails WHMCS has."""
        ledger = self.wire.whmcs.ledger
        welcomes = [mail for mail in ledger.mails.values() if mail.subject == "Welcome"]
        return len(ledger.clients), len(ledger.orders), len(ledger.invoices), len(welcomes)


@asynccontextmanager
async def world_on(store: Store) -> AsyncIterator[World]:
    """A world over this store."""
    world = World(store)
    yield world
    await world.slots.drain(patience=1)
