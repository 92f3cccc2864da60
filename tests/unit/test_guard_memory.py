"""Counters end when they should, and what has ended takes no memory."""

import threading

import pytest

from app.guard import open_gate
from app.guard.memory import GateMemory, QuotaMemory
from tests.unit.asgi import request


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


async def test_a_request_starts_no_thread() -> None:
    gate, before = open_gate("60/minute"), threading.active_count()
    await gate(request(peer="203.0.113.7"))
    assert threading.active_count() == before
