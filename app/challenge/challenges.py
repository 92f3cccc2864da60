"""``Challenges``: whether a sign-up came with a solved challenge, whoever set it."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog
from pydantic import SecretStr

from app.challenge.page import Pages
from app.challenge.providers import ENDPOINTS, NoAnswer, what_is_wrong
from app.challenge.trap import Traps
from app.challenge.verifying import Verifier, open_session
from app.challenge.work import ProofOfWork
from app.guard import Visit
from app.sites import Site
from app.vault import Vault

_log = structlog.get_logger("app.challenge")


class Finding(StrEnum):
    """What became of the look at a solution."""

    ABSENT = "absent"  # none was sent
    SOLVED = "solved"
    WRONG = "wrong"  # forged, of another site, used up or too old
    UNCLEAR = "unclear"  # the provider did not say


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding. ``proof`` names a solution that must be kept from being used twice, where no provider does that."""

    finding: Finding
    proof: str | None = None


class Challenges:
    """Sets and checks challenges. ``counts`` has how many solutions of each provider were found to be what."""

    def __init__(
        self,
        *,
        vault: Vault,
        verifier: Verifier,
        own_host: str | None = None,
        clock: Callable[[], float] = time.time,
        work: ProofOfWork | None = None,
    ) -> None:
        self.work = work or ProofOfWork(vault, clock)
        self.pages = Pages(vault, clock)
        self.traps = Traps(vault, clock)
        self.counts: Counter[tuple[str, Finding]] = Counter()
        self._verifier = verifier
        self._own_host = own_host

    async def check(self, site: Site, visit: Visit) -> Checked:
        """What the sign-up has to show for itself. Only solutions of the site's own provider count."""
        solution = visit.solutions.get(site.challenge_provider, "")
        if site.challenge == "off" or not solution:
            return Checked(Finding.ABSENT)
        if site.challenge_provider == "altcha":
            proof = self.work.check(site, solution)
            checked = Checked(Finding.WRONG if proof is None else Finding.SOLVED, proof)
        else:
            checked = Checked(await self._ask(site, solution, visit.client_ip))
        self.counts[site.challenge_provider, checked.finding] += 1
        return checked

    async def _ask(self, site: Site, token: str, client_ip: str) -> Finding:
        try:
            reply = await self._verifier.ask(site, token, client_ip)
            wrong = what_is_wrong(site, self._own_host, reply)
        except NoAnswer as error:
            _log.warning("challenge_unverified", provider=site.challenge_provider, error=error.reason)
            return Finding.UNCLEAR
        if wrong:
            _log.info("challenge_wrong", provider=site.challenge_provider, why=wrong)
        return Finding.WRONG if wrong else Finding.SOLVED


@asynccontextmanager
async def open_challenges(
    vault: Vault,
    secrets: Mapping[str, SecretStr],
    *,
    own_host: str | None = None,
    clock: Callable[[], float] = time.time,
    endpoints: Mapping[str, str] = ENDPOINTS,
) -> AsyncIterator[Challenges]:
    """Challenges with their way to the providers. ``own_host`` may show forms besides the origins of the sites."""
    async with open_session() as session:
        verifier = Verifier(session, secrets, endpoints)
        yield Challenges(vault=vault, verifier=verifier, own_host=own_host, clock=clock)
