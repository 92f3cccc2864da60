"""``open_gateway``: builds the parts from the settings and closes them in reverse."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from app import __version__
from app.attempt import Attempts
from app.delivery import Gateway
from app.forms import faulty_defaults
from app.guard import Quotas, open_quotas
from app.pulse import Pulse
from app.settings import ConfigurationError, Settings
from app.sites import Site, load_sites
from app.store import Store, open_store
from app.submissions import Rules
from app.vault import Vault
from app.whmcs import Credentials, Whmcs, endpoint, http_client


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web, the worker and the operator's commands work with."""

    gateway: Gateway
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
    url = _endpoint(settings)
    store = await asyncio.to_thread(open_store, settings.database_url)
    async with _http(settings, transport) as http:
        whmcs = Whmcs(http, url, _credentials(settings))
        quotas = open_quotas(settings.redis_url)
        gateway = _gateway(settings, sites, store, whmcs, quotas, clock=clock)
        try:
            yield Parts(gateway, Pulse(whmcs), store)
        finally:
            await gateway.close(patience=_longest_call(settings, whmcs))
            await quotas.close()
            await asyncio.to_thread(store.close)


def _gateway(
    settings: Settings,
    sites: dict[str, Site],
    store: Store,
    whmcs: Whmcs,
    quotas: Quotas,
    *,
    clock: Callable[[], float],
) -> Gateway:
    vault = Vault(settings.encryption_keys)
    attempts = Attempts(
        sites=sites,
        store=store,
        vault=vault,
        whmcs=whmcs,
        rules=Rules(delays=tuple(settings.retry_delays), grace=settings.uncertain_grace),
        lease=3 * _longest_call(settings, whmcs),  # at most a refused send and two look-ups between two saves
        clock=clock,
    )
    return Gateway(
        sites=sites,
        store=store,
        vault=vault,
        quotas=quotas,
        attempts=attempts,
        concurrency=settings.whmcs_concurrency,
        clock=clock,
    )


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
