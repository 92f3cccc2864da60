"""``Tlds``: which endings WHMCS sells, for how many years and how much; kept for hours, for prices change seldom."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import idna

from app.catalog.asking import Asker, Kept
from app.catalog.offers import offered_currencies, written
from app.forms.faults import Fault
from app.sites import Site
from app.whmcs import Currency, TldPrices, Uncertain, Whmcs

FRESH = 3 * 3600.0  # seconds for which a price list is used without asking again
KEPT = 12 * 3600.0  # seconds for which the last one is used when no other comes


@dataclass(frozen=True, slots=True)
class PriceList:
    """What names cost under each ending, by the number of the currency; endings in IDNA ASCII, in WHMCS's order."""

    currencies: tuple[Currency, ...]
    prices: Mapping[int, Mapping[str, TldPrices]]

    def on_offer(self, site: Site, action: str, currency: int | None = None) -> dict[str, tuple[int, ...]]:
        """The endings that the site sells for ``register`` or ``transfer``, and for how many years each."""
        usual = min(site.currencies.values(), default=0)
        prices = self.prices.get(currency or usual) or next(iter(self.prices.values()), {})
        years = {ending: tuple(getattr(prices[ending], action)) for ending in site.tlds or prices if ending in prices}
        return {ending: periods for ending, periods in years.items() if periods}

    def of(self, site: Site, ending: str) -> dict[str, Any]:
        """The prices under an ending in the site's currencies, ready for JSON."""
        return {
            one.code: {
                "register": _periods(self.prices[one.id][ending].register, one),
                "transfer": _periods(self.prices[one.id][ending].transfer, one),
            }
            for one in offered_currencies(site, self.currencies)
            if ending in self.prices.get(one.id, {})
        }


def ending_of(name: str, endings: Collection[str]) -> str:
    """The one of these under which a name would be. Its faults: ``tld_not_sold``, and ``invalid_domain`` for a name
    below one that could be had, most often with www before it."""
    rest = name.partition(".")[2]
    if rest in endings:
        return rest
    raise Fault("invalid_domain" if any(rest.endswith(f".{ending}") for ending in endings) else "tld_not_sold")


class Tlds:
    """The price list in every currency that a site which sells domains lists, or in the oldest where one lists none."""

    def __init__(self, sites: Iterable[Site], *, asker: Asker, clock: Callable[[], float]) -> None:
        self._listed = [site.currencies.values() for site in sites if site.sells_domains]
        self._clock = clock
        self._list = Kept(self._ask, asker=asker, clock=clock, fresh=FRESH)

    async def latest(self, patience: float) -> PriceList | None:
        """What WHMCS said, or says within ``patience`` seconds."""
        return await self._list.latest(at_most=KEPT, patience=patience)

    @property
    def due_in(self) -> float:
        """Seconds until WHMCS may be asked again."""
        return self._list.due_in

    async def close(self) -> None:
        """Ask no more."""
        await self._list.close()

    async def _ask(self, whmcs: Whmcs) -> PriceList:
        return await ask_prices(whmcs, self._listed)


async def ask_prices(whmcs: Whmcs, listed: Iterable[Collection[int]]) -> PriceList:
    """The prices in each of these currencies, of each site that sells domains; a site that lists none has the oldest.

    Raises WhmcsError.
    """
    known = sorted(await whmcs.currencies(), key=lambda one: one.id)
    wanted = {number for numbers in listed for number in numbers or {one.id for one in known[:1]}}
    currencies = tuple(one for one in known if one.id in wanted)
    prices = {one.id: _in_ascii(await whmcs.tld_prices(one.id)) for one in currencies}
    if not any(prices.values()):
        raise Uncertain("no_tlds_for_sale")
    return PriceList(currencies, prices)


def _in_ascii(prices: Mapping[str, TldPrices]) -> dict[str, TldPrices]:
    """What nobody could write after a name is left out."""
    found = {}
    for ending, row in prices.items():
        try:
            found[idna.encode(ending, uts46=True).decode()] = row
        except idna.IDNAError:
            continue
    return found


def _periods(prices: Mapping[int, Decimal], currency: Currency) -> dict[str, dict[str, str]]:
    return {str(years): {"price": str(one), "text": written(one, currency)} for years, one in prices.items()}
