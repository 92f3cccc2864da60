"""An attempt: claim a row, ask WHMCS, store what was learned before asking the next thing, until the row is let go."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from app.conversation import look_up, send
from app.errors import Unavailable
from app.letter import Letter
from app.outcomes import (
    AddressTaken,
    Faulty,
    Learned,
    LeaseExpired,
    NothingFound,
    NotSent,
    Outcome,
    Refused,
    Suspect,
    TooOld,
    Unclear,
    word,
)
from app.owners import Owners
from app.sites import Site
from app.store import Store
from app.submissions import Rules, State, Submission, after
from app.vault import SealBroken, Vault
from app.whmcs import Whmcs

_log = structlog.get_logger("app.delivery")

Save = Callable[[Submission, Submission, str], Awaitable[bool]]
SAVE_AGAIN = 2.0  # seconds until what was learned is saved again, when the database did not answer


class LeaseLost(Exception):
    """The lease ran out under a running attempt: the row is no longer ours to change."""


class Attempts:
    """Makes attempts. ``lease`` is how many seconds one may take between two saves; ``takes_mail`` is asked for sites
    that want to know whether anybody can get mail at an address."""

    def __init__(
        self,
        *,
        sites: Mapping[str, Site],
        store: Store,
        vault: Vault,
        whmcs: Whmcs,
        rules: Rules,
        lease: float,
        takes_mail: Callable[[str], Awaitable[bool]],
        clock: Callable[[], float],
    ) -> None:
        self._sites = sites
        self._store = store
        self._vault = vault
        self._whmcs = whmcs
        self._rules = rules
        self._lease = lease
        self._takes_mail = takes_mail
        self._clock = clock
        self._owners = Owners(store, whmcs, clock)

    def leased(self, fresh: Submission) -> Submission:
        """A submission that is not on disk yet, held by us from the start: that saves the claim."""
        return replace(fresh, state=State.SENDING, lease=1, lease_until=self._clock() + self._lease)

    async def claim(self, reference: str | None = None) -> Submission | None:
        """Lease the named submission, or the one longest due; None when there is none free. Raises Unavailable."""
        now = self._clock()
        return await self._store.claim(now, now + self._lease, reference)

    async def resume(self, leased: Submission) -> Submission | None:
        """Go on with a leased submission that may have been stored, if it was. Raises as ``make`` does."""
        return await self.make(leased) if await self._stands(leased) else None

    async def make(self, claimed: Submission, *, waited_for: bool = False) -> Submission:
        """Carry a claimed submission as far as it goes now; ``waited_for`` by the visitor, who has no answer yet.

        Cancelled, it lets the row go as uncertain. Raises LeaseLost and Unavailable; the row then comes back as
        uncertain when its lease runs out.
        """
        ended = await self._carry(claimed, waited_for=waited_for)
        if ended.mailed_at is not None:
            await self._owners.mail(ended, self._letter(claimed).form.email)
        return ended

    async def _carry(self, claimed: Submission, *, waited_for: bool) -> Submission:
        submission, looked = claimed, False
        try:
            while submission.state is State.SENDING:
                asked_at = self._clock()
                outcome = await self._ask(submission, looked=looked)
                if isinstance(outcome, Refused) and not (waited_for and self._is_in_time(submission)):
                    outcome = Faulty(f"refused:{outcome.errors[0].field}")  # a person's to mend
                looked = isinstance(outcome, NothingFound)
                # Who is to hear of his fields waits for no database that is away: without a save, a person hears of it.
                save = self._store.save if isinstance(outcome, Refused) else None
                # What was not there yet when it was looked for may have come while the answer was on its way.
                submission = await self._record(submission, outcome, save, learned_at=asked_at if looked else None)
        except asyncio.CancelledError:
            await self._record(submission, Unclear("stopped"), self._store.save)
            raise
        return submission

    async def bring_back(self) -> None:
        """Turn submissions whose attempt died into uncertain ones. Raises Unavailable."""
        for submission in await self._store.expired(self._clock()):
            await self._happens(submission, LeaseExpired())

    async def give_up_aged(self, reason: str) -> None:
        """Give to a person what is due and too old, while nothing can be sent for ``reason``. Raises Unavailable."""
        now = self._clock()
        for submission in await self._store.aged(now, now - self._rules.max_age):
            await self._happens(submission, TooOld(reason))

    async def _happens(self, submission: Submission, outcome: Outcome) -> None:
        changed = after(submission, outcome, self._clock(), self._rules)
        if await self._store.save(submission, changed, word(outcome)):
            _report(changed, outcome)

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        site = self._sites.get(submission.site)
        if site is None:
            return NotSent("unknown_site")  # here; a replica with the new sites.toml may know it
        try:
            letter = self._letter(submission)
        except (SealBroken, ValueError):
            return NotSent("unreadable_payload")
        if site.check_mx and submission.may_be_held and not await self._takes_mail(letter.form.email):
            return Suspect("no_mx")
        if submission.lease_until is not None and self._clock() + self._whmcs.deadline > submission.lease_until:
            raise LeaseLost(submission.reference)  # the call might outlive it, and with it what is known of its end
        ask = look_up if submission.uncertain_since is not None and not looked else send
        outcome = await ask(self._whmcs, site, submission, letter)
        if isinstance(outcome, AddressTaken):
            return AddressTaken(await self._owners.are_to_hear(site, submission.address))
        return outcome

    def _is_in_time(self, submission: Submission) -> bool:
        """Whether the visitor will hear of it before he is thanked: who has been does not come back to correct a field.

        A little less than his patience, for what was learned is yet to be saved.
        """
        site = self._sites[submission.site]
        return self._clock() < submission.created_at + 0.8 * site.reply_within and not site.hides_customers

    def _letter(self, submission: Submission) -> Letter:
        """Raises SealBroken and ValueError."""
        return Letter.from_bytes(self._vault.open(submission.payload or b""))

    async def _record(
        self, submission: Submission, outcome: Learned, save: Save | None = None, learned_at: float | None = None
    ) -> Submission:
        now = self._clock()
        learned = after(submission, outcome, now if learned_at is None else learned_at, self._rules)
        if learned.state is State.SENDING:  # a lease of its own for the next step: a save from before is void
            learned = replace(learned, lease=submission.lease + 1, lease_until=now + self._lease)
        site = self._sites.get(submission.site)
        if site is None or site.hides_customers:  # a use that came back would tell whose address is known
            learned = replace(learned, offer=None)
        if not await (save or self._save)(submission, learned, word(outcome)):
            raise LeaseLost(submission.reference)
        _report(learned, outcome)
        return learned

    async def _save(self, held: Submission, learned: Submission, event: str) -> bool:
        """What was learned is worth some patience with the database, for as long as the row is held."""
        unheard_of = False  # whether an earlier try may have gone through
        while True:
            try:
                saved = await self._store.save(held, learned, event)
                return saved or (unheard_of and await self._stands(learned))
            except Unavailable:
                if held.lease_until is None or self._clock() + SAVE_AGAIN >= held.lease_until:
                    raise
            unheard_of = True
            await asyncio.sleep(SAVE_AGAIN)

    async def _stands(self, ours: Submission) -> bool:
        """Whether this is what is on disk, by what a save is held to."""
        found = await self._store.find(ours.reference)
        return found is not None and _hold(found) == _hold(ours)


def _hold(submission: Submission) -> tuple[State, int, float]:
    return submission.state, submission.lease, submission.updated_at


def _report(submission: Submission, outcome: Outcome) -> None:
    write = _log.error if submission.state is State.STUCK else _log.info
    write(
        "delivery",
        site=submission.site,
        reference=submission.reference,
        outcome=word(outcome),
        state=submission.state,
        reason=submission.reason,
        attempts=submission.attempts,
        client_id=submission.client_id,
        order_id=submission.order_id,
    )
