"""WHMCS on the virtual clock: it plays the sandbox's scenes, and goes on working when nobody listens any more."""

import asyncio
from collections.abc import Callable
from typing import Final

from app.sandbox.answers import Reply
from app.sandbox.faults import Fault
from app.sandbox.php import PhpArray, read_form
from app.sandbox.scenes import Commit, Ending, Scene
from app.sandbox.staging import BLOCKED
from app.sandbox.whmcs import SandboxWhmcs
from tests.simulation.odds import BAD_PHONE, LONGEST, READ_TIMEOUT, Odds
from tests.simulation.story import Story

_TRANSIT: Final = 0.01  # seconds between the end of WHMCS's work and the reply
_ADDRESS: Final = "192.0.2.10"
_CREDENTIALS: Final = {"identifier": "sandbox", "secret": "sandbox"}


class Billing:
    """One WHMCS for all replicas. ``clock`` gives its time in seconds since the epoch."""

    def __init__(self, odds: Odds, story: Story, clock: Callable[[], float]) -> None:
        self.whmcs = SandboxWhmcs()
        self.odds = odds
        self.story = story
        self.clock = clock

    def take_in(self, email: str) -> None:
        """Have a client who never came through the gateway."""
        stranger = {"email": email, "password2": "x", "skipvalidation": "1", "action": "AddClient", **_CREDENTIALS}
        scene = self.whmcs.respond(dict(stranger), remote=_ADDRESS, now=self.clock())
        assert scene.commit
        scene.commit(self.clock())

    def answer(self, body: bytes, *, fault: str | None, censored: bool) -> "Call":
        """Begin to work on a call; ``censored`` is one whose reply a firewall replaces."""
        params = read_form(body)
        action = str(params.get("action"))
        if fault:
            self.whmcs.faults.add(self._fault(fault, action))
        free = self.whmcs.ledger.user_by_email(str(params.get("email"))) is None
        scene = self.whmcs.respond(params, remote=_ADDRESS, now=self.clock())
        self.story.tell(f"gets {action}{f', and will be struck by {fault}' if fault else ''}", "WHMCS")
        return Call(self, params, scene, free=free, censored=censored)

    def _fault(self, name: str, action: str) -> Fault:
        if name == BAD_PHONE:
            return Fault("unknown_error", action=action, calls=1, message="Invalid telephone phone number")
        if name in ("commit_then_unknown_error", "commit_then_access_denied") and action == "ResetPassword":
            name = "unknown_error"  # a person who is told so has a second mail sent, knowingly
        if name == "late_commit":
            seconds = self.odds.chance.uniform(0.1, READ_TIMEOUT)
            later = seconds + self.odds.afterlife()
            return Fault(name, action=action, calls=1, seconds=seconds, commit_seconds=later)
        slowness = self.odds.chance.uniform(0.1, 50) if name == "slow" else None
        return Fault(name, action=action, calls=1, seconds=slowness)


class Call:
    """One call, from its arrival to the end of WHMCS's work. ``heard`` is the reply, None for a closed connection."""

    def __init__(self, billing: Billing, params: PhpArray, scene: Scene, *, free: bool, censored: bool) -> None:
        self._billing = billing
        self._params = params
        self._scene = scene
        self._free = free
        self._loop = asyncio.get_running_loop()
        self.heard: asyncio.Future[Reply | None] = self._loop.create_future()
        work = billing.odds.work_seconds()
        self._reply = BLOCKED if censored else scene.reply
        if scene.commit:
            self._work = self._loop.call_later(work + scene.commit_after, self._commit, scene.commit)
        if scene.ending is not Ending.NEVER:
            self._loop.call_later(work + scene.reply_after + _TRANSIT, self._end)

    def abandon(self) -> None:
        """The caller has gone: what is not done by now is done within PHP's own limit."""
        if self._scene.commit and self._work.when() > self._loop.time() + LONGEST:
            self._work.cancel()
            self._work = self._loop.call_later(self._billing.odds.afterlife(), self._commit, self._scene.commit)

    def _commit(self, commit: Commit) -> None:
        reply = commit(self._as_checked())
        self._reply = self._reply or reply
        self._billing.story.tell(f"has done {self._params.get('action')}: {reply.body[:90]!r}", "WHMCS")

    def _as_checked(self) -> float:
        """WHMCS promises no atomic check of an address: it holds what it saw when the call came in.

        The owner of the address, when there is one by now, stands in for a second user of the same address.
        """
        user = self._billing.whmcs.ledger.user_by_email(str(self._params.get("email")))
        if self._free and user and self._params.get("action") == "AddClient":
            self._params["owner_user_id"] = str(user.id)
        return self._billing.clock()

    def _end(self) -> None:
        if not self.heard.done():
            self.heard.set_result(None if self._scene.ending is Ending.DROP else self._reply)
