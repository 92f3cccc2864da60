"""Whether WHMCS sells the domains that sites.toml says it does, and can be asked about them."""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator

from app.catalog.tlds import PriceList, ask_prices
from app.findings import Finding, Level
from app.sites import PAID_ACTIONS, Site
from app.whmcs import Cause, Rejected, Whmcs, WhmcsError

KNOWN_NAME = "example.com"  # https://www.rfc-editor.org/rfc/rfc2606#section-3
_ALLOW = (
    "Allow it in the API role, in WHMCS under Configuration > System Settings > Manage API Credentials. "
    "Without it sign-ups with a domain are taken unchecked, and a search box shows nothing."
)
_PRICES = "Correct it, or give it a price in WHMCS under Configuration > System Settings > Domain Pricing."


async def examine_domains(whmcs: Whmcs, sites: Iterable[Site]) -> AsyncIterator[Finding]:
    """What is the matter with them, for sites whose plans register or transfer names."""
    selling = [site for site in sites if site.sells_domains]
    if not selling:
        return
    try:
        prices = await ask_prices(whmcs, [site.currencies.values() for site in selling])
        await whmcs.availability(KNOWN_NAME)
    except WhmcsError as error:
        yield _untold(error)
        return
    findings = [*_unsold(selling, prices)]
    for finding in findings or [Finding(Level.OK, "domain", "WHMCS sells the domains in sites.toml.")]:
        yield finding


def _untold(error: WhmcsError) -> Finding:
    if isinstance(error, Rejected) and error.cause is Cause.ROLE:
        return Finding(Level.WARNING, "domain", f"The API role does not allow {error.detail}.", _ALLOW)
    what = f"Whether WHMCS sells the domains could not be told ({error.reason})."
    return Finding(Level.UNKNOWN, "domain", what, "See that WHMCS has prices of domains, and run it again.")


def _unsold(sites: Collection[Site], prices: PriceList) -> Iterator[Finding]:
    for site in sites:
        sold = {ending for action in PAID_ACTIONS for ending in prices.on_offer(site, action)}
        for ending in site.tlds:
            if ending not in sold:
                what = f"sites.{site.key}.tlds: WHMCS has no price for names that end in .{ending}."
                yield Finding(Level.FAULT, "domain", what, _PRICES)
