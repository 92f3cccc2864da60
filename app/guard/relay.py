"""The key by which a site's own server is known. The configuration holds its hash only.

A plain hash is enough: the key is 256 random bits, which nobody finds by trying.
"""

import hashlib
import hmac
import secrets

from app.sites import Site

_PREFIX = "signup_relay_"  # so that people, and those who look for leaked secrets, know one when they see it


def new_relay_key() -> tuple[str, str]:
    """A new key, and the hash of it that goes into ``sites.toml``."""
    key = _PREFIX + secrets.token_urlsafe(32)
    return key, _hash(key)


def is_relay(site: Site, authorization: str | None) -> bool:
    """Whether this header of a request carries one of the site's keys."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    given = _hash(key.strip())
    found = [hmac.compare_digest(given, known) for known in site.relay_keys]  # all of them, whichever it is
    return any(found)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
