"""Whether WHMCS lets the gateway in, allows what it asks, and sells what the plans say."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

from app.advice import cure
from app.doctor.domains import examine_domains
from app.doctor.plans import compare
from app.doctor.promotions import examine_promotions
from app.findings import Finding, Level
from app.sites import Site
from app.whmcs import Cause, Rejected, Whmcs, WhmcsError

NOBODY = 2_147_483_647  # a number that no client has
_PROBES: Mapping[str, Callable[[Whmcs], Awaitable[object]]] = {
    "GetClientsDetails": lambda whmcs: whmcs.get_client(NOBODY),
    "GetOrders": lambda whmcs: whmcs.orders_of(NOBODY),
    "GetClientsProducts": lambda whmcs: whmcs.services_of(NOBODY),
}
_ALLOW = "Allow it in the API role, in WHMCS under Configuration > System Settings > Manage API Credentials."


async def examine_whmcs(whmcs: Whmcs, sites: Mapping[str, Site], *, prices_only: bool) -> AsyncIterator[Finding]:
    """What is the matter with it, as it is found. Only reads are tried: nothing is made."""
    try:
        version = (await whmcs.details()).version
    except WhmcsError as error:
        yield _shut(error)
        return
    if not prices_only:
        yield Finding(Level.OK, "whmcs", f"WHMCS answers{f', version {_plain(version)}' if version else ''}.")
        async for finding in _permissions(whmcs, sites.values()):
            yield finding
    async for finding in _plans(whmcs, sites, prices_only=prices_only):
        yield finding
    if not prices_only:
        async for finding in _promotions(whmcs, sites):
            yield finding
        async for finding in examine_domains(whmcs, sites.values()):
            yield finding


async def _permissions(whmcs: Whmcs, sites: Collection[Site]) -> AsyncIterator[Finding]:
    missing = False
    for command, ask in _PROBES.items():
        try:
            await ask(whmcs)
        except Rejected as refused:  # for any other cause it is allowed
            if refused.cause is Cause.ROLE:
                missing = True
                yield Finding(Level.FAULT, "permission", f"The API role does not allow {command}.", _ALLOW)
        except WhmcsError as error:
            missing = True
            yield _unknown("permission", f"Whether the API role allows {command}", error)
    if not missing:
        yield Finding(
            Level.OK,
            "permission",
            f"The API role allows {', '.join(_PROBES)}.",
            f"It must allow {', '.join(_untried(sites))} too, which are not tried, for they change something.",
        )


def _untried(sites: Collection[Site]) -> list[str]:
    """The commands that these sites need and that only a sign-up may send."""
    plans = [plan for site in sites for plan in site.plans.values()]
    needed = {
        "AddClient": True,
        "AddOrder": True,
        "AcceptOrder": any(plan.accept_order for plan in plans),
        "CreateSsoToken": any(site.checkout == "sso" for site in sites),
        "ResetPassword": any(site.mails_resets for site in sites),
    }
    return [command for command, it_is in needed.items() if it_is]


async def _plans(whmcs: Whmcs, sites: Mapping[str, Site], *, prices_only: bool) -> AsyncIterator[Finding]:
    pids = {item.pid for site in sites.values() for plan in site.plans.values() for item in plan.items}
    if not pids:
        return
    try:
        products = {product.pid: product for product in await whmcs.products(pids)}
        currencies = await whmcs.currencies()
        methods = await whmcs.payment_methods() if not prices_only else ()
    except Rejected as refused:
        what = f"The API role does not allow {_plain(refused.detail or 'GetProducts')}."
        if refused.cause is not Cause.ROLE:
            yield _unknown("plan", "Whether WHMCS sells the plans", refused)
            return
        yield Finding(Level.WARNING, "plan", what, f"{_ALLOW} Without it plans and prices cannot be compared.")
    except WhmcsError as error:
        yield _unknown("plan", "Whether WHMCS sells the plans", error)
    else:
        for finding in compare(sites, products, currencies, None if prices_only else methods):
            yield finding


async def _promotions(whmcs: Whmcs, sites: Mapping[str, Site]) -> AsyncIterator[Finding]:
    try:
        async for finding in examine_promotions(whmcs, sites, time.time()):
            yield finding
    except WhmcsError as error:
        if isinstance(error, Rejected) and error.cause is Cause.ROLE:
            what = "The API role does not allow GetPromotions."
            yield Finding(Level.WARNING, "promotion", what, f"{_ALLOW} Without it no promotion code is checked.")
        else:
            yield _unknown("promotion", "Whether the promotion codes hold", error)


def _shut(error: WhmcsError) -> Finding:
    meaning, mend = cure(error.reason)
    if isinstance(error, Rejected) and error.cause is Cause.IP and error.detail:
        mend = f"In WHMCS, add {_plain(error.detail)} under General Settings > Security > API IP Access Restriction."
    if isinstance(error, Rejected) and error.cause is Cause.ROLE:
        meaning, mend = "The API role does not allow WhmcsDetails.", _ALLOW
    return Finding(Level.FAULT, "whmcs", f"{meaning or 'WHMCS does not answer as it should.'} ({error.reason})", mend)


def _unknown(code: str, what: str, error: WhmcsError) -> Finding:
    return Finding(Level.UNKNOWN, code, f"{what} could not be told ({error.reason}).", "Run it again.")


def _plain(text: str) -> str:
    """What WHMCS wrote, fit for a terminal."""
    return "".join(filter(str.isprintable, text))[:60]
