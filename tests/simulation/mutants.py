"""The gateway with one precaution left out: what the simulation must notice."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.attempt import Attempts, Save
from app.offer_links import Offer
from app.outcomes import AddressTaken, Learned, NotSent, Step, Unclear
from app.store.table import submissions
from app.submissions import CLAIMABLE, Rules, State, Submission, after
from tests.simulation.disk import Disk
from tests.simulation.odds import BAD_PHONE, LONGEST, SKEW
from tests.simulation.process import Build
from tests.simulation.virtual_store import Life, VirtualStore


class NeverLooks(Attempts):
    """Sends again without looking first."""

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        return await super()._ask(submission, looked=looked or submission.uncertain_since is not None)


class BelievesAnyRefusal(Attempts):
    """Takes every word about its access for WHMCS's own, said before anything was done."""

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        outcome = await super()._ask(submission, looked=looked)
        return NotSent(outcome.reason) if outcome == Unclear("credentials") else outcome


class SavesAtTheEnd(Attempts):
    """Asks for the order before the client is on disk."""

    async def _record(
        self, submission: Submission, outcome: Learned, save: Save | None = None, learned_at: float | None = None
    ) -> Submission:
        learned = after(submission, outcome, self._clock(), self._rules)
        if learned.state is State.SENDING:
            return learned
        return await super()._record(submission, outcome, save, learned_at)


class TakesAnswersForNews(Attempts):
    """Takes what a look-up did not find for missing when the answer comes, not when it was looked for."""

    async def _record(
        self, submission: Submission, outcome: Learned, save: Save | None = None, learned_at: float | None = None
    ) -> Submission:
        return await super()._record(submission, outcome, save, learned_at and self._clock())


class TakesDeadForUnsent(Attempts):
    """Sends again what a dead process may have sent."""

    async def bring_back(self) -> None:
        for lost in await self._store.expired(self._clock()):
            await self._store.save(lost, replace(lost, state=State.WAITING, lease_until=None), "lease_expired")


class DoesNotWatchItsLease(Attempts):
    """Calls WHMCS although the lease ran out meanwhile."""

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        return await super()._ask(replace(submission, lease_until=None), looked=looked)


class RefusesWhomItThanked(Attempts):
    """Takes WHMCS's word about a field for the visitor's to mend, however late it comes."""

    def _is_in_time(self, _submission: Submission) -> bool:
        return True


class TakesTheWorkersForAwaited(Attempts):
    """Takes WHMCS's word about a field for the visitor's to mend if it comes soon, whoever made the attempt."""

    async def _carry(self, claimed: Submission, **_: bool) -> Submission:
        return await super()._carry(claimed, waited_for=True)


class MailsBeforeItSaves(Attempts):
    """Has the owner of an address mailed first, and saves afterwards that it did."""

    async def make(self, claimed: Submission, *, waited_for: bool = False) -> Submission:
        return await self._carry(claimed, waited_for=waited_for)

    async def _record(
        self, submission: Submission, outcome: Learned, save: Save | None = None, learned_at: float | None = None
    ) -> Submission:
        if isinstance(outcome, AddressTaken) and outcome.mail_owner:
            await self._whmcs.mail_password_reset(self._letter(submission).form.email)
        return await super()._record(submission, outcome, save, learned_at)


class MailsWhenUnsure(Attempts):
    """Asks for the mail for the password again when nobody knows whether it was sent."""

    async def _ask(self, submission: Submission, *, looked: bool) -> Learned:
        return await super()._ask(submission, looked=looked or submission.steps[:1] == (Step.MAIL_RESET,))


class ForgetsWhatIsLeft(VirtualStore):
    """Does not store what is still to be done once the order is made."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        return await super().save(before, replace(after, steps=()), event)


class ForgetsItsMails(VirtualStore):
    """Does not look whether the owner of an address was mailed lately."""

    async def mailed_since(self, _address: str, _moment: float) -> bool:
        return False


class IgnoresLeases(VirtualStore):
    """Saves over whatever somebody else made of the row meanwhile."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        current = await self.find(before.reference)
        return await super().save(current or before, after, event)


class SendsAnAddressTwiceAtOnce(VirtualStore):
    """Claims without regard to other sign-ups of the same address; the index would not let it."""

    def __init__(self, disk: Disk, life: Life) -> None:
        super().__init__(disk, life)
        disk.commit(lambda connection: connection.exec_driver_sql("DROP INDEX IF EXISTS one_in_flight_per_address"))

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        for row in self._disk.rows():
            wanted = row.due_at <= now if reference is None else row.reference == reference
            if wanted and row.state in CLAIMABLE:
                leased = replace(row, state=State.SENDING, lease=row.lease + 1, lease_until=lease_until)
                return leased if await self.save(row, leased, "claimed") else None
        return None


class SendsWhatIsHeld(VirtualStore):
    """Does not wait for a person to decide about what looks like a robot's."""

    async def accept(self, submission: Submission, offer: Offer | None = None) -> tuple[Submission, bool]:
        stored, is_new = await super().accept(submission, offer)
        if is_new and stored.state is State.HELD:
            await self.save(stored, replace(stored, state=State.WAITING, reason=""), "retried")
        return stored, is_new


class ForgetsWhomItLetThrough(VirtualStore):
    """Screens again what a person has released."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        return await super().save(before, replace(after, cleared=False), event)


class CountsNoUses(VirtualStore):
    """Lets an offer be used as often as anybody likes."""

    async def accept(self, submission: Submission, _offer: Offer | None = None) -> tuple[Submission, bool]:
        return await super().accept(submission)


class KeepsUses(VirtualStore):
    """Does not give back the use of an offer when the sign-up is refused."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        return await super().save(before, replace(after, offer=None), event)


