"""Counters of this process that cost the same for one address or for a hundred thousand.

The memory storages of limits look through every key they hold: one at each hit, the other in a thread that it starts
a hundred times a second. A flood, which these counters are for, made each of its own requests dearer.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable

from limits.aio.storage import MemoryStorage
from limits.storage import Storage

_TOGETHER = 60  # seconds: keys whose windows end in the same minute are forgotten together


class GateMemory(Storage):
    """Windows of one length, each from the first hit of its key, for the gate; ``most`` of them at a time.

    Past that the oldest is forgotten, so its address has a fresh one. An attacker gains nothing by that: to push one
    address out he has to come from ``most`` others, and what each of those may send comes to more.
    """

    STORAGE_SCHEME = ["gate"]  # noqa: RUF012 - limits registers the class under it

    def __init__(self, uri: str | None = None, clock: Callable[[], float] = time.time, most: int = 50_000) -> None:
        super().__init__(uri)
        self._clock = clock
        self._most = most
        # In the order in which they end, for all are of one length.
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What the storage itself may raise: nothing."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count ``amount`` in the key's window, or begin one of ``expiry`` seconds; the count so far."""
        now = self._clock()
        count, ends = self._windows.get(key, (0, 0.0))
        if ends <= now:
            self._windows.pop(key, None)
            self._make_room(now)
            count, ends = 0, now + expiry
        self._windows[key] = count + amount, ends
        return count + amount

    def _make_room(self, now: float) -> None:
        while self._windows:
            key, (_, ends) = next(iter(self._windows.items()))
            if ends > now and len(self._windows) < self._most:
                return
            del self._windows[key]

    def get(self, key: str) -> int:
        """The count of the key's window; 0 when it is over."""
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds since the epoch."""
        return self._windows.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many keys that were."""
        forgotten = len(self._windows)
        self._windows.clear()
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)


class QuotaMemory(MemoryStorage):
    """The sliding windows of limits. Their keys carry the window's number, so an old one is never asked for again.

    What is given back leaves nothing behind: else a flood that one quota refuses would fill the memory with those of
    its addresses, each for a day.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self._ending: defaultdict[int, set[str]] = defaultdict(set)
        self._forgotten_at = 0

    async def get(self, key: str) -> int:
        """The count of a key."""
        return self.storage[key]

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count ``amount``; a new key is forgotten after ``expiry`` seconds, or at 0. The count so far."""
        now = self._clock()
        self._forget(int(now // _TOGETHER))
        ends, count = int((now + expiry) // _TOGETHER) + 1, self.storage[key] + amount
        if count > 0:
            if key not in self.storage:
                self._ending[ends].add(key)
            self.storage[key] = count
        else:
            self.storage.pop(key, None)
            self._ending[ends].discard(key)
        return count

    def _forget(self, minute: int) -> None:
        if minute == self._forgotten_at:
            return
        self._forgotten_at = minute
        for over in [ending for ending in self._ending if ending <= minute]:
            for key in self._ending.pop(over):
                self.storage.pop(key, None)
