"""Whole lives of submissions: what holds whatever happens, in whatever order."""

import contextlib
import dataclasses

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.errors import FieldError
from app.outcomes import (
    AddressTaken,
    ClientMade,
    Declined,
    Faulty,
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
from app.outcomes import Step as StepKind
from app.submissions import CLAIMABLE, FINAL, IllegalStep, Rules, State, Submission, after

DELAYS = (5.0, 30.0, 120.0)
RULES = Rules(delays=DELAYS, grace=90, jitter=lambda: 1.1)  # the same each time: what is found can be found again
LEASE = 60.0

found: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(ClientMade, st.integers(1, 3)),
    st.builds(OrderMade, st.integers(1, 3), st.none() | st.integers(1, 3)),
    st.builds(StepDone, st.sampled_from(StepKind)),
    st.builds(NothingFound),
    st.builds(NotSent, st.sampled_from(["dns", "connect"])),
    st.builds(AddressTaken),
    st.builds(Faulty, st.just("role")),
    st.builds(LeaseExpired),
)
answered: st.SearchStrategy[Outcome] = st.one_of(
    found,
    st.builds(Unclear, st.sampled_from(["timeout", "garbled"])),
    st.just(Suspect("no_mx")),
    st.just(Refused((FieldError("phone", "not_accepted"),))),
)
asked: st.SearchStrategy[Outcome] = st.one_of(
    st.sampled_from([Retried(), Released(), Declined(), TooOld("dns")]),
    st.builds(Resolved, st.integers(1, 3), st.none() | st.integers(1, 3), complete=st.booleans()),
)


def fresh(state: State = State.ACCEPTED, plan: str | None = None, now: float = 1_000_000.0) -> Submission:
    """A row as ``accept`` writes it, with all that can follow an order, or a client."""
    steps = tuple(StepKind) if plan else (StepKind.MAIL_RESET,)
    return Submission("a" * 20, "acme", "k", "f", "h", plan, now, now, now, state, steps=steps, payload=b"sealed")


def claimed(row: Submission, now: float) -> Submission:
    """The row as the store leases it."""
    return dataclasses.replace(row, state=State.SENDING, lease=row.lease + 1, lease_until=now + LEASE)


class Life(RuleBasedStateMachine):
    """Submissions one after another, a store that leases them, and a world that answers as it likes."""

    row: Submission
    now: float
    may_send: bool  # whether the attempt that holds it has looked, or need not
    sent: float  # the last moment at which WHMCS can have got a call whose answer is not known

    @initialize()
    def open(self) -> None:
        self.now = 1_000_000.0
        self.begin(fresh())

    @precondition(lambda self: self.row.state in (State.ACCEPTED, *FINAL))
    @rule(held=st.booleans(), plan=st.sampled_from([None, "pro", "pro"]))
    def accept(self, held: bool, plan: str | None) -> None:
        """Another submission: whole lives are short, and a run has room for several."""
        self.begin(fresh(State.HELD if held else State.ACCEPTED, plan, self.now))

    def begin(self, row: Submission) -> None:
        self.row, self.may_send, self.sent = row, False, float("-inf")

    @precondition(lambda self: self.row.state in CLAIMABLE)
    @rule(late=st.sampled_from([0.0, 0.5, 100.0]))
    def claim(self, late: float) -> None:
        self.now = max(self.now, self.row.due_at) + late
        self.row = claimed(self.row, self.now)
        self.may_send = self.row.uncertain_since is None

    @precondition(lambda self: self.row.state is State.SENDING and not self.may_send)
    @rule(outcome=found | st.just(Unclear("stopped")), seconds=st.sampled_from([0.0, 20.0, 70.0]))
    def look(self, outcome: Outcome, seconds: float) -> None:
        self.now += seconds
        self.happens(outcome)

    @precondition(lambda self: self.row.state is State.SENDING and self.may_send)
    @rule(outcome=answered, seconds=st.sampled_from([0.0, 20.0, 70.0]))
    def send(self, outcome: Outcome, seconds: float) -> None:
        assert self.row.attempts <= len(DELAYS), "it has had all its tries"
        assert self.now >= self.sent + RULES.grace, "the call before may still come through"
        self.now += seconds
        self.happens(outcome)
        if isinstance(outcome, Unclear | LeaseExpired):
            self.sent = self.now

    @rule(outcome=asked | answered)
    def disturb(self, outcome: Outcome) -> None:
        """What may come at the wrong moment, and must change nothing then."""
        if self.row.state is not State.SENDING:
            self.happens(outcome)

    @property
    def over(self) -> bool:
        return self.row.state in FINAL

    def happens(self, outcome: Outcome) -> None:
        before = self.row
        if isinstance(outcome, LeaseExpired) and before.lease_until is not None:
            self.now = before.lease_until
        try:
            self.row = after(before, outcome, self.now, RULES)
        except IllegalStep:
            return
        # That call came through, and the next one is for something else; or an operator has seen what came of it.
        if isinstance(outcome, ClientMade | OrderMade | StepDone | Resolved):
            self.sent = float("-inf")
        needs_no_look = self.row.uncertain_since is None or isinstance(outcome, NothingFound)
        self.may_send = self.row.state is State.SENDING and needs_no_look
        assert before.state not in FINAL
        assert self.row.updated_at == self.now
        if not isinstance(outcome, Resolved):  # the operator knows better
            assert before.client_id in (None, self.row.client_id)
            assert self.row.state is not State.DONE or (self.row.is_made and len(before.steps) <= 1)
            assert self.row.steps == (before.steps[1:] if isinstance(outcome, StepDone) else before.steps) or self.over
            assert before.order_id in (None, self.row.order_id)
        assert self.row.state is not State.WAITING or self.row.due_at >= self.now
        assert (self.row.reference, self.row.key, self.row.plan) == (before.reference, before.key, before.plan)

    @invariant()
    def nobody_else_may_use_the_address_while_whmcs_may_be_at_work(self) -> None:
        if self.row.state is State.STUCK:
            assert self.now >= self.sent + RULES.grace
            assert self.row.uncertain_since is None or self.now >= self.row.uncertain_since + RULES.grace

    @invariant()
    def payload_goes_exactly_when_it_is_over(self) -> None:
        assert (self.row.payload is None) is (self.row.state in FINAL)

    @invariant()
    def uncertain_means_since_a_moment(self) -> None:
        assert self.row.state is not State.UNCERTAIN or self.row.uncertain_since is not None
        assert self.row.state is not State.WAITING or self.row.uncertain_since is None

    @invariant()
    def held_means_that_whmcs_has_nothing_of_it(self) -> None:
        if self.row.state is State.HELD:
            assert self.row.may_be_held
            assert self.sent == float("-inf")

    @invariant()
    def only_an_attempt_has_a_lease(self) -> None:
        assert (self.row.lease_until is not None) is (self.row.state is State.SENDING)

    @invariant()
    def a_client_is_never_denied(self) -> None:
        assert self.row.state is not State.REJECTED or self.row.client_id is None

    @invariant()
    def done_means_made(self) -> None:
        assert self.row.state is not State.DONE or self.row.client_id is not None

    @invariant()
    def a_spent_row_is_only_looked_up(self) -> None:
        if self.row.attempts > len(DELAYS):
            assert self.row.state in (State.STUCK, *FINAL) or self.row.uncertain_since is not None


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=50)
TestLife = Life.TestCase


