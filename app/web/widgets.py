"""The widgets that other services show on the hosted form, and what the page must let them load."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.sites import Site

_HCAPTCHA = "https://hcaptcha.com https://*.hcaptcha.com"


@dataclass(frozen=True, slots=True)
class Widget:
    """A provider's script, the class of the element that it fills, and the sources that the page's policy needs."""

    script: str
    css_class: str
    allowed: Mapping[str, str]


_WIDGETS = {
    # https://developers.cloudflare.com/turnstile/reference/content-security-policy/
    "turnstile": Widget(
        "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "cf-turnstile",
        {"script-src": "https://challenges.cloudflare.com", "frame-src": "https://challenges.cloudflare.com"},
    ),
    # https://docs.hcaptcha.com/#content-security-policy-settings
    "hcaptcha": Widget(
        "https://js.hcaptcha.com/1/api.js",
        "h-captcha",
        dict.fromkeys(("script-src", "frame-src", "style-src", "connect-src"), _HCAPTCHA),
    ),
    # https://developers.google.com/recaptcha/docs/faq
    "recaptcha": Widget(
        "https://www.google.com/recaptcha/api.js",
        "g-recaptcha",
        {
            "script-src": "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
            "frame-src": "https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
        },
    ),
}


def widget_of(site: Site) -> Widget | None:
    """What the site's provider shows; None where nobody does: altcha is solved by our own script."""
    return None if site.challenge == "off" else _WIDGETS.get(site.challenge_provider)
