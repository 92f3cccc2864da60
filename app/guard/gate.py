"""The local gate: so many requests per address, counted in this process, before anything costs."""

import time
from collections.abc import Awaitable, Callable

from limits import parse
from slowapi import Limiter
from starlette.requests import Request

from app.errors import RateLimited
from app.guard.address import bucket
from app.guard.memory import GateMemory

Gate = Callable[[Request], Awaitable[None]]


def open_gate(rate: str) -> Gate:
    """A gate that lets ``rate`` requests per address pass; past it, it raises RateLimited."""
    (scheme,) = GateMemory.STORAGE_SCHEME
    limiter = Limiter(key_func=_caller, storage_uri=f"{scheme}://").limiter
    item = parse(rate)

    async def gate(request: Request) -> None:
        caller = _caller(request)
        # Asked itself, slowapi's limiter needs a third of the time that its decorator takes.
        if not limiter.hit(item, caller):
            resets_at = limiter.get_window_stats(item, caller).reset_time
            raise RateLimited("gate", item.amount, item.get_expiry(), max(1, round(resets_at - time.time())))

    return gate


def _caller(request: Request) -> str:
    return bucket(request.client.host if request.client else "")
