"""Quotas: how many new sign-ups there may be of one address, one e-mail address, one site and in all, across replicas.

A broken counter must not close the door: when its store does not answer at once, the sign-up passes, and the log and
a figure say so.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from pydantic import SecretStr

from app.errors import RateLimited
from app.guard.address import bucket
from app.guard.memory import QuotaMemory
from app.guard.patience import AT_ONCE, Patience
from app.sites import Site

_log = structlog.get_logger("app.guard")
_CONNECTIONS = 2 * AT_ONCE  # to the shared store; one that was given up takes a moment to go
_PREFIX = "signup-gateway"  # of every key in the shared store


class Count(NamedTuple):
    """One counter that a sign-up was counted in: a rate of a policy, and whose."""

    rate: RateLimitItem
    policy: str
    whose: tuple[str, ...]


def open_quotas(redis_url: SecretStr | None, in_all: str) -> "Quotas":
    """Quotas counted in Redis or Valkey, or in this process when there is none; ``in_all`` is the rate of all sites."""
    if redis_url is None:
        return Quotas(QuotaMemory(), in_all)
    from redis.asyncio import ConnectionPool  # noqa: PLC0415 - a gateway without a shared store does without it

    # A pool of our own, because limits has no way to close the one it would make.
    pool = ConnectionPool.from_url(redis_url.get_secret_value(), max_connections=_CONNECTIONS)
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage("redis://", implementation="redispy", key_prefix=_PREFIX, **options)
    return Quotas(storage, in_all, close=pool.aclose)


class Quotas:
    """Counts sign-ups. ``refusals`` (by policy) and ``unavailable`` (the store did not answer) are for the metrics."""

    def __init__(self, storage: Storage, in_all: str, close: Callable[[], Awaitable[None]] | None = None) -> None:
        self.refusals: Counter[str] = Counter()
        self.unavailable = 0
        self.storage = storage
        self.patience = Patience()
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._in_all = parse(in_all)
        self._close = close

    async def close(self) -> None:
        """Let the connections to the store go."""
        if self._close is not None:
            await self._close()

    async def take(self, site: Site, *, client_ip: str, address: str, vouched: bool) -> list[Count]:
        """Count one new sign-up, and say where. Raises RateLimited, and then it counts nowhere.

        ``address`` is the keyed hash of the e-mail address. ``vouched``: something speaks for the sender; who has
        nothing shares a tighter quota with all others of the site who have nothing either.
        """
        return await self._take(site, self._counts(site, bucket(client_ip), address, vouched=vouched))

    async def take_look(self, site: Site, client_ip: str) -> None:
        """Count one question to WHMCS about a domain name. Raises RateLimited."""
        whose = (site.key, bucket(client_ip))
        await self._take(site, [Count(rate, "domains", whose) for rate in site.limits.rates()["domains"]])

    async def _take(self, site: Site, counts: Iterable[Count]) -> list[Count]:
        try:
            taken, refusal = await self.patience.ask(lambda: self._spend(counts))
        except Exception as error:  # whatever the store's driver raises, the door stays open
            self.unavailable += 1
            _log.warning("quota_unavailable", site=site.key, error=type(error).__name__)
            return []
        if refusal is not None:
            self.refusals[refusal.policy] += 1
            raise refusal
        return taken

    async def give_back(self, taken: list[Count]) -> None:
        """Uncount a sign-up that came to nothing after all."""
        with suppress(Exception):  # else it counts until its windows end, which is no harm
            await self.patience.ask(lambda: self._uncount(taken))

    async def busy(self, site: Site) -> bool:
        """Whether more than half of what the site may have is used up; False when the store does not answer."""
        with suppress(Exception):  # the sign-up is counted next, and that says so
            return await self.patience.ask(lambda: self._half_used(site))
        return False

    def _counts(self, site: Site, network: str, address: str, *, vouched: bool) -> Iterator[Count]:
        """The counters of a sign-up, the narrowest first, so that a flood refused by one never reaches the next."""
        # Counted for everybody together, an e-mail address's quota would tell that somebody has just signed up with it.
        mail = f"{address}@{network}" if site.hides_customers else address
        whose = {
            "ip": (site.key, network),
            "email": (site.key, mail),
            "unverified": (site.key,),
            "site": (site.key,),
        }
        if vouched:
            del whose["unverified"]
        rates = site.limits.rates()
        for policy, names in whose.items():
            for rate in rates[policy]:
                yield Count(rate, policy, names)
        yield Count(self._in_all, "all", ())

    async def _spend(self, counts: Iterable[Count]) -> tuple[list[Count], RateLimited | None]:
        taken: list[Count] = []
        for count in counts:
            if not await self._limiter.hit(count.rate, count.policy, *count.whose):
                refusal = await self._refusal(count)
                await self._uncount(taken)
                return [], refusal
            taken.append(count)
        return taken, None

    async def _uncount(self, taken: list[Count]) -> None:
        for count in taken:
            await self._limiter.hit(count.rate, count.policy, *count.whose, cost=-1)

    async def _half_used(self, site: Site) -> bool:
        for rate in site.limits.rates()["site"]:
            window = await self._limiter.get_window_stats(rate, "site", site.key)
            if 2 * window.remaining < rate.amount:
                return True
        return False

    async def _refusal(self, count: Count) -> RateLimited:
        window = await self._limiter.get_window_stats(count.rate, count.policy, *count.whose)
        retry_after = max(1, round(window.reset_time - time.time()))
        return RateLimited(count.policy, count.rate.amount, count.rate.get_expiry(), retry_after)