class PromisesTooEarly(VirtualStore):
    """Says that a sign-up is on disk before it is."""

    async def accept(self, submission: Submission, offer: Offer | None = None) -> tuple[Submission, bool]:
        late = asyncio.ensure_future(super().accept(submission, offer))
        late.add_done_callback(lambda done: done.cancelled() or done.exception())
        return submission, True


class TakesEveryPost(VirtualStore):
    """Makes a new sign-up of each post, whatever its key."""

    async def earlier(self, _submission: Submission) -> Submission | None:
        return None

    async def accept(self, submission: Submission, offer: Offer | None = None) -> tuple[Submission, bool]:
        return await super().accept(replace(submission, key=submission.reference), offer)


class KeepsForms(VirtualStore):
    """Does not erase the form of what is finished."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        return await super().save(before, replace(after, payload=before.payload), event)


class ForgetsOnRetry(VirtualStore):
    """Sends at once what an operator sets going, although nobody knows what became of the call before."""

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        if before.state is State.STUCK:
            after = replace(after, state=State.WAITING, uncertain_since=None)
        return await super().save(before, after, event)


class PurgesTooEarly(VirtualStore):
    """Counts the days of retention short."""

    async def purge(self, site: str, older_than: float, most: int = 500) -> int:
        return await super().purge(site, older_than + 0.99 * 86400, most)


class PurgesAnything(VirtualStore):
    """Deletes what is old, finished or not."""

    async def purge(self, _site: str, older_than: float, _most: int = 500) -> int:
        old = submissions.delete().where(submissions.c.updated_at < older_than + 0.9 * 86400)
        return await self._writer.run(lambda connection: connection.execute(old).rowcount)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A build, and the words of a promise that it must be seen to break."""

    build: Build
    breaks: str


_WRONG_CLOCKS: Final = {"skew": SKEW, "call_fault": 0.4, "faults": ("late_commit",), "outages": ()}
_SLOW: Final = {"call_fault": 0.7, "late": 0.3, "faults": ("late_commit", "slow"), "outages": ()}
_BUSY: Final = {"call_fault": 0.7, "late": 0.3, "faults": (BAD_PHONE,), "outages": ()}
_NOT_LET_IN: Final = {"call_fault": 0.5, "faults": ("commit_then_access_denied",), "outages": ()}
_FROST: Final = {"freeze": 0.1}
MUTANTS: Final[Mapping[str, Mutant]] = {
    "no look-up": Mutant(Build(attempts=NeverLooks), "2 orders for client"),
    "every refusal believed": Mutant(Build(attempts=BelievesAnyRefusal, weather=_NOT_LET_IN), "2 orders for client"),
    "no save between two calls": Mutant(Build(attempts=SavesAtTheEnd), "2 orders for client"),
    "old answers taken for news": Mutant(Build(attempts=TakesAnswersForNews, weather=_SLOW), "2 orders for client"),
    "a dead attempt counts as unsent": Mutant(Build(attempts=TakesDeadForUnsent), "and yet it is client"),
    "no grace": Mutant(Build(rules=Rules(grace=0)), "2 orders for client"),
    "leases ignored": Mutant(Build(store=IgnoresLeases, weather=_FROST), "A form is kept in a final state, or missing"),
    "one address twice at once": Mutant(Build(store=SendsAnAddressTwiceAtOnce), "2 clients for the address"),
    "mail for the password sent again when unsure": Mutant(Build(attempts=MailsWhenUnsure), "password resets for an"),
    "what is left to do not stored": Mutant(Build(store=ForgetsWhatIsLeft), "is done with orders"),
    "clocks not reckoned with": Mutant(
        Build(rules=Rules(grace=LONGEST + 0.5), weather=_WRONG_CLOCKS), "2 clients for the address"
    ),
    "lease not watched": Mutant(Build(attempts=DoesNotWatchItsLease, weather=_FROST), "2 orders for client"),
    "an operator's retry forgets": Mutant(Build(store=ForgetsOnRetry), "2 orders for client"),
    "thanked, then refused": Mutant(Build(attempts=RefusesWhomItThanked), "nobody waits to be told"),
    "stored for later, then refused": Mutant(
        Build(attempts=TakesTheWorkersForAwaited, weather=_BUSY), "nobody waits to be told"
    ),
    "mailed before it is saved": Mutant(Build(attempts=MailsBeforeItSaves), "password resets for an address, and"),
    "mails forgotten": Mutant(Build(store=ForgetsItsMails), "within a day"),
    "every post a sign-up": Mutant(Build(store=TakesEveryPost), "got two references"),
    "offers not counted": Mutant(Build(store=CountsNoUses), "came with an offer for"),
    "offers not given back": Mutant(Build(store=KeepsUses), "of an offer were counted as"),
    "forms kept": Mutant(Build(store=KeepsForms), "A form is kept"),
    "purged too early": Mutant(Build(store=PurgesTooEarly), "unknown before its time"),
    "purged unfinished": Mutant(Build(store=PurgesAnything), "was deleted while"),
    "held rows sent": Mutant(Build(store=SendsWhatIsHeld), "nobody had decided about it"),
    "released, and held again": Mutant(Build(store=ForgetsWhomItLetThrough), "a person had let it through"),
    "answer before the commit": Mutant(Build(store=PromisesTooEarly), "there is no such row"),
}
