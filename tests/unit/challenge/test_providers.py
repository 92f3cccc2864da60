"""What a provider's answer means, and whose secret it is asked with."""

import hypothesis.strategies as st
import pytest
from hypothesis import given
from pydantic import SecretStr

from app.challenge.providers import NoAnswer, provider_secrets, what_is_wrong
from app.main import secrets_of
from app.settings import ConfigurationError, load_settings
from app.sites import Site

GOOD = {"success": True, "hostname": "www.acme.example", "challenge_ts": "2026-11-01T10:00:00Z"}


def site(provider: str = "turnstile", key: str = "acme") -> Site:
    return Site.model_validate(
        {
            "key": key,
            "origins": ["https://www.acme.example", "https://*.preview.acme.example", "http://localhost:4321"],
            "challenge": "always",
            "challenge_provider": provider,
            "challenge_site_key": "site-key",
            "challenge_secret_env": f"{key.upper()}_SECRET",
        }
    )


@pytest.mark.parametrize(
    ("provider", "changes", "wrong"),
    [
        ("turnstile", {}, ""),
        ("turnstile", {"action": "signup"}, ""),
        ("turnstile", {"action": ""}, ""),
        ("turnstile", {"action": "login"}, "action"),
        ("turnstile", {"action": ["signup"]}, "action"),
        ("turnstile", {"hostname": "b7.preview.acme.example"}, ""),
        ("turnstile", {"hostname": "WWW.acme.example"}, ""),
        ("turnstile", {"hostname": "localhost"}, ""),
        ("turnstile", {"hostname": "signup.example.com"}, ""),
        ("turnstile", {"hostname": "evil.example"}, "hostname"),
        ("turnstile", {"hostname": "www.acme.example.evil.example"}, "hostname"),
        ("turnstile", {"hostname": "a.b.preview.acme.example"}, "hostname"),
        ("turnstile", {"hostname": "not-provided"}, "hostname"),
        ("turnstile", {"hostname": None}, "hostname"),
        ("turnstile", {"hostname": ["www.acme.example"]}, "hostname"),
        ("hcaptcha", {"hostname": "not-provided"}, ""),
        ("hcaptcha", {"score": 0.0}, ""),  # of a paid plan, where 0 is a person
        ("recaptcha", {}, ""),
        ("recaptcha", {"score": 0.5, "action": "signup"}, ""),
        ("recaptcha", {"score": 0.4, "action": "signup"}, "score"),
        ("recaptcha", {"score": "0.9", "action": "signup"}, "score"),
        ("recaptcha", {"score": float("nan"), "action": "signup"}, "score"),
        ("turnstile", {"success": False, "error-codes": ["timeout-or-duplicate"]}, "timeout-or-duplicate"),
        ("turnstile", {"success": False, "error-codes": ["a", 3, "b"]}, "a,b"),
        ("turnstile", {"success": False, "error-codes": "a"}, "refused"),
        ("turnstile", {"success": False}, "refused"),
    ],
)
def test_what_an_answer_means(provider: str, changes: dict[str, object], wrong: str) -> None:
    assert what_is_wrong(site(provider), "signup.example.com", GOOD | changes) == wrong


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"success": "true"},
        {"success": 1},
        {"success": None, "hostname": "www.acme.example"},
        {"success": False, "error-codes": ["invalid-input-secret"]},
        {"success": False, "error-codes": ["internal-error"]},
    ],
)
def test_an_answer_that_is_none(reply: dict[str, object]) -> None:
    with pytest.raises(NoAnswer):
        what_is_wrong(site(), None, reply)


@given(
    st.dictionaries(
        st.sampled_from(["success", "hostname", "action", "score", "error-codes"]),
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.lists(st.integers() | st.text(max_size=5)),
    )
)
def test_no_strange_answer_lets_anybody_in(reply: dict[str, object]) -> None:
    try:
        assert what_is_wrong(site(), None, reply)
    except NoAnswer:
        assert reply.get("success") is not True


def named(name: str) -> SecretStr | None:
    return {"ACME_SECRET": SecretStr("s3cret")}.get(name)


def test_each_site_has_its_own_secret() -> None:
    sites = {"acme": site(), "plain": Site(key="plain", origins=("https://plain.example",), challenge="always")}
    assert provider_secrets(sites, named) == {"acme": SecretStr("s3cret")}


def test_the_log_strikes_out_every_providers_secret() -> None:
    environ = {
        "WHMCS_API_URL": "https://billing.example.com",
        "WHMCS_API_IDENTIFIER": "sandbox",
        "WHMCS_API_SECRET": "sandbox",
        "GATEWAY_ENCRYPTION_KEYS": f"{'A' * 43}=",
        "ACME_SECRET": "s3cret",
    }
    assert "s3cret" in secrets_of(load_settings(environ), {"acme": site()})


def test_a_variable_that_is_not_there_is_a_fault_that_names_the_site_and_not_what_may_be_the_secret() -> None:
    with pytest.raises(ConfigurationError) as refused:
        provider_secrets({"acme": site(), "other": site(key="other")}, named)
    (fault,) = refused.value.faults
    assert fault.startswith("sites.other.challenge_secret_env: ")
    assert "OTHER_SECRET" not in fault
