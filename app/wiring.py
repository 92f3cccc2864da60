"""``open_gateway``: builds the parts from the settings and closes them in reverse."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from dns.asyncresolver import Resolver
from dns.resolver import NoResolverConfiguration

from app import __version__
from app.attempt import Attempts
from app.catalog import Asker, Shop, open_shop
from app.challenge import Challenges, open_challenges, provider_secrets
from app.checkout import Checkout, faulty_checkout
from app.delivery import Gateway
from app.errors import Unavailable
from app.forms import faulty_defaults, faulty_texts
from app.guard import Quotas, Velocity, open_quotas
from app.offer_links import OfferLinks
from app.origins import origin_of
from app.pulse import Pulse
from app.screening import MailDomains, Screening
from app.settings import ConfigurationError, Settings
from app.sites import Site, load_sites
from app.slots import Slots
from app.store import Store, open_store
from app.submissions import Rules
from app.vault import Seal, SealBroken, Vault, new_pepper
from app.whmcs import Breaker, Credentials, Standing, Transport, Whmcs, endpoint, open_transport
from app.worker import Worker

PEPPER = "pepper"  # the name of the secret that hashes are keyed with
NO_KEY_FITS = (
    "GATEWAY_ENCRYPTION_KEYS: none of these keys opens this database. "
    "Add the key it was made with at the end, or check GATEWAY_DATABASE_URL."
)
_NO_RESOLVER = (
    "sites.{site}.check_mx: this machine does not say whom to ask for names. "
    "Give it an /etc/resolv.conf, or leave check_mx out."
)
NO_ANSWER = "GATEWAY_DATABASE_URL: the database does not answer. Check the address, and that it is running."

_log = structlog.get_logger("app.delivery")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web, the worker and the operator's commands work with."""

    gateway: Gateway
    worker: Worker
    slots: Slots
    pulse: Pulse
    store: Store
    quotas: Quotas
    challenges: Challenges
    screening: Screening
    shop: Shop
    checkout: Checkout
    offer_links: OfferLinks


def read_sites(settings: Settings) -> dict[str, Site]:
    """The sites, with everything checked that needs no connection. Raises ConfigurationError."""
    _endpoint(settings)
    sites = load_sites(settings.sites_file)
    if faults := [fault for site in sites.values() for fault in _faults(settings, site)]:
        raise ConfigurationError(faults)
    provider_secrets(sites, settings.named)
    _mail_domains(sites)
    return sites


def _faults(settings: Settings, site: Site) -> list[str]:
    faults = [*faulty_defaults(site.public), *faulty_texts(site), *faulty_checkout(site, settings.public_url)]
    if site.hosted_form and settings.public_url is None:  # its posts come from there, and would be refused
        faults.append(f"sites.{site.key}.hosted_form: needs the gateway's own address. Set GATEWAY_PUBLIC_URL.")
    return faults


