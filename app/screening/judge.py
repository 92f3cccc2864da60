"""``Screening``: the one question asked of a new sign-up before it is stored."""

from collections.abc import Callable
from dataclasses import dataclass

from app.challenge import Challenges, Checked, Finding
from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Sender, Visit
from app.screening.signals import CHALLENGE_UNVERIFIED, Signal, of_form
from app.sites import Site

TRAP = "honeypot"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: held for a person to look at when there is a reason (``held_for``), else made.

    ``verified``: a challenge was solved for it. ``proof`` names the solution, which is good for one sign-up.
    """

    held_for: str = ""
    verified: bool = False
    proof: str | None = None


class Screening:
    """Judges new sign-ups. ``busy`` says whether a site has so many of them that each must prove itself."""

    def __init__(self, challenges: Challenges | None = None, busy: Callable[[Site], bool] = lambda _: False) -> None:
        self._challenges = challenges
        self._busy = busy

    async def judge(self, site: Site, form: SignupForm, visit: Visit) -> Verdict:
        """What becomes of a new sign-up. Raises ChallengeFailed when it is to be turned away."""
        signals = of_form(form)
        checked = await self._check(site, visit, _score(signals))
        if checked.finding is Finding.UNCLEAR:
            signals.append(CHALLENGE_UNVERIFIED)
        score = _score(signals)
        if score >= site.screening.refuse:
            raise ChallengeFailed
        verified = checked.finding is Finding.SOLVED
        names = ",".join(signal.name for signal in signals)
        held_for = TRAP if visit.trapped else f"screened:{names}" if score >= site.screening.hold else ""
        return Verdict(held_for, verified, checked.proof)

    async def _check(self, site: Site, visit: Visit, score: int) -> Checked:
        """What a challenge shows. Raises ChallengeFailed when one is needed and was not solved.

        A provider that does not say keeps nobody out: that counts against the sign-up, and it is not verified.
        """
        checked = Checked(Finding.ABSENT)
        if self._challenges is not None:
            checked = await self._challenges.check(site, visit)
        if checked.finding in (Finding.ABSENT, Finding.WRONG) and self._needs_one(site, visit, score):
            raise ChallengeFailed(solvable=score < site.screening.refuse)
        return checked

    def _needs_one(self, site: Site, visit: Visit, score: int) -> bool:
        if site.challenge != "suspicious":
            return site.challenge == "always"
        return score >= site.screening.challenge or visit.sender is Sender.OPAQUE or self._busy(site)


def _score(signals: list[Signal]) -> int:
    return sum(signal.points for signal in signals)
