"""The whole application in this process, with the sandbox's WHMCS at the other end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from cryptography.fernet import Fernet

from app.main import create_app
from app.sandbox.php import read_form
from app.settings import load_settings
from app.wiring import Parts
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

[sites.branded]
origins = ["https://branded.example"]
name = "Brand & Sons"
logo_url = "https://cdn.example/logo.svg"
accent = "#ffcc00"
hosted_form = true
terms_url = "https://branded.example/terms?v=2&l=en"
required = ["terms"]
defaults = { country = "us" }
[sites.branded.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"

[sites.strict]
origins = ["https://strict.example"]
limits = { ip = "1/hour" }
error_url = "https://strict.example/signup"
"""
JSON = {"Accept": "application/json"}


class Service:
    """A client of the application, and what stands behind it."""

    def __init__(self, client: httpx2.AsyncClient, wire: Wire, parts: Parts) -> None:
        self.client = client
        self.wire = wire
        self.parts = parts

    async def quiet(self) -> None:
        """Return when no attempt is under way any more."""
        async with asyncio.timeout(10):
            while self.parts.slots.busy:
                await asyncio.sleep(0.001)

    async def post(
        self, site: str = "acme", *, headers: dict[str, str] | None = None, **changes: str
    ) -> httpx2.Response:
        """Post the answers as a plain form, with changes."""
        return await self.client.post(f"/v1/{site}/signup", data=ANSWERS | changes, headers=headers)


def take_in(service: Service, email: str) -> None:
    """Have a client who never came through the gateway."""
    fields = f"identifier=sandbox&secret=sandbox&action=AddClient&skipvalidation=1&password2=x&noemail=1&email={email}"
    whmcs, now = service.wire.whmcs, service.wire.clock.now
    commit = whmcs.respond(read_form(fields.encode()), remote="192.0.2.10", now=now).commit
    assert commit is not None
    commit(now)


@asynccontextmanager
async def serving(folder: Path, sites: str = SITES, *, more_sites: str = "", **settings: str) -> AsyncIterator[Service]:
    """The application, open for requests."""
    sites_file = folder / "sites.toml"
    sites_file.write_text(sites + more_sites)
    environ = {
        "WHMCS_API_URL": "https://billing.example.com",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_SITES_FILE": str(sites_file),
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
        yield Service(client, wire, app.state.parts)
