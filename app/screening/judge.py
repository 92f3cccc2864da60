"""``Screening``: the one question asked of a new sign-up before it is stored."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from app.challenge import Challenges, Checked, Finding
from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Sender, Velocity, Visit
from app.screening.signals import CHALLENGE_UNVERIFIED, SIGNALS, Signal, of_form, of_visit
from app.screening.traits import traits_of
from app.sites import Site

_log = structlog.get_logger("app.screening")

TRAP = "honeypot"
SCREENED = "screened:"
_ROOM = 100  # characters that a row has for its reason
Busy = Callable[[Site], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: held for a person to look at when there is a reason (``held_for``), else made.

    ``verified``: a challenge was solved for it. ``proof`` names the solution, which is good for one sign-up.
    ``unchecked``: a provider did not say whether its challenge was solved.
    """

    held_for: str = ""
    verified: bool = False
    proof: str | None = None
    unchecked: bool = False


class Screening:
    """Judges new sign-ups. ``verdicts`` counts what became of them: ``passed``, ``challenged``, ``held``, ``refused``.

    ``busy`` says whether a site has so many of them that each must prove itself, ``velocity`` what many have in common.
    """

    def __init__(
        self, challenges: Challenges | None = None, busy: Busy | None = None, velocity: Velocity | None = None
    ) -> None:
        self._challenges = challenges
        self._busy = busy
        self._velocity = velocity
        self.verdicts: Counter[str] = Counter(passed=0, challenged=0, held=0, refused=0)

    async def judge(self, site: Site, form: SignupForm, visit: Visit) -> Verdict:
        """What becomes of a new sign-up. Raises ChallengeFailed when it is to be turned away."""
        signals = await self._signals(site, form, visit)
        checked = await self._check(site, visit, _score(signals))
        if checked.finding is Finding.UNCLEAR:
            signals.append(CHALLENGE_UNVERIFIED)
        held_for = self._held_for(site, visit, signals)
        unchecked = checked.finding is Finding.UNCLEAR
        return Verdict(held_for, checked.finding is Finding.SOLVED, checked.proof, unchecked)

    async def count(self, site: Site, form: SignupForm, visit: Visit) -> None:
        """Remember what a sign-up that was taken has in common with others."""
        if self._velocity is not None:
            await self._velocity.count(site.key, traits_of(form, visit))

    async def _signals(self, site: Site, form: SignupForm, visit: Visit) -> list[Signal]:
        common: set[str] = set()
        if self._velocity is not None:
            common = await self._velocity.common(site.key, traits_of(form, visit))
        return [*of_form(form), *of_visit(visit), *(signal for name, signal in SIGNALS.items() if name in common)]

    async def _check(self, site: Site, visit: Visit, score: int) -> Checked:
        """What a challenge shows. Raises ChallengeFailed when one is needed and was not solved.

        A provider that does not say keeps nobody out: that counts against the sign-up, and it is not verified.
        """
        checked = Checked(Finding.ABSENT)
        if self._challenges is not None:
            checked = await self._challenges.check(site, visit)
        if checked.finding in (Finding.ABSENT, Finding.WRONG) and await self._needs_one(site, visit, score):
            self.verdicts["challenged"] += 1
            raise ChallengeFailed(solvable=score < site.screening.refuse)
        return checked

    async def _needs_one(self, site: Site, visit: Visit, score: int) -> bool:
        if site.challenge != "suspicious":
            return site.challenge == "always"
        if score >= site.screening.challenge or visit.sender is Sender.OPAQUE:
            return True
        return self._busy is not None and await self._busy(site)

    def _held_for(self, site: Site, visit: Visit, signals: Sequence[Signal]) -> str:
        """Why it is to be held; "" when nothing much speaks against it. Raises ChallengeFailed when too much does."""
        signs = [*([TRAP] if visit.trapped else []), *(signal.name for signal in signals)]
        if _score(signals) >= site.screening.refuse:
            self._note("refused", site, signs)
            raise ChallengeFailed
        if visit.trapped or _score(signals) >= site.screening.hold:
            self._note("held", site, signs)
            return TRAP if visit.trapped else reason(signals)
        self.verdicts["passed"] += 1
        return ""

    def _note(self, verdict: str, site: Site, signs: Sequence[str]) -> None:
        self.verdicts[verdict] += 1
        _log.info("screened", site=site.key, verdict=verdict, signs=",".join(signs))


def reason(signals: Sequence[Signal]) -> str:
    """What a row keeps of the signs: their names, the strongest first, as many as there is room for."""
    names = [signal.name for signal in sorted(signals, key=lambda signal: -signal.points)]
    while len(kept := SCREENED + ",".join(names)) > _ROOM:
        names.pop()
    return kept


def _score(signals: Sequence[Signal]) -> int:
    return sum(signal.points for signal in signals)
