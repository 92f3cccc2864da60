"""``open_gateway``: builds the parts from the settings and closes them in reverse."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import structlog

from app import __version__
from app.attempt import Attempts
from app.delivery import Gateway
from app.errors import Unavailable
from app.forms import faulty_defaults
from app.guard import open_quotas
from app.pulse import Pulse
from app.settings import ConfigurationError, Settings
from app.sites import Site, load_sites
from app.slots import Slots
from app.store import Store, open_store
from app.submissions import Rules
from app.vault import Seal, SealBroken, Vault, new_pepper
from app.whmcs import Breaker, Credentials, Standing, Whmcs, endpoint, http_client
from app.worker import Worker

PEPPER = "pepper"  # the name of the secret that hashes are keyed with
_NO_KEY_FITS = (
    "GATEWAY_ENCRYPTION_KEYS: none of these keys opens this database. "
    "Add the key it was made with at the end, or check GATEWAY_DATABASE_URL."
)
_NO_ANSWER = "GATEWAY_DATABASE_URL: the database does not answer. Check the address, and that it is running."


_log = structlog.get_logger("app.delivery")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web, the worker and the operator's commands work with."""

    gateway: Gateway
    worker: Worker
    slots: Slots
    pulse: Pulse
    store: Store


def read_sites(settings: Settings) -> dict[str, Site]:
    """The sites, with everything checked that needs no connection. Raises ConfigurationError."""
    _endpoint(settings)
    sites = load_sites(settings.sites_file)
    if faults := [fault for site in sites.values() for fault in faulty_defaults(site)]:
        raise ConfigurationError(faults)
    return sites


@asynccontextmanager
async def open_gateway(
    settings: Settings,
    *,
    sites: dict[str, Site] | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[Parts]:
    """The parts, ready for work; on leaving, attempts under way are finished or let go. Raises ConfigurationError."""
    sites = read_sites(settings) if sites is None else sites
    breaker = Breaker(tell=_tell)
    async with open_records(settings) as (store, vault), open_whmcs(settings, breaker, transport) as whmcs:
        quotas, slots, pulse = open_quotas(settings.redis_url), Slots(settings.whmcs_concurrency), Pulse(whmcs, breaker)
        attempts = Attempts(
            sites=sites,
            store=store,
            vault=vault,
            whmcs=whmcs,
            rules=Rules(delays=tuple(settings.retry_delays), grace=settings.uncertain_grace),
            lease=3 * _longest_call(settings, whmcs),  # at most a refused send and two look-ups between two saves
            clock=clock,
        )
        gateway = Gateway(
            sites=sites,
            store=store,
            vault=vault,
            quotas=quotas,
            attempts=attempts,
            slots=slots,
            breaker=breaker,
            clock=clock,
        )
        worker = Worker(
            sites=sites,
            store=store,
            attempts=attempts,
            slots=slots,
            pulse=pulse,
            pace=settings.whmcs_pace,
            clock=clock,
        )
        try:
            yield Parts(gateway, worker, slots, pulse, store)
        finally:
            await slots.drain(patience=_longest_call(settings, whmcs))
            await quotas.close()


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
    settings: Settings, breaker: Breaker | None = None, transport: httpx2.AsyncBaseTransport | None = None
) -> AsyncIterator[Whmcs]:
    """The client for WHMCS. Raises ConfigurationError."""
    url = _endpoint(settings)
    async with _http(settings, transport) as http:
        yield Whmcs(http, url, _credentials(settings), breaker)


async def _vault(settings: Settings, store: Store) -> Vault:
    seal = Seal(settings.encryption_keys)
    try:
        pepper = seal.open(await store.archive.secret(PEPPER, seal.seal(new_pepper())))
    except SealBroken:
        raise ConfigurationError([_NO_KEY_FITS]) from None
    except Unavailable:
        raise ConfigurationError([_NO_ANSWER]) from None
    return Vault(settings.encryption_keys, pepper)


def _tell(standing: Standing, reason: str) -> None:
    write = _log.error if standing is Standing.OPEN else _log.info
    write("whmcs_breaker", standing=standing, reason=reason)


def _longest_call(settings: Settings, whmcs: Whmcs) -> float:
    return whmcs.deadline or settings.whmcs_timeout


def _http(settings: Settings, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    return http_client(
        read_timeout=settings.whmcs_timeout,
        connections=settings.whmcs_concurrency + 1,  # one for the health check
        user_agent=f"signup-gateway-whmcs/{__version__}",
        transport=transport,
    )


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
