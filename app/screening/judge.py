"""``Screening``: the one question asked of a new sign-up before it is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Velocity, Visit
from app.screening.signals import SIGNALS, Signal, of_form, of_visit
from app.screening.traits import traits_of
from app.sites import Site

_log = structlog.get_logger("app.screening")

TRAP = "honeypot"
SCREENED = "screened:"
_ROOM = 100  # characters that a row has for its reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: held for a person to look at when there is a reason (``held_for``), else made.

    ``verified``: a challenge was solved for it. ``proof`` names the solution, which is good for one sign-up.
    """

    held_for: str = ""
    verified: bool = False
    proof: str | None = None


class Screening:
    """Judges new sign-ups. ``verdicts`` counts what became of them: ``passed``, ``held`` or ``refused``."""

    def __init__(self, velocity: Velocity) -> None:
        self._velocity = velocity
        self.verdicts: Counter[str] = Counter(passed=0, held=0, refused=0)

    async def judge(self, site: Site, form: SignupForm, visit: Visit) -> Verdict:
        """What becomes of a new sign-up. Raises ChallengeFailed when it is to be turned away."""
        signals = await self._signals(site, form, visit)
        signs = [*([TRAP] if visit.trapped else []), *(signal.name for signal in signals)]
        score = sum(signal.points for signal in signals)
        if score >= site.screening.refuse:
            self._note("refused", site, signs)
            raise ChallengeFailed
        if visit.trapped or score >= site.screening.hold:
            self._note("held", site, signs)
            return Verdict(held_for=TRAP if visit.trapped else reason(signals))
        self.verdicts["passed"] += 1
        return Verdict()

    async def count(self, site: Site, form: SignupForm, visit: Visit) -> None:
        """Remember what a sign-up that is taken has in common with others."""
        await self._velocity.count(site.key, traits_of(form, visit))

    async def _signals(self, site: Site, form: SignupForm, visit: Visit) -> list[Signal]:
        common = await self._velocity.common(site.key, traits_of(form, visit))
        return [*of_form(form), *of_visit(visit), *(signal for name, signal in SIGNALS.items() if name in common)]

    def _note(self, verdict: str, site: Site, signs: Sequence[str]) -> None:
        self.verdicts[verdict] += 1
        _log.info("screened", site=site.key, verdict=verdict, signs=",".join(signs))


def reason(signals: Sequence[Signal]) -> str:
    """What a row keeps of the signs: their names, the strongest first, as many as there is room for."""
    names = [signal.name for signal in sorted(signals, key=lambda signal: -signal.points)]
    while len(kept := SCREENED + ",".join(names)) > _ROOM:
        names.pop()
    return kept
