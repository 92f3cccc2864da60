"""``Gateway``: how a sign-up gets from the form into WHMCS, readable aloud.

``submit`` puts it on disk and waits a little for the answer, ``deliver`` makes one attempt for it, and ``run`` makes
attempts for whatever is due. Never more attempts at once than WHMCS is to bear.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakValueDictionary

import structlog

from app.attempt import Attempts, LeaseLost
from app.conversation import Letter
from app.errors import EmailTaken, InvalidFields, KeyReused, Unavailable, UnknownReference
from app.forms import SignupForm
from app.guard import Quotas
from app.sites import Site
from app.store import Store
from app.submissions import State, Submission, is_reference, new_reference
from app.vault import Vault

_log = structlog.get_logger("app.delivery")

HEAD_START = 5.0  # seconds in which only the request that brought a sign-up delivers it
CONTENT_KEY_LIFE = 600.0  # seconds for which the same answers without a key of their own are the same sign-up
POLL = 1.0  # seconds between looks for due work
HOUSEKEEPING = 3600.0  # seconds between removals of old rows


@dataclass(frozen=True, slots=True)
class Visit:
    """What came with the form: the visitor's address, the idempotency key, and whether a robot's trap was sprung."""

    client_ip: str
    key: str | None = None
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a sign-up stands, as far as the visitor is concerned."""

    status: Literal["created", "accepted"]
    reference: str


def answer(site: Site, submission: Submission) -> Answer:
    """What the visitor may know. Raises EmailTaken or InvalidFields when WHMCS refused the sign-up."""
    if site.existing_customer == "hide":
        return Answer("accepted", submission.reference)
    if submission.state is State.REJECTED and submission.refused:
        raise InvalidFields(submission.refused, reference=submission.reference)
    if submission.state is State.REJECTED:
        raise EmailTaken(reference=submission.reference)
    return Answer("created" if submission.state is State.DONE else "accepted", submission.reference)


