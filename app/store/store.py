"""What can be done with submissions on disk. Every method returns after its commit, or raises Unavailable."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Engine, Select, Update, bindparam, delete, insert, text
from sqlalchemy.exc import IntegrityError

from app.errors import Unavailable
from app.offer_links import Offer
from app.store.archive import Archive
from app.store.engine import empty_log
from app.store.statements import (
    AGED,
    BY_KEY,
    BY_PROOF,
    BY_REFERENCE,
    CLAIM_DUE,
    CLAIM_NAMED,
    EXPIRED,
    FORGET_EVENTS,
    FORGET_OFFERS,
    FREE_KEY,
    GIVE_BACK,
    MAILED,
    PURGE,
    SAVE,
    TAKE_CHECKOUT,
    UNDO,
)
from app.store.table import event_row, events, from_row, offers, secrets, submissions, to_changes, to_row
from app.store.writer import Writer
from app.submissions import State, Submission, new_reference


class InFlight(Exception):
    """Another sign-up with the same e-mail address is being sent or looked up; wait for that one."""


class ProofUsed(Exception):
    """Another sign-up of the site came with the same solution of a challenge."""


class OfferUsed(Exception):
    """As many sign-ups as may have come with the same offer link already."""


class Store:
    """The submissions of all sites, on SQLite or PostgreSQL; ``archive`` holds what only operators ask."""

    def __init__(self, engine: Engine) -> None:
        # Both dialects have it, and nobody needs both in memory.
        dialect = import_module(f"sqlalchemy.dialects.{engine.dialect.name}")
        self._insert = dialect.insert(submissions).on_conflict_do_nothing().returning(submissions.c.reference)
        one_more = {"used": offers.c.used + 1}
        first = dialect.insert(offers).values(name=bindparam("called"), used=1, expires_at=bindparam("ends"))
        self._use_offer = first.on_conflict_do_update(
            index_elements=[offers.c.name], set_=one_more, where=offers.c.used < bindparam("most")
        ).returning(offers.c.used)
        self._engine = engine
        self._writer = Writer(engine, journal=insert(events))
        self.archive = Archive(self._writer)

    def close(self) -> None:
        """Finish what is queued and close. Blocks until the last commit."""
        self._writer.close()

    async def ping(self) -> None:
        """Return when the database answers, and can be written to if it lately could not. Raises Unavailable."""
        if self._writer.failed:
            await self._writer.run(_write_something)
            self._writer.failed = False
        else:
            await self._writer.read(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def earlier(self, submission: Submission) -> Submission | None:
        """The submission on disk that answers for this site and key, if there is one."""
        key = {"of_site": submission.site, "of_key": submission.key}
        found = await self._writer.read(lambda connection: _one(connection, BY_KEY, key))
        return None if found is None or _key_is_free_again(found, submission.created_at) else found

    async def is_used(self, submission: Submission) -> bool:
        """Whether a sign-up with another key came with the solution of a challenge that this one comes with."""
        if submission.proof is None:
            return False
        return await self._writer.read(lambda connection: _is_used(connection, submission))

    async def accept(self, submission: Submission, offer: Offer | None = None) -> tuple[Submission, bool]:
        """The row now on disk for this site and key, and whether it is this submission (or an earlier one).

        One that comes leased for sending is stored without its lease while another sign-up of the same e-mail
        address is in flight. A new one uses the ``offer`` that it comes with. Raises ProofUsed and OfferUsed, and then
        nothing of it is on disk.
        """
        accepted = await self._writer.run(lambda connection: self._accept(connection, submission, offer))
        if isinstance(accepted, type):
            raise accepted
        return accepted

    async def claim(self, now: float, lease_until: float, reference: str | None = None) -> Submission | None:
        """Lease the named submission, or else the one longest due; None when there is none free to send.

        A submission is not free while another with the same e-mail address is in flight.
        """
        statement, which = (CLAIM_DUE, {"due": now}) if reference is None else (CLAIM_NAMED, {"named": reference})
        values = {"now": now, "until": lease_until, **which}

        def operation(connection: Connection) -> Submission | None:
            claimed = _one(connection, statement, values)
            if claimed is not None:
                self._writer.note(event_row(claimed, "claimed"))
            return claimed

        try:
            return await self._writer.run(operation)
        except IntegrityError:  # another replica claimed the same address in this very moment
            return None

    async def save(self, before: Submission, after: Submission, event: str) -> bool:
        """Replace ``before`` by ``after``, unless somebody else changed it meanwhile (then False).

        ``event`` is what happened, for the timeline. When it ends rejected, the use of the offer that ``after``
        names is given back. Raises InFlight.
        """
        named = {"named": before.reference, "was": before.state, "held": before.lease}
        values = {**to_changes(after), **named, "last_touched": before.updated_at}
        if after.payload is not None:  # a save may erase it, never write it: somebody may have sealed it anew meanwhile
            del values["payload"]

        def operation(connection: Connection) -> bool:
            saved = connection.execute(SAVE, values).rowcount == 1
            if saved:
                self._writer.note(event_row(after, event))
            if saved and after.state is State.REJECTED and after.offer is not None:
                connection.execute(GIVE_BACK, {"called": after.offer})
            return saved

        try:
            return await self._writer.run(operation)
        except IntegrityError:
            raise InFlight from None

    async def find(self, reference: str) -> Submission | None:
        """The submission of this name."""
        return await self._writer.read(lambda connection: _one(connection, BY_REFERENCE, {"named": reference}))

    async def take_checkout(self, reference: str, now: float) -> bool:
        """Take the one way to the payment page that this submission has; False when it was taken before."""
        values = {"named": reference, "now": now}
        return await self._writer.run(lambda connection: connection.execute(TAKE_CHECKOUT, values).rowcount == 1)

    async def mailed_since(self, address: str, moment: float) -> bool:
        """Whether the owner of this address (its keyed hash) was mailed after this moment, for whatever site."""
        since = {"of_address": address, "since": moment}
        return bool(await self._writer.read(lambda connection: connection.execute(MAILED, since).scalar()))

    async def expired(self, now: float, most: int = 100) -> list[Submission]:
        """Submissions whose lease ran out: the attempt that held them died."""
        return await self._many(EXPIRED, {"now": now, "most": most})

    async def aged(self, now: float, untouched_since: float, most: int = 100) -> list[Submission]:
        """Submissions that are due, and to which nothing has happened since ``untouched_since``."""
        return await self._many(AGED, {"now": now, "untouched_since": untouched_since, "most": most})

    async def purge(self, site: str, older_than: float, most: int = 500) -> int:
        """Delete at most ``most`` of what is finished or held and last changed before ``older_than``; how many."""

        def operation(connection: Connection) -> int:
            which = {"of_site": site, "older_than": older_than, "most": most}
            gone = list(connection.execute(PURGE, which).scalars())
            connection.execute(FORGET_EVENTS, {"references": gone})
            return len(gone)

        return await self._writer.run(operation)

    async def forget_offers(self, ended_before: float) -> int:
        """Delete the counts of offer links that ended before this moment; how many."""
        ended = {"ended_before": ended_before}
        return await self._writer.run(lambda connection: connection.execute(FORGET_OFFERS, ended).rowcount)

    async def empty_log(self) -> bool:
        """Leave nothing of what was erased in SQLite's own log; False when that must wait for somebody."""
        return await asyncio.to_thread(empty_log, self._engine)

    def _accept(
        self, connection: Connection, submission: Submission, offer: Offer | None
    ) -> tuple[Submission, bool] | type[ProofUsed | OfferUsed]:
        """What is refused is returned, not raised: that would undo the transaction of all who are in it."""
        key = {"of_site": submission.site, "of_key": submission.key}
        # More than twice when another replica, in this very moment, renews the same key.
        for _ in range(4):
            if connection.execute(self._insert, to_row(submission)).first() is not None:
                if not self._has_used(connection, offer):
                    connection.execute(UNDO, {"named": submission.reference})
                    return OfferUsed
                self._writer.note(event_row(submission, "accepted"))
                return submission, True
            earlier = _one(connection, BY_KEY, key)
            if earlier is None and _is_used(connection, submission):
                return ProofUsed
            if earlier is None:  # so it was not the key that the row was refused for
                # The lease keeps its number, so that no later one can be taken for it.
                submission = replace(submission, state=State.ACCEPTED, lease_until=None)
            elif not _key_is_free_again(earlier, submission.created_at):
                return earlier, False
            else:
                # A freed key becomes the reference: as unique as the key was, and never a key, for those are longer.
                connection.execute(FREE_KEY, {"named": earlier.reference})
        raise Unavailable

    def _has_used(self, connection: Connection, offer: Offer | None) -> bool:
        """Whether one of the offer's uses was left, and is now this sign-up's."""
        if offer is None or not offer.uses:
            return True
        use = {"called": offer.name, "ends": offer.expires_at, "most": offer.uses}
        return connection.execute(self._use_offer, use).first() is not None

    async def _many(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> list[Submission]:
        return await self._writer.read(
            lambda connection: [from_row(row) for row in connection.execute(statement, values)]
        )


def _write_something(connection: Connection) -> None:
    """As much as a sign-up, and nothing of it stays. A full disk has room for less, and for what is there already."""
    name = new_reference()
    connection.execute(insert(secrets).values(name=name, sealed=os.urandom(8000)))
    connection.execute(delete(secrets).where(secrets.c.name == name))


def _key_is_free_again(earlier: Submission, now: float) -> bool:
    """By time alone: whether it is finished, too, would tell who repeats a form what WHMCS made of it."""
    return earlier.key_expires_at is not None and earlier.key_expires_at <= now


def _is_used(connection: Connection, submission: Submission) -> bool:
    which = {"of_site": submission.site, "of_proof": submission.proof, "but_for": submission.key}
    return submission.proof is not None and connection.execute(BY_PROOF, which).first() is not None


def _one(
    connection: Connection, statement: Select[*tuple[Any, ...]] | Update, values: Mapping[str, object]
) -> Submission | None:
    row = connection.execute(statement, values).one_or_none()
    return None if row is None else from_row(row)
