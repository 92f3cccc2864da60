"""The local gate: so many requests per address, counted in this process, before anything costs."""

import time
from collections.abc import Awaitable, Callable

from slowapi import Limiter
from slowapi.errors import RateLimitExceeded
from starlette.requests import Request
from starlette.responses import Response

from app.errors import RateLimited
from app.guard.address import bucket

Gate = Callable[[Request], Awaitable[None]]


def open_gate(rate: str) -> Gate:
    """A gate that lets ``rate`` requests per address pass; past it, it raises RateLimited."""
    limiter = Limiter(key_func=_caller, storage_uri="memory://")
    limiter.enabled = True  # whatever RATELIMIT_ENABLED in the environment says to slowapi

    @limiter.shared_limit(rate, scope="gate")
    async def count(request: Request) -> Response:  # noqa: ARG001 - the decorator looks for this name
        return Response()  # the decorator counts, and wants a reply to hang headers on

    async def gate(request: Request) -> None:
        try:
            await count(request)
        except RateLimitExceeded:
            item, identifiers = request.state.view_rate_limit
            resets_at = limiter.limiter.get_window_stats(item, *identifiers).reset_time
            retry_after = max(1, round(resets_at - time.time()))
            raise RateLimited("gate", item.amount, item.get_expiry(), retry_after) from None

    return gate


def _caller(request: Request) -> str:
    return bucket(request.client.host if request.client else "")