class Gateway:
    """The one place where sign-ups are accepted and delivered, at most ``concurrency`` at a time."""

    def __init__(
        self,
        *,
        sites: Mapping[str, Site],
        store: Store,
        vault: Vault,
        quotas: Quotas,
        attempts: Attempts,
        concurrency: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.sites = sites
        self._store = store
        self._vault = vault
        self._quotas = quotas
        self._attempts = attempts
        self._slots = asyncio.Semaphore(concurrency)
        self._clock = clock
        self._running: dict[str, asyncio.Task[Submission | None]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._stopping = asyncio.Event()
        self._looked_for_dead = self._purged = float("-inf")

    async def submit(self, site: Site, form: SignupForm, visit: Visit) -> Submission:
        """Put the sign-up on disk, then wait at most ``site.reply_within`` seconds for what WHMCS says.

        The same key with the same answers is the same sign-up. Raises KeyReused, RateLimited, and Unavailable when
        nothing could be stored.
        """
        submission = self._new(site, form, visit)
        stored, is_new = await self._accept(site, submission, visit.client_ip)
        if stored.fingerprint != submission.fingerprint:
            raise KeyReused
        if is_new and stored.state is State.ACCEPTED:
            self._start(stored.reference, self._deliver_soon(stored.reference))
        structlog.contextvars.bind_contextvars(reference=stored.reference, new=is_new)
        attempt = self._running.get(stored.reference)
        if attempt is None or site.existing_customer == "hide":
            return stored
        # Running out of time ends the waiting, not the attempt.
        await asyncio.wait({attempt}, timeout=site.reply_within)
        return _result(attempt) or stored

    async def find(self, site: Site, reference: str) -> Submission:
        """A sign-up of this site. Raises UnknownReference, Unavailable."""
        submission = await self._store.find(reference) if is_reference(reference) else None
        if submission is None or submission.site != site.key:
            raise UnknownReference
        return submission

    async def deliver(self, reference: str) -> Submission | None:
        """Make one attempt for a sign-up; None when it is not free to send, or the attempt was lost."""
        claimed = await self._attempts.claim(reference)
        return None if claimed is None else await self._attempts.make(claimed)

    async def run(self) -> None:
        """Deliver whatever is due, bring back what died and remove what is old, until ``stop``."""
        while not self._stopping.is_set():
            found = False
            try:
                await self._keep_house()
                found = await self._start_next()
            except Unavailable:
                _log.warning("worker_waits", reason="store_unavailable")
            except Exception:  # whatever it was, the sign-ups that are due tomorrow need a worker too
                _log.exception("worker_failed")
            if not found:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), POLL)

    async def ping(self) -> None:
        """Return when the database answers. Raises Unavailable."""
        await self._store.ping()

    def stop(self) -> None:
        """Start no more attempts; ``run`` returns."""
        self._stopping.set()

    async def close(self, patience: float) -> None:
        """Stop, let attempts finish for ``patience`` seconds, then let go of what is still held."""
        self.stop()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=patience)
        for attempt in late:
            attempt.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _accept(self, site: Site, submission: Submission, client_ip: str) -> tuple[Submission, bool]:
        """The row on disk, and whether it is new. A new sign-up takes one from each quota, a repeat takes nothing."""
        turn = self._turns.setdefault(submission.key, asyncio.Lock())
        async with turn:  # the same form twice at once: the second finds what the first stored
            earlier = await self._store.earlier(submission)
            if earlier is not None:
                return earlier, False
            await self._quotas.take(site, client_ip=client_ip, address=submission.address)
            return await self._store.accept(submission)

    def _new(self, site: Site, form: SignupForm, visit: Visit) -> Submission:
        now = self._clock()
        fingerprint = self._vault.digest("content", site.key, form.to_json())
        return Submission(
            reference=new_reference(),
            site=site.key,
            key=fingerprint if visit.key is None else self._vault.digest("key", visit.key),
            key_expires_at=now + CONTENT_KEY_LIFE if visit.key is None else None,
            fingerprint=fingerprint,
            address=self._vault.digest("address", form.email.casefold()),
            plan=form.plan,
            created_at=now,
            updated_at=now,
            due_at=now + HEAD_START,
            state=State.HELD if visit.suspicious else State.ACCEPTED,
            reason="honeypot" if visit.suspicious else "",
            payload=self._vault.seal(Letter(form, visit.client_ip).to_bytes()),
        )

    async def _deliver_soon(self, reference: str) -> Submission | None:
        """An attempt as soon as a slot is free; when none is within the head start, it is left to ``run``."""
        try:
            await asyncio.wait_for(self._slots.acquire(), HEAD_START)
        except TimeoutError:
            return None
        try:
            return None if self._stopping.is_set() else await self.deliver(reference)
        finally:
            self._slots.release()

    async def _keep_house(self) -> None:
        """Now and then, however much is due: what died comes back, what is old goes."""
        now = self._clock()
        if now - self._looked_for_dead >= POLL:
            await self._attempts.bring_back()
            self._looked_for_dead = now
        if now - self._purged >= HOUSEKEEPING:
            await self._purge()
            self._purged = now

    async def _start_next(self) -> bool:
        """Once a slot is free, begin the attempt that is longest due; whether there may be more."""
        try:
            await asyncio.wait_for(self._slots.acquire(), POLL)
        except TimeoutError:
            return True
        claimed = None
        try:
            if not self._stopping.is_set():
                claimed = await self._attempts.claim()
        finally:
            if claimed is None:
                self._slots.release()
        if claimed is not None:
            self._start(claimed.reference, self._make_and_release(claimed))
        return claimed is not None

    async def _make_and_release(self, claimed: Submission) -> Submission:
        try:
            return await self._attempts.make(claimed)
        finally:
            self._slots.release()

    def _start(self, reference: str, attempt: Coroutine[Any, Any, Submission | None]) -> None:
        task = asyncio.create_task(_guarded(reference, attempt))
        self._running[reference] = task
        task.add_done_callback(lambda done: self._running.get(reference) is done and self._running.pop(reference))

    async def _purge(self) -> None:
        for site in self.sites.values():
            while await self._store.purge(site.key, self._clock() - site.retention_days * 86400):
                pass


async def _guarded(reference: str, attempt: Coroutine[Any, Any, Submission | None]) -> Submission | None:
    """Whatever becomes of an attempt, nobody waiting for it is harmed: the row on disk says how it goes on."""
    try:
        return await attempt
    except (LeaseLost, Unavailable) as error:
        _log.warning("attempt_lost", reference=reference, reason=type(error).__name__)
    except Exception:
        _log.exception("attempt_failed", reference=reference)
    return None


def _result(attempt: "asyncio.Task[Submission | None]") -> Submission | None:
    return attempt.result() if attempt.done() and not attempt.cancelled() else None
