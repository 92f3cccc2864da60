"""When WHMCS is left alone, and how it is found out that it is back."""

from collections.abc import Iterator
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.whmcs import Breaker, Cause, Rejected, Standing, Unavailable, Uncertain, WhmcsError
from app.whmcs.breaker import FAULTS, FIRST_PAUSE, LONGEST_PAUSE, PROBE, SHUT_OUT

DOWN, UNCLEAR = Unavailable("connection_refused"), Uncertain("read_timeout")
ANSWERS = [None, *(Rejected(cause) for cause in Cause if cause not in SHUT_OUT)]


class Time:
    """Seconds that only a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Told(list[tuple[Standing, str]]):
    """Every change that the breaker told of."""

    def hear(self, standing: Standing, reason: str) -> None:
        self.append((standing, reason))


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def told() -> Told:
    """Who is told."""
    return Told()


@pytest.fixture
def breaker(time: Time, told: Told) -> Breaker:
    """A breaker without chance in its pauses."""
    return Breaker(clock=time, spread=lambda: 1.0, tell=told.hear)


def opened(breaker: Breaker) -> Breaker:
    """The same, after faults enough."""
    for _ in range(FAULTS):
        breaker.note("AddClient", DOWN)
    return breaker


@pytest.mark.parametrize("fault", [DOWN, UNCLEAR], ids=["unavailable", "uncertain"])
def test_it_opens_on_faults_in_a_row_and_not_before(breaker: Breaker, told: Told, fault: WhmcsError) -> None:
    for _ in range(FAULTS - 1):
        breaker.note("AddClient", fault)
        assert (breaker.standing, breaker.reason) == (Standing.CLOSED, "")
    breaker.note("AddOrder", fault)
    assert (breaker.open, breaker.reason) == (True, fault.reason)
    assert told == [(Standing.OPEN, fault.reason)]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.reason if answer else "success")
def test_any_answer_ends_the_row_of_faults(breaker: Breaker, told: Told, answer: WhmcsError | None) -> None:
    for error in (DOWN, UNCLEAR, DOWN, UNCLEAR, answer) * 3:
        breaker.note("AddClient", error)
    assert breaker.standing is Standing.CLOSED
    assert not told


@pytest.mark.parametrize("cause", SHUT_OUT)
@pytest.mark.parametrize("action", ["AddClient", PROBE])
def test_it_opens_at_once_when_whmcs_does_not_let_us_in(
    breaker: Breaker, told: Told, cause: Cause, action: str
) -> None:
    breaker.note(action, Rejected(cause))
    assert (breaker.open, breaker.reason) == (True, cause)
    assert told == [(Standing.OPEN, cause)]


def test_who_is_let_in_for_other_things_is_not_shut_out() -> None:
    assert set(SHUT_OUT) == {Cause.CREDENTIALS, Cause.IP, Cause.LICENCE}


def pauses(breaker: Breaker, time: Time, error: WhmcsError = DOWN) -> Iterator[float]:
    """The seconds until each of ten probes, all of which fail in this way."""
    for _ in range(10):
        began = time.now
        while not breaker.probe_is_due:
            time.now += 0.5
        yield time.now - began
        breaker.note(PROBE, error)


def test_each_probe_that_fails_doubles_the_pause(breaker: Breaker, time: Time) -> None:
    assert list(pauses(opened(breaker), time)) == [5, 10, 20, 40, 60, 60, 60, 60, 60, 60]


def test_probes_that_are_shut_out_come_as_seldom(breaker: Breaker, time: Time) -> None:
    """WHMCS bans who knocks with a wrong credential all the time."""
    breaker.note("AddClient", Rejected(Cause.CREDENTIALS))
    assert list(pauses(breaker, time, Rejected(Cause.CREDENTIALS)))[:5] == [5, 10, 20, 40, 60]


def test_pauses_are_spread_so_that_replicas_do_not_probe_together(time: Time) -> None:
    breaker = opened(Breaker(clock=time, spread=lambda: 1.2))
    assert 1.2 * FIRST_PAUSE <= next(pauses(breaker, time)) < 1.2 * FIRST_PAUSE + 1
    assert len({next(pauses(opened(Breaker(clock=(one := Time()))), one)) for _ in range(50)}) > 1


@pytest.mark.parametrize("answer", [None, Rejected(Cause.ROLE)], ids=["success", "role"])
def test_a_probe_that_went_well_half_opens_it(
    breaker: Breaker, time: Time, told: Told, answer: WhmcsError | None
) -> None:
    opened(breaker).note(PROBE, answer)
    assert (breaker.standing, breaker.open, breaker.reason) == (Standing.HALF_OPEN, False, "connection_refused")
    breaker.note(PROBE, None)
    assert breaker.standing is Standing.HALF_OPEN
    assert told == [(Standing.OPEN, "connection_refused"), (Standing.HALF_OPEN, "connection_refused")]


def test_half_open_the_first_fault_opens_it_again_for_longer(breaker: Breaker, time: Time, told: Told) -> None:
    opened(breaker).note(PROBE, None)
    breaker.note("AddClient", UNCLEAR)
    assert (breaker.open, breaker.reason) == (True, "read_timeout")
    assert [standing for standing, _ in told] == [Standing.OPEN, Standing.HALF_OPEN, Standing.OPEN]
    assert next(pauses(breaker, time)) == 2 * FIRST_PAUSE


def test_half_open_an_answer_closes_it_and_all_is_as_at_first(breaker: Breaker, time: Time, told: Told) -> None:
    opened(breaker).note(PROBE, None)
    breaker.note("AddClient", None)
    assert told[-1] == (Standing.CLOSED, "")
    assert breaker.reason == ""
    assert next(pauses(opened(breaker), time)) == FIRST_PAUSE


def test_calls_that_were_under_way_do_not_put_the_probe_off(breaker: Breaker, time: Time, told: Told) -> None:
    opened(breaker)
    time.now += FIRST_PAUSE - 1
    breaker.note("AddClient", UNCLEAR)
    breaker.note("AddClient", Rejected(Cause.IP))
    time.now += 1
    assert breaker.probe_is_due
    assert told == [(Standing.OPEN, "connection_refused")]


def test_an_answer_to_a_call_that_was_under_way_closes_it(breaker: Breaker) -> None:
    opened(breaker).note("AddOrder", None)
    assert breaker.standing is Standing.CLOSED


def test_calls_are_counted_by_command_and_result(breaker: Breaker) -> None:
    for error in (None, None, DOWN, UNCLEAR, Rejected(Cause.FIELD)):
        breaker.note("AddClient", error)
    breaker.note(PROBE, DOWN)
    assert breaker.calls == {
        ("AddClient", "success"): 2,
        ("AddClient", "unavailable"): 1,
        ("AddClient", "uncertain"): 1,
        ("AddClient", "rejected"): 1,
        (PROBE, "unavailable"): 1,
    }


class Weather(RuleBasedStateMachine):
    """Calls that end as they like; the rules hold all the same."""

    @initialize()
    def begin(self) -> None:
        self.time = Time()
        self.told = Told()
        self.breaker = Breaker(clock=self.time, spread=lambda: 1.0, tell=self.told.hear)
        self.in_a_row = 0
        self.before = Standing.CLOSED
        self.last_probe = float("-inf")

    @rule(seconds=st.sampled_from([0.1, 4.0, 30.0, 60.0]))
    def wait(self, seconds: float) -> None:
        self.time.now += seconds

    @rule(error=st.sampled_from([*ANSWERS, *[DOWN, UNCLEAR] * 5]))
    def call(self, error: WhmcsError | None) -> None:
        self.before = self.breaker.standing
        self.in_a_row = self.in_a_row + 1 if error in (DOWN, UNCLEAR) else 0
        self.breaker.note("AddClient", error)
        expected = {Standing.HALF_OPEN: Standing.OPEN, Standing.OPEN: Standing.OPEN}.get(self.before, Standing.CLOSED)
        if self.in_a_row == 0:
            expected = Standing.CLOSED
        elif self.in_a_row >= FAULTS:
            expected = Standing.OPEN
        assert self.breaker.standing is expected

    @rule(cause=st.sampled_from(SHUT_OUT), action=st.sampled_from(["AddOrder", PROBE]))
    def shut_out(self, cause: Cause, action: str) -> None:
        self.breaker.note(action, Rejected(cause))
        assert (self.breaker.open, self.breaker.reason) == (True, cause)

    @precondition(lambda self: self.breaker.probe_is_due)
    @rule(error=st.sampled_from([None, DOWN, UNCLEAR]))
    def probe(self, error: WhmcsError | None) -> None:
        assert self.time.now - self.last_probe >= FIRST_PAUSE
        self.last_probe = self.time.now
        self.breaker.note(PROBE, error)
        assert self.breaker.standing is (Standing.OPEN if error else Standing.HALF_OPEN)

    @precondition(lambda self: not self.breaker.open)
    @rule(error=st.sampled_from([None, DOWN]))
    def health_check(self, error: WhmcsError | None) -> None:
        standing = self.breaker.standing
        self.breaker.note(PROBE, error)
        assert self.breaker.standing is standing

    @invariant()
    def it_is_never_open_for_good(self) -> None:
        now, self.time.now = self.time.now, self.time.now + LONGEST_PAUSE
        assert self.breaker.probe_is_due is self.breaker.open
        self.time.now = now

    @invariant()
    def a_reason_is_there_exactly_when_it_is_not_closed(self) -> None:
        assert bool(self.breaker.reason) is (self.breaker.standing is not Standing.CLOSED)

    @invariant()
    def each_change_is_told_once(self) -> None:
        heard = [Standing.CLOSED, *(standing for standing, _ in self.told)]
        assert heard[-1] is self.breaker.standing
        assert all(one is not next_one for one, next_one in pairwise(heard))


Weather.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestWeather = Weather.TestCase
