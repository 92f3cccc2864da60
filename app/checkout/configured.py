"""Whether a site may have ``checkout = "sso"``."""

from urllib.parse import urlsplit

from app.settings import is_this_machine
from app.sites import Site


def faulty_checkout(site: Site, public_url: str | None) -> list[str]:
    """What stands against it, a sentence each; nothing where the site does not ask for it."""
    if site.checkout != "sso":
        return []
    faults = []
    if site.hides_customers:
        faults.append(
            f'sites.{site.key}.checkout: "sso" tells a new customer from a known one, and existing_customer = "hide" '
            'must not. Change one of them; checkout = "none" goes with "hide".'
        )
    if public_url is None or not _is_safe(public_url):
        faults.append(
            f'sites.{site.key}.checkout: "sso" needs the gateway\'s own https address. Set GATEWAY_PUBLIC_URL.'
        )
    return faults


def _is_safe(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_this_machine(parts.hostname or "")
