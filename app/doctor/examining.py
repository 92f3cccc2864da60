"""From the configuration by way of the database to WHMCS: each part once, and nothing is changed."""

from collections.abc import AsyncGenerator, AsyncIterator

from app.doctor.billing import examine_whmcs
from app.doctor.records import examine_records
from app.findings import Finding, Level
from app.guard import open_quotas
from app.settings import ConfigurationError, Settings, load_settings
from app.sites import Site
from app.wiring import open_whmcs, read_sites


async def examine(*, prices_only: bool = False) -> AsyncGenerator[Finding, None]:
    """What is the matter, as it is found. What cannot be told, because something before it is broken, is left out."""
    try:
        settings = load_settings()
        sites = read_sites(settings)
    except ConfigurationError as error:
        for finding in _faults("configuration", error):
            yield finding
        return
    if not prices_only:
        yield _configured(sites)
        for finding in _unled(sites):
            yield finding
        async for finding in _stores(settings):
            yield finding
    try:
        async with open_whmcs(settings) as whmcs:
            async for finding in examine_whmcs(whmcs, sites, prices_only=prices_only):
                yield finding
    except ConfigurationError as error:
        for finding in _faults("whmcs", error):
            yield finding


async def _stores(settings: Settings) -> AsyncIterator[Finding]:
    try:
        yield await examine_records(settings)
    except ConfigurationError as error:
        for finding in _faults("database", error):
            yield finding
    if settings.redis_url is not None:
        yield await _counters(settings)


async def _counters(settings: Settings) -> Finding:
    quotas = open_quotas(settings.redis_url, settings.signup_limit)
    try:
        answers = await quotas.patience.ask(quotas.storage.check)
    except Exception:  # whatever the store's driver raises
        answers = False
    finally:
        await quotas.close()
    if answers:
        return Finding(Level.OK, "quotas", "The store of the quotas answers.")
    return Finding(
        Level.FAULT,
        "quotas",
        "GATEWAY_REDIS_URL: the store does not answer at once, and until it does no quota holds.",
        "Check the address, and that Redis or Valkey is running and near.",
    )


def _configured(sites: dict[str, Site]) -> Finding:
    plans = sum(len(site.plans) for site in sites.values())
    return Finding(Level.OK, "configuration", f"The configuration is complete. Sites: {len(sites)}; plans: {plans}.")


def _unled(sites: dict[str, Site]) -> list[Finding]:
    """Sites that lead on to the invoice, and leave alone whom they do not let in."""
    return [
        Finding(
            Level.WARNING,
            "checkout",
            f"sites.{site.key}: visitors who are not led to their invoice are told to log in, and not where.",
            "Set login_url.",
        )
        for site in sites.values()
        if site.checkout == "sso" and site.login_url is None
    ]


def _faults(code: str, error: ConfigurationError) -> list[Finding]:
    """The sentences of a configuration error; each has its cure in it."""
    return [Finding(Level.FAULT, code, fault) for fault in error.faults]
