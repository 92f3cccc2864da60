"""``Domains``: whether a name can be had, before a sign-up is taken and for a page's search box.

Only what is known refuses anybody. What WHMCS does not tell in time, or not at all, is left to the order itself.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from math import ceil
from typing import Any, NamedTuple

from app.catalog.asking import Asker
from app.catalog.tlds import PriceList, Tlds, ending_of
from app.catalog.whois import Whois
from app.errors import CatalogUnavailable, FieldError, InvalidFields, RateLimited
from app.forms import SignupForm
from app.forms.domains import check_domain, check_label, readable_domain
from app.forms.faults import Fault
from app.forms.text import one_line
from app.guard import Quotas
from app.sites import PAID_ACTIONS, Site
from app.whmcs import Availability

SHOWN = 5  # endings under which a name without one is looked up
OTHERS = 3  # more endings under which one is looked up that is taken
_UP_TO_TEN = tuple(range(1, 11))  # years


class Patience(NamedTuple):
    """How many seconds to wait for the price list, for what is known of a name, and of the same under other endings."""

    prices: float
    name: float
    others: float


AT_POST = Patience(2.0, 3.0, 2.0)
# Where customers are hidden everybody waits as long: how soon WHMCS answers may tell what it makes of other sign-ups.
HIDING = Patience(0.0, 2.0, 0.0)
SEARCHING = Patience(5.0, 5.0, 3.0)


class Domains:
    """Asks WHMCS for prices and names. ``quotas`` count how many names an address may have looked up."""

    def __init__(
        self, sites: Collection[Site], *, asker: Asker, quotas: Quotas, clock: Callable[[], float] = time.time
    ) -> None:
        self._tlds = Tlds(sites, asker=asker, clock=clock)
        self._whois = Whois(asker=asker, clock=clock)
        self._quotas = quotas

    async def close(self) -> None:
        """Ask no more."""
        await self._tlds.close()
        await self._whois.close()

    async def check(self, site: Site, form: SignupForm, client_ip: str) -> None:
        """Raises InvalidFields when the domain of an order is not for sale, or cannot be had."""
        if form.plan is None or form.domain_action not in PAID_ACTIONS:
            return
        patience = HIDING if site.hides_customers else AT_POST
        offered = _on_offer(site, form, await self._tlds.latest(patience.prices))
        if error := _unsold(form, offered):
            raise InvalidFields((error,))
        status = await self._status(site, form.domain, client_ip, patience.name)
        if form.domain_action == "transfer" and status is Availability.FREE:
            raise InvalidFields((FieldError("domain", "domain_not_registered"),))
        if form.domain_action == "register" and status is Availability.TAKEN:
            free = await self._free(site, _others(form.domain, offered), client_ip, patience.others)
            raise InvalidFields((FieldError("domain", "domain_taken", suggestions=free),))

    async def search(self, site: Site, text: str, client_ip: str) -> dict[str, Any]:
        """What a search box shows for a name, with or without an ending, ready for JSON.

        Raises InvalidFields, RateLimited and CatalogUnavailable.
        """
        prices = await self._tlds.latest(SEARCHING.prices)
        if prices is None:
            raise CatalogUnavailable(retry_after=max(1, ceil(self._tlds.due_in)))
        endings = prices.on_offer(site, "register") or prices.on_offer(site, "transfer")
        names = _names(text, endings)
        found = await self._looked_up(site, names, client_ip, SEARCHING.name)
        if list(found.values()) == [Availability.TAKEN]:
            with suppress(RateLimited):
                found |= await self._looked_up(site, _others(names[0], endings), client_ip, SEARCHING.others)
        return {"ok": True, "domains": [_row(site, prices, name, status) for name, status in found.items()]}

    async def _status(self, site: Site, name: str, client_ip: str, patience: float) -> Availability:
        known = self._whois.at_hand(name)
        if known is not None:
            return known
        pause = asyncio.create_task(asyncio.sleep(patience if site.hides_customers else 0))
        with suppress(RateLimited):
            known = (await self._looked_up(site, [name], client_ip, patience))[name]
        await pause
        return known or Availability.UNKNOWN

    async def _free(self, site: Site, names: Iterable[str], client_ip: str, patience: float) -> tuple[str, ...]:
        """Those of the names that are surely free, as people write them."""
        with suppress(RateLimited):
            found = await self._looked_up(site, names, client_ip, patience)
            return tuple(readable_domain(name) for name, status in found.items() if status is Availability.FREE)
        return ()

    async def _looked_up(
        self, site: Site, names: Iterable[str], client_ip: str, patience: float
    ) -> dict[str, Availability]:
        """What is known of them. Raises RateLimited when the visitor may not have even the first looked up."""
        found = dict.fromkeys(names, Availability.UNKNOWN)
        allowed: list[str] = []
        for name in found:
            try:
                if self._whois.at_hand(name) is None:
                    await self._quotas.take_look(site, client_ip)
            except RateLimited:
                if not allowed:
                    raise
                break
            allowed.append(name)
        told = await asyncio.gather(*(self._whois.find(name, patience=patience) for name in allowed))
        return found | dict(zip(allowed, told, strict=True))


def _on_offer(site: Site, form: SignupForm, prices: PriceList | None) -> Mapping[str, Collection[int]] | None:
    """For how many years which endings are sold; None when nobody knows."""
    if prices is not None:
        return prices.on_offer(site, form.domain_action, form.currency)
    return dict.fromkeys(site.tlds, _UP_TO_TEN) if site.tlds else None


def _unsold(form: SignupForm, offered: Mapping[str, Collection[int]] | None) -> FieldError | None:
    if offered is None:
        return None
    try:
        years = offered[ending_of(form.domain, offered)]
    except Fault as fault:
        return FieldError("domain", fault.code)
    if (form.domain_years or 1) not in years:
        return FieldError("domain_years", "unknown_period", suggestions=tuple(map(str, years)))
    return None


def _others(name: str, endings: Iterable[str] | None) -> list[str]:
    """The same name under other endings."""
    label, _, own = name.partition(".")
    return [f"{label}.{ending}" for ending in endings or () if ending != own][:OTHERS]


def _names(text: str, endings: Collection[str]) -> list[str]:
    """The names that somebody who searches for ``text`` may mean. Raises InvalidFields."""
    try:
        name = one_line(text)
        with suppress(Fault):
            label = check_label(name)
            return [f"{label}.{ending}" for ending in endings][:SHOWN]
        name = check_domain(name)
        ending_of(name, endings)
    except Fault as fault:
        raise InvalidFields((FieldError("name", fault.code),)) from None
    return [name]


def _row(site: Site, prices: PriceList, name: str, status: Availability) -> dict[str, Any]:
    listed = prices.of(site, name.partition(".")[2])
    return {"domain": name, "unicode": readable_domain(name), "status": status, "prices": listed}
