"""The attempts under way: never more than WHMCS is to bear, and each known by its sign-up's reference."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from app.attempt import LeaseLost
from app.errors import Unavailable
from app.submissions import Submission

_log = structlog.get_logger("app.delivery")
Attempt = Coroutine[Any, Any, Submission | None]


class Slot:
    """Permission to make one attempt."""

    def __init__(self, *taken: asyncio.Semaphore) -> None:
        self._taken = taken

    def free(self) -> None:
        """Give it back."""
        for semaphore in self._taken:
            semaphore.release()


class Slots:
    """At most ``most`` attempts at once. The backlog leaves a third of the slots to visitors who wait for an answer."""

    def __init__(self, most: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._for_backlog = asyncio.Semaphore(max(1, most - max(1, most // 3)))
        self._under_way: dict[str, asyncio.Task[Submission | None]] = {}
        self._closed = False

    @property
    def busy(self) -> int:
        """How many attempts are under way, those that wait for a slot among them."""
        return len(self._under_way)

    @property
    def closed(self) -> bool:
        """Whether no more slots are given."""
        return self._closed

    async def take(self, patience: float) -> Slot | None:
        """A slot as soon as one is free; None when that is not within ``patience`` seconds."""
        if not await _acquired(self._all, patience):
            return None
        if self._closed:
            self._all.release()
            return None
        return Slot(self._all)

    async def take_for_backlog(self, patience: float) -> Slot | None:
        """The same for a sign-up that nobody waits for."""
        if not await _acquired(self._for_backlog, patience):
            return None
        slot = None
        try:
            slot = await self.take(patience)
        finally:  # it may be cancelled, too
            if slot is None:
                self._for_backlog.release()
        return None if slot is None else Slot(self._for_backlog, self._all)

    def start(self, reference: str, attempt: Attempt, slot: Slot | None = None) -> None:
        """Begin an attempt; the slot that was taken for it is free again when it ends."""
        task = asyncio.create_task(_guarded(reference, attempt))
        self._under_way[reference] = task

        def ended(_task: object) -> None:
            if slot is not None:
                slot.free()
            if self._under_way.get(reference) is task:
                del self._under_way[reference]

        task.add_done_callback(ended)

    async def result(self, reference: str, patience: float) -> Submission | None:
        """What the attempt for this sign-up comes to in ``patience`` seconds; None when there is none, or nothing.

        Running out of time ends the waiting, not the attempt.
        """
        attempt = self._under_way.get(reference)
        if attempt is None:
            return None
        await asyncio.wait({attempt}, timeout=patience)
        return attempt.result() if attempt.done() and not attempt.cancelled() else None

    def close(self) -> None:
        """Give no more slots."""
        self._closed = True

    async def drain(self, patience: float) -> None:
        """Let attempts finish for ``patience`` seconds, then let go of what is still held."""
        self.close()
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way.values(), timeout=patience)
        for attempt in late:
            attempt.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _acquired(semaphore: asyncio.Semaphore, patience: float) -> bool:
    if not semaphore.locked():
        return await semaphore.acquire()  # at once
    try:
        async with asyncio.timeout(patience):
            return await semaphore.acquire()
    except TimeoutError:
        return False


async def _guarded(reference: str, attempt: Attempt) -> Submission | None:
    """Whatever becomes of an attempt, nobody waiting for it is harmed: the row on disk says how it goes on."""
    try:
        return await attempt
    except (LeaseLost, Unavailable) as error:
        _log.warning("attempt_lost", reference=reference, reason=type(error).__name__)
    except Exception:
        _log.exception("attempt_failed", reference=reference)
    return None