@asynccontextmanager
async def open_gateway(
    settings: Settings,
    *,
    sites: dict[str, Site] | None = None,
    transport: Transport | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[Parts]:
    """The parts, ready for work; on leaving, attempts under way are finished or let go. Raises ConfigurationError."""
    sites = read_sites(settings) if sites is None else sites
    breaker = Breaker(tell=_tell)
    async with (
        open_records(settings) as (store, vault),
        open_whmcs(settings, breaker, transport) as whmcs,
        _open_challenges(settings, sites, vault, clock) as challenges,
    ):
        quotas = open_quotas(settings.redis_url, settings.signup_limit)
        parts = _assemble(
            settings,
            sites,
            store,
            vault=vault,
            whmcs=whmcs,
            quotas=quotas,
            challenges=challenges,
            pulse=Pulse(whmcs, breaker),
            clock=clock,
        )
        try:
            yield parts
        finally:
            await parts.shop.close()
            await parts.slots.drain(patience=whmcs.deadline)
            await quotas.close()


def _open_challenges(
    settings: Settings, sites: dict[str, Site], vault: Vault, clock: Callable[[], float]
) -> AbstractAsyncContextManager[Challenges]:
    secrets = provider_secrets(sites, settings.named)
    own_host = urlsplit(settings.public_url).hostname if settings.public_url else None
    return open_challenges(vault, secrets, own_host=own_host, clock=clock)


def _assemble(
    settings: Settings,
    sites: dict[str, Site],
    store: Store,
    *,
    vault: Vault,
    whmcs: Whmcs,
    quotas: Quotas,
    challenges: Challenges,
    pulse: Pulse,
    clock: Callable[[], float],
) -> Parts:
    attempts = Attempts(
        sites=sites,
        store=store,
        vault=vault,
        whmcs=whmcs,
        rules=Rules(delays=tuple(settings.retry_delays), grace=settings.uncertain_grace),
        lease=3 * whmcs.deadline,  # at most a refused send and two look-ups between two saves
        takes_mail=_mail_domains(sites).takes_mail,
        clock=clock,
    )
    slots = Slots(settings.whmcs_concurrency)
    shared: dict[str, Any] = {"sites": sites, "store": store, "attempts": attempts, "slots": slots, "clock": clock}
    screening = Screening(challenges, quotas.busy, Velocity(quotas.storage, quotas.patience, vault.digest))
    worker = Worker(**shared, pulse=pulse, pace=settings.whmcs_pace)
    asker = Asker(whmcs=whmcs, breaker=pulse.breaker, slots=slots)
    shop = open_shop(sites, asker=asker, quotas=quotas, clock=clock)
    who: dict[str, Any] = {"vault": vault, "quotas": quotas, "screening": screening, "breaker": pulse.breaker}
    gateway = Gateway(**shared, **who, sales=shop.sales, domains=shop.domains)
    billing = origin_of(settings.whmcs_api_url)
    checkout = Checkout(
        store=store, vault=vault, whmcs=whmcs, slots=slots, breaker=pulse.breaker, billing=billing, clock=clock
    )
    links = OfferLinks(vault, clock)
    return Parts(gateway, worker, slots, pulse, store, quotas, challenges, screening, shop, checkout, links)


def _mail_domains(sites: dict[str, Site]) -> MailDomains:
    """Who is asked whether mail arrives. Raises ConfigurationError."""
    wanted = [site.key for site in sites.values() if site.check_mx]
    try:
        return MailDomains(Resolver(configure=bool(wanted)))
    except NoResolverConfiguration:
        raise ConfigurationError([_NO_RESOLVER.format(site=wanted[0])]) from None


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[tuple[Store, Vault]]:
    """The store, and the vault that goes with it. Raises ConfigurationError."""
    store = await asyncio.to_thread(open_store, settings.database_url)
    try:
        yield store, await _vault(settings, store)
    finally:
        await asyncio.to_thread(store.close)


@asynccontextmanager
async def open_whmcs(
    settings: Settings, breaker: Breaker | None = None, transport: Transport | None = None
) -> AsyncIterator[Whmcs]:
    """The client for WHMCS. Raises ConfigurationError."""
    async with AsyncExitStack() as stack:
        if transport is None:
            way = open_transport(
                _endpoint(settings),
                read_timeout=settings.whmcs_timeout,
                connections=settings.whmcs_concurrency + 1,  # one for the health check
                user_agent=f"signup-gateway-whmcs/{__version__}",
            )
            try:
                transport = await stack.enter_async_context(way)
            except ValueError as error:
                raise ConfigurationError([f"WHMCS_API_URL: {error}"]) from None
        yield Whmcs(transport, _credentials(settings), breaker)


async def _vault(settings: Settings, store: Store) -> Vault:
    seal = Seal(settings.encryption_keys)
    try:
        pepper = seal.open(await store.archive.secret(PEPPER, seal.seal(new_pepper())))
    except SealBroken:
        raise ConfigurationError([NO_KEY_FITS]) from None
    except Unavailable:
        raise ConfigurationError([NO_ANSWER]) from None
    return Vault(settings.encryption_keys, pepper)


def _tell(standing: Standing, reason: str) -> None:
    write = _log.error if standing is Standing.OPEN else _log.info
    write("whmcs_breaker", standing=standing, reason=reason)


def _endpoint(settings: Settings) -> str:
    try:
        return endpoint(settings.whmcs_api_url)
    except ValueError as error:
        raise ConfigurationError([f"WHMCS_API_URL: {error}"]) from None


def _credentials(settings: Settings) -> Credentials:
    key = settings.whmcs_api_access_key
    return Credentials(
        settings.whmcs_api_identifier.get_secret_value(),
        settings.whmcs_api_secret.get_secret_value(),
        key.get_secret_value() if key else None,
    )
