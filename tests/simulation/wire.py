"""The way of one process to WHMCS."""

import asyncio
import math
from contextvars import ContextVar
from typing import Final

import httpx2

from app.sandbox.answers import Reply
from app.whmcs.breaker import FIRST_PAUSE, PROBE
from tests.simulation.billing import Billing, Call
from tests.simulation.odds import CENSORED, READ_TIMEOUT, REFUSED
from tests.simulation.virtual_store import Life

WIRE: ContextVar["Wire"] = ContextVar("WIRE")
"""The way to WHMCS of the process on whose behalf this is running."""

_DRIPPING: Final = 60.0  # seconds without a time-out: now and then a byte of the reply comes in


class Switchboard(httpx2.AsyncBaseTransport):
    """Gives each call to the wire of the process that makes it, so that all of them can share one client."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """As ``Wire.carry``."""
        return await WIRE.get().carry(request)


class Wire:
    """Plays the calls of one process without a network."""

    def __init__(self, life: Life, billing: Billing) -> None:
        self._life = life
        self._billing = billing
        self._probed = -math.inf

    async def carry(self, request: httpx2.Request) -> httpx2.Response:
        """One call there, and its reply back. Raises what httpx2 does."""
        body = await request.aread()
        self._watch_probes(body)
        odds = self._life.odds
        await self._travel("just before a call")
        fault = odds.call_fault_at(asyncio.get_running_loop().time())
        if fault == REFUSED:
            raise httpx2.ConnectError("connection refused")
        censored = fault == CENSORED
        call = self._billing.answer(body, fault=None if censored else fault, censored=censored)
        reply = await self._heard(call, _DRIPPING if odds.strikes(odds.late) else READ_TIMEOUT)
        await self._travel("just after a reply")
        return httpx2.Response(reply.status, headers={"content-type": reply.content_type}, content=reply.body)

    def _watch_probes(self, body: bytes) -> None:
        """WHMCS that is down, or has shut us out, is asked seldom whether it is back."""
        if PROBE.encode() not in body:
            return
        now = asyncio.get_running_loop().time()
        if now - self._probed < FIRST_PAUSE:
            self._life.story.bugs.append(f"{self._life.name} probes WHMCS again after {now - self._probed:.1f} s.")
        self._probed = now

    async def _heard(self, call: Call, patience: float) -> Reply:
        try:
            async with asyncio.timeout(patience):
                reply = await call.heard
        except TimeoutError:
            raise httpx2.ReadTimeout("nothing came") from None
        finally:
            call.abandon()
        if reply is None:
            raise httpx2.RemoteProtocolError("closed without a reply")
        return reply

    async def _travel(self, where: str) -> None:
        """A moment on the way, which the process may not survive."""
        if self._life.odds.crashes():
            self._life.die(where)
        await asyncio.sleep(self._life.odds.chance.uniform(0.001, 0.05))
        if not self._life.alive:
            raise asyncio.CancelledError
