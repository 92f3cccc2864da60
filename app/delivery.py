"""``Gateway``: how a sign-up gets from the form into WHMCS, readable aloud.

``submit`` puts it on disk and waits a little for the answer; ``deliver`` makes one attempt for it. What is not
delivered by then is left to the worker.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from app.attempt import Attempts
from app.catalog import Domains, Sales
from app.errors import ChallengeFailed, GatewayError, KeyReused, Unavailable, UnknownReference
from app.follow_up import steps_of
from app.forms import SignupForm
from app.guard import Quotas, Visit
from app.letter import Letter
from app.offer_links import Offer, refused
from app.screening import Screening
from app.sites import Site
from app.slots import Slot, Slots
from app.store import OfferUsed, ProofUsed, Store
from app.submissions import State, Submission, is_reference, new_reference
from app.vault import Vault
from app.whmcs import Breaker

HEAD_START = 5.0  # seconds in which only the request that brought a sign-up delivers it
SLOT_PATIENCE = 0.2  # seconds that a new sign-up waits for a slot before it is stored: with one, that is the claim, too
LOOK_AGAIN = 0.25  # seconds between looks at what another process makes of it
LAST_LOOK = 1.0  # seconds that a visitor waits at the end for the database, whatever it is at
CONTENT_KEY_LIFE = 600.0  # seconds for which the same answers without a key of their own are the same sign-up


class Gateway:
    """The one place where sign-ups are accepted. While ``breaker`` is open they are stored, and nothing is sent."""

    def __init__(
        self,
        *,
        sites: Mapping[str, Site],
        store: Store,
        vault: Vault,
        quotas: Quotas,
        screening: Screening,
        sales: Sales | None = None,
        domains: Domains | None = None,
        attempts: Attempts,
        slots: Slots,
        breaker: Breaker,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.sites = sites
        self._store = store
        self._vault = vault
        self._quotas = quotas
        self._screening = screening
        self._sales = sales
        self._domains = domains
        self._attempts = attempts
        self._slots = slots
        self._breaker = breaker
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def submit(self, site: Site, form: SignupForm, visit: Visit, *, reference: str | None = None) -> Submission:
        """Put the sign-up on disk, then wait at most ``site.reply_within`` seconds for what WHMCS says.

        The same key with the same answers is the same sign-up. ``reference`` names this one if it is new: what comes
        back under another name is an earlier one. Raises KeyReused, InvalidFields, ChallengeFailed, RateLimited, and
        Unavailable when nothing could be stored.
        """
        submission = self._new(site, form, visit, reference or new_reference())
        stored, is_new = await self._accept(site, submission, form, visit)
        if stored.fingerprint != submission.fingerprint:
            raise KeyReused
        structlog.contextvars.bind_contextvars(reference=stored.reference, new=is_new)
        if site.hides_customers:
            return stored
        ends = asyncio.get_running_loop().time() + site.reply_within
        made = await self._slots.result(stored.reference, site.reply_within) or await self._latest(stored)
        return made if is_new else await self._elsewhere(made, ends)

    async def _elsewhere(self, sent: Submission, ends: float) -> Submission:
        """What comes of a repeat that another process is sending: thanked now, its visitor would not hear of a refusal
        that is told to whoever waits there."""
        loop = asyncio.get_running_loop()
        while (sent.state is State.SENDING or self._is_about_to_be(sent)) and loop.time() + LOOK_AGAIN < ends:
            await asyncio.sleep(LOOK_AGAIN)
            sent = await self._latest(sent)
        return sent

    def _is_about_to_be(self, accepted: Submission) -> bool:
        """Whether the request that brought it may still be waiting for a slot."""
        return accepted.state is State.ACCEPTED and not self._breaker.open and self._clock() < accepted.due_at

    async def _latest(self, stored: Submission) -> Submission:
        """What is on disk by now: an attempt that is quick ends before anybody waits for it."""
        try:
            async with asyncio.timeout(LAST_LOOK):
                return await self._store.find(stored.reference) or stored
        except (Unavailable, TimeoutError):  # it is stored all the same
            return stored

    async def find(self, site: Site, reference: str) -> Submission:
        """A sign-up of this site. Raises UnknownReference, Unavailable."""
        submission = await self._store.find(reference) if is_reference(reference) else None
        if submission is None or submission.site != site.key or self._is_forgotten(site, submission):
            raise UnknownReference
        return submission

    def _is_forgotten(self, site: Site, submission: Submission) -> bool:
        """Where customers are hidden, a row that is kept because something is left to do looks like any other."""
        return site.hides_customers and self._clock() >= submission.created_at + site.kept_for

    async def deliver(self, reference: str) -> Submission | None:
        """Make one attempt for a sign-up; None when it is not free to send, or no slot is within the head start."""
        slot = await self._slots.take(HEAD_START)
        if slot is None:
            return None
        try:
            claimed = await self._attempts.claim(reference)
            return None if claimed is None else await self._attempts.make(claimed, waited_for=True)
        finally:
            slot.free()

    async def _accept(
        self, site: Site, submission: Submission, form: SignupForm, visit: Visit
    ) -> tuple[Submission, bool]:
        """The row on disk, and whether it is new. A repeat is neither judged nor counted again."""
        turn = self._turns.setdefault(submission.key, asyncio.Lock())
        async with turn:  # the same form twice at once: the second finds what the first stored
            earlier = await self._store.earlier(submission)
            if earlier is not None:
                return earlier, False
            try:
                return await self._accept_new(site, submission, form, visit)
            except ChallengeFailed:
                # Perhaps this very form has reached another replica, which used the solution that came with it.
                earlier = await self._store.earlier(submission) if visit.solutions else None
                if earlier is None:
                    raise
                return earlier, False

    async def _accept_new(
        self, site: Site, submission: Submission, form: SignupForm, visit: Visit
    ) -> tuple[Submission, bool]:
        if visit.offer is not None and self._clock() >= visit.offer.expires_at:
            raise refused("offer_expired")
        if self._sales is not None:  # first: a solved challenge may serve only once, and answers can be mended
            await self._sales.check(site, form)
        if self._domains is not None:
            await self._domains.check(site, form, visit.client_ip)
        verdict = await self._screening.judge(site, form, visit)
        submission = replace(submission, proof=verdict.proof)
        if await self._store.is_used(submission):
            raise ChallengeFailed(solvable=True)  # before it is counted: a solution is worth one place, not many
        vouched = verdict.verified or (visit.sender.vouches and not verdict.unchecked)
        who = {"client_ip": visit.client_ip, "address": submission.address}
        taken = await self._quotas.take(site, **who, vouched=vouched)
        try:
            stored, is_new = await self._put_on_disk(site, submission, verdict.held_for, visit.offer)
        except GatewayError:
            await self._quotas.give_back(taken)
            raise
        if is_new:
            await self._screening.count(site, form, visit)
        else:  # another replica was first
            await self._quotas.give_back(taken)
        return stored, is_new

    async def _put_on_disk(
        self, site: Site, submission: Submission, held_for: str, offer: Offer | None
    ) -> tuple[Submission, bool]:
        try:
            if held_for:
                return await self._store.accept(replace(submission, state=State.HELD, reason=held_for), offer)
            return await self._accept_and_begin(site, submission, offer)
        except OfferUsed:
            raise refused("offer_used") from None
        except ProofUsed:  # by somebody else in this very moment
            raise ChallengeFailed(solvable=True) from None

    async def _accept_and_begin(
        self, site: Site, submission: Submission, offer: Offer | None
    ) -> tuple[Submission, bool]:
        if self._breaker.open:
            return await self._store.accept(submission, offer)
        # Neither free slots nor an address in flight may show in the time that a hiding site takes: they tell what
        # WHMCS makes of other sign-ups.
        slot = None if site.hides_customers else await self._slots.take(SLOT_PATIENCE)
        if slot is None:
            stored, is_new = await self._store.accept(submission, offer)
        else:
            stored, is_new = await self._accept_in(slot, self._attempts.leased(submission), offer)
        if is_new and stored.state is State.ACCEPTED:
            self._slots.start(stored.reference, self.deliver(stored.reference))
        return stored, is_new

    async def _accept_in(self, slot: Slot, leased: Submission, offer: Offer | None) -> tuple[Submission, bool]:
        """Store it as already being sent, and begin."""
        try:
            stored, is_new = await self._store.accept(leased, offer)
        except BaseException:  # being cancelled, above all
            # It may be on disk all the same, and nobody else would look at it before its lease is over.
            self._slots.start(leased.reference, self._attempts.resume(leased), slot)
            raise
        if is_new and stored.state is State.SENDING:
            self._slots.start(stored.reference, self._attempts.make(stored, waited_for=True), slot)
        else:
            slot.free()
        return stored, is_new

    def _new(self, site: Site, form: SignupForm, visit: Visit, reference: str) -> Submission:
        now = self._clock()
        offered = [] if visit.offer is None else [visit.offer.name]
        fingerprint = self._vault.digest("content", site.key, form.to_json(), *offered)
        return Submission(
            reference=reference,
            site=site.key,
            key=fingerprint if visit.key is None else self._vault.digest(visit.key_kind, visit.key),
            key_expires_at=now + (CONTENT_KEY_LIFE if visit.key is None else site.kept_for),
            fingerprint=fingerprint,
            address=self._vault.digest("address", form.email.casefold()),
            plan=form.plan,
            created_at=now,
            updated_at=now,
            due_at=now + HEAD_START,
            steps=steps_of(site, site.plans.get(form.plan or ""), form.domain_action),
            offer=visit.offer.name if visit.offer else None,
            payload=self._vault.seal(Letter(form, visit.client_ip, visit.attribution).to_bytes()),
        )
