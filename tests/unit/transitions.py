"""Every transition there is: what ``after`` makes of each kind of submission and each outcome."""

from itertools import product
from typing import Any

from app.outcomes import ClientMade, Faulty, Outcome, Resolved, StepDone, TooOld, word
from app.submissions import CLAIMABLE, FINAL, IllegalStep, State, Submission, after
from tests.unit import operator_steps, steps
from tests.unit.steps import ALL_LEFT, MADE, NOW, RULES, TRIES, submission

STEPS = (*steps.STEPS, *operator_steps.STEPS)

START = END = "[*]"
BORN = (State.ACCEPTED, State.SENDING, State.HELD)  # as the store takes a new one

# The table of steps has most of them; these stand for what is tried on every kind of submission alike.
_OUTCOMES: tuple[Outcome, ...] = (
    *(step.outcome for step in STEPS),
    *(StepDone(step) for step in ALL_LEFT),
    *(ClientMade(7), Faulty("role"), TooOld("ip"), Resolved(7), Resolved(7, 8), Resolved(7, complete=True)),
)


_KINDS: tuple[dict[str, Any], ...] = (
    *({}, {"plan": "pro"}, {"plan": "pro", "client_id": 7}, {"plan": "pro", "client_id": 7, "steps": ALL_LEFT}),
    *({**MADE, "steps": ALL_LEFT[number:]} for number in range(3)),
    {**MADE, "steps": ALL_LEFT[1:2]},
)
_DOUBTS: tuple[dict[str, Any], ...] = (
    {},
    {"uncertain_since": NOW - 1},
    {"uncertain_since": NOW - RULES.grace, "lease_until": NOW - RULES.grace},
)


def _starts() -> list[Submission]:
    """Submissions of every kind, as far as they can be."""
    kinds = product(State, _KINDS, _DOUBTS, (0, TRIES, TRIES + 1))
    made = [submission(state, attempts=tries, **kind, **doubt) for state, kind, doubt, tries in kinds]
    return [start for start in (*(step.start for step in STEPS), *made) if _can_be(start)]


def _can_be(start: Submission) -> bool:
    in_doubt = start.uncertain_since is not None
    if start.attempts > TRIES and not in_doubt:  # the last try has been, and is not looked for any more
        return start.state is State.STUCK
    return in_doubt == (start.state is State.UNCERTAIN) or start.state in (State.SENDING, State.STUCK)


def transitions() -> set[tuple[str, str, str]]:
    """State, the outcome's word, and the next state."""
    found: set[tuple[str, str, str]] = set()
    for start, outcome in product(_starts(), _OUTCOMES):
        try:
            found.add((start.state, word(outcome), after(start, outcome, NOW, RULES).state))
        except IllegalStep:
            continue
    return found


def edges() -> set[tuple[str, str]]:
    """From state to state, with the beginnings, the claims and the ends that are not outcomes."""
    claims = {(state, State.SENDING) for state in CLAIMABLE}
    ends = {(START, state) for state in BORN} | {(state, END) for state in FINAL}
    return {(before, then) for before, _, then in transitions()} | claims | ends
