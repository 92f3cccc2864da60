"""Counters end when they should, and what has ended takes no memory."""

import threading

import pytest

from app.guard import open_gate
from app.guard.memory import GateMemory, QuotaMemory


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_gates_window_begins_with_its_first_hit(clock: Clock) -> None:
    counts = GateMemory(clock=clock)
    assert [counts.incr("a", 60), counts.incr("a", 60)] == [1, 2]
    clock.now += 59
    assert (counts.incr("a", 60), counts.get("a"), counts.get_expiry("a")) == (3, 3, 1_000_060.0)
    clock.now += 1
    assert counts.get("a") == 0
    assert (counts.incr("a", 60), counts.get_expiry("a")) == (1, 1_000_120.0)


def test_a_key_that_was_never_counted_has_ended_already(clock: Clock) -> None:
    counts = GateMemory(clock=clock)
    assert (counts.get("a"), counts.get_expiry("a")) == (0, clock.now)


def test_a_gate_can_be_told_to_forget(clock: Clock) -> None:
    counts = GateMemory(clock=clock)
    for key in "abc":
        counts.incr(key, 60)
    counts.clear("a")
    assert [counts.get(key) for key in "abc"] == [0, 1, 1]
    assert (counts.check(), counts.reset(), counts.reset()) == (True, 2, 0)


def test_a_gate_forgets_addresses_that_stay_away(clock: Clock) -> None:
    counts = GateMemory(clock=clock)
    for number in range(1000):
        counts.incr(str(number), 60)
    clock.now += 61
    counts.incr("newcomer", 60)
    assert counts.reset() == 1


def test_a_flood_from_everywhere_takes_no_more_memory_than_was_set_aside(clock: Clock) -> None:
    counts = GateMemory(clock=clock, most=100)
    for number in range(100):
        assert counts.incr(str(number), 60) == 1
    for number in range(1000):
        assert counts.incr(f"2001:db8::{number:x}/64", 60) == 1
    assert counts.reset() == 100


def test_a_full_gate_forgets_the_oldest_and_holds_against_the_others(clock: Clock) -> None:
    counts = GateMemory(clock=clock, most=3)
    for key in "abc":
        counts.incr(key, 60)
    counts.incr("newcomer", 60)
    assert [counts.get(key) for key in ("a", "b", "c", "newcomer")] == [0, 1, 1, 1]
    assert [counts.incr("c", 60), counts.incr("newcomer", 60), counts.incr("b", 60)] == [2, 2, 2]


def test_a_window_that_begins_anew_is_the_youngest(clock: Clock) -> None:
    counts = GateMemory(clock=clock, most=2)
    counts.incr("a", 60)
    clock.now += 30
    counts.incr("b", 60)
    clock.now += 31
    counts.incr("a", 60)  # the first one has ended
    counts.incr("c", 60)
    assert [counts.get(key) for key in "abc"] == [1, 0, 1]


async def test_a_quota_is_forgotten_within_a_minute_of_its_end(clock: Clock) -> None:
    counts = QuotaMemory(clock)
    for number in range(1000):
        await counts.incr(str(number), 600)
    clock.now += 599
    assert [await counts.incr("0", 600), await counts.get("1")] == [2, 1]
    clock.now += 61
    assert [await counts.incr("newcomer", 600), await counts.get("0"), await counts.get("1")] == [1, 0, 0]
    assert await counts.reset() == 1


async def test_a_quota_that_was_reset_may_still_end(clock: Clock) -> None:
    counts = QuotaMemory(clock)
    await counts.incr("a", 60)
    await counts.reset()
    clock.now += 180
    assert await counts.incr("a", 60) == 1


async def test_what_is_given_back_leaves_nothing_behind(clock: Clock) -> None:
    counts = QuotaMemory(clock)
    for number in range(1000):
        assert await counts.incr(str(number), 86400) == 1
        await counts.incr(str(number), 86400, amount=-1)
    assert await counts.incr("0", 86400) == 1
    assert await counts.reset() == 1


async def test_nobody_gains_when_a_count_is_given_back_after_its_window(clock: Clock) -> None:
    counts = QuotaMemory(clock)
    await counts.incr("the next window's", 60, amount=-1)
    assert await counts.incr("the next window's", 60) == 1


async def test_a_key_that_comes_back_is_forgotten_in_time(clock: Clock) -> None:
    counts = QuotaMemory(clock)
    for amount in (1, -1, 1):
        await counts.incr("a", 60, amount=amount)
        clock.now += 20
    clock.now += 119
    await counts.incr("newcomer", 60)
    assert await counts.reset() == 1


def test_a_request_starts_no_thread() -> None:
    gate, before = open_gate("60/minute"), threading.active_count()
    gate("203.0.113.7")
    assert threading.active_count() == before
