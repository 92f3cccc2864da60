"""Quotas: how many new sign-ups one address, one e-mail address and one site may have, across all replicas.

A broken counter must not close the door: when its store does not answer at once, the sign-up passes and the log
says so.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from pydantic import SecretStr

from app.errors import RateLimited
from app.guard.address import bucket
from app.guard.memory import QuotaMemory
from app.sites import Site

_log = structlog.get_logger("app.guard")
_Spend = Callable[..., Awaitable[bool]]
_PATIENCE = 0.05  # seconds a sign-up may wait for the counters


def open_quotas(redis_url: SecretStr | None) -> "Quotas":
    """Quotas counted in Redis or Valkey, or in this process when there is none."""
    if redis_url is None:
        return Quotas(QuotaMemory())
    from redis.asyncio import ConnectionPool  # noqa: PLC0415 - a gateway without a shared store does without it

    # A pool of our own, because limits has no way to close the one it would make.
    pool = ConnectionPool.from_url(redis_url.get_secret_value(), max_connections=20)
    options: dict[str, Any] = {"connection_pool": pool}
    return Quotas(RedisStorage("redis://", implementation="redispy", **options), close=pool.aclose)


class Quotas:
    """Counts sign-ups against the limits of a site."""

    def __init__(self, storage: Storage, close: Callable[[], Awaitable[None]] | None = None) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._close = close

    async def close(self) -> None:
        """Let the connections to the store go."""
        if self._close is not None:
            await self._close()

    async def take(self, site: Site, *, client_ip: str, address: str) -> None:
        """Count one new sign-up. ``address`` is the keyed hash of the e-mail address. Raises RateLimited."""
        visitor = bucket(client_ip)
        # Counted for everybody together, an e-mail address's quota would tell that somebody has just signed up with it.
        mail = f"{address}@{visitor}" if site.hides_customers else address
        counted = {"ip": visitor, "email": mail, "site": site.key}
        try:
            async with asyncio.timeout(_PATIENCE):
                # All are asked before any is taken from, so that what one refuses costs the others nothing.
                for spend in (self._limiter.test, self._limiter.hit):
                    for name, rates in site.limits.rates().items():
                        await self._count(spend, rates, site.key, name, counted[name])
        except RateLimited:
            raise
        except Exception as error:  # whatever the store's driver raises, the door stays open
            _log.warning("quota_unavailable", site=site.key, error=type(error).__name__)

    async def _count(self, spend: _Spend, rates: list[RateLimitItem], *identifiers: str) -> None:
        for rate in rates:
            if not await spend(rate, *identifiers):
                window = await self._limiter.get_window_stats(rate, *identifiers)
                retry_after = max(1, round(window.reset_time - time.time()))
                raise RateLimited(identifiers[1], rate.amount, rate.get_expiry(), retry_after)
