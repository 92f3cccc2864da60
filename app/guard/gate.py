"""The local gate: so many requests per address, counted in this process, before anything costs."""

import time
from collections.abc import Callable
from typing import Any

from limits import parse
from slowapi import Limiter

from app.errors import RateLimited
from app.guard.memory import GateMemory

Gate = Callable[[str], None]


def open_gate(rate: str, clock: Callable[[], float] = time.time) -> Gate:
    """A gate that lets ``rate`` requests of each caller pass; past it, it raises RateLimited."""
    (scheme,) = GateMemory.STORAGE_SCHEME
    # Only the limiter inside is used: asked itself, it needs a third of the time that slowapi's decorator takes.
    options: dict[str, Any] = {"clock": clock}
    limiter = Limiter(key_func=str, storage_uri=f"{scheme}://", storage_options=options).limiter
    item = parse(rate)

    def gate(caller: str) -> None:
        if not limiter.hit(item, caller):
            resets_at = limiter.storage.get_expiry(item.key_for(caller))
            raise RateLimited("gate", item.amount, item.get_expiry(), max(1, round(resets_at - clock())))

    return gate
