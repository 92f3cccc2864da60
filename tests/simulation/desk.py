"""The operator: mends WHMCS, decides about what is held, and retries or resolves what is stuck, as the commands do."""

from dataclasses import replace
from random import Random

from app.errors import Unavailable
from app.outcomes import Declined, Released, Resolved, Retried, word
from app.store import InFlight
from app.submissions import Rules, State, Submission, after
from tests.simulation.disk import Disk
from tests.simulation.process import Process, Surroundings

_RETRIED = (State.WAITING, State.UNCERTAIN, State.STUCK)


class Desk(Process):
    """One operator at his desk."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__("operator", around, lambda: None)
        self.odds = replace(around.odds, crash=0, disk_fault=0, outages=())
        self._disk: Disk = around.disk
        self._billing = around.billing
        self._clock = around.clock
        self._rules = Rules()

    async def meddle(self, chance: Random) -> None:
        """Set any one submission going that can be, for no good reason."""
        movable = [row for row in self._disk.rows() if row.state in (*_RETRIED, State.HELD)]
        if movable:
            await self._move(chance.choice(movable))

    async def finish(self) -> bool:
        """Set everything going that waits for a person; whether there was anything."""
        waiting = [row for row in self._disk.rows() if row.state in (State.STUCK, State.HELD)]
        for row in waiting:
            await self._move(row)
        return bool(waiting)

    def _resolved(self, row: Submission) -> Resolved | None:
        """What WHMCS's own pages show of a sign-up, if the operator thinks of looking there."""
        ledger = self._billing.whmcs.ledger
        ours = next((client.id for client in ledger.clients.values() if row.marker in client.notes), None)
        if ours is None or self.odds.chance.random() < 0.5:
            return None
        order = next((order for order in ledger.orders_of(ours) if row.marker in order.notes), None)
        return Resolved(ours, order.id, order.invoice_id or None) if order else Resolved(ours)

    def _judged(self) -> Released | Declined:
        """What the operator makes of one that looks like a robot's."""
        return Declined() if self.odds.chance.random() < 0.3 else Released()

    async def _move(self, row: Submission) -> None:
        outcome = self._judged() if row.state is State.HELD else self._resolved(row) or Retried()
        self.story.tell(f"{outcome}: {row.reference} {row.state} {row.reason}", self.name)
        try:
            await self.store.save(row, after(row, outcome, self._clock(), self._rules), word(outcome))
        except (InFlight, Unavailable) as error:
            self.story.tell(f"is told: {type(error).__name__}", self.name)
