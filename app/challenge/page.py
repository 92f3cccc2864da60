"""A signed token that tells when a page was given its form, so that a form sent back at once can be noticed."""

import re
import time
from collections.abc import Callable
from hmac import compare_digest

from app.sites import Site
from app.vault import Vault

OLDEST = 86400.0  # seconds after which a token tells nothing any more
_TOKEN = re.compile(r"([1-9][0-9]{0,11})\.([0-9a-f]{64})", re.ASCII)


class Pages:
    """Issues the tokens of pages and reads them again."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._clock = clock

    def token(self, site: Site) -> str:
        """A token for a page of this site, as of now."""
        issued = str(int(self._clock()))
        return f"{issued}.{self._signed(site, issued)}"

    def age(self, site: Site, token: str) -> float | None:
        """Seconds since the token was issued; None when it is missing, forged, another site's or older than a day."""
        found = _TOKEN.fullmatch(token)
        if found is None or not compare_digest(found[2], self._signed(site, found[1])):
            return None
        age = self._clock() - int(found[1])
        return max(age, 0.0) if age <= OLDEST else None  # the clocks of two replicas differ a little

    def _signed(self, site: Site, issued: str) -> str:
        return self._vault.digest("page", site.key, issued)
