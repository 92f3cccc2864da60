"""The whole application in this process, with the sandbox's WHMCS at the other end."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from cryptography.fernet import Fernet

from app.main import create_app
from app.settings import load_settings
from tests.integration.world import Clock, Wire
from tests.unit.forms.visitors import ANSWERS

ORIGIN = "https://www.acme.example"
SITES = """
[sites.acme]
origins = ["https://www.acme.example", "https://*.preview.acme.example"]
success_url = "https://www.acme.example/welcome?from=form#top"
error_url = "https://www.acme.example/signup"
limits = { ip = "10000/minute", email = "100/minute", site = "10000/minute" }
[sites.acme.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"

[sites.plain]
origins = ["https://plain.example"]

[sites.quiet]
origins = ["https://quiet.example"]
existing_customer = "hide"

[sites.strict]
origins = ["https://strict.example"]
limits = { ip = "1/hour" }
error_url = "https://strict.example/signup"
"""
JSON = {"Accept": "application/json"}


class Service:
    """A client of the application, and what stands behind it."""

    def __init__(self, client: httpx2.AsyncClient, wire: Wire) -> None:
        self.client = client
        self.wire = wire

    async def post(
        self, site: str = "acme", *, headers: dict[str, str] | None = None, **changes: str
    ) -> httpx2.Response:
        """Post the answers as a plain form, with changes."""
        return await self.client.post(f"/v1/{site}/signup", data=ANSWERS | changes, headers=headers)


@asynccontextmanager
async def serving(folder: Path, *, more_sites: str = "", **settings: str) -> AsyncIterator[Service]:
    """The application, open for requests."""
    sites = folder / "sites.toml"
    sites.write_text(SITES + more_sites)
    environ = {
        "WHMCS_API_URL": "https://billing.example.com",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_SITES_FILE": str(sites),
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "GATEWAY_PUBLIC_URL": "https://signup.example.com",
        "GATEWAY_GATE_LIMIT": "10000/minute",
        "GATEWAY_SIGNUP_LIMIT": "10000/minute",
    }
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the visitor's side, which is no part of the application
    wire = Wire(Clock())
    app = create_app(load_settings(environ | settings), transport=wire)
    # No exception of ours may reach the server, so none is passed on here either.
    transport = httpx2.ASGITransport(app, client=("203.0.113.9", 4711))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="https://signup.example.com") as client,
    ):
        yield Service(client, wire)
