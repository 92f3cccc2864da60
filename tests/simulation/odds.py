"""How unkind a seed is. Chances are per occasion, times in virtual seconds; no mail reaches ``without_mail``."""

from dataclasses import dataclass
from random import Random
from typing import Final

GRACE: Final = 90.0
READ_TIMEOUT: Final = 30.0
MAX_AGE: Final = 2 * 3600.0
SKEW: Final = 2.0  # seconds by which a machine's clock may be wrong
LONGEST: Final = GRACE - 2 * SKEW - 1  # that WHMCS works on after its caller has gone

_DISK_DOWN: Final = "disk"
REFUSED: Final = "connection refused"
CENSORED: Final = "reply censored"
BAD_PHONE: Final = "bad phone"
_CALL_FAULTS: Final = (
    *("html_500", "drop", "hang", "waf_403", "maintenance_503", "gateway_504", "redirect_301", "empty_body"),
    *("commit_then_html_500", "commit_then_drop", "commit_then_hang", "commit_then_null", "commit_then_garbage"),
    *("commit_then_504", "commit_then_unknown_error", "late_commit", "late_commit", "slow", "polluted", "numeric_ids"),
    *("commit_then_access_denied", "commit_then_access_denied"),
    *("empty_lists", "empty_lists_missing", "lists_as_objects", "unknown_error", "bad_credentials", "no_permission"),
    *(REFUSED, CENSORED, CENSORED, BAD_PHONE, BAD_PHONE, BAD_PHONE),
)
_OUTAGES: Final = (_DISK_DOWN, REFUSED, REFUSED, "maintenance_503", "gateway_504", "hang", "bad_credentials")


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which every call, or every commit, ends in the same way."""

    kind: str
    start: float
    end: float


@dataclass(slots=True)
class Odds:
    """One seed's weather, until it is ``calm``."""

    chance: Random
    crash: float
    disk_fault: float
    slow_disk: float
    freeze: float
    skew: float
    call_fault: float
    late: float
    faults: tuple[str, ...]
    outages: tuple[Outage, ...]
    without_mail: str
    crashes_left: int = 6
    calm: bool = False

    def strikes(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return not self.calm and self.chance.random() < probability

    def crashes(self) -> bool:
        """Whether a process dies here."""
        if not self.crashes_left or not self.strikes(self.crash):
            return False
        self.crashes_left -= 1
        return True

    def disk_fails(self, now: float) -> bool:
        """Whether the database does not answer."""
        return self._outage(now, disk=True) is not None or self.strikes(self.disk_fault)

    def disk_seconds(self) -> float:
        """How long one way to the database takes."""
        return self.chance.uniform(0.05, 4) if self.strikes(self.slow_disk) else self.chance.uniform(0.0005, 0.005)

    def answer_seconds(self) -> float:
        """How long the answer of the database takes; a process that is frozen reads it when it thaws."""
        return self.chance.uniform(20, 600) if self.strikes(self.freeze) else self.disk_seconds()

    def clock_error(self) -> float:
        """By how many seconds a machine's clock is ahead of the true time."""
        return self.chance.choice((-self.skew, self.skew, self.chance.uniform(-self.skew, self.skew)))

    def afterlife(self) -> float:
        """How many seconds WHMCS works on after its caller has gone."""
        return self.chance.choice((LONGEST, self.chance.uniform(0, LONGEST)))

    def call_fault_at(self, now: float) -> str | None:
        """What befalls a call that comes in now."""
        outage = self._outage(now, disk=False)
        if outage is not None:
            return outage.kind
        return self.chance.choice(self.faults) if self.strikes(self.call_fault) else None

    def work_seconds(self) -> float:
        """How long WHMCS works on a call."""
        return (
            self.chance.uniform(5, READ_TIMEOUT + LONGEST) if self.strikes(self.late) else self.chance.uniform(0.02, 2)
        )

    def _outage(self, now: float, *, disk: bool) -> Outage | None:
        under_way = (one for one in self.outages if one.start <= now < one.end and (one.kind == _DISK_DOWN) is disk)
        return None if self.calm else next(under_way, None)


def address(number: int) -> str:
    """The e-mail address of this number."""
    return f"ada{number}@example.com"


def drawn(chance: Random) -> Odds:
    """The weather of a seed."""
    return Odds(
        chance,
        crash=chance.choice((0, 0.01, 0.03, 0.1)),
        disk_fault=chance.choice((0, 0, 0.01, 0.05)),
        slow_disk=chance.choice((0, 0.02, 0.2)),
        freeze=chance.choice((0, 0, 0, 0.1)),
        skew=chance.choice((0, SKEW)),
        call_fault=chance.choice((0, 0.15, 0.4, 0.7)),
        late=chance.choice((0, 0.05, 0.3)),
        faults=tuple(chance.sample(_CALL_FAULTS, 4)),
        outages=tuple(_outage(chance) for _ in range(chance.choice((0, 0, 1, 2)))),
        without_mail=chance.choice(("", address(0), address(1))),
    )


def _outage(chance: Random) -> Outage:
    start = chance.uniform(0, 60)
    kind = chance.choice(_OUTAGES)
    longest = 60 if kind == _DISK_DOWN else chance.choice((20, 300, 300, 10_000))
    return Outage(kind, start, start + chance.uniform(1, longest))
