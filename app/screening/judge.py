"""``Screening``: the one question asked of a new sign-up before it is stored."""

from dataclasses import dataclass

from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Visit
from app.screening.signals import of_form
from app.sites import Site

TRAP = "honeypot"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: held for a person to look at when there is a reason (``held_for``), else made.

    ``verified``: a challenge was solved for it. ``proof`` names the solution, which is good for one sign-up.
    ``unchecked``: a solution came, and whoever could say whether it is right did not answer.
    """

    held_for: str = ""
    verified: bool = False
    proof: str | None = None
    unchecked: bool = False


class Screening:
    """Judges new sign-ups."""

    async def judge(self, site: Site, form: SignupForm, visit: Visit) -> Verdict:
        """What becomes of a new sign-up. Raises ChallengeFailed when it is to be turned away."""
        signals = of_form(form)
        score = sum(signal.points for signal in signals)
        if score >= site.screening.refuse:
            raise ChallengeFailed
        if visit.trapped:
            return Verdict(held_for=TRAP)
        names = ",".join(signal.name for signal in signals)
        return Verdict(held_for=f"screened:{names}" if score >= site.screening.hold else "")
