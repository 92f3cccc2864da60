"""Turnstile, hCaptcha and reCAPTCHA over real connections: asked once, believed only when they say so."""

from collections.abc import AsyncIterator, Mapping

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.challenge import Challenges, Finding
from app.challenge.challenges import Checked
from app.challenge.verifying import Verifier, open_session
from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Visit
from app.screening import Screening, Verdict
from app.sites import Site
from tests.integration.provider import Provider, providing
from tests.unit.challenge.solving import HERE, VAULT

SECRET = "s3cret-of-the-provider"
ADA = SignupForm(email="ada@example.com")


@pytest.fixture
async def provider(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Provider]:
    """A provider on this machine, whatever proxy the environment has."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with providing() as provider:
        yield provider


@pytest.fixture
async def challenges(provider: Provider, request: pytest.FixtureRequest) -> AsyncIterator[Challenges]:
    """Challenges that ask it, and not for long where it is to be silent."""
    patience = 0.5 if "silent" in request.node.name else 30
    async with open_session() as session:
        endpoints: Mapping[str, str] = dict.fromkeys(("turnstile", "hcaptcha", "recaptcha"), provider.url)
        verifier = Verifier(session, {"acme": SecretStr(SECRET)}, endpoints, patience=patience)
        yield Challenges(vault=VAULT, verifier=verifier)


def site(provider: str = "turnstile", challenge: str = "always", **changes: object) -> Site:
    return Site.model_validate(
        {
            "key": "acme",
            "origins": ["https://www.acme.example"],
            "challenge": challenge,
            "challenge_provider": provider,
            "challenge_site_key": "site-key",
            "challenge_secret_env": "SECRET",
            **changes,
        }
    )


def visit(provider: str = "turnstile") -> Visit:
    return Visit(HERE, solutions={provider: "token"})


@pytest.mark.parametrize(
    ("setter", "more"),
    [("turnstile", {"idempotency_key"}), ("hcaptcha", {"sitekey"}), ("recaptcha", set())],
)
async def test_a_good_token_is_asked_about_once(
    challenges: Challenges, provider: Provider, setter: str, more: set[str]
) -> None:
    assert await challenges.check(site(setter), visit(setter)) == Checked(Finding.SOLVED)
    (asked,) = provider.asked
    assert asked.keys() == {"secret", "response", "remoteip"} | more
    assert (asked["secret"], asked["response"], asked["remoteip"]) == (SECRET, "token", HERE)
    assert challenges.counts == {(setter, Finding.SOLVED): 1}


@pytest.mark.parametrize(
    ("setter", "changes"),
    [
        ("turnstile", {"hostname": "evil.example"}),
        ("turnstile", {"action": "login"}),
        ("recaptcha", {"score": 0.1}),
        ("hcaptcha", {"success": False, "error-codes": ["already-seen-response"]}),
    ],
)
async def test_a_token_that_is_not_for_this_sign_up_is_wrong(
    challenges: Challenges, provider: Provider, setter: str, changes: dict[str, object]
) -> None:
    provider.says(**changes)
    assert await challenges.check(site(setter), visit(setter)) == Checked(Finding.WRONG)
    with pytest.raises(ChallengeFailed) as refused:
        await Screening(challenges).judge(site(setter), ADA, visit(setter))
    assert refused.value.solvable


async def test_a_broken_connection_is_tried_again_where_the_provider_knows_the_repeat(
    challenges: Challenges, provider: Provider
) -> None:
    provider.hang_up = 1
    assert await challenges.check(site(), visit()) == Checked(Finding.SOLVED)
    first, second = provider.asked
    assert first == second


async def test_elsewhere_it_is_not(challenges: Challenges, provider: Provider) -> None:
    provider.hang_up = 1
    assert await challenges.check(site("recaptcha"), visit("recaptcha")) == Checked(Finding.UNCLEAR)
    assert len(provider.asked) == 1


@pytest.mark.parametrize("fault", ["hang_up", "silent", "http_503", "garbage", "empty", "list", "endless", "secret"])
async def test_a_provider_that_does_not_say_keeps_nobody_out_and_vouches_for_nobody(
    challenges: Challenges, provider: Provider, fault: str
) -> None:
    provider.hang_up = 9 if fault == "hang_up" else 0
    provider.silent = fault == "silent"
    provider.status = 503 if fault == "http_503" else 200
    bodies = {"garbage": b"<html>", "empty": b"", "list": b"[]", "endless": b"[" * 100_000}
    provider.body = bodies.get(fault, provider.body)
    if fault == "secret":
        provider.says(success=False, **{"error-codes": ["invalid-input-secret"]})
    with capture_logs() as logs:
        assert await Screening(challenges).judge(site(), ADA, visit()) == Verdict(unchecked=True)
    (line,) = logs
    assert (line["event"], line["log_level"], line["provider"]) == ("challenge_unverified", "warning", "turnstile")
    assert SECRET not in str(logs)
    assert challenges.counts == {("turnstile", Finding.UNCLEAR): 1}


async def test_it_counts_against_the_sign_up(challenges: Challenges, provider: Provider) -> None:
    provider.status = 500
    strict = site(screening={"hold": 2})
    assert (await Screening(challenges).judge(strict, ADA, visit())).held_for == "screened:challenge_unverified"


async def test_a_redirect_is_not_followed_with_the_secret(challenges: Challenges, provider: Provider) -> None:
    provider.status, provider.location = 307, provider.url
    assert await challenges.check(site(), visit()) == Checked(Finding.UNCLEAR)
    assert len(provider.asked) == 1


async def test_a_refusal_may_come_with_a_status_of_its_own(challenges: Challenges, provider: Provider) -> None:
    provider.status = 400
    provider.says(success=False, **{"error-codes": ["invalid-input-response"]})
    assert await challenges.check(site(), visit()) == Checked(Finding.WRONG)


async def test_only_the_sites_own_provider_is_asked(challenges: Challenges, provider: Provider) -> None:
    assert await challenges.check(site(), visit("hcaptcha")) == Checked(Finding.ABSENT)
    assert await challenges.check(site(challenge="off"), visit()) == Checked(Finding.ABSENT)
    assert provider.asked == []
