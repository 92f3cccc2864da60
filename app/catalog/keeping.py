"""``Catalog``: what WHMCS sells, kept so that page views cost it next to nothing."""

import time
from collections.abc import Callable, Collection
from math import ceil

from app.catalog.asking import FRESH, Asker, Kept
from app.catalog.offers import Leaflet, Wares, offers, price_texts, printed
from app.errors import CatalogUnavailable
from app.sites import Site
from app.whmcs import Uncertain, Whmcs

KEPT = 12 * 3600.0  # seconds for which the last answer is shown when no other comes
AT_FIRST = 5.0  # seconds that a visitor waits while there is nothing to show
BESIDE = 1.0  # seconds that he waits for prices on a page that makes sense without them


class Catalog:
    """The products of these numbers."""

    def __init__(self, pids: Collection[int], *, asker: Asker, clock: Callable[[], float] = time.time) -> None:
        self._pids = pids
        self._clock = clock
        self._wares = Kept(self._ask, asker=asker, clock=clock)
        self._printed: dict[tuple[str, tuple[str, ...], bool], Leaflet] = {}  # by site and plans, of these wares
        self._printed_from: Wares | None = None

    async def leaflet(self, site: Site) -> Leaflet:
        """The site's plans and prices, at most ``KEPT`` old, and marked when older than ``FRESH``.

        Raises CatalogUnavailable.
        """
        wares = await self.wares(at_most=KEPT, patience=AT_FIRST)
        if wares is None:
            raise CatalogUnavailable(retry_after=max(1, ceil(self._wares.due_in)))
        if wares is not self._printed_from:
            self._printed, self._printed_from = {}, wares
        stale = self._wares.age >= FRESH
        which = (site.key, tuple(site.plans), stale)
        if which not in self._printed:
            self._printed[which] = printed(offers(site, wares, stale=stale))
        return self._printed[which]

    async def price_texts(self, site: Site) -> dict[str, str]:
        """The prices of the site's plans, each in one text, by the plan's name; those that are known in time."""
        wares = await self.wares(at_most=KEPT, patience=BESIDE) if site.plans else None
        return price_texts(site, wares) if wares else {}

    async def wares(self, *, at_most: float, patience: float) -> Wares | None:
        """What WHMCS sells, as it was ``at_most`` so many seconds ago; waits for that no longer than ``patience``."""
        return await self._wares.latest(at_most=at_most, patience=patience)

    async def close(self) -> None:
        """Ask no more."""
        await self._wares.close()

    async def _ask(self, whmcs: Whmcs) -> Wares:
        currencies = await whmcs.currencies()
        found = {product.pid: product for product in await whmcs.products(self._pids)}
        if not found or not currencies:
            raise Uncertain("nothing_for_sale")
        return Wares(found, currencies, self._clock())
