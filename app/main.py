"""``create_app``: the application, composed. ``uvicorn --factory app.main:create_app`` serves it."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app import __version__
from app.challenge import provider_secrets
from app.guard import Refused, RequestLog, Visitor, open_gate
from app.languages import ENGLISH, load_languages
from app.logs import configure_logs
from app.origins import origin_of
from app.settings import ConfigurationError, Settings, load_settings
from app.sites import Site
from app.web import branding, catalog, challenge, health, hosted, script, signup, snippets
from app.web.handlers import LastResort, handle_errors
from app.web.headers import Cors, SafeHeaders
from app.web.pages import STATIC, Pages
from app.web.shedding import FloodGate
from app.web.snippet_code import Snippets
from app.whmcs import Transport
from app.wiring import open_gateway, read_sites


def create_app(settings: Settings | None = None, *, transport: Transport | None = None) -> FastAPI:
    """The gateway as an ASGI application; ``transport`` stands in for the way to WHMCS in tests.

    Without ``settings`` they are read from the environment, and a fault in them ends the process with status 2.
    """
    try:
        settings = load_settings() if settings is None else settings
        sites = read_sites(settings)
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - nothing else is set up yet
        raise SystemExit(2) from None
    configure_logs(settings.log_format, secrets_of(settings, sites))

    app = FastAPI(
        title="Signup Gateway for WHMCS",
        version=__version__,
        lifespan=_lifespan(settings, sites, transport),
        docs_url=None,
        redoc_url=None,
        # Left on, it would be asked for at each request, refused ones too, and told the queries that are never logged.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        redirect_slashes=False,  # the address it would redirect to is guessed from the Host header, without https
    )
    app.state.languages = load_languages()
    app.state.pages = Pages()
    app.state.scripts = script.Scripts()
    app.state.snippets = Snippets(app.state.languages[ENGLISH])
    app.state.refused = Refused()
    app.state.own_origin = origin_of(settings.public_url) if settings.public_url else None
    _route(app, settings)
    _guard(app, settings, sites)
    return app


def _route(app: FastAPI, settings: Settings) -> None:
    """Every address there is."""
    handle_errors(app)
    app.include_router(catalog.router)  # asked most, so looked for first
    app.include_router(signup.router)
    app.include_router(hosted.router)
    app.include_router(branding.router)
    app.include_router(challenge.router)
    app.include_router(health.router)
    app.include_router(script.router)
    if settings.snippets:
        app.include_router(snippets.router)
    app.mount("/static", StaticFiles(directory=STATIC))


def _guard(app: FastAPI, settings: Settings, sites: dict[str, Site]) -> None:
    """What every request passes, and every reply on its way back."""
    https = (app.state.own_origin or "").startswith("https:")
    app.add_middleware(LastResort)  # the one added last is the outermost
    app.add_middleware(Cors, sites=sites)
    app.add_middleware(SafeHeaders, https=https)
    app.add_middleware(RequestLog)
    gate, relay_gate = open_gate(settings.gate_limit), open_gate(settings.relay_limit)
    app.add_middleware(FloodGate, gate=gate, relay_gate=relay_gate, sites=sites, refused=app.state.refused, https=https)
    app.add_middleware(Visitor, trusted=settings.trusted_proxies, header=settings.forwarded_header)


def _lifespan(
    settings: Settings, sites: dict[str, Site], transport: Transport | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_gateway(settings, sites=sites, transport=transport) as parts:
            app.state.gateway, app.state.parts = parts.gateway, parts
            worker = asyncio.create_task(parts.worker.run())
            gc.freeze()  # what was made so far stays: a full collection need not walk it while visitors wait
            yield
            parts.worker.stop()
            await worker

    return lifespan


def secrets_of(settings: Settings, sites: Mapping[str, Site] | None = None) -> list[str]:
    """What must never be seen in a log line."""
    secrets = [settings.whmcs_api_identifier, settings.whmcs_api_secret, settings.database_url]
    optional = [settings.whmcs_api_access_key, settings.redis_url]
    of_providers = provider_secrets(sites or {}, settings.named).values()
    every = (*secrets, *filter(None, optional), *settings.encryption_keys, *of_providers)
    return [secret.get_secret_value() for secret in every]
