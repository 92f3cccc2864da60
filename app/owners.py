"""``Owners``: who owns an address that somebody signs up with again learns it by mail, at most once a day.

Where customers are hidden the reply says nothing, so a customer who has forgotten that he is one would wait in vain.
"""

from collections.abc import Callable
from dataclasses import replace

import structlog

from app.errors import Unavailable
from app.sites import Site
from app.store import Store
from app.submissions import Submission
from app.whmcs import Whmcs, WhmcsError

_log = structlog.get_logger("app.delivery")

DAY = 86400.0  # seconds, from one mail to an address to the next


class Owners:
    """Has WHMCS write to them.

    That a mail is to be asked for is on disk before WHMCS is asked: a failure, or a process that dies, may cost a mail,
    but never sends two.
    """

    def __init__(self, store: Store, whmcs: Whmcs, clock: Callable[[], float]) -> None:
        self._store = store
        self._whmcs = whmcs
        self._clock = clock

    async def are_to_hear(self, site: Site, address: str) -> bool:
        """Whether the owner of this address (its keyed hash), which WHMCS knows, is to get a mail.

        Ask it only while holding a row of the address: then nobody else can come to the same answer meanwhile.
        """
        if not (site.hides_customers and site.known_address_mail):
            return False
        try:
            return not await self._store.mailed_since(address, self._clock() - DAY)
        except Unavailable:  # one mail more is worse than one less
            return False

    async def mail(self, known: Submission, email: str) -> None:
        """Ask WHMCS for it, once, and note what came of it. Raises Unavailable when that could not be noted."""
        event = "owner_mailed"
        try:
            await self._whmcs.mail_password_reset(email)
        except WhmcsError as error:
            event = "owner_not_mailed"
            _log.warning("owner_not_mailed", site=known.site, reference=known.reference, reason=error.reason)
        await self._store.save(known, replace(known, updated_at=self._clock()), event)
