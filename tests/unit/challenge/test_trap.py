"""The trap has another name each day, one that no honest form has."""

from app.challenge import Traps
from app.challenge.trap import NAMES
from app.forms.spellings import find_answers
from tests.unit.challenge.solving import VAULT, site

DAY = 86400
NOON = 20_000 * DAY + DAY / 2


def traps(now: float = NOON) -> Traps:
    return Traps(VAULT, clock=lambda: now)


def test_a_name_counts_on_its_day_and_the_next() -> None:
    name = traps().name(site())
    assert name in traps(NOON + DAY).names(site())
    assert name in traps(NOON + DAY / 2 - 1).names(site())
    assert traps(NOON + DAY).name(site()) != name
    assert name not in traps(NOON + 2 * DAY).names(site())


def test_names_change_with_the_day_and_differ_from_site_to_site() -> None:
    assert len({traps(NOON + day * DAY).name(site()) for day in range(50)}) > 25
    assert len({traps().name(site(f"site{number}")) for number in range(50)}) > 25


def test_no_name_is_one_of_our_fields_or_its_spellings() -> None:
    answers = find_answers(site(), dict.fromkeys(NAMES, ("x",)))
    assert (answers.values, answers.unknown) == ({}, len(NAMES))


def test_a_sites_own_field_is_never_the_trap() -> None:
    fields = {
        "Event Notes": "company",
        **{name: "company" for name in NAMES if name not in ("event_notes", "team_goal")},
    }
    own = site(fields=fields)
    assert {traps(NOON + day * DAY).name(own) for day in range(5)} == {"team_goal"}
