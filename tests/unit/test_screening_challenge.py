"""Who must prove to be a person, and what a proof is worth."""

import pytest

from app.challenge import Challenges, Finding
from app.challenge.challenges import Checked
from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Sender, Visit
from app.screening import Screening, Verdict
from app.sites import Site, Thresholds

HONEST, THROWAWAY = SignupForm(email="ada@example.com"), SignupForm(email="a@mailinator.com")
PLAIN = Visit("198.51.100.7")
OPAQUE = Visit("198.51.100.7", sender=Sender.OPAQUE)
TRAPPED = Visit("198.51.100.7", trapped=True)


class Look(Challenges):
    """Challenges that have found this."""

    def __init__(self, finding: Finding) -> None:
        self.found = Checked(finding, "proof" if finding is Finding.SOLVED else None)

    async def check(self, _site: Site, _visit: Visit) -> Checked:
        """As the real one."""
        return self.found


def site(challenge: str, **thresholds: int) -> Site:
    screening = Thresholds(**thresholds)
    return Site.model_validate(
        {"key": "acme", "origins": ["https://www.acme.example"], "challenge": challenge, "screening": screening}
    )


NEEDED = [
    ("always", HONEST, PLAIN, False, True),
    ("always", HONEST, TRAPPED, False, True),
    ("suspicious", HONEST, PLAIN, False, False),
    ("suspicious", HONEST, PLAIN, True, True),
    ("suspicious", HONEST, OPAQUE, False, True),
    ("suspicious", THROWAWAY, PLAIN, False, True),
    ("suspicious", HONEST, TRAPPED, False, False),
    ("off", THROWAWAY, OPAQUE, True, False),
]


@pytest.mark.parametrize(("challenge", "form", "visit", "busy", "needed"), NEEDED)
async def test_who_must_prove_to_be_a_person(
    challenge: str, form: SignupForm, visit: Visit, busy: bool, needed: bool
) -> None:
    for finding in (Finding.ABSENT, Finding.WRONG):
        screening = Screening(Look(finding), lambda _: busy)
        if not needed:
            assert not (await screening.judge(site(challenge), form, visit)).verified
            continue
        with pytest.raises(ChallengeFailed) as refused:
            await screening.judge(site(challenge), form, visit)
        assert refused.value.solvable


@pytest.mark.parametrize(("challenge", "form", "visit", "busy", "needed"), NEEDED)
async def test_a_proof_counts_whether_it_was_needed_or_not(
    challenge: str, form: SignupForm, visit: Visit, busy: bool, needed: bool
) -> None:
    verdict = await Screening(Look(Finding.SOLVED), lambda _: busy).judge(site(challenge), form, visit)
    assert verdict == Verdict("honeypot" if visit.trapped else "", verified=True, proof="proof")


async def test_a_site_is_not_open_because_nobody_can_look() -> None:
    with pytest.raises(ChallengeFailed):
        await Screening().judge(site("always"), HONEST, PLAIN)


@pytest.mark.parametrize("finding", Finding)
async def test_what_is_refused_anyhow_is_not_told_to_solve_one(finding: Finding) -> None:
    with pytest.raises(ChallengeFailed) as refused:
        await Screening(Look(finding)).judge(site("always", refuse=4), THROWAWAY, PLAIN)
    assert not refused.value.solvable
