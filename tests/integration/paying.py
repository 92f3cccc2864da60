"""A site that leads on to the payment page, and the browsers of those who sign up there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from tests.integration.service import JSON, Service, serving

BILLING = "https://billing.example.com"
SITES = """
[sites.acme]
origins = ["https://www.acme.example"]
success_url = "https://www.acme.example/welcome"
login_url = "https://my.acme.example/login"
checkout = "sso"
limits = { ip = "10000/minute", email = "100/minute", site = "10000/minute" }
hosted_form = true
[sites.acme.plans.starter]
pid = 1
billing_cycle = "monthly"
payment_method = "stripe"

[sites.other]
origins = ["https://other.example"]
checkout = "sso"

[sites.login]
origins = ["https://login.example"]
login_url = "https://my.login.example/login"

[sites.quiet]
origins = ["https://quiet.example"]
login_url = "https://my.quiet.example/login"
existing_customer = "hide"

[sites.none]
origins = ["https://none.example"]
login_url = "https://my.none.example/login"
checkout = "none"
"""
FIREFOX = {"User-Agent": "Firefox"}


@asynccontextmanager
async def paying(folder: Path, *, more_sites: str = "", **settings: str) -> AsyncIterator[Service]:
    """The application with these sites."""
    async with serving(folder, SITES, more_sites=more_sites, **settings) as service:
        yield service


async def form_post(service: Service, **changes: str) -> str:
    """Where a plain form for a plan is sent, in a browser that keeps cookies and is called Firefox."""
    reply = await service.post(headers=FIREFOX, plan="starter", **changes)
    assert reply.status_code == 303
    return reply.headers["location"]


async def script_post(service: Service, **changes: str) -> str:
    """What is next for a script that signed somebody up for a plan."""
    reply = await service.post(headers={**FIREFOX, **JSON}, plan="starter", **changes)
    assert reply.status_code == 201
    following = reply.json()["next"]
    assert isinstance(following, str)
    return following


def asked(service: Service) -> int:
    """How often WHMCS was asked to let somebody in."""
    return sum(call.action == "CreateSsoToken" for call in service.wire.whmcs.ledger.calls)


def stripped(reply: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    """A reply but for its id."""
    headers = {name: value for name, value in reply.headers.items() if name != "x-request-id"}
    return reply.status_code, reply.content, headers
