"""What an address of the way to the payment page holds: whose it is, for which browser, and until when; sealed."""

import re
from dataclasses import dataclass
from hmac import compare_digest

from app.guard import bucket
from app.submissions import Submission
from app.vault import SealBroken, Vault

LIFE = 600  # seconds
_TOKEN = re.compile(r"[A-Za-z0-9_-]{80,500}={0,2}", re.ASCII)
_LEAD = "checkout"  # forms are sealed with the same keys, and none of them begins like this


class Closed(Exception):
    """The way is not open; ``reason`` is for the log, and the visitor does not learn it."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser is known by: the cookie that came with its answer; else what it calls itself, and its address."""

    cookie: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token that was made here says. ``binding`` is a keyed hash of what the browser is known by."""

    site: str
    reference: str
    client_id: int
    ends_at: int
    binding: str


class Tickets:
    """Seals tickets into tokens, and reads them again. Whether one was used is not in it: that is on disk."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def issue(self, submission: Submission, browser: Browser, now: float) -> str:
        """The token for the client of this submission. One of a browser with a cookie is bound to that alone."""
        binding = self._by_cookie(browser) if browser.cookie else self._by_traits(browser)
        parts = (_LEAD, submission.site, submission.reference, str(submission.client_id), str(int(now) + LIFE), binding)
        return self._vault.seal("\n".join(parts).encode()).decode()

    def read(self, token: str) -> Ticket:
        """What it says. Raises Closed when it was not made here."""
        if not _TOKEN.fullmatch(token):
            raise Closed("not_genuine")
        try:
            lead, site, reference, client_id, ends_at, binding = self._vault.open(token.encode()).decode().split("\n")
            ticket = Ticket(site, reference, int(client_id), int(ends_at), binding)
        except (SealBroken, ValueError):
            raise Closed("not_genuine") from None
        if lead != _LEAD:
            raise Closed("not_genuine")
        return ticket

    def fits(self, ticket: Ticket, browser: Browser) -> bool:
        """Whether it was made for this browser."""
        by_cookie = compare_digest(ticket.binding, self._by_cookie(browser))
        return by_cookie or compare_digest(ticket.binding, self._by_traits(browser))

    def _by_cookie(self, browser: Browser) -> str:
        return self._vault.digest("checkout cookie", browser.cookie)

    def _by_traits(self, browser: Browser) -> str:
        return self._vault.digest("checkout browser", browser.name, bucket(browser.address))
