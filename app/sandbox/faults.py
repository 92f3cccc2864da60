"""Which calls go wrong, and how: faults that were asked for, and the choice of one for a call."""

from dataclasses import dataclass, field
from random import Random
from typing import Final

from app.sandbox.modes import MODES, Mode

LATE: Final = 3.0  # seconds between the end of the caller's waiting and a late commit, unless told otherwise


class FaultRefusedError(ValueError):
    """The fault makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that was asked for.

    ``action`` "" means every action. ``calls`` counts the matching calls it watches over, None until cleared; of
    those it strikes with ``probability``, drawn from ``seed``. Times are in seconds, None for the mode's own.

    Raises:
        FaultRefusedError: an unknown mode, or a number out of range.
    """

    mode: str
    action: str = ""
    calls: int | None = None
    probability: float = 1.0
    seed: int = 0
    seconds: float | None = None
    commit_seconds: float | None = None
    message: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise FaultRefusedError(f"There is no fault called {self.mode!r}. Choose one of: {', '.join(MODES)}.")
        if not 0 <= self.probability <= 1:
            raise FaultRefusedError("The probability must lie between 0 and 1.")
        if self.calls is not None and self.calls < 1:
            raise FaultRefusedError("The number of calls must be at least 1. Leave it out for all calls.")
        if not all(0 <= wait < float("inf") for wait in (self.wait, self.commit_wait)):
            raise FaultRefusedError("Seconds must be 0 or more.")

    @property
    def kind(self) -> Mode:
        """The mode that the fault names."""
        return MODES[self.mode]

    @property
    def wait(self) -> float:
        """Seconds until the caller's waiting ends."""
        return self.kind.seconds if self.seconds is None else self.seconds

    @property
    def commit_wait(self) -> float:
        """Seconds until a late change is made."""
        return self.wait + LATE if self.commit_seconds is None else self.commit_seconds

    def matches(self, action: str) -> bool:
        """Whether the fault is about this action."""
        return self.action.lower() in ("", action.lower())


@dataclass(slots=True)
class _Watch:
    fault: Fault
    left: int | None
    chance: Random


@dataclass(slots=True)
class FaultBook:
    """The faults that wait for calls, oldest first."""

    _watches: list[_Watch] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Lets the fault watch over the calls to come."""
        # Chance for tests, not for secrets.
        self._watches.append(_Watch(fault, fault.calls, Random(fault.seed)))  # noqa: S311

    def clear(self) -> None:
        """Forgets every fault."""
        self._watches.clear()

    def choose(self, action: str) -> Fault | None:
        """The first fault that strikes this call. Every fault that matches counts the call."""
        struck = [watch.fault for watch in self._watches if watch.fault.matches(action) and _strikes(watch)]
        self._watches = [watch for watch in self._watches if watch.left != 0]
        return struck[0] if struck else None

    def waiting(self) -> list[tuple[Fault, int | None]]:
        """The faults and how many calls each still watches over."""
        return [(watch.fault, watch.left) for watch in self._watches]


def _strikes(watch: _Watch) -> bool:
    if watch.left is not None:
        watch.left -= 1
    return watch.chance.random() < watch.fault.probability
