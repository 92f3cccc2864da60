"""When to leave WHMCS alone: after repeated transport faults, and at once when it does not let us in.

Closed: calls may be started. Open: none but a probe, now and then. Half open, after a probe that went well: calls may
be started, and the first transport fault opens it again.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from app.whmcs.errors import Cause, Rejected, WhmcsError

FAULTS = 5  # transport faults in a row that open it
FIRST_PAUSE = 5.0  # seconds until the first probe; each that fails doubles it
LONGEST_PAUSE = 60.0
PROBE = "WhmcsDetails"
# However often these fail, sign-ups can work; and that these work does not mean that sign-ups do.
ASIDE = (
    "GetProducts",
    "GetCurrencies",
    "GetPaymentMethods",
    "GetPromotions",
    "GetTLDPricing",
    "DomainWhois",
    "CreateSsoToken",
)
SHUT_OUT = (Cause.CREDENTIALS, Cause.IP, Cause.LICENCE)  # whatever the call, the next one will hear the same


class Standing(StrEnum):
    """Whether calls may be started."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


class Breaker:
    """One for each process. ``clock`` counts seconds, ``spread`` is a factor of at least 1 for each pause, and ``tell``
    hears of every change of the standing, with the reason."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = lambda: random.uniform(1, 1.2),  # noqa: S311 - nothing secret
        tell: Callable[[Standing, str], object] = lambda _standing, _reason: None,
    ) -> None:
        self._clock = clock
        self._spread = spread
        self._tell = tell
        self._faults = 0
        self._pause = FIRST_PAUSE
        self._next_probe = 0.0
        self.standing = Standing.CLOSED
        self.reason = ""  # why it is not closed
        self.calls: Counter[tuple[str, str]] = Counter()  # by command and result, since the process began

    @property
    def open(self) -> bool:
        """Whether no call may be started."""
        return self.standing is Standing.OPEN

    @property
    def probe_is_due(self) -> bool:
        """Whether it is open, and time for a probe."""
        return self.open and self._clock() >= self._next_probe

    def note(self, action: str, error: WhmcsError | None) -> None:
        """Learn from a call that ended: with an answer (None), or with this error."""
        self.calls[action, _result(error)] += 1
        if isinstance(error, Rejected) and error.cause in SHUT_OUT:
            self._shut(error.reason, put_off=action == PROBE)
        elif action == PROBE:
            self._probed(error)
        elif action in ASIDE:
            return
        elif error is None or isinstance(error, Rejected):
            self._faults, self._pause = 0, FIRST_PAUSE
            self._change(Standing.CLOSED, "")
        else:
            self._faults += 1
            if self._faults >= FAULTS:
                self._shut(error.reason)

    def _probed(self, error: WhmcsError | None) -> None:
        """A probe proves that WHMCS answers, not that it can do its work: that is left to the next call."""
        if self.open and (error is None or isinstance(error, Rejected)):
            self._faults = FAULTS - 1
            self._change(Standing.HALF_OPEN, self.reason)
        elif self.open and error is not None:
            self._put_off_probe()

    def _shut(self, reason: str, *, put_off: bool = False) -> None:
        if put_off or not self.open:  # calls that were under way when it opened do not put the probe off
            self._put_off_probe()
        self._change(Standing.OPEN, reason)

    def _put_off_probe(self) -> None:
        self._next_probe = self._clock() + self._pause * self._spread()
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _change(self, standing: Standing, reason: str) -> None:
        changed = standing is not self.standing
        self.standing, self.reason = standing, reason
        if changed:
            self._tell(standing, reason)


def _result(error: WhmcsError | None) -> str:
    return "success" if error is None else type(error).__name__.lower()
