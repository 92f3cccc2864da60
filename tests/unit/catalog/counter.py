"""The sandbox's shop behind a counter, and who asks there, on the running loop's clock."""

import asyncio

from app.catalog import Asker, Catalog, Sales
from app.errors import InvalidFields
from app.forms import SignupForm
from app.sandbox.php import read_form
from app.sandbox.whmcs import SandboxWhmcs
from app.sites import Site
from app.slots import Slots
from app.whmcs import Breaker, Credentials, Reply, Uncertain, Whmcs
from tests.unit.forms.visitors import form, site

SOME_DAY = 1_800_000_000.0  # 15 January 2027, 8:00 UTC
NO_PLAN = [("plan", "plan_unavailable")]
Faults = list[tuple[str, str]]
SERVER = {"pid": 3, "billing_cycle": "monthly", "payment_method": "stripe", "stock_control": True}


def selling(**plan: object) -> Site:
    """A site that sells servers, with changes to the plan."""
    return site(plans={"server": SERVER | plan})


def order(given: Site, **answers: str) -> SignupForm:
    """A form that orders one."""
    return form(given, {"plan": "server", **answers})


class Till:
    """The way to the sandbox; a call takes its ``seconds``, and none is answered while it is ``silent``."""

    deadline = 45.0

    def __init__(self) -> None:
        self.whmcs = SandboxWhmcs()
        self.seconds = 0.0
        self.silent = False

    async def post(self, body: bytes) -> Reply:
        """One call."""
        now = SOME_DAY + asyncio.get_running_loop().time()
        scene = self.whmcs.respond(read_form(body), remote="192.0.2.10", now=now)
        await asyncio.sleep(self.seconds)
        if self.silent:
            raise Uncertain("read_timeout")
        reply = scene.reply or (scene.commit(now) if scene.commit else None)
        assert reply is not None
        return Reply(reply.status, reply.content_type, reply.body)


class Counter:
    """Sales over the sandbox."""

    def __init__(self, pids: tuple[int, ...] = (1, 2, 3), most: int = 6) -> None:
        self._loop = asyncio.get_running_loop()
        self.till, self.slots = Till(), Slots(most)
        self.breaker = Breaker(self.clock, spread=lambda: 1.0)
        whmcs = Whmcs(self.till, Credentials("sandbox", "sandbox"), self.breaker)
        asker = Asker(whmcs=whmcs, breaker=self.breaker, slots=self.slots)
        self.catalog = Catalog(pids, asker=asker, clock=self.clock)
        self.sales = Sales(self.catalog, asker=asker, clock=self.clock)

    def clock(self) -> float:
        """Seconds since the epoch."""
        return SOME_DAY + self._loop.time()

    @property
    def asked(self) -> list[str]:
        """What WHMCS was asked, in order."""
        return [call.action for call in self.till.whmcs.ledger.calls]

    async def check(self, given: Site, **answers: str) -> None:
        """A visitor of this site orders."""
        await self.sales.check(given, order(given, **answers))


async def faults(counter: Counter, given: Site, **answers: str) -> Faults:
    """What a visitor of this site is told who orders."""
    try:
        await counter.check(given, **answers)
    except InvalidFields as refused:
        return [(error.field, error.code) for error in refused.errors]
    return []


def sell_out(counter: Counter) -> None:
    """Have no servers left."""
    counter.till.whmcs.ledger.sold[3] = 5
