"""The way of one process to WHMCS."""

import asyncio
import math

from app.sandbox import answers as sandbox
from app.whmcs import Reply, Unavailable, Uncertain
from app.whmcs.breaker import FIRST_PAUSE, PROBE
from tests.simulation.billing import Billing, Call
from tests.simulation.odds import CENSORED, READ_TIMEOUT, REFUSED
from tests.simulation.virtual_store import Life


class Wire:
    """Plays a call without a network."""

    deadline = READ_TIMEOUT + 15

    def __init__(self, life: Life, billing: Billing) -> None:
        self._life = life
        self._billing = billing
        self._probed = -math.inf

    async def post(self, body: bytes) -> Reply:
        """Carries one call there, and its reply back."""
        self._watch_probes(body)
        odds = self._life.odds
        await self._travel("just before a call")
        fault = odds.call_fault_at(asyncio.get_running_loop().time())
        if fault == REFUSED:
            raise Unavailable("connection_refused")
        censored = fault == CENSORED
        call = self._billing.answer(body, fault=None if censored else fault, censored=censored)
        reply = await self._heard(call, "deadline" if odds.strikes(odds.late) else "read_timeout")
        await self._travel("just after a reply")
        return Reply(reply.status, reply.content_type, reply.body)

    def _watch_probes(self, body: bytes) -> None:
        """WHMCS that is down, or has shut us out, is asked seldom whether it is back."""
        if PROBE.encode() not in body:
            return
        now = asyncio.get_running_loop().time()
        if now - self._probed < FIRST_PAUSE:
            self._life.story.bugs.append(f"{self._life.name} probes WHMCS again after {now - self._probed:.1f} s.")
        self._probed = now

    async def _heard(self, call: Call, limit: str) -> sandbox.Reply:
        """Now and then a byte of the reply comes in: then only the deadline ends the waiting."""
        try:
            async with asyncio.timeout(self.deadline if limit == "deadline" else READ_TIMEOUT):
                reply = await call.heard
        except TimeoutError:
            raise Uncertain(limit) from None
        finally:
            call.abandon()
        if reply is None:
            raise Uncertain("disconnected")
        return reply

    async def _travel(self, where: str) -> None:
        """A moment on the way, which the process may not survive."""
        if self._life.odds.crashes():
            self._life.die(where)
        await asyncio.sleep(self._life.odds.chance.uniform(0.001, 0.05))
        if not self._life.alive:
            raise asyncio.CancelledError
