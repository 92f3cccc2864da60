"""What the README says of challenges is what they are."""

from app.challenge.providers import ENDPOINTS
from app.challenge.verifying import PATIENCE
from app.challenge.work import FREE, ITERATIONS, LIFE, STEEPEST, TRIES
from app.forms import SOLUTIONS
from app.screening.signals import CHALLENGE_UNVERIFIED
from tests.unit.documents import quoted, rows, section

PROSE = " ".join(section("Is it a person?").split())
NUMBERS = {5: "five", 10: "ten"}


def test_the_price_of_a_proof_of_work() -> None:
    assert f"within {NUMBERS[LIFE // 60]} minutes" in PROSE
    assert f"up to {TRIES:,} tries of {ITERATIONS:,} iterations" in PROSE
    assert f"more than {NUMBERS[FREE]} in {NUMBERS[LIFE // 60]} minutes" in PROSE
    assert f"each further {NUMBERS[FREE]}, up to {STEEPEST} times" in PROSE


def test_how_long_a_provider_is_waited_for_and_what_its_silence_costs() -> None:
    assert f"within {PATIENCE:.0f} seconds" in PROSE
    points = {row[0].strip("`"): row[1] for row in rows("Screening") if len(row) == 3}
    assert points[CHALLENGE_UNVERIFIED.name] == str(CHALLENGE_UNVERIFIED.points)


def test_every_providers_field() -> None:
    table = {row[0].lower(): quoted(row[1]) for row in rows("Is it a person?")[2:]}
    assert table == {provider: set(SOLUTIONS[provider]) for provider in ENDPOINTS}


def test_altchas_fields() -> None:
    ours, widgets = SOLUTIONS["altcha"]
    assert f'name="{ours}"' in PROSE
    assert f"Its default name, `{widgets}`" in PROSE
