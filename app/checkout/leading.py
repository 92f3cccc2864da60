"""``Checkout``: leads who has just signed up, logged in, to what he has to pay. Once, whatever fails."""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog

from app.checkout.tickets import Browser, Closed, Ticket, Tickets
from app.errors import CheckoutClosed, Unavailable
from app.origins import on_origins, origin_of
from app.settings import is_this_machine
from app.sites import Site
from app.slots import Slots
from app.store import Store
from app.submissions import State, Submission
from app.vault import Vault
from app.whmcs import Breaker, Rejected, Whmcs, WhmcsError

PATIENCE = 6.0  # seconds that a visitor waits for a slot, and as many for WHMCS's answer; then he would rather log in

_log = structlog.get_logger("app.checkout")


class Checkout:
    """The one place that asks WHMCS to log somebody in. ``billing`` is the origin of WHMCS's own address."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        whmcs: Whmcs,
        slots: Slots,
        breaker: Breaker,
        billing: str,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._tickets = Tickets(vault)
        self._whmcs = whmcs
        self._slots = slots
        self._breaker = breaker
        self._billing = billing
        self._patience = patience
        self._clock = clock

    def ticket(self, submission: Submission, browser: Browser) -> str:
        """A token for the browser that has just brought this submission, which made its client."""
        return self._tickets.issue(submission, browser, self._clock())

    def origins(self, site: Site) -> tuple[str, ...]:
        """Where it may lead: to WHMCS, as we call it and as its customers do."""
        return (self._billing, *([origin_of(site.login_url)] if site.login_url else []))

    async def open(self, site: Site, token: str, browser: Browser) -> str:
        """Where to send the browser, which is logged in there. Raises CheckoutClosed, which says the same of all.

        Once WHMCS is asked, the ticket is used up, whatever WHMCS says: a lost answer may have been a way in.
        """
        try:
            submission = await self._admitted(site, self._tickets.read(token), browser)
            structlog.contextvars.bind_contextvars(reference=submission.reference)
            url = await self._way_in(submission)
            if not self._is_ours(site, url):
                raise Closed("strange_address")
        except Closed as closed:
            _log.warning("checkout_refused", site=site.key, reason=closed.reason, detail=closed.detail)
            raise CheckoutClosed(login_url=site.login_url) from None
        _log.info("checkout_opened", site=site.key, reference=submission.reference)
        return url

    async def _admitted(self, site: Site, ticket: Ticket, browser: Browser) -> Submission:
        """The submission that the ticket is for. Raises Closed."""
        if site.checkout != "sso" or ticket.site != site.key:
            raise Closed("other_site")
        if self._clock() >= ticket.ends_at:
            raise Closed("too_late")
        if not self._tickets.fits(ticket, browser):
            raise Closed("other_browser")
        try:
            submission = await self._store.find(ticket.reference)
        except Unavailable:
            raise Closed("store_unavailable") from None
        if submission is None or not _made_by(submission, ticket):
            raise Closed("not_its_client")
        return submission

    async def _way_in(self, submission: Submission) -> str:
        """Raises Closed; until WHMCS is asked the ticket is still good."""
        if self._breaker.open:
            raise Closed("whmcs_away")
        slot = await self._slots.take(self._patience)
        if slot is None:
            raise Closed("busy")
        try:
            if not await self._store.take_checkout(submission.reference, self._clock()):
                raise Closed("used")
            return await self._ask(submission)
        except Unavailable:
            raise Closed("store_unavailable") from None
        finally:
            slot.free()

    async def _ask(self, submission: Submission) -> str:
        path = f"viewinvoice.php?id={submission.invoice_id}" if submission.invoice_id else ""
        try:
            async with asyncio.timeout(self._patience):
                return await self._whmcs.create_sso_token(submission.client_id or 0, path)
        except WhmcsError as error:
            raise Closed(error.reason, error.detail if isinstance(error, Rejected) else None) from None
        except TimeoutError:
            raise Closed("timeout") from None

    def _is_ours(self, site: Site, url: str) -> bool:
        """WHMCS's replies are not ours to trust: who could change one would choose where visitors go, logged in."""
        if not on_origins(url, self.origins(site)):
            return False
        parts = urlsplit(url)
        return parts.scheme == "https" or is_this_machine(parts.hostname or "")


def _made_by(submission: Submission, ticket: Ticket) -> bool:
    """Whether that very sign-up made the client, and the order when there was one to make."""
    made = submission.is_made or submission.state is State.DONE
    return made and submission.client_id == ticket.client_id
