"""``Catalog``: what WHMCS sells, asked seldom, once for everybody, and never in a visitor's way."""

import asyncio
import time
from collections.abc import Callable, Collection
from math import ceil

import structlog

from app.catalog.offers import Leaflet, Wares, offers, printed
from app.errors import CatalogUnavailable
from app.sites import Site
from app.slots import Slots
from app.whmcs import Breaker, Rejected, Unavailable, Uncertain, Whmcs, WhmcsError

FRESH = 300.0  # seconds for which what WHMCS said is shown without asking again
AGAIN = 30.0  # seconds after which WHMCS is asked again when it did not answer
KEPT = 12 * 3600.0  # seconds for which the last answer is shown when no other comes
PATIENCE = 10.0  # seconds that WHMCS has for its answer, and as many to wait for a slot before
AT_FIRST = 5.0  # seconds that a visitor waits while there is nothing to show

_log = structlog.get_logger("app.catalog")


class Catalog:
    """The products of these numbers. Asking takes a slot that sign-ups can do without, and stops while ``breaker`` is
    open."""

    def __init__(
        self,
        pids: Collection[int],
        *,
        whmcs: Whmcs,
        breaker: Breaker,
        slots: Slots,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pids = pids
        self._whmcs = whmcs
        self._breaker = breaker
        self._slots = slots
        self._clock = clock
        self._wares: Wares | None = None
        self._printed: dict[tuple[str, bool], Leaflet] = {}  # of these wares
        self._due = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def leaflet(self, site: Site) -> Leaflet:
        """The site's plans and prices, at most ``KEPT`` old, and marked when older than ``FRESH``.

        Raises CatalogUnavailable.
        """
        wares = await self._latest()
        stale = self._age(wares) >= FRESH
        if (site.key, stale) not in self._printed:
            self._printed[site.key, stale] = printed(offers(site, wares, stale=stale))
        return self._printed[site.key, stale]

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _latest(self) -> Wares:
        if self._clock() >= self._due:
            self._due = self._clock() + AGAIN + 2 * PATIENCE  # by then the question has ended in one way or the other
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None and not self._showable():
            await asyncio.wait({self._asking}, timeout=AT_FIRST)
        if self._wares is None or not self._showable():
            raise CatalogUnavailable(retry_after=max(1, ceil(self._due - self._clock())))
        return self._wares

    def _showable(self) -> bool:
        return self._wares is not None and self._age(self._wares) < KEPT

    def _age(self, wares: Wares) -> float:
        return self._clock() - wares.as_of

    async def _ask(self) -> None:
        try:
            self._wares = await self._answer()
            self._printed.clear()
        except (WhmcsError, TimeoutError) as error:
            self._due = self._clock() + AGAIN
            reason = error.reason if isinstance(error, WhmcsError) else "timeout"
            command = error.detail if isinstance(error, Rejected) else None
            _log.warning("catalog_not_renewed", reason=reason, detail=command)
        else:
            self._due = self._wares.as_of + FRESH

    async def _answer(self) -> Wares:
        """Raises WhmcsError, and TimeoutError."""
        if self._breaker.open:
            raise Unavailable(self._breaker.reason)
        slot = await self._slots.take_for_backlog(PATIENCE)
        if slot is None:
            raise Unavailable("no_slot")
        try:
            async with asyncio.timeout(PATIENCE):
                currencies = await self._whmcs.currencies()
                found = {product.pid: product for product in await self._whmcs.products(self._pids)}
        finally:
            slot.free()
        if not found or not currencies:
            raise Uncertain("nothing_for_sale")
        return Wares(found, currencies, self._clock())
