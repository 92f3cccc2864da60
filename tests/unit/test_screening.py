"""What speaks against a sign-up, and what follows from how much of it there is."""

import pytest

from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Visit
from app.screening import Screening
from app.screening.signals import THROWAWAY_MAIL, of_form
from app.sites import Site, Thresholds

HERE = Visit("198.51.100.7")


def site(**thresholds: int) -> Site:
    return Site(key="acme", origins=("https://www.acme.example",), screening=Thresholds(**thresholds))


@pytest.mark.parametrize(
    "email", ["a@mailinator.com", "a@MAILINATOR.com", "a@inbox.mailinator.com", "a@x.y.mailinator.com"]
)
def test_mail_that_is_read_once_is_known(email: str) -> None:
    assert of_form(SignupForm(email=email)) == [THROWAWAY_MAIL]


@pytest.mark.parametrize(
    "email", ["a@gmail.com", "a@my-mailinator-review.com", "a@mailinator.com.example", "a@com", ""]
)
def test_other_mail_is_not(email: str) -> None:
    assert of_form(SignupForm(email=email)) == []


async def test_nothing_against_it_lets_it_through() -> None:
    verdict = await Screening().judge(site(hold=1, refuse=1), SignupForm(email="ada@example.com"), HERE)
    assert verdict.held_for == ""


@pytest.mark.parametrize(("hold", "reason"), [(4, "screened:throwaway_mail"), (5, "")])
async def test_it_is_held_from_the_sites_score_on(hold: int, reason: str) -> None:
    verdict = await Screening().judge(site(hold=hold), SignupForm(email="a@mailinator.com"), HERE)
    assert verdict.held_for == reason


async def test_it_is_refused_from_the_sites_score_on() -> None:
    with pytest.raises(ChallengeFailed):
        await Screening().judge(site(refuse=4), SignupForm(email="a@mailinator.com"), HERE)


async def test_a_sprung_trap_always_holds_it() -> None:
    trapped = Visit("198.51.100.7", trapped=True)
    verdict = await Screening().judge(site(), SignupForm(email="ada@example.com"), trapped)
    assert verdict.held_for == "honeypot"
