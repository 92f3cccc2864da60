"""``gateway offer``: what it prints is what the gateway takes."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner, Result

from app.cli import cli
from tests.integration.service import JSON, SITES, serving

KEY = Fernet.generate_key().decode()
PLANS = """
[sites.acme.plans.secret]
pid = 2
billing_cycle = "annually"
payment_method = "stripe"
offer_only = true
"""
PAGE = "https://www.acme.example/signup?from=mail#form"
Offer = Callable[..., Result]


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Runs ``gateway offer`` for acme's plan that only a link opens, with changes."""
    (tmp_path / "sites.toml").write_text(SITES + PLANS)
    monkeypatch.chdir(tmp_path)
    environment = {
        "WHMCS_API_URL": "https://billing.example.com",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
        "GATEWAY_ENCRYPTION_KEYS": KEY,
        "GATEWAY_PUBLIC_URL": "https://signup.example.com/",
    }

    def run(*arguments: str, site: str = "acme", plan: str = "secret") -> Result:
        return CliRunner().invoke(cli, ["offer", "--site", site, "--plan", plan, *arguments], env=environment)

    return run


def post(folder: Path, token: str) -> httpx2.Response:
    """What a gateway over the same database answers to who has the link."""

    async def story() -> httpx2.Response:
        async with serving(folder, more_sites=PLANS, GATEWAY_ENCRYPTION_KEYS=KEY) as service:
            return await service.post(headers=JSON, _offer=token)

    return asyncio.run(story())


def test_the_token_is_taken(offer: Offer, tmp_path: Path) -> None:
    made = offer("--expires", "7d")
    assert made.exit_code == 0
    (token,) = made.stdout.splitlines()
    assert "Send it as the field _offer" in made.stderr
    assert post(tmp_path, token).status_code == 201


def test_a_link_leads_to_the_page_with_the_form(offer: Offer, tmp_path: Path) -> None:
    made = offer("--promo", "LAUNCH", "--url", PAGE, plan="starter")
    link = urlsplit(made.stdout.strip())
    assert (link.netloc, link.path, link.fragment) == ("www.acme.example", "/signup", "form")
    assert "LAUNCH" not in made.stdout + made.stderr
    query = parse_qs(link.query)
    assert query["from"] == ["mail"]
    assert post(tmp_path, query["offer"][0]).status_code == 201


def test_without_a_page_it_leads_to_the_hosted_form(offer: Offer) -> None:
    made = offer("--promo", "LAUNCH", site="branded", plan="starter")
    assert made.stdout.startswith("https://signup.example.com/v1/branded?offer=")


def test_programs_get_all_of_it(offer: Offer) -> None:
    began = datetime.now(UTC)
    made = json.loads(offer("--promo", "SUMMER", "--expires", "12h", "--uses", "3", "--url", PAGE, "--json").stdout)
    assert timedelta(hours=11, minutes=59) < datetime.fromisoformat(made.pop("expires_at")) - began
    assert made["token"] in made.pop("link")
    assert (len(made.pop("token")), len(made.pop("name"))) == (63, 20)
    assert made == {"site": "acme", "plan": "secret", "promo_code": "SUMMER", "uses": 3}


@pytest.mark.parametrize(
    ("changes", "arguments", "said"),
    [
        ({"site": "nosuch"}, [], "--site: sites.toml does not have it. Known are: acme, plain"),
        ({"plan": "nosuch"}, [], "--plan: sites.toml does not have it. Known are: starter, secret"),
        ({"plan": "starter"}, [], "Everybody can order this plan: the link would open nothing."),
        ({}, ["--expires", "soon"], "'soon' is no length of time. Write a number"),
        ({}, ["--expires", "0d"], "is no time for an offer. Write from 1m to 3660d"),
        ({}, ["--expires", "9999d"], "is no time for an offer. Write from 1m to 3660d"),
        ({}, ["--uses", "-1"], "--uses"),
        ({}, ["--promo", "x" * 65], "is no promotion code"),
        ({}, ["--url", "https://evil.example/"], "--url: is not on one of the site's origins."),
    ],
)
def test_what_cannot_be_is_said_and_ends_with_2(
    offer: Offer, changes: dict[str, str], arguments: list[str], said: str
) -> None:
    made = offer(*arguments, **changes)
    assert (made.exit_code, made.stdout) == (2, "")
    assert said in " ".join(made.stderr.replace("│", " ").split())
