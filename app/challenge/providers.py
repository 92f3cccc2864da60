"""The three services that show a challenge of their own: what each is asked, and what its answer means."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.origins import matches
from app.settings import ConfigurationError
from app.sites import Site

ENDPOINTS = {
    # https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
    "turnstile": "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    # https://docs.hcaptcha.com/#verify-the-user-response-server-side
    "hcaptcha": "https://api.hcaptcha.com/siteverify",
    # https://developers.google.com/recaptcha/docs/verify
    "recaptcha": "https://www.google.com/recaptcha/api/siteverify",
}
# Then the provider or the configuration is at fault, and no visitor should pay for that.
_NOT_THE_VISITORS = ("missing-input-secret", "invalid-input-secret", "internal-error")
# What hCaptcha says instead of a host name while it has much to do.
_NOT_SAID = "not-provided"


class NoAnswer(Exception):
    """The provider did not say whether it was a person; ``reason`` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def provider_secrets(sites: Mapping[str, Site], named: Callable[[str], SecretStr | None]) -> dict[str, SecretStr]:
    """The provider's secret of each site that has one. Raises ConfigurationError when a variable is not there."""
    needed = {key: site for key, site in sites.items() if site.challenge_provider in ENDPOINTS}
    found = {key: named(site.challenge_secret_env) for key, site in needed.items()}
    # The name is not told: somebody may have written the secret itself where its name belongs.
    if missing := [key for key, secret in found.items() if secret is None]:
        raise ConfigurationError(
            [
                f"sites.{key}.challenge_secret_env: there is no such variable, or it is empty. "
                "Set it in the environment or in .env."
                for key in missing
            ]
        )
    return {key: secret for key, secret in found.items() if secret is not None}


def what_is_wrong(site: Site, own_host: str | None, reply: Mapping[str, object]) -> str:
    """Why the answer does not let the visitor in, for the log; "" when it does. Raises NoAnswer."""
    if reply.get("success") is not True:
        return _refusal(reply)
    if not _solved_here(site, own_host, reply.get("hostname")):
        return "hostname"
    if reply.get("action") not in (None, "", site.challenge_action):
        return "action"
    if site.challenge_provider == "recaptcha" and not _high_enough(reply.get("score"), site.challenge_min_score):
        return "score"
    return ""


def _refusal(reply: Mapping[str, object]) -> str:
    codes = reply.get("error-codes")
    told = [code for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
    if reply.get("success") is not False:
        raise NoAnswer("unreadable")
    if faults := [code for code in _NOT_THE_VISITORS if code in told]:
        raise NoAnswer(faults[0])
    return ",".join(told)[:100] or "refused"


def _solved_here(site: Site, own_host: str | None, host: object) -> bool:
    if not isinstance(host, str):
        return False
    if host == _NOT_SAID:
        return site.challenge_provider == "hcaptcha"  # which was told whose token it must be
    host = host.lower()
    # A provider tells neither scheme nor port.
    hosts = tuple(f"https://{urlsplit(origin).hostname}" for origin in site.origins)
    return host == own_host or matches(f"https://{host}", hosts)


def _high_enough(score: object, least: float) -> bool:
    """Version 2 of reCAPTCHA gives no score."""
    return score is None or (isinstance(score, int | float) and score >= least)
