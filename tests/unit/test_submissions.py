"""What follows what: one row for every state and outcome there is."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from app.outcomes import (
    AddressTaken,
    ClientMade,
    Declined,
    Faulty,
    Learned,
    LeaseExpired,
    NothingFound,
    NotSent,
    OrderMade,
    Outcome,
    Refused,
    Released,
    Resolved,
    Retried,
    StepDone,
    Suspect,
    TooOld,
    Unclear,
)
from app.submissions import IllegalStep, State, Submission, after, new_reference
from tests.unit import operator_steps, steps
from tests.unit.steps import ALL_LEFT, DOUBT, FAULTS, MADE, MAIL, NOW, RULES, TRIES, Step, sending, submission

STEPS = [*steps.STEPS, *operator_steps.STEPS]

SAMPLES: dict[type[Outcome], Outcome] = {
    ClientMade: ClientMade(7),
    OrderMade: OrderMade(8, 9),
    StepDone: StepDone(*MAIL),
    NothingFound: NothingFound(),
    NotSent: NotSent("connect"),
    Unclear: Unclear("timeout"),
    AddressTaken: AddressTaken(),
    Refused: Refused(FAULTS),
    Faulty: Faulty("credentials"),
    Suspect: Suspect("no_mx"),
    LeaseExpired: LeaseExpired(),
    TooOld: TooOld("connect"),
    Retried: Retried(),
    Released: Released(),
    Declined: Declined(),
    Resolved: Resolved(7),
}

LEARNED: tuple[type[Outcome], ...] = get_args(Learned)
EVERYTHING: tuple[type[Outcome], ...] = get_args(Outcome)
NEVER: dict[State, tuple[type[Outcome], ...]] = {
    State.ACCEPTED: (*LEARNED, LeaseExpired, Retried, Released, Declined, Resolved),
    State.SENDING: (TooOld, Retried, Released, Declined, Resolved),
    State.WAITING: (*LEARNED, LeaseExpired, Released, Declined),
    State.UNCERTAIN: (*LEARNED, LeaseExpired, Released, Declined),
    State.HELD: (*LEARNED, LeaseExpired, TooOld, Retried, Resolved),
    State.DONE: EVERYTHING,
    State.REJECTED: EVERYTHING,
    State.STUCK: (*LEARNED, LeaseExpired, TooOld, Released, Declined),
}
NEVER_PAIRS = [(state, kind) for state, kinds in NEVER.items() for kind in kinds]

# Legal in the state, but not for what is already known of the submission.
SENSELESS = {
    "a second client": (sending(plan="pro", client_id=7), ClientMade(8)),
    "the same client again": (sending(plan="pro", client_id=7), ClientMade(7)),
    "an order without a client": (sending(plan="pro"), OrderMade(8, 9)),
    "a second order": (sending(**MADE, steps=MAIL), OrderMade(9, 9)),
    "a step out of turn": (sending(**MADE, steps=ALL_LEFT), StepDone(ALL_LEFT[-1])),
    "a step that was not left": (sending(**MADE), StepDone(*MAIL)),
    "a step before the order": (sending(plan="pro", client_id=7, steps=MAIL), StepDone(*MAIL)),
    "address taken by our own client": (sending(plan="pro", client_id=7), AddressTaken()),
    "held although WHMCS has its client": (sending(plan="pro", client_id=7), Suspect("no_mx")),
    "held although WHMCS may have it": (sending(**DOUBT), Suspect("no_mx")),
    "held again after a person let it through": (sending(cleared=True), Suspect("no_mx")),
    "looked up without a doubt": (sending(), NothingFound()),
}


def test_every_state_and_outcome_has_a_row() -> None:
    rows = {(step.start.state, type(step.outcome)) for step in STEPS} | set(NEVER_PAIRS)
    assert rows == set(product(State, EVERYTHING))
    assert set(SAMPLES) == set(EVERYTHING)


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_what_follows(step: Step) -> None:
    expected = replace(step.start, updated_at=NOW, **step.changes)
    assert after(step.start, step.outcome, NOW, RULES) == expected


@pytest.mark.parametrize(("state", "kind"), NEVER_PAIRS, ids=[f"{s}-{k.__name__}" for s, k in NEVER_PAIRS])
@pytest.mark.parametrize(
    "facts",
    [{}, {"client_id": 7, "plan": "pro"}, {"uncertain_since": NOW - 10, "attempts": TRIES}],
    ids=["fresh", "client made", "in doubt"],
)
def test_what_cannot_follow(state: State, kind: type[Outcome], facts: dict[str, Any]) -> None:
    with pytest.raises(IllegalStep, match=f"{kind.__name__} cannot follow {state}"):
        after(submission(state, **facts), SAMPLES[kind], NOW, RULES)


@pytest.mark.parametrize(("start", "outcome"), SENSELESS.values(), ids=SENSELESS.keys())
def test_what_contradicts_what_is_known(start: Submission, outcome: Outcome) -> None:
    with pytest.raises(IllegalStep):
        after(start, outcome, NOW, RULES)


def test_references_are_unguessable_and_easy_to_read_aloud() -> None:
    references = [new_reference() for _ in range(200)]
    assert len(set(references)) == 200
    assert {len(reference) for reference in references} == {20}
    assert not set("".join(references)) & set("ilouABCDEFGHIJKLMNOPQRSTUVWXYZ-_")


def test_the_marker_holds_the_whole_reference() -> None:
    assert submission(State.ACCEPTED).marker == f"[signup:{'a' * 20}]"


def test_the_sealed_form_is_not_in_the_repr() -> None:
    assert "sealed" not in repr(submission(State.ACCEPTED))
