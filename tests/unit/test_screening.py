"""What speaks against a sign-up, and what follows from how much of it there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from app.errors import ChallengeFailed
from app.forms import SignupForm
from app.guard import Sender, Velocity, Visit
from app.guard.memory import QuotaMemory
from app.guard.patience import Patience
from app.screening import SCREENED, SIGNALS, Screening
from app.screening.judge import reason
from app.screening.signals import MIXED_SCRIPTS, NO_BROWSER, THROWAWAY_MAIL, TOO_FAST, of_form, of_visit
from app.sites import Site, Thresholds

HERE = Visit("198.51.100.7")
ADA = SignupForm(email="ada@example.com", phone="+44.2079460000", address1="12 St James's Square", postcode="SW1Y 4JH")
THROWN_AWAY = SignupForm(email="a@mailinator.com")


def site(**thresholds: int) -> Site:
    return Site(key="acme", origins=("https://www.acme.example",), screening=Thresholds(**thresholds))


@pytest.fixture
def screening() -> Screening:
    """One that has seen nothing yet."""
    return Screening(velocity=Velocity(QuotaMemory(), Patience(), lambda *parts: "-".join(parts), lambda: 0.0))


@pytest.mark.parametrize(
    "email", ["a@mailinator.com", "a@MAILINATOR.com", "a@inbox.mailinator.com", "a@x.y.mailinator.com"]
)
def test_mail_that_is_read_once_is_known(email: str) -> None:
    assert of_form(SignupForm(email=email)) == [THROWAWAY_MAIL]


@pytest.mark.parametrize(
    "email",
    [
        "a@gmail.com",
        "a@my-mailinator-review.com",
        "a@mailinator.com.example",
        "a@com",
        "",
        "ada+acme@example.com",
        "x7k2qz9w@example.com",
        *("a@duck.com", "a@mozmail.com", "a@privaterelay.appleid.com", "a@simplelogin.com"),  # forwarded to its owner
    ],
)
def test_other_mail_is_not(email: str) -> None:
    assert of_form(SignupForm(email=email)) == []


@pytest.mark.parametrize(
    ("form", "signals"),
    [
        (SignupForm(first_name="\u0410da"), [MIXED_SCRIPTS]),  # a Cyrillic letter among Latin ones
        (SignupForm(company="P\u0430ypal"), [MIXED_SCRIPTS]),
        (SignupForm(first_name="\u0410\u043d\u043d\u0430", last_name="Smith", company="\u041c\u0438\u0440 Travel"), []),
    ],
)
def test_two_scripts_in_one_word_of_a_name_are_a_sign(form: SignupForm, signals: list[object]) -> None:
    assert of_form(form) == signals


@pytest.mark.parametrize(("age", "signals"), [(0.0, [TOO_FAST]), (2.9, [TOO_FAST]), (3.0, []), (900.0, []), (None, [])])
def test_a_form_that_was_sent_at_once_is_a_sign_and_one_without_a_date_is_none(
    age: float | None, signals: list[object]
) -> None:
    assert of_visit(Visit("198.51.100.7", page_age=age)) == signals


@pytest.mark.parametrize("sender", Sender)
def test_only_whom_nobody_knows_is_a_sign(sender: Sender) -> None:
    assert of_visit(Visit("198.51.100.7", sender=sender)) == ([NO_BROWSER] if sender is Sender.UNKNOWN else [])


async def test_nothing_against_it_lets_it_through(screening: Screening) -> None:
    verdict = await screening.judge(site(challenge=1, hold=1, refuse=1), ADA, HERE)
    assert verdict.held_for == ""


@pytest.mark.parametrize(("hold", "held_for"), [(4, "screened:throwaway_mail"), (5, "")])
async def test_it_is_held_from_the_sites_score_on(screening: Screening, hold: int, held_for: str) -> None:
    verdict = await screening.judge(site(hold=hold), THROWN_AWAY, HERE)
    assert verdict.held_for == held_for


async def test_it_is_refused_from_the_sites_score_on(screening: Screening) -> None:
    with pytest.raises(ChallengeFailed):
        await screening.judge(site(hold=4, refuse=4), THROWN_AWAY, HERE)


async def test_a_sprung_trap_always_holds_it(screening: Screening) -> None:
    trapped = Visit("198.51.100.7", trapped=True)
    assert (await screening.judge(site(), ADA, trapped)).held_for == "honeypot"


async def test_verdicts_are_counted_and_told_with_their_signs_alone(screening: Screening) -> None:
    with capture_logs() as lines:
        await screening.judge(site(), ADA, HERE)
        await screening.judge(site(), ADA, Visit("198.51.100.7", trapped=True, page_age=1))
        with pytest.raises(ChallengeFailed):
            await screening.judge(site(hold=4, refuse=4), THROWN_AWAY, HERE)
    assert screening.verdicts == {"passed": 1, "challenged": 0, "held": 1, "refused": 1}
    told = {"event": "screened", "log_level": "info", "site": "acme"}
    assert lines == [
        told | {"verdict": "held", "signs": "honeypot,too_fast"},
        told | {"verdict": "refused", "signs": "throwaway_mail"},
    ]


class TestHonestPeople:
    @pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS)
    def test_no_sign_alone_holds_anybody_up(self, signal: object) -> None:
        assert [one.points < Thresholds().hold for one in SIGNALS.values() if one is signal] == [True]

    async def test_a_class_in_one_room_is_not_held(self, screening: Screening) -> None:
        """One school's address, phone number, e-mail domain and network, and everybody within an hour."""
        for number in range(60):
            pupil = SignupForm(email=f"p{number}@school.example", phone=ADA.phone, address1=ADA.address1)
            assert (await screening.judge(site(), pupil, HERE)).held_for == ""
            await screening.count(site(), pupil, HERE)

    async def test_a_program_that_repeats_one_visitor_is_not_held(self, screening: Screening) -> None:
        """Somebody tries out his form, or measures it."""
        program = Visit("198.51.100.7", sender=Sender.UNKNOWN)
        for number in range(60):
            made_up = SignupForm(email=f"p{number}@school.example", phone=ADA.phone, address1=ADA.address1)
            assert (await screening.judge(site(), made_up, program)).held_for == ""
            await screening.count(site(), made_up, program)

    async def test_robots_with_one_address_and_throw_away_mail_are(self, screening: Screening) -> None:
        held = []
        for number in range(6):
            robot = SignupForm(email=f"r{number}@mailinator.com", phone=ADA.phone, address1=ADA.address1)
            held.append((await screening.judge(site(), robot, HERE)).held_for)
            await screening.count(site(), robot, HERE)
        assert held == [*[""] * 5, "screened:throwaway_mail,same_phone,same_street"]

    async def test_what_is_not_taken_is_not_counted(self, screening: Screening) -> None:
        """Who needs several tries, at a challenge say, has nothing in common with others for it."""
        for _ in range(30):
            await screening.judge(site(), ADA, HERE)
        assert (await screening.judge(site(challenge=1, hold=1, refuse=1), ADA, HERE)).held_for == ""


@given(signals=st.lists(st.sampled_from([*SIGNALS.values()]), unique=True, min_size=1))
def test_a_reason_has_the_strongest_signs_and_fits_its_column(signals: list[object]) -> None:
    known = [signal for signal in SIGNALS.values() if signal in signals]
    kept = reason(known)
    names = kept.removeprefix(SCREENED).split(",")
    assert len(kept) <= 100
    assert set(names) <= {signal.name for signal in known}
    left_out = [signal.points for signal in known if signal.name not in names]
    assert max(left_out, default=0) <= min(SIGNALS[name].points for name in names)
