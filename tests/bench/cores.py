"""Which core runs what, so that the load does not take time from what is measured."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores for the two sides; empty where the system cannot pin, or has one core only."""

    measured: frozenset[int] = frozenset()
    load: frozenset[int] = frozenset()

    def __str__(self) -> str:
        if not self.measured:
            return "nothing pinned to a core: expect more noise"
        return f"measured process on core {min(self.measured)}, load and WHMCS on core {min(self.load)}"


def choose_cores() -> Cores:
    """Two of the cores that this process may use."""
    if sys.platform != "linux":
        return Cores()
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return Cores()
    return Cores(frozenset(allowed[:1]), frozenset(allowed[1:2]))


@contextmanager
def pinned(cores: frozenset[int]) -> Iterator[None]:
    """Stay on ``cores``; threads and processes started meanwhile stay there for good."""
    if sys.platform != "linux" or not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def load_before() -> str:
    """How busy this machine was in the last minute: what else runs takes its time from both sides."""
    if sys.platform == "win32":
        return "not known"
    return f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} cores"