@pytest.mark.parametrize(
    "outcome", [NotSent("dns"), Unclear("timeout"), LeaseExpired()], ids=["not", "unclear", "died"]
)
def test_what_always_fails_is_sent_once_and_after_each_delay_and_then_ends_with_a_person(outcome: Outcome) -> None:
    row, sent = fresh(), 0
    while row.state is not State.STUCK and sent < 9:
        now = row.due_at
        row = claimed(row, now)
        if row.uncertain_since is not None:
            row = after(row, NothingFound(), now, RULES)
        if row.state is State.SENDING:
            row, sent = after(row, outcome, now, RULES), sent + 1
    assert sent == len(DELAYS) + 1
    assert row.payload is not None


@given(plan=st.sampled_from([None, "pro"]), data=st.data())
def test_whatever_whmcs_answers_it_ends_without_an_operator(plan: str | None, data: st.DataObject) -> None:
    """Two hundred rounds are enough: for each thing to do, all the tries and the looks within the grace of each."""
    row, rounds = fresh(plan=plan), 0
    while row.state not in (*FINAL, State.STUCK, State.HELD):
        assert rounds < 200
        rounds += 1
        now = row.due_at + data.draw(st.sampled_from([0.0, 20.0]))
        row = data.draw(st.sampled_from(successors(claimed(row, now), now)))
        if row.state is State.SENDING:  # the answer leads on to the next call, which is lost
            row = after(row, NotSent("dns"), now, RULES)
    if row.state is State.STUCK and row.uncertain_since is not None:
        assert now >= row.uncertain_since + RULES.grace


def successors(row: Submission, now: float) -> list[Submission]:
    """What a held row can become by one answer, or by none."""
    steps: list[Outcome] = [StepDone(step) for step in StepKind]
    outcomes: list[Outcome] = [
        *(NotSent("dns"), Unclear("timeout"), NothingFound(), LeaseExpired(), ClientMade(7), OrderMade(8, None)),
        *(AddressTaken(), Faulty("role"), Refused(()), Suspect("no_mx"), *steps),
    ]
    found = []
    for outcome in outcomes:
        with contextlib.suppress(IllegalStep):
            found.append(after(row, outcome, now, RULES))
    return found


def test_an_uncertain_call_is_not_sent_again_before_its_grace_is_over() -> None:
    called_at = 1_000_000.0
    row = after(claimed(fresh(), called_at), Unclear("timeout"), called_at, RULES)
    while row.state is not State.SENDING:
        now = row.due_at
        row = after(claimed(row, now), NothingFound(), now, RULES)
    assert now == called_at + RULES.grace


@given(attempts=st.integers(1, 50))
def test_a_wait_is_never_shorter_than_its_delay_and_at_most_a_fifth_longer(attempts: int) -> None:
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    assert delay <= Rules(delays=DELAYS, grace=90).wait(attempts) <= delay * 1.2
