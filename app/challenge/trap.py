"""A field that no person sees and many robots fill, under a name that changes every day, for robots learn names."""

import time
from collections.abc import Callable

from app.forms import fold
from app.sites import Site
from app.vault import Vault

_DAY = 86400
# Words for a robot to have an answer to, and none that browsers and password managers fill in by themselves.
# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
_ABOUT = ("budget", "campaign", "event", "feature", "launch", "meeting", "project", "season", "team", "workshop")
_WHAT = ("comment", "details", "goal", "notes", "outline", "purpose", "reason", "remarks", "summary", "topic")
NAMES = tuple(f"{about}_{what}" for about in _ABOUT for what in _WHAT)


class Traps:
    """Names the trap of each site."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._clock = clock

    def name(self, site: Site) -> str:
        """Today's, in UTC."""
        return self._of(site, int(self._clock() // _DAY))

    def names(self, site: Site) -> frozenset[str]:
        """Those that count: today's, and yesterday's for pages that have been open since."""
        today = int(self._clock() // _DAY)
        return frozenset(self._of(site, day) for day in (today, today - 1))

    def _of(self, site: Site, day: int) -> str:
        drawn = int(self._vault.digest("trap", site.key, str(day))[:8], 16)
        taken = {fold(name) for name in (*site.fields, *site.custom_fields)}
        names = (NAMES[(drawn + step) % len(NAMES)] for step in range(len(NAMES)))
        return next(name for name in names if fold(name) not in taken)
